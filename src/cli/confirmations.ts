/**
 * Where `call` keeps what the next process has to know: the tokens of confirmations, and what was made already, so
 * that a repeat does not make it twice.
 *
 * @module
 */
import { lstatSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { InputError } from '../errors.ts'
import { withConfirmations } from '../server/http/confirm-storage.ts'
import { fsStorage } from '../storage/fs.ts'
import { memoryStorage } from '../storage/memory.ts'
import type { Storage } from '../types.ts'

/** In a private folder of this user. What lies there are hashes and operation handles, most for ten minutes. */
export function openConfirmations(): Storage {
  const { username, uid } = userInfo()
  const dir = join(tmpdir(), `cloudways-tools-confirm-${username.replaceAll(/\W/g, '_')}`)
  const storage = fsStorage({ dir })
  const found = lstatSync(dir)
  // Somebody else may have been there first, to read the tokens or to bring some of his own.
  if (found.isDirectory() && (uid === -1 || found.uid === uid)) return storage
  throw new InputError(
    `The folder ${dir} belongs to somebody else, and confirmations can't be kept in it.`,
    'Set STORAGE_DIR and ENCRYPTION_KEY, or call from a terminal.',
  )
}

/** The sandbox is a new one in each process: nothing that was made in another is there. */
export function openSandboxConfirmations(): Storage {
  return withConfirmations(memoryStorage(), openConfirmations, ['confirm:'])
}
