/**
 * Storage on Redis or Valkey, for any number of processes.
 *
 * @module
 */
import { checkOptions } from '../base/options.ts'
import type { Storage } from '../types.ts'
import { assertKey } from './key.ts'
import { createLock } from './lock.ts'
import { connectRedis, type RedisClientOptions, redisClientOptions } from './redis-client.ts'
import { countingTime, fromText, notACounter, toText, ttlOf } from './value.ts'

/** Options of {@link redisStorage}. */
export interface RedisStorageOptions extends RedisClientOptions {
  /**
   * Put in front of each key, to share a database.
   *
   * @default 'cloudways'
   */
  prefix?: string
}

/** PEXPIRE only for the first: later calls must not extend the time. */
const incrementScript = `
local sum = redis.pcall('INCR', KEYS[1])
if type(sum) == 'table' then return false end
if sum == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return sum`

const releaseScript = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`

/**
 * State in Redis 6.2 or newer, or Valkey, shared by all replicas. Needs the package `ioredis`.
 *
 * Each operation is one command or one script on one key, so it is atomic, and a cluster can run it. A lock is
 * as durable as the server: one that restarts without persistence, or fails over, forgets who holds it.
 *
 * @throws InputError for wrong options.
 */
export function redisStorage(options: RedisStorageOptions): Storage {
  checkOptions('redisStorage', options, [...redisClientOptions, 'prefix'])
  const { prefix = 'cloudways', ...connection } = options
  const redis = connectRedis('redisStorage', connection)

  function keyOf(key: string): string {
    assertKey(key)
    return `${prefix}:item:${key}`
  }

  function lockOf(key: string): string {
    return `${prefix}:lock:${key}`
  }

  return {
    async get<T>(key: string) {
      return parse<T>(await redis.call('GET', keyOf(key)))
    },
    async set(key, value, options) {
      const ttl = ttlOf(options)
      const expiry = ttl === undefined ? [] : ['PX', ttl]
      await redis.call('SET', keyOf(key), toText(value), ...expiry)
    },
    async delete(key) {
      await redis.call('DEL', keyOf(key))
    },
    async take<T>(key: string) {
      return parse<T>(await redis.call('GETDEL', keyOf(key)))
    },
    async increment(key, options) {
      const sum = await redis.evaluate(incrementScript, keyOf(key), countingTime(options))
      if (sum === null) throw notACounter()
      return Number(sum)
    },
    lock: createLock({
      async acquire(key, owner, ttl) {
        return (await redis.call('SET', lockOf(key), owner, 'NX', 'PX', ttl)) === 'OK'
      },
      async release(key, owner) {
        await redis.evaluate(releaseScript, lockOf(key), owner)
      },
    }),
    dispose: () => redis.close(),
  }
}

function parse<T>(text: unknown): T | null {
  return text === null ? null : fromText<T>(String(text))
}
