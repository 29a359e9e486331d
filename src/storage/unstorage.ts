/** Storage on any driver of unstorage. @module */
import { InputError, isCloudwaysError, UpstreamError } from '../errors.ts'
import type { ListStorage } from '../types.ts'
import { addOne, type Entry, entryOf, isExpired, safeName, textOf } from './item.ts'
import { createLock, memoryLocks } from './lock.ts'
import { storageOf } from './storage-of.ts'

/**
 * What is used of a storage of unstorage. Its own types are not named here, because they need the types of the packages
 * of all its drivers.
 */
export interface UnstorageLike {
  getItem(key: string): Promise<unknown>
  setItem(key: string, value: object, options?: object): Promise<void>
  removeItem(key: string): Promise<void>
}

/** Milliseconds; longer than any single read and write should take. */
const turn = { ttl: 60_000, wait: 60_000 }

/**
 * State in anything that unstorage can mount.
 *
 * unstorage has no atomic operations, so `take`, `increment`, `append` and `lock` hold within this process only. Two
 * processes on one backend may both take a code, lose a count, or hold a lock at once: run one process, or use
 * `fsStorage` or `redisStorage`. An expired value is never answered. It is removed when it is read, or by a backend
 * whose driver knows `ttl`. Time-outs are those of the driver.
 *
 * `dispose` leaves the storage of unstorage open, for the code that mounted it.
 *
 * @param storage from `createStorage` of unstorage.
 * @throws InputError when it is not one.
 */
export function fromUnstorage(storage: UnstorageLike): ListStorage {
  if (typeof storage?.getItem !== 'function' || typeof storage.setItem !== 'function') {
    throw new InputError('fromUnstorage takes a storage of unstorage.', 'Pass what createStorage() returned.')
  }
  const exclusive = createLock(memoryLocks())

  /** Do one thing with the name of a key, while nothing else in this process changes that name. */
  async function alone<T>(key: string, work: (name: string) => Promise<T>): Promise<T> {
    const name = await nameOf(key)
    return exclusive(name, turn, () => work(name))
  }

  // The text is JSON within JSON: unstorage guesses what a value was (`destr`), and would turn `"1"` into 1.
  async function find(name: string): Promise<Entry | null> {
    const entry = (await attempt(storage.getItem(name))) as Entry | null
    return typeof entry?.text === 'string' ? entry : null
  }

  async function write(name: string, entry: Entry): Promise<void> {
    const ttl =
      entry.expires === null ? undefined : Math.max(1, Math.ceil((entry.expires - Date.now()) / 1000))
    await attempt(storage.setItem(name, { ...entry }, ttl === undefined ? {} : { ttl }))
  }

  return storageOf({
    async read(key) {
      const entry = await find(await nameOf(key))
      if (entry === null || !isExpired(entry)) return textOf(entry)
      await alone(key, async (name) => {
        // Read again under the lock: another caller may have written a new value since.
        const now = await find(name)
        if (now !== null && isExpired(now)) await attempt(storage.removeItem(name))
      })
      return null
    },
    async write(key, text, ttl) {
      const entry = entryOf(text, ttl)
      await alone(key, (name) => write(name, entry))
    },
    async remove(key) {
      await alone(key, (name) => attempt(storage.removeItem(name)))
    },
    take: (key) =>
      alone(key, async (name) => {
        const entry = await find(name)
        await attempt(storage.removeItem(name))
        return textOf(entry)
      }),
    add: (key, ttl) =>
      alone(key, async (name) => {
        const next = addOne(await find(name), ttl)
        if (next === null) return null
        await write(name, next)
        return Number(next.text)
      }),
    ...memoryLocks(),
  })
}

/** unstorage takes `a/b`, `a\b` and `a:b` for one key and cuts a key at `?`. */
async function nameOf(key: string): Promise<string> {
  return `k-${await safeName(key)}`
}

/** Drivers throw anything, and some put keys, values or addresses into it. None of it is passed on. */
async function attempt<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (isCloudwaysError(error)) throw error
    throw new UpstreamError(
      'The storage backend failed.',
      'The operator: look at the storage. Then try again.',
      { service: 'storage', outcome: 'unknown' },
    )
  }
}
