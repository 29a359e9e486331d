// Loaded into each child process of the benchmark: tells the parent how much CPU the child has used.
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send?.({ cpu: (user + system) / 1000 })
})
