/**
 * Token buckets in this process.
 *
 * @module
 */
import { checkNumber, checkOptions } from '../base/options.ts'
import type { RateLimiter, RateLimitSize } from '../types.ts'
import { checkCost, checkSize, emptyLimits, idleAt, type Limits, takeFrom } from './bucket.ts'

/** Options of {@link memoryRateLimit}. */
export interface MemoryRateLimitOptions extends RateLimitSize {
  /**
   * The clock, in milliseconds.
   *
   * @default performance.now, which never steps back
   */
  now?: () => number
}

/**
 * A token bucket per key in this process: each further process has buckets of its own.
 *
 * @throws InputError for wrong options.
 */
export function memoryRateLimit(options: MemoryRateLimitOptions): RateLimiter {
  checkOptions('memoryRateLimit', options, ['requests', 'window', 'now'])
  const { requests, window, now = () => performance.now() } = options
  const size = checkSize('memoryRateLimit', { requests, window })
  const keys = new Map<string, Limits>()

  // Each call looks at two keys in turn and forgets the idle ones. As a call adds one key at most, the map stays
  // within about twice the keys that are in use, without a timer.
  let cursor = keys.entries()
  function prune(time: number): void {
    for (let looked = 0; looked < 2; looked++) {
      const next = cursor.next()
      if (next.done) {
        cursor = keys.entries()
        return
      }
      const [key, limits] = next.value
      if (idleAt(limits) <= time) keys.delete(key)
    }
  }

  function limitsOf(key: string, time: number): Limits {
    prune(time)
    let limits = keys.get(key)
    if (limits === undefined) {
      limits = emptyLimits()
      keys.set(key, limits)
    }
    return limits
  }

  return {
    async take(key, cost = 1, own = size) {
      if (own !== size) checkSize('take', own)
      checkCost(cost, own)
      const time = now()
      return takeFrom(limitsOf(key, time), own, cost, time)
    },
    async peek(key, own = size) {
      if (own !== size) checkSize('peek', own)
      return takeFrom(keys.get(key) ?? emptyLimits(), own, 0, now())
    },
    async block(key, seconds) {
      checkNumber('block', 'seconds', seconds, 0)
      const time = now()
      const limits = limitsOf(key, time)
      limits.until = Math.max(limits.until, time + seconds * 1000)
    },
  }
}
