/**
 * Storage on any driver of unstorage.
 *
 * @module
 */
import type { Storage as Unstorage } from 'unstorage'
import { InputError, isCloudwaysError, UpstreamError } from '../errors.ts'
import type { Storage } from '../types.ts'
import { assertKey, safeName } from './key.ts'
import { createLock, memoryLocks } from './lock.ts'
import { addOne, countingTime, expiryOf, fromText, isExpired, toText, ttlOf } from './value.ts'

/** `text` is JSON within JSON: unstorage revives values by guesswork (`destr`), and would turn `"1"` into 1. */
interface Kept {
  expires: number | null
  text: string
}

/** Seconds. Longer than any single read and write should take. */
const turn = { ttl: 60, wait: 60 }

/**
 * State in anything that unstorage can mount.
 *
 * What it can't promise: unstorage has no atomic operations, so `take`, `increment` and `lock` hold within this
 * process only. Two processes on one backend may both take a code, lose a count, or hold a lock at once: run
 * one process, or use `fsStorage` or `redisStorage`. Expired items are never answered, but are removed only when
 * they are read, or by the backend where its driver knows `ttl`. Time bounds are those of the driver.
 *
 * `dispose` leaves the storage itself alone: who mounted it disposes of it.
 *
 * @param storage from `createStorage` of unstorage.
 * @throws InputError when it is not one.
 */
export function fromUnstorage(storage: Unstorage): Storage {
  if (typeof storage?.getItem !== 'function' || typeof storage.setItem !== 'function') {
    throw new InputError('fromUnstorage takes a storage of unstorage.', 'Pass what createStorage() returned.')
  }
  const lock = createLock(memoryLocks())
  const exclusive = createLock(memoryLocks())

  // unstorage takes `a/b`, `a\b` and `a:b` for one key and cuts it at `?`, hence the safe name.
  async function nameOf(key: string): Promise<string> {
    assertKey(key)
    return `k-${await safeName(key)}`
  }

  async function find(name: string): Promise<Kept | null> {
    const kept = await attempt(storage.getItem<Kept>(name))
    return typeof kept?.text === 'string' ? kept : null
  }

  async function read(name: string): Promise<Kept | null> {
    const kept = await find(name)
    return kept === null || isExpired(kept) ? null : kept
  }

  async function removeExpired(name: string): Promise<void> {
    const kept = await find(name)
    if (kept !== null && isExpired(kept)) await attempt(storage.removeItem(name))
  }

  async function write(name: string, kept: Kept): Promise<void> {
    const ttl = kept.expires === null ? undefined : Math.max(1, Math.ceil((kept.expires - Date.now()) / 1000))
    await attempt(storage.setItem(name, { ...kept }, ttl === undefined ? {} : { ttl }))
  }

  return {
    async get<T>(key: string) {
      const name = await nameOf(key)
      const kept = await find(name)
      if (kept === null) return null
      if (!isExpired(kept)) return fromText<T>(kept.text)
      await exclusive(name, turn, () => removeExpired(name))
      return null
    },
    async set(key, value, options) {
      const kept = { expires: expiryOf(ttlOf(options)), text: toText(value) }
      const name = await nameOf(key)
      await exclusive(name, turn, () => write(name, kept))
    },
    async delete(key) {
      const name = await nameOf(key)
      await exclusive(name, turn, () => attempt(storage.removeItem(name)))
    },
    async take<T>(key: string) {
      const name = await nameOf(key)
      return exclusive(name, turn, async () => {
        const kept = await read(name)
        await attempt(storage.removeItem(name))
        return kept === null ? null : fromText<T>(kept.text)
      })
    },
    async increment(key, options) {
      const duration = countingTime(options)
      const name = await nameOf(key)
      return exclusive(name, turn, async () => {
        const kept = await read(name)
        const sum = addOne(kept === null ? null : fromText(kept.text))
        await write(name, { expires: kept === null ? expiryOf(duration) : kept.expires, text: String(sum) })
        return sum
      })
    },
    lock,
    async dispose() {},
  }
}

/** Drivers throw what they like, and some put keys, values or addresses into it: nothing of it is passed on. */
async function attempt<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (isCloudwaysError(error)) throw error
    throw new UpstreamError(
      'The storage backend failed.',
      'The operator: look at the storage. Then try again.',
      {
        service: 'storage',
        outcome: 'unknown',
      },
    )
  }
}
