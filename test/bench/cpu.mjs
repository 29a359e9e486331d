// Loaded into each child process of the benchmark: tells the parent what the child has used and keeps.
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  globalThis.gc?.()
  const { heapUsed, rss } = process.memoryUsage()
  const handles = process.getActiveResourcesInfo().length
  process.send?.({ cpu: (user + system) / 1000, heap: heapUsed, rss, handles })
})
