/**
 * Loaded before a program: it looks at an operation at once, and not after three seconds, four and a half, and so on.
 * No variable says how often the command looks, because nobody but a test needs another answer.
 */
const { setTimeout: later } = globalThis

/** The pauses in milliseconds, as the sleep of the program rounds them. */
const pauses = [3, 4.5, 6.75].map((seconds) => Math.ceil(seconds * 1000) + 1)

const quick = (work: () => void, pause?: number, ...rest: unknown[]) =>
  later(work, pause !== undefined && pauses.includes(pause) ? 1 : pause, ...(rest as []))
globalThis.setTimeout = Object.assign(quick, later)
