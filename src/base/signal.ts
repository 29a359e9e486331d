/**
 * Abort signals, waited for and listened to in one way.
 *
 * @module
 */

/** The signal of a caller that brought none. It is not listened to: making signals and listeners costs. */
export const never: AbortSignal = new AbortController().signal

/** Call `listener` when the signal aborts. Answers a function that stops listening. */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  if (signal === never) return () => {}
  signal.addEventListener('abort', listener, { once: true })
  return () => signal.removeEventListener('abort', listener)
}

/** Wait, unless the signal says otherwise. @param seconds may be a fraction. @throws the signal's reason. */
export function sleep(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    const timer = setTimeout(() => {
      stop()
      resolve()
    }, seconds * 1000)
    const stop = onAbort(signal, () => {
      clearTimeout(timer)
      reject(signal.reason)
    })
  })
}

/** What `work` brings, unless the signal aborts first; the work itself goes on. @throws the signal's reason. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal === never) return work
  return new Promise((resolve, reject) => {
    const stop = onAbort(signal, () => reject(signal.reason))
    if (signal.aborted) reject(signal.reason)
    work.finally(stop).then(resolve, reject)
  })
}
