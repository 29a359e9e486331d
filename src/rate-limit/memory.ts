/** Token buckets in this process. @module */
import { checkOptions } from '../base/options.ts'
import type { RateLimiter, RateLimitSize } from '../types.ts'
import { checkSize, emptyLimits, idleAt, type Limits, limiterOf, takeFrom } from './bucket.ts'

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
 * A token bucket per key in this process. Each further process has its own buckets.
 *
 * @throws InputError for an unknown or wrong option.
 */
export function memoryRateLimit(options: MemoryRateLimitOptions): RateLimiter {
  checkOptions('memoryRateLimit', options, ['requests', 'window', 'now'])
  const { requests, window, now = () => performance.now() } = options
  const size = checkSize('memoryRateLimit', { requests, window })
  const keys = new Map<string, Limits>()

  // Each call looks at two keys in turn and forgets the idle ones. A call adds one key at most, so the map holds at most
  // about twice the keys that are in use, without a timer.
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

  return limiterOf(size, {
    async spend(key, own, cost) {
      const time = now()
      const limits = cost > 0 ? limitsOf(key, time) : (keys.get(key) ?? emptyLimits())
      return takeFrom(limits, own, cost, time)
    },
    async block(key, seconds) {
      const time = now()
      const limits = limitsOf(key, time)
      limits.until = Math.max(limits.until, time + seconds * 1000)
    },
  })
}
