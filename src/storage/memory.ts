/**
 * Storage in this process.
 *
 * @module
 */
import memoryDriver from 'unstorage/drivers/memory'
import { checkNumber, checkOptions } from '../base/options.ts'
import type { Storage } from '../types.ts'
import { assertKey } from './key.ts'
import { createLock, memoryLocks } from './lock.ts'
import { createSweeper, sweepBatch } from './sweep.ts'
import { addOne, countingTime, expiryOf, fromText, isExpired, toText, ttlOf } from './value.ts'

/** Options of {@link memoryStorage}. */
export interface MemoryStorageOptions {
  /**
   * Seconds between two passes that drop expired items.
   *
   * @default 60
   */
  sweep?: number
}

interface Entry {
  expires: number | null
  /** JSON text, not the value itself: whoever changes an object later must not change what is stored. */
  text: string
}

/**
 * State in this process: gone when it ends, and not shared with other processes.
 *
 * @throws InputError for an unknown option.
 */
export function memoryStorage(options: MemoryStorageOptions = {}): Storage {
  checkOptions('memoryStorage', options, ['sweep'])
  const { sweep = 60 } = options
  checkNumber('memoryStorage', 'sweep', sweep)

  // The driver's own methods are plain Map calls. Working on its Map keeps each operation below free of `await`,
  // and that is what makes it atomic.
  const items: Map<string, Entry> = memoryDriver().getInstance!()

  let cursor = items.entries()
  const sweeper = createSweeper(sweep, () => {
    const now = Date.now()
    for (let looked = 0; looked < sweepBatch; looked++) {
      const next = cursor.next()
      if (next.done) {
        cursor = items.entries()
        return
      }
      const [key, entry] = next.value
      if (isExpired(entry, now)) items.delete(key)
    }
  })

  function put(key: string, value: unknown, expires: number | null): void {
    items.set(key, { expires, text: toText(value) })
    if (expires !== null) sweeper.start()
  }

  function live(key: string): Entry | undefined {
    assertKey(key)
    const entry = items.get(key)
    if (entry === undefined || !isExpired(entry)) return entry
    items.delete(key)
    return undefined
  }

  return {
    async get<T>(key: string) {
      const entry = live(key)
      return entry === undefined ? null : fromText<T>(entry.text)
    },
    async set(key, value, options) {
      assertKey(key)
      put(key, value, expiryOf(ttlOf(options)))
    },
    async delete(key) {
      assertKey(key)
      items.delete(key)
    },
    async take<T>(key: string) {
      const entry = live(key)
      items.delete(key)
      return entry === undefined ? null : fromText<T>(entry.text)
    },
    async increment(key, options) {
      const duration = countingTime(options)
      const entry = live(key)
      const sum = addOne(entry === undefined ? null : fromText(entry.text))
      put(key, sum, entry === undefined ? expiryOf(duration) : entry.expires)
      return sum
    },
    lock: createLock(memoryLocks()),
    async dispose() {
      await sweeper.stop()
      items.clear()
    },
  }
}
