/** The queue of a server that has an account of its own. @module */
import type { Cloudways } from '../../cloudways.ts'
import type { Work } from '../../core/types/campaign.ts'
import type { Logger } from '../watch/logging.ts'
import { bullQueue } from './bullmq.ts'
import { memoryQueue } from './memory.ts'
import type { WorkQueue } from './queue.ts'
import { createWorker } from './worker.ts'

/** Work in the background: it is told of what there is to do, and does it once it was started. */
export interface Background {
  onWork(work: Work): Promise<void>
  start(cloudways: Pick<Cloudways, 'call' | 'closeAccess' | 'adapter'>): void
  /** End between two targets, and wait for the one under way. */
  close(): Promise<void>
}

interface QueueOptions {
  redisUrl: string | undefined
  logger: Logger
  name: string
  /** Jobs that this process does at the same time. */
  atOnce: number
  /** Seconds until a job of a process that died goes to another one. */
  lockSeconds: number
}

/** Between two looks at the storage for work that no queue has. */
const lookMilliseconds = 120_000

/** On Redis where there is one and `bullmq` is installed; otherwise in this process. */
export async function openQueue({ redisUrl, logger, ...options }: QueueOptions): Promise<WorkQueue> {
  if (redisUrl === undefined) return memoryQueue(options.atOnce)
  const { name } = options
  const onError = ({ message }: Error) =>
    logger.warning('the queue of work does not answer', { queue: name, reason: message })
  const shared = await bullQueue({ url: redisUrl, ...options, onError })
  if (!shared) {
    logger.info(
      'bullmq is not installed: work in the background stays in this process, and a restart loses it',
      {
        queue: name,
      },
    )
  }
  return shared ?? memoryQueue(options.atOnce)
}

/** The queue of the campaigns. A server does one call at a time for them, so that people's calls have room. */
export async function openBackground(redisUrl: string | undefined, logger: Logger): Promise<Background> {
  const queue = await openQueue({ redisUrl, logger, name: 'work', atOnce: 1, lockSeconds: 60 })
  const closing = new AbortController()
  let looking: ReturnType<typeof setInterval> | undefined
  return {
    onWork: ({ seconds, ...job }) => queue.add(job, seconds),
    start(cloudways) {
      queue.start(createWorker({ cloudways, logger, pause: closing.signal }))
      const again = () =>
        askAgain(cloudways, queue).catch(() =>
          logger.warning('access that waits to be closed could not be read'),
        )
      void again()
      // Another process may have ended, whose queue was in its memory; or a Redis lost its jobs.
      looking = setInterval(() => void again(), lookMilliseconds)
      looking.unref?.()
    },
    async close() {
      closing.abort()
      clearInterval(looking)
      await queue.close()
    },
  }
}

/** A queue in memory forgets at a restart what the storage still knows. A job that is there already is kept once. */
async function askAgain({ adapter }: Pick<Cloudways, 'adapter'>, queue: WorkQueue): Promise<void> {
  for (const { seconds, ...job } of await adapter.timedAccess()) await queue.add(job, seconds)
}
