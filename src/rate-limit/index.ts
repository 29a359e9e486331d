/**
 * Token buckets. For a driver of your own, implement {@link RateLimiter}, or use `storageRateLimit` on your storage.
 *
 * @module
 */

export type { RateLimit, RateLimiter, RateLimitSize } from '../types.ts'
export { type MemoryRateLimitOptions, memoryRateLimit } from './memory.ts'
export { type QueuedOptions, queued } from './queued.ts'
export { type RedisRateLimiter, type RedisRateLimitOptions, redisRateLimit } from './redis.ts'
export { type StorageRateLimitOptions, storageRateLimit } from './storage.ts'
