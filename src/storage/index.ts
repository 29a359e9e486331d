/**
 * Where state lives. Write a driver of your own by implementing {@link Storage}.
 *
 * @module
 */

export type { Storage } from '../types.ts'
export { type FsStorageOptions, fsStorage } from './fs.ts'
export { type MemoryStorageOptions, memoryStorage } from './memory.ts'
export { type RedisStorageOptions, redisStorage } from './redis.ts'
export {
  type RedisClient,
  type RedisClientOptions,
  type RedisConnection,
  redisClient,
} from './redis-client.ts'
export { fromUnstorage } from './unstorage.ts'
