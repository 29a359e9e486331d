/** Lists of entries, on any storage. @module */
import { checkOptions } from '../base/options.ts'
import { InputError } from '../errors.ts'
import type { ListStorage, Storage } from '../types.ts'
import { toText } from './item.ts'

type Lists = Pick<ListStorage, 'append' | 'range'>

/** Entries. A driver may have to rewrite the whole list for one more. */
const longestList = 10_000

/** Seconds. One append takes milliseconds; a process that holds a list for ten seconds has died. */
const turn = { ttl: 10, wait: 15 }

/** The lists of a storage: its own, or, for a storage without lists, arrays that are changed under a lock. */
export function listsOn(storage: Storage & Partial<Lists>): Lists {
  if (storage.append && storage.range) return storage as ListStorage

  async function read(key: string): Promise<unknown[]> {
    const list = (await storage.get(key)) ?? []
    if (Array.isArray(list)) return list
    throw notAList()
  }

  return {
    async append(key, value, options) {
      checkAppend(options)
      // In an array, JSON would write `null` for a value that it cannot say.
      toText(value)
      const { keep, ttl } = options
      // The name differs from the key: the caller may hold the lock of that name.
      await storage.lock(`append to ${key}`, turn, async () => {
        await storage.set(key, [...(await read(key)), value].slice(-keep), { ttl })
      })
    },
    async range<T>(key: string, start: number, count: number) {
      checkRange(start, count)
      const list = await read(key)
      const first = start < 0 ? Math.max(0, list.length + start) : start
      const last = start < 0 ? list.length + start + count : start + count
      return list.slice(first, Math.max(first, last)) as T[]
    },
  }
}

/** @throws InputError */
export function checkAppend(options: { keep: number; ttl?: number }): void {
  checkOptions('append', options, ['keep', 'ttl'])
  const { keep } = options
  if (Number.isSafeInteger(keep) && keep >= 1 && keep <= longestList) return
  throw new InputError(`append: 'keep' must be a whole number of 1 to ${longestList}.`, "Fix 'keep'.")
}

/** @throws InputError */
export function checkRange(start: number, count: number): void {
  if (Number.isSafeInteger(start) && Number.isSafeInteger(count) && count >= 1) return
  throw new InputError("range: 'start' and 'count' must be whole numbers, 'count' of at least 1.")
}

export function notAList(): InputError {
  return new InputError('This key does not hold a list.', 'Keep the list under a key of its own.')
}
