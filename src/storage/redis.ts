/** Storage on Redis or Valkey, for any number of processes. @module */
import { checkOptions } from '../base/options.ts'
import type { ListStorage } from '../types.ts'
import { connectRedis, type RedisClientOptions, redisClientOptions } from './redis-client.ts'
import { storageOf } from './storage-of.ts'

export { type RedisClientOptions, type RedisConnection, redisClient } from './redis-client.ts'
export type { RedisClient } from './redis-open.ts'

/** Options of {@link redisStorage}. */
export interface RedisStorageOptions extends RedisClientOptions {
  /**
   * Put in front of each key, to share a database.
   *
   * @default 'cloudways'
   */
  prefix?: string
}

/** The time is set at the first count only: later counts must not extend it. */
const addScript = `
local sum = redis.pcall('INCR', KEYS[1])
if type(sum) == 'table' then return false end
if sum == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return sum`

const appendScript = `
local length = redis.pcall('RPUSH', KEYS[1], ARGV[1])
if type(length) == 'table' then return false end
redis.call('LTRIM', KEYS[1], '-' .. ARGV[2], -1)
if ARGV[3] then redis.call('PEXPIRE', KEYS[1], ARGV[3]) else redis.call('PERSIST', KEYS[1]) end
return length`

/** A lock without an end was written by something else. It gets one, or nobody would ever hold the lock again. */
const acquireScript = `
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end
if redis.call('PTTL', KEYS[1]) == -1 then redis.call('PEXPIRE', KEYS[1], 120000) end
return 0`

const releaseScript = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`

/**
 * State in Redis 6.2 or newer, or Valkey, shared by all replicas. Needs the package `ioredis`, or a `client`.
 *
 * Each operation is one command or one script on one key. So it is atomic, and runs on a cluster. A lock is as durable
 * as the server: a server that restarts without persistence, or fails over, forgets who holds the lock.
 *
 * @throws InputError for an unknown or wrong option.
 */
export function redisStorage(options: RedisStorageOptions): ListStorage {
  checkOptions('redisStorage', options, [...redisClientOptions, 'prefix'])
  const { prefix = 'cloudways', ...connection } = options
  const redis = connectRedis('redisStorage', connection)
  const itemOf = (key: string) => `${prefix}:item:${key}`
  const lockOf = (key: string) => `${prefix}:lock:${key}`

  return storageOf({
    async read(key) {
      return asText(await redis.call('GET', itemOf(key)))
    },
    async write(key, text, ttl) {
      await redis.call('SET', itemOf(key), text, ...(ttl === undefined ? [] : ['PX', ttl]))
    },
    async remove(key) {
      await redis.call('DEL', itemOf(key))
    },
    async take(key) {
      return asText(await redis.call('GETDEL', itemOf(key)))
    },
    async add(key, ttl) {
      const sum = await redis.evaluate(addScript, itemOf(key), ttl)
      return sum === null ? null : Number(sum)
    },
    async acquire(key, owner, ttl) {
      return (await redis.evaluate(acquireScript, lockOf(key), owner, ttl)) === 1
    },
    async release(key, owner) {
      await redis.evaluate(releaseScript, lockOf(key), owner)
    },
    async append(key, text, keep, ttl) {
      const time = ttl === undefined ? [] : [ttl]
      return (await redis.evaluate(appendScript, itemOf(key), text, keep, ...time)) !== null
    },
    async range(key, start, count) {
      // -1 is the newest entry. From there on, Redis would count from the oldest again.
      const last = start < 0 ? Math.min(-1, start + count - 1) : start + count - 1
      return (await redis.call('LRANGE', itemOf(key), start, last)) as string[]
    },
    dispose: () => redis.close(),
  })
}

function asText(answer: unknown): string | null {
  return answer === null ? null : String(answer)
}
