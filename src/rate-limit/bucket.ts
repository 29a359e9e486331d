/**
 * The arithmetic of a token bucket, without a clock or a place to keep it. The Lua script in redis.ts follows it.
 *
 * @module
 */

import { checkNumber, checkOptions } from '../base/options.ts'
import { InputError } from '../errors.ts'
import type { RateLimit, RateLimitSize } from '../types.ts'

/** Times are milliseconds of any one clock. */
export interface Bucket {
  tokens: number
  /** When `tokens` was true. */
  at: number
}

/** All that is kept of one key: its buckets by size, and the time until which it is closed. */
export interface Limits {
  buckets: Record<string, Bucket>
  until: number
}

/** Forgives what floating point loses (1e-14), and is far below what any clock can see. */
export const tolerance = 1e-9

export function emptyLimits(): Limits {
  return { buckets: {}, until: 0 }
}

/** Take `cost`, if it is there; with `cost` 0 only look. Changes `limits` when allowed. */
export function takeFrom(limits: Limits, size: RateLimitSize, cost: number, now: number): RateLimit {
  const id = idOf(size)
  const bucket = limits.buckets[id]
  const closed = Math.max(0, limits.until - now)
  let tokens = bucket === undefined ? size.requests : refill(bucket, size, now)
  const allowed = closed === 0 && tokens + tolerance >= (cost || 1)
  if (allowed) tokens -= cost
  // Also when refused: after a step back of the clock, the bucket has to fill from the new time on.
  if (cost > 0 && (allowed || (bucket !== undefined && now < bucket.at))) {
    limits.buckets[id] = { tokens, at: now }
  }
  const missing = (allowed ? 1 : cost || 1) - tokens
  const refilled = missing <= tolerance ? 0 : (missing * size.window * 1000) / size.requests
  return {
    allowed,
    limit: size.requests,
    remaining: closed > 0 ? 0 : Math.max(0, Math.floor(tokens + tolerance)),
    // Up to the next microsecond, so that a call after exactly that time passes.
    retryAfter: Math.ceil(Math.max(refilled, closed) * 1000) / 1e6,
  }
}

/** When all buckets of the key are full and it is open: from then on nothing needs to be remembered. */
export function idleAt(limits: Limits): number {
  let latest = limits.until
  for (const [id, { tokens, at }] of Object.entries(limits.buckets)) {
    const [requests, window] = id.split('/').map(Number) as [number, number]
    latest = Math.max(latest, at + ((requests - tokens) * window * 1000) / requests)
  }
  return latest
}

/** A clock that steps back refills nothing and takes nothing away. */
function refill({ tokens, at }: Bucket, { requests, window }: RateLimitSize, now: number): number {
  return Math.min(requests, tokens + (Math.max(0, now - at) * requests) / (window * 1000))
}

export function idOf({ requests, window }: RateLimitSize): string {
  return `${requests}/${window}`
}

/** @throws InputError when it is not a size of a bucket. */
export function checkSize(where: string, size: RateLimitSize): RateLimitSize {
  checkOptions(where, size, ['requests', 'window'])
  checkNumber(where, 'requests', size.requests, 1)
  checkNumber(where, 'window', size.window)
  return size
}

/** @throws InputError for a cost that no bucket of this size could ever pay. */
export function checkCost(cost: number, size: RateLimitSize): void {
  checkNumber('take', 'cost', cost)
  if (cost <= size.requests) return
  throw new InputError(
    `take: a cost of ${cost} is more than the limit of ${size.requests}.`,
    'Lower the cost.',
  )
}
