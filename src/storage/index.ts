/** Where state lives. For a driver of your own, pass a {@link StorageDriver} to {@link storageOf}. @module */

export type { ListStorage, Storage, StorageDriver } from '../types.ts'
export { type FsStorageOptions, fsStorage } from './fs.ts'
export { type MemoryStorageOptions, memoryStorage } from './memory.ts'
export { type RedisStorageOptions, redisStorage } from './redis.ts'
export { type RedisClientOptions, type RedisConnection, redisClient } from './redis-client.ts'
export type { RedisClient } from './redis-open.ts'
export { storageOf } from './storage-of.ts'
export { fromUnstorage, type UnstorageLike } from './unstorage.ts'
