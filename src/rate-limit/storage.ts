/** Token buckets on any storage. @module */
import { object } from '../base/json.ts'
import { checkOptions } from '../base/options.ts'
import { isCount, readRecord, writeRecord } from '../base/record.ts'
import type { RateLimiter, RateLimitSize, Storage } from '../types.ts'
import { checkSize, emptyLimits, idleAt, type Limits, limiterOf, takeFrom } from './bucket.ts'

/** Options of {@link storageRateLimit}. */
export interface StorageRateLimitOptions extends RateLimitSize {
  /**
   * The clock, in milliseconds since 1970. All processes on one storage need the same clock.
   *
   * @default Date.now
   */
  now?: () => number
}

interface Batch {
  works: ((limits: Limits) => void)[]
  done: Promise<void>
}

/** Seconds. The work under the lock takes milliseconds. After ten seconds the backend does not answer. */
const turn = { ttl: 10, wait: 10 }

/**
 * A token bucket per key in any storage. Its `lock` has to hold over all processes that share the limit, as that of
 * `fsStorage` does.
 *
 * On Redis, use `redisRateLimit`: it needs one round trip instead of four, and no lock.
 *
 * @throws InputError for an unknown or wrong option.
 */
export function storageRateLimit(storage: Storage, options: StorageRateLimitOptions): RateLimiter {
  checkOptions('storageRateLimit', options, ['requests', 'window', 'now'])
  const { requests, window, now = Date.now } = options
  const size = checkSize('storageRateLimit', { requests, window })
  const open = new Map<string, Batch>()

  /** Limits that can't be read count as used up, for one window. */
  const read = async (name: string) =>
    (await readRecord<Limits>(storage, name, {
      isValid: isLimits,
      instead: { value: { ...emptyLimits(), until: now() + size.window * 1000 }, ttl: size.window },
    })) ?? emptyLimits()

  // Calls that arrive while a batch waits for its lock join that batch. So a burst of calls costs two locks.
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
        const limits = await read(name)
        const before = JSON.stringify(limits)
        // These two lines run without waiting, so no call joins a batch that was answered already.
        open.delete(key)
        for (const work of works) work(limits)
        const ttl = (idleAt(limits) - now()) / 1000
        // One second more, so that rounding does not lose the last refill.
        if (ttl > 0 && JSON.stringify(limits) !== before)
          await writeRecord(storage, name, limits, { ttl: ttl + 1 })
      })
    } finally {
      // When the lock could not be acquired, the batch is still open, and all its calls fail.
      if (open.get(key)?.works === works) open.delete(key)
    }
  }

  return limiterOf(size, {
    async spend(key, own, cost) {
      if (cost > 0) return change(key, (limits) => takeFrom(limits, own, cost, now()))
      const limits = await read(nameOf(key))
      return takeFrom(limits, own, 0, now())
    },
    block: (key, seconds) =>
      change(key, (limits) => {
        limits.until = Math.max(limits.until, now() + seconds * 1000)
      }),
  })
}

function isLimits(value: unknown): boolean {
  const limits = object(value)
  const buckets = object(limits?.buckets)
  if (!buckets || !isCount(limits?.until)) return false
  return Object.values(buckets).every((one) => isCount(object(one)?.tokens) && isCount(object(one)?.at))
}

function nameOf(key: string): string {
  return `rate-limit:${key}`
}
