/**
 * The signals by which a terminal or a process manager ends this process.
 *
 * @module
 */
const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const

type StopSignal = keyof typeof codes

/**
 * Call `stop` at the first signal. A second signal ends the process at once.
 *
 * @returns a function that stops listening.
 */
export function onStop(stop: (signal: StopSignal, exitCode: number) => void): () => void {
  let stopping = false
  const listeners = Object.entries(codes).map(([name, code]) => {
    const signal = name as StopSignal
    const listener = () => {
      if (stopping) process.exit(code)
      stopping = true
      stop(signal, code)
    }
    process.on(signal, listener)
    return () => process.off(signal, listener)
  })
  return () => {
    for (const remove of listeners) remove()
  }
}

/**
 * End the process although something that is not ours, like stdin or an idle connection, keeps it alive. To be called
 * when everything is closed. One second is left for output that is still on its way.
 */
export function endSoon(): void {
  setTimeout(() => process.exit(), 1000).unref()
}
