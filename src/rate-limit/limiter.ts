/**
 * The checks that all drivers of rate limiters have in common.
 *
 * @module
 */

import { checkNumber, checkOptions } from '../base/options.ts'
import { InputError } from '../errors.ts'
import type { RateLimit, RateLimiter, RateLimitSize } from '../types.ts'

/** What only the place of the buckets can do, each in one atomic step. All arguments are checked. */
interface Buckets {
  /** Take `cost` from a bucket; a cost of 0 only looks. */
  spend(key: string, size: RateLimitSize, cost: number): Promise<RateLimit>
  block(key: string, seconds: number): Promise<void>
}

/** @param size of each bucket that is asked for without a size. */
export function limiterOf(size: RateLimitSize, { spend, block }: Buckets): RateLimiter {
  return {
    async take(key, cost = 1, own = size) {
      if (own !== size) checkSize('take', own)
      checkCost(cost, own)
      return spend(key, own, cost)
    },
    async peek(key, own = size) {
      if (own !== size) checkSize('peek', own)
      return spend(key, own, 0)
    },
    async block(key, seconds) {
      checkNumber('block', 'seconds', seconds, 0)
      if (seconds > 0) await block(key, seconds)
    },
  }
}

/** @throws InputError when it is not a size of a bucket. */
export function checkSize(where: string, size: RateLimitSize): RateLimitSize {
  checkOptions(where, size, ['requests', 'window'])
  checkNumber(where, 'requests', size.requests, 1)
  checkNumber(where, 'window', size.window)
  return size
}

/** @throws InputError for a cost that no bucket of this size can ever pay. */
function checkCost(cost: number, size: RateLimitSize): void {
  checkNumber('take', 'cost', cost)
  if (cost <= size.requests) return
  throw new InputError(
    `take: a cost of ${cost} is more than the limit of ${size.requests}.`,
    'Lower the cost.',
  )
}
