/**
 * Token buckets on Redis or Valkey: one bucket for all processes.
 *
 * @module
 */
import { checkNumber, checkOptions } from '../base/options.ts'
import { connectRedis, type RedisClientOptions, redisClientOptions } from '../storage/redis-client.ts'
import type { RateLimit, RateLimiter, RateLimitSize } from '../types.ts'
import { checkCost, checkSize, idOf } from './bucket.ts'

/** Options of {@link redisRateLimit}. */
export interface RedisRateLimitOptions extends RedisClientOptions, RateLimitSize {
  /**
   * Put in front of each key, to share a database.
   *
   * @default 'cloudways'
   */
  prefix?: string
}

/** A limiter with a connection that has to be closed. */
export interface RedisRateLimiter extends RateLimiter {
  /** Close the connection, if it was opened here. */
  dispose(): Promise<void>
}

/**
 * The arithmetic of bucket.ts, on the server's clock in microseconds (which fit a Lua number until the year 2255).
 * One hash holds all of one key: `ID:tokens` and `ID:at` for each size, and `until`. It expires when everything
 * in it is full and open again. Numbers are written with 17 digits: fewer would lose fractions of a token.
 */
export const bucketScript = `
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local key, op = KEYS[1], ARGV[1]
local function keep(last)
  local left = math.ceil((last - now) / 1000)
  if left > redis.call('PTTL', key) then redis.call('PEXPIRE', key, left) end
end

local closes = tonumber(redis.call('HGET', key, 'until') or 0)
if op == 'block' then
  local last = now + tonumber(ARGV[2])
  if last <= closes then return 0 end
  redis.call('HSET', key, 'until', string.format('%.0f', last))
  keep(last)
  return 1
end

local id, requests, window, cost = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local bucket = redis.call('HMGET', key, id .. ':tokens', id .. ':at')
local tokens, at = tonumber(bucket[1] or requests), tonumber(bucket[2] or now)
if now > at then tokens = math.min(requests, tokens + (now - at) * requests / window) end
local closed = math.max(0, closes - now)
local wanted = cost
if cost == 0 then wanted = 1 end
local allowed = closed == 0 and tokens + 1e-9 >= wanted
if allowed then tokens = tokens - cost end
if op == 'take' and (allowed or now < at) then
  redis.call('HSET', key, id .. ':tokens', string.format('%.17g', tokens), id .. ':at', string.format('%.0f', now))
  keep(math.max(closes, now + (requests - tokens) * window / requests))
end

if allowed then wanted = 1 end
local missing, refilled = wanted - tokens, 0
if missing > 1e-9 then refilled = missing * window / requests end
local remaining = 0
if closed == 0 then remaining = math.max(0, math.floor(tokens + 1e-9)) end
return { allowed and 1 or 0, remaining, math.ceil(math.max(refilled, closed)) }`

/**
 * A token bucket per key in Redis, shared by all replicas. Needs the package `ioredis`.
 *
 * Each call is one Lua script on one key with the server's clock: calls can't slip in between, and clocks of
 * replicas do not matter. When Redis is unreachable, calls throw: they are not let through uncounted.
 *
 * @throws InputError for wrong options. Its calls throw UpstreamError when Redis is unreachable.
 */
export function redisRateLimit(options: RedisRateLimitOptions): RedisRateLimiter {
  checkOptions('redisRateLimit', options, [...redisClientOptions, 'requests', 'window', 'prefix'])
  const { requests, window, prefix = 'cloudways', ...connection } = options
  const size = checkSize('redisRateLimit', { requests, window })
  const redis = connectRedis('redisRateLimit', connection)

  async function run(op: 'take' | 'peek', key: string, own: RateLimitSize, cost: number): Promise<RateLimit> {
    const id = idOf(own)
    const answer = await redis.evaluate(
      bucketScript,
      nameOf(key),
      op,
      id,
      own.requests,
      own.window * 1e6,
      cost,
    )
    const [allowed, remaining, wait] = answer as [number, number, number]
    return { allowed: allowed === 1, limit: own.requests, remaining, retryAfter: wait / 1e6 }
  }

  function nameOf(key: string): string {
    return `${prefix}:limit:${key}`
  }

  return {
    async take(key, cost = 1, own = size) {
      if (own !== size) checkSize('take', own)
      checkCost(cost, own)
      return run('take', key, own, cost)
    },
    async peek(key, own = size) {
      if (own !== size) checkSize('peek', own)
      return run('peek', key, own, 0)
    },
    async block(key, seconds) {
      checkNumber('block', 'seconds', seconds, 0)
      if (seconds > 0) await redis.evaluate(bucketScript, nameOf(key), 'block', Math.ceil(seconds * 1e6))
    },
    dispose: () => redis.close(),
  }
}
