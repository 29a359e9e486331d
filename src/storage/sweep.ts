/** Passes over expired values, from time to time. @module */

/** Values looked at without a pause. Between two batches, the calls that wait have their turn. */
const batch = 1000

/**
 * Look at all of `list` in each pass, so that a sweep keeps up however many values come. Two passes never run at once,
 * and the timer does not keep the process alive.
 *
 * @param seconds between two passes.
 */
export function createSweeper<T>(
  seconds: number,
  list: () => Iterator<T, unknown> | AsyncIterator<T, unknown>,
  look: (value: T) => void | Promise<void>,
) {
  let timer: ReturnType<typeof setInterval> | undefined
  let running: Promise<void> | undefined
  let stopping = false

  /** A value that can't be looked at must not keep the pass from those behind it. The next pass tries again. */
  async function attempt(value: T): Promise<void> {
    try {
      await look(value)
    } catch {}
  }

  async function pass(): Promise<void> {
    const values = list()
    try {
      for (let looked = 1; !stopping; looked++) {
        const next = await values.next()
        if (next.done) return
        await attempt(next.value)
        if (looked % batch === 0) await new Promise((resolve) => setTimeout(resolve, 0))
      }
    } finally {
      await values.return?.()
    }
  }

  return {
    start(): void {
      if (timer !== undefined) return
      stopping = false
      timer = setInterval(() => {
        // A failed pass loses nothing: an expired value is not answered anyway.
        running ??= pass()
          .catch(() => {})
          .finally(() => {
            running = undefined
          })
      }, seconds * 1000)
      // The timers of browsers and older Workers are numbers.
      timer.unref?.()
    },
    async stop(): Promise<void> {
      clearInterval(timer)
      timer = undefined
      stopping = true
      await running
    },
  }
}
