/** The queue of a server that has an account of its own. @module */
import type { Cloudways } from '../../cloudways.ts'
import type { Work } from '../../core/types/campaign.ts'
import type { Logger } from '../watch/logging.ts'
import { memoryQueue } from './memory.ts'
import { createWorker } from './worker.ts'

/** Work in the background: it is told of what there is to do, and does it once it was started. */
export interface Background {
  onWork(work: Work): Promise<void>
  start(cloudways: Pick<Cloudways, 'call'>): void
  /** End between two targets, and wait for the one under way. */
  close(): Promise<void>
}

export function openBackground(logger: Logger): Background {
  const queue = memoryQueue()
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
