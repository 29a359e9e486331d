/** Storage in this process. @module */
import { checkNumber, checkOptions } from '../base/options.ts'
import { UpstreamError } from '../errors.ts'
import type { ListStorage } from '../types.ts'
import { addOne, type Entry, entryOf, isExpired } from './item.ts'
import { memoryLocks } from './lock.ts'
import { storageOf } from './storage-of.ts'
import { createSweeper } from './sweep.ts'

/** Options of {@link memoryStorage}. */
export interface MemoryStorageOptions {
  /**
   * Seconds between two passes that drop expired values.
   *
   * @default 60
   */
  sweep?: number
  /**
   * Items of one kind at most; a kind is the first one or two words of a key (`auth:session`, `token`). A new item
   * beyond that is refused, and no other item is dropped for it: a flood of one kind must not end sessions.
   *
   * @default 100000
   */
  maxPerKind?: number
}

/** Milliseconds between two searches for expired items because a kind is full. Under a flood, each would be too often. */
const clearMilliseconds = 1000

/**
 * State in this process. It is gone when the process ends, and no other process sees it.
 *
 * @throws InputError for an unknown or wrong option.
 */
export function memoryStorage(options: MemoryStorageOptions = {}): ListStorage {
  checkOptions('memoryStorage', options, ['sweep', 'maxPerKind'])
  const { sweep = 60, maxPerKind = 100_000 } = options
  checkNumber('memoryStorage', 'sweep', sweep)
  checkNumber('memoryStorage', 'maxPerKind', maxPerKind, 1)

  const items = new Map<string, Entry>()
  const counts = new Map<string, number>()
  let cleared = Number.NEGATIVE_INFINITY
  const sweeper = createSweeper(
    sweep,
    () => items.entries(),
    ([key, entry]) => {
      if (isExpired(entry)) drop(key)
    },
  )

  function drop(key: string): void {
    if (!items.delete(key)) return
    const kind = kindOf(key)
    const left = (counts.get(kind) ?? 1) - 1
    if (left > 0) counts.set(kind, left)
    else counts.delete(kind)
  }

  /** @throws UpstreamError when there are too many of its kind. */
  function makeRoom(kind: string): void {
    const isFull = () => (counts.get(kind) ?? 0) >= maxPerKind
    const time = performance.now()
    if (isFull() && time - cleared > clearMilliseconds) {
      cleared = time
      for (const [key, entry] of items) if (isExpired(entry)) drop(key)
    }
    if (isFull()) throw full()
  }

  function find(key: string): Entry | null {
    const entry = items.get(key) ?? null
    if (entry === null || !isExpired(entry)) return entry
    drop(key)
    return null
  }

  function put(key: string, entry: Entry): void {
    if (!items.has(key)) {
      const kind = kindOf(key)
      makeRoom(kind)
      counts.set(kind, (counts.get(kind) ?? 0) + 1)
    }
    items.set(key, entry)
    if (entry.expires !== null) sweeper.start()
  }

  // No method waits for anything between reading and writing. That makes each of them atomic.
  const storage = storageOf({
    async read(key) {
      return find(key)?.text ?? null
    },
    async write(key, text, ttl) {
      put(key, entryOf(text, ttl))
    },
    async remove(key) {
      drop(key)
    },
    async take(key) {
      const entry = find(key)
      drop(key)
      return entry?.text ?? null
    },
    async add(key, ttl) {
      const next = addOne(find(key), ttl)
      if (next === null) return null
      put(key, next)
      return Number(next.text)
    },
    ...memoryLocks(),
    async dispose() {
      await sweeper.stop()
      items.clear()
      counts.clear()
    },
  })
  return { ...storage, inProcess: true }
}

/** `auth:session` of `auth:session:5f2b`, and `token` of `token:acct_1`. */
function kindOf(key: string): string {
  const words = key.split(':')
  return words.slice(0, Math.min(2, words.length - 1)).join(':')
}

function full(): UpstreamError {
  return new UpstreamError(
    'The storage in memory holds too many items of this kind.',
    'Wait until some have expired. The operator: set REDIS_URL or STORAGE_DIR, or maxPerKind of memoryStorage.',
    { service: 'storage', retryAfter: 5 },
  )
}
