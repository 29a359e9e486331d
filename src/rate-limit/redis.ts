/**
 * Token buckets on Redis or Valkey: one bucket for all processes.
 *
 * @module
 */
import { checkOptions } from '../base/options.ts'
import { connectRedis, type RedisClientOptions, redisClientOptions } from '../storage/redis-client.ts'
import type { RateLimiter, RateLimitSize } from '../types.ts'
import { idOf } from './bucket.ts'
import { bucketScript } from './bucket-script.ts'
import { checkSize, limiterOf } from './limiter.ts'

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
