/** Storage in this process. @module */
import { checkNumber, checkOptions } from '../base/options.ts'
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
}

/**
 * State in this process. It is gone when the process ends, and no other process sees it.
 *
 * @throws InputError for an unknown or wrong option.
 */
export function memoryStorage(options: MemoryStorageOptions = {}): ListStorage {
  checkOptions('memoryStorage', options, ['sweep'])
  const { sweep = 60 } = options
  checkNumber('memoryStorage', 'sweep', sweep)

  const items = new Map<string, Entry>()
  const sweeper = createSweeper(
    sweep,
    () => items.entries(),
    ([key, entry]) => {
      if (isExpired(entry)) items.delete(key)
    },
  )

  function find(key: string): Entry | null {
    const entry = items.get(key) ?? null
    if (entry === null || !isExpired(entry)) return entry
    items.delete(key)
    return null
  }

  function put(key: string, entry: Entry): void {
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
      items.delete(key)
    },
    async take(key) {
      const entry = find(key)
      items.delete(key)
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
    },
  })
  return { ...storage, inProcess: true }
}
