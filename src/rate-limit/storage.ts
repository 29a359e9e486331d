/**
 * Token buckets on any storage.
 *
 * @module
 */
import { checkNumber, checkOptions } from '../base/options.ts'
import type { RateLimit, RateLimiter, RateLimitSize, Storage } from '../types.ts'
import { checkCost, checkSize, emptyLimits, idleAt, type Limits, takeFrom } from './bucket.ts'

/** Options of {@link storageRateLimit}. */
export interface StorageRateLimitOptions extends RateLimitSize {
  /**
   * The clock: milliseconds since 1970. All processes on one storage need the same.
   *
   * @default Date.now
   */
  now?: () => number
}

interface Batch {
  works: ((limits: Limits) => void)[]
  done: Promise<void>
}

/** Seconds. A holder needs milliseconds; who waits longer has a backend that does not answer. */
const turn = { ttl: 10, wait: 10 }

/**
 * A token bucket per key in any storage with a real `lock`: the way to share a limit over processes on disk.
 *
 * On Redis `redisRateLimit` needs one round trip instead of four, and no lock.
 *
 * @throws InputError for wrong options.
 */
export function storageRateLimit(storage: Storage, options: StorageRateLimitOptions): RateLimiter {
  checkOptions('storageRateLimit', options, ['requests', 'window', 'now'])
  const { requests, window, now = Date.now } = options
  const size = checkSize('storageRateLimit', { requests, window })
  const open = new Map<string, Batch>()

  // Calls that come while the lock is being fetched are answered under that one lock: a burst costs two of them.
  async function change<T>(key: string, work: (limits: Limits) => T): Promise<T> {
    let answer!: T
    let batch = open.get(key)
    if (batch === undefined) {
      const works: Batch['works'] = []
      batch = { works, done: run(key, works) }
      open.set(key, batch)
    }
    batch.works.push((limits) => {
      answer = work(limits)
    })
    await batch.done
    return answer
  }

  async function run(key: string, works: Batch['works']): Promise<void> {
    const name = nameOf(key)
    try {
      await storage.lock(name, turn, async () => {
        const limits = (await storage.get<Limits>(name)) ?? emptyLimits()
        const before = JSON.stringify(limits)
        // Nothing waits between these two lines, so nobody joins a batch that has been answered.
        open.delete(key)
        for (const work of works) work(limits)
        const ttl = (idleAt(limits) - now()) / 1000
        // A second longer, so that the last refill is not lost to rounding.
        if (ttl > 0 && JSON.stringify(limits) !== before) await storage.set(name, limits, { ttl: ttl + 1 })
      })
    } finally {
      // Still open when the lock could not be acquired: then the whole batch fails.
      if (open.get(key)?.works === works) open.delete(key)
    }
  }

  return {
    async take(key, cost = 1, own = size): Promise<RateLimit> {
      if (own !== size) checkSize('take', own)
      checkCost(cost, own)
      return change(key, (limits) => takeFrom(limits, own, cost, now()))
    },
    async peek(key, own = size) {
      if (own !== size) checkSize('peek', own)
      const limits = (await storage.get<Limits>(nameOf(key))) ?? emptyLimits()
      return takeFrom(limits, own, 0, now())
    },
    async block(key, seconds) {
      checkNumber('block', 'seconds', seconds, 0)
      await change(key, (limits) => {
        limits.until = Math.max(limits.until, now() + seconds * 1000)
      })
    },
  }
}

function nameOf(key: string): string {
  return `rate-limit:${key}`
}
