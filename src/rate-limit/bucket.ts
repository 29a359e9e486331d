/**
 * The arithmetic of a token bucket, without a clock and without a place to keep the bucket. The Lua script in
 * bucket-script.ts does the same.
 *
 * @module
 */

import type { RateLimit, RateLimitSize } from '../types.ts'

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
