/**
 * A queue in this process. A restart loses its jobs: work that was under way then goes on when somebody calls for it.
 *
 * @module
 */
import { type Handler, type Job, nameOf, type WorkQueue } from './queue.ts'

/** Milliseconds of the longest timer. */
const longestTimer = 2 ** 31 - 1

export function memoryQueue(): WorkQueue {
  const waiting = new Map<string, ReturnType<typeof setTimeout>>()
  let handle: Handler | undefined
  let isClosed = false
  let last: Promise<void> = Promise.resolve()

  function add(job: Job, seconds: number): void {
    const name = nameOf(job)
    if (isClosed || waiting.has(name)) return
    const timer = setTimeout(
      () => {
        // It stands in the line until it was done, so that it is not added meanwhile.
        last = last.then(() => run(job))
      },
      Math.min(Math.max(0, seconds) * 1000, longestTimer),
    )
    // A job that waits keeps no process alive.
    timer.unref?.()
    waiting.set(name, timer)
  }

  async function run(job: Job): Promise<void> {
    const again = isClosed ? undefined : await handle?.(job).catch(() => undefined)
    waiting.delete(nameOf(job))
    if (again !== undefined) add(job, again)
  }

  return {
    add: async (job, seconds) => add(job, seconds),
    start(handler) {
      handle = handler
    },
    async close() {
      isClosed = true
      for (const timer of waiting.values()) clearTimeout(timer)
      await last
    },
  }
}
