/** Passes over expired values, from time to time. @module */

/** Values looked at in one pass. This bounds the work of one pass. */
const batch = 1000

/**
 * Look at all of `list`, one batch in each pass, again and again. Two passes never run at once, and the timer does not
 * keep the process alive.
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
  let values = list()

  async function pass(): Promise<void> {
    for (let looked = 0; looked < batch; looked++) {
      const next = await values.next()
      if (next.done) {
        values = list()
        return
      }
      await look(next.value)
    }
  }

  return {
    start(): void {
      if (timer !== undefined) return
      timer = setInterval(() => {
        // A failed pass loses nothing: an expired value is not answered anyway, and the next pass tries again.
        running ??= pass()
          .catch(() => {})
          .finally(() => {
            running = undefined
          })
      }, seconds * 1000)
      timer.unref()
    },
    async stop(): Promise<void> {
      clearInterval(timer)
      timer = undefined
      await running
      await values.return?.()
    },
  }
}
