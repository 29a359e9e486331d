/** The queue of a server that has an account of its own. @module */
import type { Cloudways } from '../../cloudways.ts'
import type { Work } from '../../core/types/campaign.ts'
import type { Logger } from '../watch/logging.ts'
import { bullQueue } from './bullmq.ts'
import { memoryQueue } from './memory.ts'
import { createWorker } from './worker.ts'

/** Work in the background: it is told of what there is to do, and does it once it was started. */
export interface Background {
  onWork(work: Work): Promise<void>
  start(cloudways: Pick<Cloudways, 'call'>): void
  /** End between two targets, and wait for the one under way. */
  close(): Promise<void>
}

/** On Redis where there is one and `bullmq` is installed; otherwise in this process. */
export async function openBackground(redisUrl: string | undefined, logger: Logger): Promise<Background> {
  const onError = (error: Error) =>
    logger.warning('the queue of work does not answer', { reason: error.message })
  const shared = redisUrl === undefined ? undefined : await bullQueue({ url: redisUrl, onError })
  if (redisUrl !== undefined && !shared) {
    logger.info(
      'bullmq is not installed: work in the background stays in this process, and a restart loses it',
    )
  }
  const queue = shared ?? memoryQueue()
  const closing = new AbortController()
  return {
    onWork: ({ seconds, ...job }) => queue.add(job, seconds),
    start: (cloudways) => queue.start(createWorker({ cloudways, logger, pause: closing.signal })),
    async close() {
      closing.abort()
      await queue.close()
    },
  }
}
