/**
 * Secrets for a person at this machine: in a file of their own instead of the model's context.
 *
 * Only the user of this process can read it, and whatever runs as that user can: an agent with a shell too.
 *
 * @module
 */
import { lstatSync, readdirSync, rmSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FoundSecrets } from '../../core/types/plan.ts'

/** Minutes that a file is there. */
export const secretMinutes = 5

const prefix = 'cloudways-tools-secrets-'
const lifetime = secretMinutes * 60_000

/** Keeps secrets in files; made by {@link createSecretFiles}. */
export interface SecretFiles {
  /** Write the values as JSON. @returns the path. */
  write(found: FoundSecrets): Promise<string>
  /** A `KeepSecrets`: the same, and the sentence for the model. */
  keep(found: FoundSecrets): Promise<string>
  /** Remove all of them. */
  dispose(): void
}

/**
 * Each file has mode 0600, lies in a new folder of mode 0700 below the temporary folder, and is removed after five
 * minutes, or at `dispose`. What a process that was killed left behind goes at the next start.
 */
export function createSecretFiles(): SecretFiles {
  const open = new Map<string, NodeJS.Timeout>()
  sweep()

  function remove(dir: string): void {
    clearTimeout(open.get(dir))
    open.delete(dir)
    rmSync(dir, { recursive: true, force: true })
  }

  async function write({ tool, target, values }: FoundSecrets): Promise<string> {
    const dir = await mkdtemp(join(tmpdir(), prefix))
    open.set(dir, setTimeout(() => remove(dir), lifetime).unref())
    const path = join(dir, 'secrets.json')
    const text = `${JSON.stringify({ tool, target, values }, null, 2)}\n`
    await writeFile(path, text, { flag: 'wx', mode: 0o600 })
    return path
  }

  return {
    write,
    keep: async (found) =>
      `A person on this machine finds them in ${await write(found)}, for ${secretMinutes} minutes and while this server runs.`,
    dispose() {
      for (const dir of open.keys()) remove(dir)
    },
  }
}

/** Folders older than any file may become belong to processes that were killed. */
function sweep(): void {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(prefix)) continue
    const dir = join(tmpdir(), name)
    try {
      const { mtimeMs, uid } = lstatSync(dir)
      // rmSync follows no link: of one that somebody planted, the link itself goes.
      if (uid === process.getuid?.() && mtimeMs < Date.now() - lifetime) {
        rmSync(dir, { recursive: true, force: true })
      }
    } catch {
      // Another process sweeps too, or it is somebody else's.
    }
  }
}
