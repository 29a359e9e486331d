/**
 * Storage in a folder, for one machine.
 *
 * @module
 */

import { checkNumber, checkOptions } from '../base/options.ts'
import { InputError } from '../errors.ts'
import type { Storage } from '../types.ts'
import { type Folder, openFolder, temporary } from './fs-folder.ts'
import { fileLocks, removal } from './fs-lock.ts'
import { assertKey, safeName } from './key.ts'
import { createLock } from './lock.ts'
import { createSweeper, sweepBatch } from './sweep.ts'
import { addOne, countingTime, expiryOf, fromText, type Item, isExpired, toText, ttlOf } from './value.ts'

/** Options of {@link fsStorage}. */
export interface FsStorageOptions {
  /**
   * Folder of its own, created with mode 0700 if missing; files in it have mode 0600. It must lie on a local disk:
   * network file systems do not keep the promises (exclusive link, atomic rename) that locks rest on.
   */
  dir: string
  /**
   * Seconds between two passes that delete expired items.
   *
   * @default 60
   */
  sweep?: number
}

const item = 'k-'
const lock = 'l-'
const mutex = 'm-'

/** Seconds. One operation takes milliseconds: who holds a file for so long has died. */
const turn = { ttl: 10, wait: 15 }

/** Milliseconds after which a file on its way in or out was left behind by a process that died. */
const leftBehind = 600_000

/**
 * State on disk, shared by the processes of one machine.
 *
 * Not on unstorage's `fs` driver, which writes in place (a full disk leaves half a file), with the mode of the
 * umask, and answers an error object as if it were the value when a file can't be read.
 *
 * @throws InputError for an unknown option, or a folder that others than its owner can look into.
 * @throws UpstreamError when the folder can't be created.
 */
export function fsStorage(options: FsStorageOptions): Storage {
  checkOptions('fsStorage', options, ['dir', 'sweep'])
  const { dir, sweep = 60 } = options
  if (typeof dir !== 'string' || dir === '')
    throw new InputError("fsStorage needs 'dir', a folder of its own.")
  checkNumber('fsStorage', 'sweep', sweep)

  const folder = openFolder(dir)
  const locks = fileLocks(folder, lock)
  const mutexes = fileLocks(folder, mutex)
  // Reading, then writing or removing, one file: only one at a time, over all processes.
  const exclusive = createLock(mutexes, 3)

  let names = folder.names()
  const sweeper = createSweeper(sweep, async () => {
    for (let looked = 0; looked < sweepBatch; looked++) {
      const next = await names.next()
      if (next.done) {
        names = folder.names()
        return
      }
      await sweepFile(next.value)
    }
  })

  // At once, not with the first write: an earlier process may have left expired items.
  sweeper.start()

  async function sweepFile(name: string): Promise<void> {
    if (name.startsWith(item)) {
      if (!isExpired(await look(folder, name))) return
      // Looked at again in its turn: it may have been written anew in the meantime.
      await exclusive(name, turn, async () => {
        if (isExpired(await look(folder, name))) await folder.remove(name)
      })
    } else if (name.startsWith(lock)) await locks.removeExpired(name)
    else if (name.startsWith(mutex)) await mutexes.removeExpired(name)
    else if (name.startsWith(temporary) || name.startsWith(removal)) {
      const changed = await folder.changed(name)
      if (changed !== null && changed < Date.now() - leftBehind) await folder.remove(name)
    }
  }

  async function nameOf(key: string): Promise<string> {
    assertKey(key)
    return item + (await safeName(key))
  }

  return {
    async get<T>(key: string) {
      const found = await look(folder, await nameOf(key))
      return isExpired(found) ? null : (found.value as T)
    },
    async set(key, value, options) {
      const expires = expiryOf(ttlOf(options))
      const text = `{"expires":${expires},"value":${toText(value)}}`
      const name = await nameOf(key)
      await exclusive(name, turn, () => folder.write(name, text))
    },
    async delete(key) {
      await folder.remove(await nameOf(key))
    },
    async take<T>(key: string) {
      const text = await folder.claim(await nameOf(key))
      const found = parse(text)
      return isExpired(found) ? null : (found.value as T)
    },
    async increment(key, options) {
      const duration = countingTime(options)
      const name = await nameOf(key)
      return exclusive(name, turn, async () => {
        const found = await look(folder, name)
        const counting = found.value !== null && !isExpired(found)
        const value = addOne(counting ? found.value : null)
        const expires = counting ? found.expires : expiryOf(duration)
        await folder.write(name, JSON.stringify({ expires, value } satisfies Item))
        return value
      })
    },
    lock: createLock(locks),
    async dispose() {
      await sweeper.stop()
      await names.return()
    },
  }
}

/** A missing file is read as an item without a value. */
async function look(folder: Folder, name: string): Promise<Item> {
  return parse(await folder.read(name))
}

function parse(text: string | null): Item {
  return text === null ? { expires: null, value: null } : fromText<Item>(text)
}
