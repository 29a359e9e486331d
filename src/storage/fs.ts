/** Storage in a folder, for one machine. @module */
import { checkNumber, checkOptions } from '../base/options.ts'
import { InputError } from '../errors.ts'
import type { ListStorage } from '../types.ts'
import { openFolder, temporary } from './fs-folder.ts'
import { fileLocks, removal } from './fs-lock.ts'
import { addOne, damaged, type Entry, entryOf, isExpired, safeName, textOf } from './item.ts'
import { createLock } from './lock.ts'
import { storageOf } from './storage-of.ts'
import { createSweeper } from './sweep.ts'

/** Options of {@link fsStorage}. */
export interface FsStorageOptions {
  /**
   * A folder for this storage alone. It is created with mode 0700 if it is missing; files in it have mode 0600. The
   * folder must lie on a local disk: locks need an exclusive link and an atomic rename, and network file systems do
   * not promise them.
   */
  dir: string
  /**
   * Seconds between two passes that delete expired values.
   *
   * @default 60
   */
  sweep?: number
}

/** Prefixes of files: values, locks of callers, and locks for one read and write of a value. */
const item = 'k-'
const lock = 'l-'
const mutex = 'm-'

/** Milliseconds. One read and write takes a few; a process that holds a file for ten seconds has died. */
const turn = { ttl: 10_000, wait: 15_000 }

/** Longer than any lock of this package is held. */
const longestLockMilliseconds = 120_000

/** Milliseconds after which a temporary file must be from a process that died. */
const leftBehindMilliseconds = 600_000

/**
 * State on disk, shared by the processes of one machine.
 *
 * Does not use the `fs` driver of unstorage. That driver writes in place, so a full disk leaves half a file; it
 * follows the umask, so others may read the files; and it answers an error as if it were the value.
 *
 * @throws InputError for an unknown or wrong option, a folder of another user, or one that other users have access to.
 * @throws UpstreamError when the folder cannot be created.
 */
export function fsStorage(options: FsStorageOptions): ListStorage {
  checkOptions('fsStorage', options, ['dir', 'sweep'])
  const { dir, sweep = 60 } = options
  if (typeof dir !== 'string' || dir === '')
    throw new InputError("fsStorage needs 'dir', a folder of its own.")
  checkNumber('fsStorage', 'sweep', sweep)

  const folder = openFolder(dir)
  const locks = fileLocks(folder, lock, longestLockMilliseconds)
  const mutexes = fileLocks(folder, mutex, turn.ttl)
  const exclusive = createLock(mutexes, 3)

  const nameOf = async (key: string) => item + (await safeName(key))
  const look = async (name: string) => parse(await folder.read(name))

  const sweeper = createSweeper(sweep, folder.names, sweepFile)
  // Starts now and not at the first write: an earlier process may have left expired values.
  sweeper.start()

  async function sweepFile(name: string): Promise<void> {
    if (name.startsWith(item)) {
      const isOver = async () => {
        const entry = await look(name)
        return entry !== null && isExpired(entry)
      }
      if (!(await isOver())) return
      // Checked again under the lock: another caller may have written a new value since.
      await exclusive(name, turn, async () => {
        if (await isOver()) await folder.remove(name)
      })
    } else if (name.startsWith(lock)) await locks.removeExpired(name)
    else if (name.startsWith(mutex)) await mutexes.removeExpired(name)
    else if (name.startsWith(temporary) || name.startsWith(removal)) {
      const changed = await folder.changed(name)
      if (changed !== null && changed < Date.now() - leftBehindMilliseconds) await folder.remove(name)
    }
  }

  return storageOf({
    async read(key) {
      return textOf(await look(await nameOf(key)))
    },
    async write(key, text, ttl) {
      const file = write(entryOf(text, ttl))
      const name = await nameOf(key)
      await exclusive(name, turn, () => folder.write(name, file))
    },
    async remove(key) {
      await folder.remove(await nameOf(key))
    },
    async take(key) {
      return textOf(parse(await folder.claim(await nameOf(key))))
    },
    async add(key, ttl) {
      const name = await nameOf(key)
      return exclusive(name, turn, async () => {
        const next = addOne(await look(name), ttl)
        if (next === null) return null
        await folder.write(name, write(next))
        return Number(next.text)
      })
    },
    acquire: locks.acquire,
    release: locks.release,
    dispose: sweeper.stop,
  })
}

/** A file is JSON, because every text that {@link storageOf} passes on is JSON. */
function write({ expires, text }: Entry): string {
  return `{"expires":${expires},"value":${text}}`
}

/** Takes the file apart without reading the value as JSON: {@link storageOf} does that, once. */
function parse(file: string | null): Entry | null {
  if (file === null) return null
  const [, expires, text] = /^\{"expires":(null|\d+),"value":(.*)\}$/s.exec(file) ?? []
  if (expires === undefined || text === undefined) throw damaged()
  return { expires: expires === 'null' ? null : Number(expires), text }
}
