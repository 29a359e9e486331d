/**
 * A queue on Redis, by BullMQ: every replica is a worker, and a job outlives the process that added it. BullMQ promises at
 * least once. A campaign makes at most once of that by itself; the webhook tells its receiver twice under the same id.
 *
 * @module
 */
import { within } from '../../base/signal.ts'
import { type Handler, type Job, nameOf, type WorkQueue } from './queue.ts'

/** Its keys stand beside those of the storage. */
const prefix = 'cloudways-tools:queue'

/** How often a job may lose its process, each time by a crash, and goes to another one. */
const mostCrashes = 1000

interface Options {
  url: string
  name: string
  /** Jobs that this process does at the same time. */
  atOnce: number
  /** Seconds until a job of a process that died goes to another one. They are renewed while the process lives. */
  lockSeconds: number
  /** Told of a Redis that does not answer. */
  onError: (error: Error) => void
}

/** @returns `undefined` where `bullmq` is not installed. */
export async function bullQueue({ url, name, onError, ...options }: Options): Promise<WorkQueue | undefined> {
  const bull = await load()
  if (!bull) return undefined
  const { DelayedError, Queue, Redis, Worker } = bull
  // Adding a job must not wait for a Redis that is down: its call has been answered.
  const adding = new Redis(url, { enableOfflineQueue: false, maxRetriesPerRequest: null })
  const connections = [adding]
  adding.on('error', onError)
  const queue = new Queue<Job>(name, { connection: adding, prefix, skipVersionCheck: true })
  queue.on('error', onError)
  let worker: InstanceType<typeof Worker<Job>> | undefined

  return {
    async add(job, seconds) {
      await queue.add(job.kind, job, {
        jobId: nameOf(job),
        delay: Math.max(0, Math.ceil(seconds * 1000)),
        removeOnComplete: true,
        removeOnFail: true,
      })
    },
    start(handler: Handler) {
      const working = new Redis(url, { maxRetriesPerRequest: null })
      working.on('error', onError)
      connections.push(working)
      worker = new Worker<Job>(
        name,
        async (job, token) => {
          const again = await handler(job.data)
          if (again === undefined) return
          // The same job goes back into the line: a new one of that name would be taken for the one under way.
          await job.moveToDelayed(Date.now() + Math.ceil(again * 1000), token)
          throw new DelayedError()
        },
        {
          ...{ connection: working, prefix, maxStalledCount: mostCrashes, concurrency: options.atOnce },
          lockDuration: options.lockSeconds * 1000,
          stalledInterval: options.lockSeconds * 500,
        },
      )
      worker.on('error', onError)
    },
    async close() {
      if (worker) await ended(worker)
      await ended(queue)
      for (const connection of connections) connection.disconnect()
    },
  }
}

/** A call ends within a minute. A Redis that is down answers no good-bye. */
const closeMilliseconds = 60_000

/** The connections are cut afterwards, so nothing is lost by what does not answer. */
const ended = (part: { close(): Promise<void> }): Promise<void> =>
  within(closeMilliseconds, part.close(), () => new Error('It did not close in time.')).catch(() => {})

// One at a time: esbuild takes a missing package for an error, unless its import is awaited by itself inside of `try`.
async function load() {
  try {
    const bull = await import('bullmq')
    const { Redis } = await import('ioredis')
    return { ...bull, Redis }
  } catch {
    return undefined
  }
}
