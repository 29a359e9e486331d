/**
 * Work that goes on after the call that began it. A job holds ids alone. It may be done more than once: what it does has
 * to be safe against that by itself.
 *
 * @module
 */
import type { Work } from '../../core/types/campaign.ts'

/** What is to be done. */
export type Job = Pick<Work, 'kind' | 'id' | 'account'>

/** Do the work. @returns seconds until there is more of it to do; `undefined`: it has ended. */
export type Handler = (job: Job) => Promise<number | undefined>

/** Jobs, each at its time, one at a time in this process. */
export interface WorkQueue {
  /** The same job is kept once; a later word of it changes nothing while it waits. */
  add(job: Job, seconds: number): Promise<void>
  start(handler: Handler): void
  /** Begin no job any more, and wait for the one under way. */
  close(): Promise<void>
}

/** The name of a job: the same for the same work. */
export const nameOf = ({ kind, id, account }: Job): string =>
  account === undefined ? `${kind}.${id}` : `${kind}.${id}.${account}`
