/**
 * A storage from the atoms of a driver: everything that drivers have in common is checked and done here, once.
 *
 * @module
 */
import { checkNumber, checkOptions } from '../base/options.ts'
import { InputError } from '../errors.ts'
import type { ListStorage, Storage, StorageDriver } from '../types.ts'
import { assertKey, fromText, milliseconds, toText } from './item.ts'
import { checkAppend, checkRange, listsOn, notAList } from './lists.ts'
import { createLock } from './lock.ts'

const atoms = ['read', 'write', 'remove', 'take', 'add', 'acquire', 'release'] as const

/**
 * A storage from the atoms of a driver.
 *
 * Checks keys, times, options and values, turns values into JSON and seconds into milliseconds, and lets callers
 * wait in line for locks. Prove the result with `storageCases` from `cloudways-tools/storage/testing`.
 *
 * @throws InputError when the driver lacks a method. The methods of the storage throw InputError for a wrong key,
 * value, time or option.
 */
export function storageOf(driver: StorageDriver): ListStorage {
  const missing = atoms.find((name) => typeof Object(driver)[name] !== 'function')
  if (missing) {
    throw new InputError(`storageOf: the driver has no method ${missing}.`, `It needs ${atoms.join(', ')}.`)
  }
  const lock = createLock(driver)

  const storage: Storage = {
    async get(key) {
      assertKey(key)
      return valueIn(await driver.read(key))
    },
    async set(key, value, options = {}) {
      assertKey(key)
      checkOptions('set', options, ['ttl'])
      const ttl = options.ttl === undefined ? undefined : milliseconds('set', options.ttl)
      await driver.write(key, toText(value), ttl)
    },
    async delete(key) {
      assertKey(key)
      await driver.remove(key)
    },
    async take(key) {
      assertKey(key)
      return valueIn(await driver.take(key))
    },
    async increment(key, options) {
      assertKey(key)
      checkOptions('increment', options, ['ttl'])
      const sum = await driver.add(key, milliseconds('increment', options.ttl))
      if (sum !== null) return sum
      throw new InputError('increment: this key does not hold a counter.', 'Count under a key of its own.')
    },
    async lock(key, options, work) {
      assertKey(key)
      checkOptions('lock', options, ['ttl', 'wait'])
      checkNumber('lock', 'wait', options.wait, 0)
      return lock(key, { ttl: milliseconds('lock', options.ttl), wait: options.wait * 1000 }, work)
    },
    async dispose() {
      await driver.dispose?.()
    },
  }

  if (!driver.append || !driver.range) return { ...storage, ...listsOn(storage) }
  return {
    ...storage,
    async append(key, value, options) {
      assertKey(key)
      checkAppend(options)
      const ttl = options.ttl === undefined ? undefined : milliseconds('append', options.ttl)
      if (!(await driver.append?.(key, toText(value), options.keep, ttl))) throw notAList()
    },
    async range<T>(key: string, start: number, count: number) {
      assertKey(key)
      checkRange(start, count)
      return ((await driver.range?.(key, start, count)) ?? []).map((text) => fromText<T>(text))
    },
  }
}

function valueIn<T>(text: string | null): T | null {
  return text === null ? null : fromText<T>(text)
}
