/**
 * Where `call` keeps records for the next process: the tokens of confirmations, and which changes were made, so that
 * a repeated command does not make a change twice.
 *
 * @module
 */
import { lstatSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { InputError } from '../errors.ts'
import { withConfirmations } from '../server/http/state.ts'
import { fsStorage } from '../storage/fs.ts'
import { memoryStorage } from '../storage/memory.ts'
import type { Storage } from '../types.ts'

/** Storage in a private folder of this user. It holds hashes and operation handles, most of them for ten minutes. */
export function openConfirmations(): Storage {
  const { username, uid } = userInfo()
  const dir = join(tmpdir(), `cloudways-tools-confirm-${username.replaceAll(/\W/g, '_')}`)
  const storage = fsStorage({ dir })
  const found = lstatSync(dir)
  // The temporary folder is shared: another user may have made this one, to read tokens or to plant some.
  if (found.isDirectory() && (uid === -1 || found.uid === uid)) return storage
  throw new InputError(
    `The folder ${dir} belongs to somebody else, and confirmations can't be kept in it.`,
    'Set STORAGE_DIR and ENCRYPTION_KEY, or call from a terminal.',
  )
}

/** Only confirmations outlive the process: each process has a new sandbox, without the changes of the one before. */
export function openSandboxConfirmations(): Storage {
  return withConfirmations(memoryStorage(), openConfirmations, ['confirm:'])
}
