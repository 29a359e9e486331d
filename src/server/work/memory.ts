/**
 * A queue in this process. A restart loses its jobs: a campaign that was under way then goes on when somebody calls for it,
 * and what the webhook had not delivered stands in the inbox alone.
 *
 * @module
 */
import { longestTimerMilliseconds } from '../../base/signal.ts'
import { type Handler, type Job, nameOf, type WorkQueue } from './queue.ts'

/** @param atOnce jobs that are done at the same time. */
export function memoryQueue(atOnce = 1): WorkQueue {
  /** The jobs by name, with the timer of each that waits for its time. */
  const known = new Map<string, ReturnType<typeof setTimeout>>()
  const line: Job[] = []
  const underWay = new Set<Promise<void>>()
  let handle: Handler | undefined
  let isClosed = false

  function add(job: Job, seconds: number): void {
    const name = nameOf(job)
    if (isClosed || known.has(name)) return
    const timer = setTimeout(
      () => {
        line.push(job)
        begin()
      },
      Math.min(Math.max(0, seconds) * 1000, longestTimerMilliseconds),
    )
    // A job that waits keeps no process alive.
    timer.unref?.()
    known.set(name, timer)
  }

  function begin(): void {
    if (isClosed || !handle || underWay.size >= atOnce) return
    const job = line.shift()
    if (!job) return
    const work: Promise<void> = run(handle, job).finally(() => {
      underWay.delete(work)
      begin()
    })
    underWay.add(work)
    begin()
  }

  async function run(handler: Handler, job: Job): Promise<void> {
    const again = await handler(job).catch(() => undefined)
    // It is known until it was done, so that it is not added meanwhile.
    known.delete(nameOf(job))
    if (again !== undefined) add(job, again)
  }

  return {
    add: async (job, seconds) => add(job, seconds),
    start(handler) {
      handle = handler
      begin()
    },
    async close() {
      isClosed = true
      for (const timer of known.values()) clearTimeout(timer)
      await Promise.all(underWay)
    },
  }
}
