/** Waiting for work and for time, until an abort signal ends the wait. @module */

/** A longer timer is over at once: about 24 days. */
export const longestTimerMilliseconds = 2 ** 31 - 1

/** The signals that {@link never} made. */
const endless = new WeakSet<AbortSignal>()

/**
 * The signal of a caller that brought none. Nobody listens to such a signal, as a listener costs more than a signal.
 *
 * It is made for each caller, because Workers refuse a signal that was made at import or for another request.
 */
export function never(): AbortSignal {
  const { signal } = new AbortController()
  endless.add(signal)
  return signal
}

/** Whether a signal is one of {@link never}. */
export const isEndless = (signal: AbortSignal): boolean => endless.has(signal)

/** Who waits for the end of a signal. Node warns of a leak where a signal has more than ten listeners of its own. */
const waiting = new WeakMap<AbortSignal, { all: Set<() => void>; end: () => void }>()

/** Call `listener` when the signal aborts. Returns a function that stops listening. */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  if (isEndless(signal)) return () => {}
  const line = waiting.get(signal) ?? openLine(signal)
  // Each call listens for itself, also with a function that another one has.
  const mine = () => listener()
  line.all.add(mine)
  return () => {
    line.all.delete(mine)
    if (line.all.size > 0 || waiting.get(signal) !== line) return
    waiting.delete(signal)
    signal.removeEventListener('abort', line.end)
  }
}

function openLine(signal: AbortSignal) {
  const all = new Set<() => void>()
  const end = () => {
    waiting.delete(signal)
    for (const one of all) one()
  }
  const line = { all, end }
  waiting.set(signal, line)
  signal.addEventListener('abort', end, { once: true })
  return line
}

/**
 * Wait until the time is over or the signal aborts.
 *
 * @param seconds may be a fraction. The wait is never shorter: a timer counts whole milliseconds and may be one early,
 * and what was waited for would then not be there yet.
 * @throws the signal's reason.
 */
export function sleep(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    const timer = setTimeout(
      () => {
        stop()
        resolve()
      },
      Math.ceil(seconds * 1000) + 1,
    )
    const stop = onAbort(signal, () => {
      clearTimeout(timer)
      reject(signal.reason)
    })
  })
}

/** The result of `work`, unless the signal aborts first. The work itself then goes on. @throws the signal's reason. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  if (isEndless(signal)) return work
  return new Promise((resolve, reject) => {
    const stop = onAbort(signal, () => reject(signal.reason))
    if (signal.aborted) reject(signal.reason)
    work.finally(stop).then(resolve, reject)
  })
}

/** The result of `work`, unless the time is over first. The work itself then goes on. @throws what `late` makes. */
export function within<T>(milliseconds: number, work: Promise<T>, late: () => Error): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const end = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), milliseconds)
  })
  return Promise.race([work, end]).finally(() => clearTimeout(timer))
}

/** Tell a listener. Neither its error nor a promise that it rejects reaches the caller. */
export function notify<T>(listener: ((value: T) => unknown) | undefined, value: T): void {
  try {
    Promise.resolve(listener?.(value)).catch(() => {})
  } catch {}
}
