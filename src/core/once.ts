/** What makes that several processes do work one after the other, and send each request once. @module */
import { countUp } from '../base/record.ts'
import { PolicyError } from '../errors.ts'
import type { Storage } from '../types.ts'
import type { OfCampaign } from './types/campaign.ts'

interface Turn {
  key: string
  /** Seconds that the lock holds if its holder dies. */
  ttl: number
  /** Seconds that it is waited for. */
  wait: number
  taken(): Error
}

/** Do work under a lock. @throws what `taken` makes when the lock could not be had: the work was then not begun. */
export async function oneAtATime<T>(
  storage: Pick<Storage, 'lock'>,
  { key, taken, ...times }: Turn,
  work: () => Promise<T>,
): Promise<T> {
  let hasBegun = false
  const begin = () => {
    hasBegun = true
    return work()
  }
  try {
    return await storage.lock(key, times, begin)
  } catch (error) {
    throw hasBegun ? error : taken()
  }
}

interface Attempt {
  /** The counter that decides. It is never given back. */
  key: string
  /** Seconds. */
  ttl: number
  /** What is said to whoever comes later. */
  refusal: string
  /** Noted before anything is sent. */
  note(): Promise<void>
}

/** Who sends an attempt: the first process that claims it. */
export function claimOf(storage: Storage, { key, ttl, refusal, note }: Attempt) {
  let [isOurs, isLost] = [false, false]
  let claim: Promise<void> | undefined
  const take = async () => {
    isLost = (await countUp(storage, key, { ttl })) !== 1
    if (isLost) throw new PolicyError('duplicate', refusal)
    isOurs = true
    await note()
  }
  return {
    isOurs: () => isOurs,
    isLost: () => isLost,
    /** Directly before the first change is sent. The same request may have to wait for its turn more than once. */
    claim(): Promise<void> {
      claim ??= take()
      return claim
    },
  }
}

/** A plan, or a look, as a part of something that is approved as a whole. */
export const sendsNothing = (deadline: number): OfCampaign => ({
  deadline,
  claim: async () => {
    throw new Error('A plan must send nothing.')
  },
  started: async () => {},
})
