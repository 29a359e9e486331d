/**
 * Secrets for a person at this machine: they go to a file, not to the model.
 *
 * The user of this process can read the file, and so can every program of that user, an agent with a shell included.
 *
 * @module
 */
import { lstatSync, readdirSync, rmSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FoundSecrets } from '../../core/types/plan.ts'

/** A file is removed after this time. */
export const secretMinutes = 5

const prefix = 'cloudways-tools-secrets-'
const fileMilliseconds = secretMinutes * 60_000

/**
 * Keeps secrets in files. Each file has mode 0600, in a new folder of mode 0700 below the temporary folder. It is removed after five minutes, or
 * at `dispose`. Files that a killed process left behind are removed at the next start.
 */
export function createSecretFiles() {
  const open = new Map<string, NodeJS.Timeout>()
  sweep()

  function remove(dir: string): void {
    clearTimeout(open.get(dir))
    open.delete(dir)
    rmSync(dir, { recursive: true, force: true })
  }

  /** Writes the values as JSON. @returns the path. */
  async function write({ tool, target, values }: FoundSecrets): Promise<string> {
    const dir = await mkdtemp(join(tmpdir(), prefix))
    open.set(dir, setTimeout(() => remove(dir), fileMilliseconds).unref())
    const path = join(dir, 'secrets.json')
    const text = `${JSON.stringify({ tool, target, values }, null, 2)}\n`
    await writeFile(path, text, { flag: 'wx', mode: 0o600 })
    return path
  }

  return {
    write,
    /** A `KeepSecrets`: writes the values, and answers the sentence for the model. */
    keep: async (found: FoundSecrets): Promise<string> =>
      `A person on this machine finds them in ${await write(found)}, for ${secretMinutes} minutes and while this server runs.`,
    /** Removes all of them. */
    dispose(): void {
      for (const dir of open.keys()) remove(dir)
    },
  }
}

/** The names in the temporary folder. A machine without one can do everything but hand over secrets. */
function temporaryNames(): string[] {
  try {
    return readdirSync(tmpdir())
  } catch {
    return []
  }
}

/** Removes the folders that killed processes left behind: those older than a file may get. */
function sweep(): void {
  for (const name of temporaryNames()) {
    if (!name.startsWith(prefix)) continue
    const dir = join(tmpdir(), name)
    try {
      const { mtimeMs, uid } = lstatSync(dir)
      // `rmSync` follows no link: if somebody planted a link, the link itself is removed.
      if (uid === process.getuid?.() && mtimeMs < Date.now() - fileMilliseconds) {
        rmSync(dir, { recursive: true, force: true })
      }
    } catch {
      // Another process removed the folder at the same time, or the folder belongs to another user.
    }
  }
}
