/** The pluggable interfaces: storage, crypto, rate limit. @module */

/**
 * Where state lives: tokens, codes, counters, plans, handles. Values are JSON.
 *
 * Drivers: `memoryStorage`, `fsStorage`, `redisStorage`, and any driver of unstorage through `fromUnstorage`. For a
 * driver of your own, write a {@link StorageDriver} and pass it to `storageOf`.
 *
 * A storage that cannot reach its backend throws an `UpstreamError` within a bounded time.
 */
export interface Storage {
  /**
   * `true`: no value ever leaves the memory of this process. Only then an exchanged token is kept without a `crypto`.
   * `memoryStorage` says so; say it of a storage of your own only when it is true.
   */
  readonly inProcess?: boolean
  /**
   * Told by readers of a record that can't be read, and of what it counts as: `absent` (it granted something),
   * `refusing` (it forbade something), or `sealed` (no key opens it). For whoever keeps a log. Default: nobody is told.
   */
  onDamaged?: ((key: string, counts: 'absent' | 'refusing' | 'sealed') => void) | undefined
  /** @returns `null` when there is no value, or its time is over. */
  get<T>(key: string): Promise<T | null>
  /** @param options.ttl seconds until the value is gone. Without it the value stays. */
  set<T>(key: string, value: T, options?: { ttl?: number }): Promise<void>
  /** Delete a value or a list. Deleting a key that does not exist is no error. */
  delete(key: string): Promise<void>
  /** Read and delete in one step: of any number of simultaneous callers, exactly one gets the value. */
  take<T>(key: string): Promise<T | null>
  /** Add one and answer the sum. The first call starts the `ttl` (seconds); later calls do not extend it. */
  increment(key: string, options: { ttl: number }): Promise<number>
  /**
   * Run `work` while holding the lock: one holder over all processes that share this storage.
   *
   * @param options.ttl seconds after which the lock is free again, in case its holder dies.
   * @param options.wait seconds to wait for the lock; 0 asks once.
   * @throws UpstreamError when the lock was not free within `wait`.
   */
  lock<T>(key: string, options: { ttl: number; wait: number }, work: () => Promise<T>): Promise<T>
  /** Close connections and stop timers. Stored values stay, except in memory. */
  dispose(): Promise<void>
}

/**
 * A {@link Storage} that also keeps lists, as `storageOf` and every driver of this package make it.
 *
 * The two methods are not part of `Storage`, so that a storage written by hand needs no more than it did. A key holds
 * a value or a list, never both.
 */
export interface ListStorage extends Storage {
  /**
   * Add one entry to the end of a list.
   *
   * On Redis an append costs the same for every length. The other drivers rewrite the list: keep lists short there.
   *
   * @param options.keep entries that stay, a whole number of at most 10,000. When there are more, the oldest go.
   * @param options.ttl seconds until the whole list is gone, counted anew from each append. Without it the list stays.
   * @throws InputError when the key holds something that is not a list.
   */
  append(key: string, value: unknown, options: { keep: number; ttl?: number }): Promise<void>
  /**
   * Entries of a list in the order in which they were added; `[]` when there is no list.
   *
   * @param start position of the first entry. 0 is the oldest, -1 the newest: `range(key, -50, 50)` is the last fifty.
   * @param count how many positions to look at, at least 1. A position without an entry answers nothing.
   */
  range<T>(key: string, start: number, count: number): Promise<T[]>
}

/**
 * The atoms of a storage: what only its backend can do. `storageOf` makes a {@link ListStorage} of them, and prove
 * the result with `storageCases`.
 *
 * A driver may trust what it is given: keys are well-formed texts that are not empty, `ttl` is a whole number of
 * MILLISECONDS above 0. Each method is one atomic step over all processes that share the backend. A value whose time
 * is over counts as absent everywhere. Locks and values live apart: `acquire('a')` does not touch the value of `a`.
 */
export interface StorageDriver {
  read(key: string): Promise<string | null>
  /** Set the text, and its time: without `ttl` it stays, also when the old text had one. */
  write(key: string, text: string, ttl?: number): Promise<void>
  remove(key: string): Promise<void>
  /** Read and remove: of several callers one gets the text, the others get `null`. */
  take(key: string): Promise<string | null>
  /**
   * Add one to the decimal number under the key, and answer the sum. An absent key counts as 0, and only then `ttl`
   * starts.
   *
   * @returns `null`, and changes nothing, when the text is not a whole number.
   */
  add(key: string, ttl: number): Promise<number | null>
  /** Take the lock for `owner`, if it is free or the time of its holder is over. Does not wait. */
  acquire(key: string, owner: string, ttl: number): Promise<boolean>
  /** Free the lock, if `owner` still holds it. */
  release(key: string, owner: string): Promise<void>
  /**
   * Add one text to a list, cut the list to its newest `keep`, and set its time as `write` does. Write it together
   * with `range`, or leave both out: then a list is kept as one value, changed under a lock.
   *
   * @returns `false`, and changes nothing, when the key holds something that is not a list.
   */
  append?(key: string, text: string, keep: number, ttl?: number): Promise<boolean>
  /** The texts at `count` positions from `start` on, in order. A negative `start` counts from the end. */
  range?(key: string, start: number, count: number): Promise<string[]>
  /** Close connections and stop timers. */
  dispose?(): Promise<void>
}

/** Encrypts state that is kept outside the process. Driver: `fernet`. */
export interface Cipher {
  encrypt(text: string): Promise<string>
  /** @throws Error when none of the keys made the token, or when the token was altered or is too old. */
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

/**
 * A token bucket per key.
 *
 * Drivers: `memoryRateLimit`, `redisRateLimit`, and `storageRateLimit` for any {@link Storage}.
 */
export interface RateLimiter {
  /** The size of each bucket that is asked for without a size. The drivers of this package tell it. */
  readonly size?: RateLimitSize
  /**
   * Take `cost` (default 1) from the bucket of `key`. A refused call takes nothing.
   *
   * @param size the size of a bucket with its own limit. Default: the size of the driver.
   * @param signal for drivers whose calls wait: when it aborts, the caller stops waiting and takes nothing.
   */
  take(key: string, cost?: number, size?: RateLimitSize, signal?: AbortSignal): Promise<RateLimit>
  /** The state, without taking. */
  peek(key: string, size?: RateLimitSize): Promise<RateLimit>
  /** Close the bucket of `key` for `seconds`, because the platform itself asked to wait. */
  block(key: string, seconds: number): Promise<void>
}
