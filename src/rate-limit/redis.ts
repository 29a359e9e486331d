/** Token buckets on Redis or Valkey, as one Lua script. @module */
import { checkOptions } from '../base/options.ts'
import { connectRedis, type RedisClientOptions, redisClientOptions } from '../storage/redis-client.ts'
import type { RateLimiter, RateLimitSize } from '../types.ts'
import { checkSize, idOf, limiterOf } from './bucket.ts'

/**
 * The arithmetic of bucket.ts, on the clock of the server, in microseconds. Microseconds fit a Lua number until the
 * year 2255. One hash holds everything of one key: `ID:tokens` and `ID:at` for each size, and `until`. The hash expires
 * when all its buckets are full and the key is open. Numbers have 17 digits: fewer would lose fractions of a token. What
 * is no hash was damaged, and counts as a key that is closed for a minute.
 */
export const bucketScript = `
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local key, op = KEYS[1], ARGV[1]
local function keep(last)
  local left = math.ceil((last - now) / 1000)
  if left > redis.call('PTTL', key) then redis.call('PEXPIRE', key, left) end
end

local kind = redis.call('TYPE', key)['ok']
if kind ~= 'none' and kind ~= 'hash' then
  redis.call('DEL', key)
  redis.call('HSET', key, 'until', string.format('%.0f', now + 60000000))
  keep(now + 60000000)
end
local closes = tonumber(redis.call('HGET', key, 'until') or 0) or now + 60000000
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

/** Options of {@link redisRateLimit}. */
export interface RedisRateLimitOptions extends RedisClientOptions, RateLimitSize {
  /**
   * Put in front of each key, to share a database.
   *
   * @default 'cloudways'
   */
  prefix?: string
}

/** A rate limiter with a connection. */
export interface RedisRateLimiter extends RateLimiter {
  /** Close the connection, if it was opened here. */
  dispose(): Promise<void>
}

/**
 * A token bucket per key in Redis, shared by all replicas. Needs the package `ioredis`, or a `client`.
 *
 * Each call is one Lua script on one key with the clock of the server. So each call is atomic, and the clocks of the
 * replicas do not matter. When Redis is unreachable, a call throws: no call passes without being counted.
 *
 * @throws InputError for an unknown or wrong option. Its calls throw UpstreamError when Redis is unreachable.
 */
export function redisRateLimit(options: RedisRateLimitOptions): RedisRateLimiter {
  checkOptions('redisRateLimit', options, [...redisClientOptions, 'requests', 'window', 'prefix'])
  const { requests, window, prefix = 'cloudways', ...connection } = options
  const size = checkSize('redisRateLimit', { requests, window })
  const redis = connectRedis('redisRateLimit', connection)

  const nameOf = (key: string) => `${prefix}:limit:${key}`

  const limiter = limiterOf(size, {
    async spend(key, own, cost) {
      const bucket = [idOf(own), own.requests, own.window * 1e6, cost]
      const op = cost > 0 ? 'take' : 'peek'
      const answer = await redis.evaluate(bucketScript, nameOf(key), op, ...bucket)
      const [allowed, remaining, wait] = answer as [number, number, number]
      return { allowed: allowed === 1, limit: own.requests, remaining, retryAfter: wait / 1e6 }
    },
    async block(key, seconds) {
      await redis.evaluate(bucketScript, nameOf(key), 'block', Math.ceil(seconds * 1e6))
    },
  })
  return { ...limiter, dispose: () => redis.close() }
}
