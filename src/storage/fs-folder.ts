/** One private folder of small files: the only part of storage that touches the disk. @module */
import { existsSync, lstatSync, mkdirSync, realpathSync, statSync } from 'node:fs'
import { access, link, open, opendir, readFile, rename, stat, unlink } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { InputError, UpstreamError } from '../errors.ts'
import { createSlots } from './lock.ts'

export interface Folder {
  /** The text of a file; `null` when there is none. */
  read(name: string): Promise<string | null>
  /** Put a whole file in place in one step: a reader sees the old text or the new text, never a part of one. */
  write(name: string, text: string): Promise<void>
  /** Like `write`, if there is no such file. @returns whether the file was created. */
  create(name: string, text: string): Promise<boolean>
  /** Read a file and remove it. Of several callers, one gets the text and the others get `null`. */
  claim(name: string): Promise<string | null>
  /** @returns whether there was such a file. */
  remove(name: string): Promise<boolean>
  /** The time of the last change, in milliseconds since 1970; `null` when there is no such file. */
  changed(name: string): Promise<number | null>
  /** The names of all files, one by one. */
  names(): AsyncGenerator<string, void>
}

/** Prefix of temporary files. Only a process that died in the middle of a write leaves one behind. */
export const temporary = 't-'

/** The most files open at once. A process may open 256 on macOS, and a burst of calls must not reach that limit. */
const openAtOnce = 64

/**
 * Create or check the folder now, so that wrong permissions stop the start of a server and not the first sign-in.
 *
 * @throws InputError when it is not a folder, is a folder of another user, or other users have access to it.
 */
export function openFolder(path: string): Folder {
  const dir = resolve(path)
  checkFolder(dir, path)
  const slots = createSlots(openAtOnce)

  async function onDisk<T>(work: () => Promise<T>): Promise<T> {
    await slots.enter()
    try {
      return await work()
    } catch (error) {
      throw diskError(error)
    } finally {
      slots.leave()
    }
  }

  /** Write a private temporary file, and let `place` put it in its place. A failure leaves nothing behind. */
  async function writeAside(text: string, durable: boolean, place: (from: string) => Promise<void>) {
    const aside = join(dir, `${temporary}${crypto.randomUUID()}`)
    try {
      const file = await open(aside, 'wx', 0o600)
      try {
        await file.writeFile(text)
        // Without this line, a power cut may leave the new name with an empty file.
        if (durable) await file.datasync()
      } finally {
        await file.close()
      }
      await place(aside)
    } catch (error) {
      await unlink(aside).catch(() => {})
      throw error
    }
  }

  async function readIfThere(path: string): Promise<string | null> {
    try {
      return await readFile(path, 'utf8')
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error
      // A missing file is an answer. A missing folder is a failure: an unmounted disk must not look like "unknown token".
      await access(dir)
      return null
    }
  }

  return {
    read: (name) => onDisk(() => readIfThere(join(dir, name))),
    write: (name, text) => onDisk(() => writeAside(text, true, (aside) => rename(aside, join(dir, name)))),
    create: (name, text) =>
      onDisk(async () => {
        let created = true
        await writeAside(text, false, async (aside) => {
          // `rename` would replace an existing file. An exclusive `open` would show the file before its content.
          await link(aside, join(dir, name)).catch((error: unknown) => {
            if (codeOf(error) !== 'EEXIST') throw error
            created = false
          })
          await unlink(aside)
        })
        return created
      }),
    claim: (name) =>
      onDisk(async () => {
        const aside = join(dir, `${temporary}${crypto.randomUUID()}`)
        try {
          await rename(join(dir, name), aside)
        } catch (error) {
          if (codeOf(error) !== 'ENOENT') throw error
          await access(dir)
          return null
        }
        const text = await readFile(aside, 'utf8')
        await unlink(aside)
        return text
      }),
    remove: (name) =>
      onDisk(async () => {
        try {
          await unlink(join(dir, name))
          return true
        } catch (error) {
          if (codeOf(error) !== 'ENOENT') throw error
          await access(dir)
          return false
        }
      }),
    changed: (name) =>
      onDisk(async () => {
        const found = await stat(join(dir, name)).catch((error: unknown) => {
          if (codeOf(error) === 'ENOENT') return null
          throw error
        })
        return found === null ? null : found.mtimeMs
      }),
    async *names() {
      for await (const entry of await onDisk(() => opendir(dir))) if (entry.isFile()) yield entry.name
    },
  }
}

function checkFolder(dir: string, path: string): void {
  try {
    makeFolder(dir)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') {
      throw new InputError(
        `fsStorage: no folder '${path}' can be made there.`,
        "Choose another 'dir', on a disk.",
      )
    }
    if (codeOf(error) === 'EEXIST' || codeOf(error) === 'ENOTDIR') {
      throw new InputError(
        `fsStorage: '${path}' is not a folder.`,
        `Choose another 'dir', or move the file away.`,
      )
    }
    throw diskError(error)
  }
  // Windows has no such bits. There, the folder is as private as the profile that it lies in.
  if (process.platform === 'win32') return
  checkOwner(dir, path)
  if ((statSync(dir).mode & 0o077) === 0) return
  throw new InputError(
    `fsStorage: others than its owner have access to the folder '${path}'.`,
    `Run: chmod 700 '${path}'`,
  )
}

/**
 * Make a folder and those around it, unless it is there. Node's own way never comes back where the folder around is there
 * and takes none, as in /proc.
 */
function makeFolder(dir: string): void {
  try {
    mkdirSync(dir, { mode: 0o700 })
  } catch (error) {
    const isThere = codeOf(error) === 'EEXIST' && statSync(dir).isDirectory()
    if (isThere) return
    const around = dirname(dir)
    if (codeOf(error) !== 'ENOENT' || around === dir || existsSync(around)) throw error
    makeFolder(around)
    makeFolder(dir)
  }
}

const elsewhere = "Choose a 'dir' of your own, in a folder that only you and root can change."

/**
 * Whoever owns the folder, a link to it, or the folder around it can read what is kept, or put other records in its
 * place. Root can do so anyway. A folder that all may change is safe with the sticky bit, as `/tmp` has it.
 */
function checkOwner(dir: string, path: string): void {
  const own = process.getuid?.()
  const around = dirname(realpathSync(dir))
  if (own !== undefined) {
    const foreign =
      statSync(dir).uid !== own
        ? 'the folder'
        : ![own, 0].includes(lstatSync(dir).uid)
          ? 'the symbolic link'
          : ![own, 0].includes(statSync(around).uid)
            ? 'the folder around'
            : undefined
    if (foreign) throw new InputError(`fsStorage: ${foreign} '${path}' belongs to another user.`, elsewhere)
  }
  for (let at = around; ; at = dirname(at)) {
    const { mode } = statSync(at)
    if ((mode & 0o002) !== 0 && (mode & 0o1000) === 0) {
      throw new InputError(
        `fsStorage: every user can move the folder '${path}', because all may write to '${at}'.`,
        `${elsewhere} Or run: chmod o-w '${at}'`,
      )
    }
    if (at === dirname(at)) return
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'a file would become larger than allowed',
  EROFS: 'the disk is read-only',
  EACCES: 'access is denied',
  EPERM: 'the operation is not permitted (hard links are needed)',
  ENOTSUP: 'the file system has no hard links',
  ENOENT: 'the folder is gone',
  ENOTDIR: 'the folder is gone',
  EMFILE: 'too many files are open',
  EIO: 'the disk fails',
}

/** The error names the reason and never the path: a model may read the text. */
function diskError(error: unknown): UpstreamError {
  const code = codeOf(error) ?? 'unknown'
  return new UpstreamError(
    `Storage on disk failed: ${reasons[code] ?? 'an unexpected error'} (${code}).`,
    'The operator: make room in the storage folder and make sure it can be written. Then try again.',
    { service: 'storage', retryAfter: 5 },
  )
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code
}
