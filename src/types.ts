/**
 * The pluggable interfaces: storage, crypto, rate limit.
 *
 * @module
 */

/**
 * Where state lives: tokens, codes, counters, buckets, handles. Values are JSON.
 *
 * Drivers: `memoryStorage`, `fsStorage`, `redisStorage`, or any unstorage driver through `fromUnstorage`.
 * A driver that can't reach its backend throws an `UpstreamError` within a bounded time.
 */
export interface Storage {
  /** @returns `null` when there is no value, or its time is over. */
  get<T>(key: string): Promise<T | null>
  /** @param options.ttl seconds until the value is gone; without it the value stays. */
  set<T>(key: string, value: T, options?: { ttl?: number }): Promise<void>
  /** Deleting what is not there is no error. */
  delete(key: string): Promise<void>
  /** Read and delete in one step: of any number of simultaneous callers exactly one gets the value. */
  take<T>(key: string): Promise<T | null>
  /** Add one and answer the sum. The first call starts the `ttl` (seconds); later calls do not extend it. */
  increment(key: string, options: { ttl: number }): Promise<number>
  /**
   * Run `work` while holding the lock: one holder over all processes that share this storage.
   *
   * @param options.ttl seconds after which the lock frees itself, should its holder die.
   * @param options.wait seconds to wait for the lock.
   * @throws UpstreamError when the lock could not be acquired within `wait`.
   */
  lock<T>(key: string, options: { ttl: number; wait: number }, work: () => Promise<T>): Promise<T>
  /** Close connections and stop timers. What is stored stays, except in memory. */
  dispose(): Promise<void>
}

/** Encrypts what is kept outside the process. Driver: `fernet`. */
export interface Cipher {
  encrypt(text: string): Promise<string>
  /** @throws Error when the token was not made by one of the keys, was altered, or is too old. */
  decrypt(token: string): Promise<string>
}

/** The state of one token bucket. */
export interface RateLimit {
  allowed: boolean
  /** Capacity: calls per window. */
  limit: number
  /** Whole calls left now. */
  remaining: number
  /** Seconds until one call is allowed; 0 when one is allowed now. */
  retryAfter: number
}

/** The size of one bucket. */
export interface RateLimitSize {
  /** Calls per window; also the largest burst. */
  requests: number
  /** Seconds. */
  window: number
}

/** A token bucket per key. Drivers: `memoryRateLimit`, `redisRateLimit`. */
export interface RateLimiter {
  /**
   * Take `cost` (default 1) from the bucket of `key`. A refused call takes nothing.
   *
   * @param size for a bucket with a limit of its own; by default the driver's.
   * @param signal for drivers whose calls wait for their turn: the caller has gone, and takes nothing.
   */
  take(key: string, cost?: number, size?: RateLimitSize, signal?: AbortSignal): Promise<RateLimit>
  /** The state, without taking. */
  peek(key: string, size?: RateLimitSize): Promise<RateLimit>
  /** Close the bucket of `key` for `seconds`: the platform itself asked to wait. */
  block(key: string, seconds: number): Promise<void>
}
