/**
 * Files for a person at this machine, for a short time.
 *
 * The user of this process can read them, and so can every program of that user, an agent with a shell included.
 *
 * @module
 */
import { lstatSync, readdirSync, rmSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Each file has mode 0600, in a new folder of mode 0700 below the temporary folder. It is removed after `milliseconds`,
 * or at `dispose`. Files that a killed process left behind are removed at the next start.
 *
 * @param prefix begins the names of the folders.
 */
export function createPrivateFiles(prefix: string, milliseconds: number) {
  const open = new Map<string, NodeJS.Timeout>()
  sweep(prefix, milliseconds)

  function remove(dir: string): void {
    clearTimeout(open.get(dir))
    open.delete(dir)
    rmSync(dir, { recursive: true, force: true })
  }

  return {
    /** @returns the path. */
    async write(name: string, text: string): Promise<string> {
      const dir = await mkdtemp(join(tmpdir(), prefix))
      open.set(dir, setTimeout(() => remove(dir), milliseconds).unref())
      const path = join(dir, name)
      await writeFile(path, text, { flag: 'wx', mode: 0o600 })
      return path
    },
    /** Removes all of them. */
    dispose(): void {
      for (const dir of open.keys()) remove(dir)
    },
  }
}

/** The names in the temporary folder. A machine without one can do everything but write these files. */
function temporaryNames(): string[] {
  try {
    return readdirSync(tmpdir())
  } catch {
    return []
  }
}

/** Removes the folders that killed processes left behind: those older than a file may get. */
function sweep(prefix: string, milliseconds: number): void {
  for (const name of temporaryNames()) {
    if (!name.startsWith(prefix)) continue
    const dir = join(tmpdir(), name)
    try {
      const { mtimeMs, uid } = lstatSync(dir)
      // `rmSync` follows no link: if somebody planted a link, the link itself is removed.
      if (uid === process.getuid?.() && mtimeMs < Date.now() - milliseconds) {
        rmSync(dir, { recursive: true, force: true })
      }
    } catch {
      // Another process removed the folder at the same time, or the folder belongs to another user.
    }
  }
}
