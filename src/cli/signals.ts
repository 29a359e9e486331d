/**
 * What happens when the terminal, or whoever runs this process, wants it to end.
 *
 * @module
 */
const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const

export type StopSignal = keyof typeof codes

/** The first signal asks politely; a second one ends the process at once. Answers how to stop listening. */
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
 * Everything is closed: end, also when something that is not ours (an idle connection, stdin) keeps the process.
 * Not at once, so that what is still on its way out arrives.
 */
export function endSoon(): void {
  setTimeout(() => process.exit(), 1000).unref()
}
