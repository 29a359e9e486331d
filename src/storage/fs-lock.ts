/** Locks between processes, as files. @module */
import { parseObject } from '../base/json.ts'
import { isCount, isText } from '../base/record.ts'
import type { Folder } from './fs-folder.ts'
import { safeName } from './item.ts'
import type { Locks } from './lock.ts'

interface Held {
  owner: string
  expires: number
}

/** Prefix of the files that give the right to remove the lock of one owner. */
export const removal = 'd-'

/** Milliseconds after which an unfinished removal must be of a process that died. */
const abandonedMilliseconds = 10_000

/**
 * A lock is a file that is created exclusively. The file names the owner of the lock, and the end of its time.
 *
 * The delicate part is to remove the file. "Read the file, see that the lock is mine or expired, unlink the file" is
 * three steps. Between them, a second process may remove the lock, and a third may take it. So a process that wants to
 * remove the lock of one owner first creates `d-OWNER` exclusively. An owner is a random name that is used once: while
 * one process has `d-OWNER` and the lock names OWNER, no other process removes or replaces the lock.
 *
 * @param prefix of the lock files. Different kinds of locks have different prefixes.
 * @param longest milliseconds that a lock of this kind is held, at most.
 */
export function fileLocks(folder: Folder, prefix: string, longest: number) {
  /** A damaged lock is held until `longest` after its last change: it may still protect something. */
  async function look(name: string): Promise<Held | null> {
    const text = await folder.read(name)
    if (text === null) return null
    const held = parse(text)
    if (held) return held
    const since = await folder.changed(name)
    return since === null ? null : { owner: `damaged-${since}`, expires: since + longest }
  }

  async function removeOf(name: string, owner: string): Promise<void> {
    const right = `${removal}${owner}`
    if (!(await folder.create(right, ''))) {
      const since = await folder.changed(right)
      if (since !== null && since < Date.now() - abandonedMilliseconds) await folder.remove(right)
      return
    }
    try {
      if ((await look(name))?.owner === owner) await folder.remove(name)
    } finally {
      await folder.remove(right)
    }
  }

  async function removeExpired(name: string): Promise<void> {
    const held = await look(name)
    if (held !== null && held.expires <= Date.now()) await removeOf(name, held.owner)
  }

  const locks: Locks = {
    async acquire(key, owner, ttl) {
      const name = prefix + (await safeName(key))
      const held = await look(name)
      if (held !== null) {
        if (held.expires > Date.now()) return false
        await removeOf(name, held.owner)
      }
      return folder.create(name, JSON.stringify({ owner, expires: Date.now() + ttl } satisfies Held))
    },
    async release(key, owner) {
      await removeOf(prefix + (await safeName(key)), owner)
    },
  }
  return { ...locks, removeExpired }
}

/** A lock file appears with its whole content. A damaged one is from before a power cut, or something else wrote it. */
function parse(text: string): Held | undefined {
  const held = parseObject(text)
  return isText(held?.owner) && isCount(held.expires)
    ? { owner: held.owner, expires: held.expires }
    : undefined
}
