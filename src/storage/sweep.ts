/**
 * A pass over expired items every now and then.
 *
 * @module
 */

/** Items looked at in one pass: the bound on what a sweep may cost at a time. */
export const sweepBatch = 1000

/**
 * Never runs two passes at once, and does not keep the process alive.
 *
 * @param seconds between two passes.
 */
export function createSweeper(seconds: number, pass: () => void | Promise<void>) {
  let timer: ReturnType<typeof setInterval> | undefined
  let running: Promise<void> | undefined
  return {
    start(): void {
      if (timer !== undefined) return
      timer = setInterval(() => {
        // A failed pass loses nothing: expired items are not answered anyway, and the next pass tries again.
        running ??= Promise.resolve()
          .then(pass)
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
    },
  }
}
