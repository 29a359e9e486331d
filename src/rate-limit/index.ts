/**
 * Token buckets. Write a driver of your own by implementing {@link RateLimiter}.
 *
 * @module
 */

export type { RateLimit, RateLimiter, RateLimitSize } from '../types.ts'
export { type MemoryRateLimitOptions, memoryRateLimit } from './memory.ts'
export { type QueuedOptions, queued } from './queued.ts'
export { type RedisRateLimiter, type RedisRateLimitOptions, redisRateLimit } from './redis.ts'
export { type StorageRateLimitOptions, storageRateLimit } from './storage.ts'
