/**
 * What drivers of rate limiters have in common: the checks, and the arithmetic of a token bucket, without a clock and
 * without a place to keep the bucket. The Lua script in redis.ts does the same arithmetic.
 *
 * @module
 */
import { checkNumber, checkOptions } from '../base/options.ts'
import { InputError } from '../errors.ts'
import type { RateLimit, RateLimiter, RateLimitSize } from '../types.ts'

/** Times are milliseconds of one clock, whichever it is. */
interface Bucket {
  tokens: number
  /** The time at which the bucket held `tokens`. */
  at: number
}

/** All that is kept of one key: its buckets by size, and the time until which the key is closed. */
export interface Limits {
  buckets: Record<string, Bucket>
  until: number
}

/** In tokens. More than floating point loses (1e-14), and far less than any clock can see. */
const tolerance = 1e-9

export function emptyLimits(): Limits {
  return { buckets: {}, until: 0 }
}

/** Take `cost`, if the bucket holds as much; a cost of 0 only looks. Changes `limits` when allowed. */
export function takeFrom(limits: Limits, size: RateLimitSize, cost: number, now: number): RateLimit {
  const id = idOf(size)
  const bucket = limits.buckets[id]
  const closed = Math.max(0, limits.until - now)
  let tokens = bucket === undefined ? size.requests : refill(bucket, size, now)
  const allowed = closed === 0 && tokens + tolerance >= (cost || 1)
  if (allowed) tokens -= cost
  // A refused call is kept too when the clock stepped back: the bucket has to fill from the new time on.
  if (cost > 0 && (allowed || (bucket !== undefined && now < bucket.at))) {
    limits.buckets[id] = { tokens, at: now }
  }
  const missing = (allowed ? 1 : cost || 1) - tokens
  const refilled = missing <= tolerance ? 0 : (missing * size.window * 1000) / size.requests
  return {
    allowed,
    limit: size.requests,
    remaining: closed > 0 ? 0 : Math.max(0, Math.floor(tokens + tolerance)),
    // Rounded up to a microsecond, so that a call after exactly this time passes.
    retryAfter: Math.ceil(Math.max(refilled, closed) * 1000) / 1e6,
  }
}

/** The time at which all buckets of the key are full and the key is open. From then on, nothing has to be kept. */
export function idleAt(limits: Limits): number {
  let latest = limits.until
  for (const [id, { tokens, at }] of Object.entries(limits.buckets)) {
    const [requests, window] = id.split('/').map(Number) as [number, number]
    latest = Math.max(latest, at + ((requests - tokens) * window * 1000) / requests)
  }
  return latest
}

/** When the clock steps back, the bucket keeps its tokens. */
function refill({ tokens, at }: Bucket, { requests, window }: RateLimitSize, now: number): number {
  return Math.min(requests, tokens + (Math.max(0, now - at) * requests) / (window * 1000))
}

export function idOf({ requests, window }: RateLimitSize): string {
  return `${requests}/${window}`
}

/** What only the place of the buckets can do, each in one atomic step. All arguments are checked. */
interface Buckets {
  /** Take `cost` from a bucket; a cost of 0 only looks. */
  spend(key: string, size: RateLimitSize, cost: number): Promise<RateLimit>
  block(key: string, seconds: number): Promise<void>
}

/** @param size of each bucket that is asked for without a size. */
export function limiterOf(size: RateLimitSize, { spend, block }: Buckets): RateLimiter {
  return {
    size,
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
