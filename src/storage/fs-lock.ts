/**
 * Locks between processes, as files.
 *
 * @module
 */

import type { Folder } from './fs-folder.ts'
import { safeName } from './key.ts'
import type { Locks } from './lock.ts'

interface Held {
  owner: string
  expires: number
}

/** Prefix of the files that give the right to remove one holder's lock. */
export const removal = 'd-'

/** Milliseconds after which a removal that was never finished belongs to a process that died. */
const abandoned = 10_000

/**
 * A lock is a file that is created exclusively and names its owner and its end.
 *
 * The delicate part is removing it. "Read, see that it is mine (or expired), unlink" is three steps, and in
 * between another process may have removed it and a third may hold it anew. So whoever wants to remove the lock
 * of one owner first creates `d-OWNER` exclusively. Owners are random and never come back: while someone has that
 * right and the lock still names that owner, nobody else can have touched it.
 *
 * @param prefix of the lock files, to keep kinds of locks apart.
 */
export function fileLocks(folder: Folder, prefix: string) {
  async function look(name: string): Promise<Held | null> {
    const text = await folder.read(name)
    return text === null ? null : parse(text)
  }

  async function removeOf(name: string, owner: string): Promise<void> {
    const right = `${removal}${owner}`
    if (!(await folder.create(right, ''))) {
      const since = await folder.changed(right)
      if (since !== null && since < Date.now() - abandoned) await folder.remove(right)
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

/** Lock files appear whole. A damaged one is from before a power cut, so its holder is gone. */
function parse(text: string): Held {
  try {
    return JSON.parse(text) as Held
  } catch {
    return { owner: '', expires: 0 }
  }
}
