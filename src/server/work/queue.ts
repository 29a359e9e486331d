/**
 * Work that goes on after the call that began it. A job holds ids alone. It may be done more than once: what it does has
 * to be safe against that by itself.
 *
 * @module
 */
import type { Work } from '../../core/types/campaign.ts'

/** What is to be done. */
export interface Job extends Pick<Work, 'id' | 'account'> {
  kind: Work['kind'] | 'webhook'
}

/** Do the work. @returns seconds until there is more of it to do; `undefined`: it has ended. */
export type Handler = (job: Job) => Promise<number | undefined>

/** Jobs, each at its time, and no more at once in this process than the queue was made for. */
export interface WorkQueue {
  /** The same job is kept once; a later word of it changes nothing while it waits. */
  add(job: Job, seconds: number): Promise<void>
  start(handler: Handler): void
  /** Begin no job any more, and wait for those under way. */
  close(): Promise<void>
}

/** The name of a job: the same for the same work. */
export const nameOf = ({ kind, id, account }: Job): string =>
  account === undefined ? `${kind}.${id}` : `${kind}.${id}.${account}`
