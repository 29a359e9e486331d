/**
 * One process per file, held as long as the process lives.
 *
 * The locks of the storage free themselves after a time, which is right for a piece of work and wrong for this:
 * here the holder is asked whether it lives.
 *
 * @module
 */
import { closeSync, openSync, readFileSync, statSync, unlinkSync, utimesSync, writeSync } from 'node:fs'
import { hostname } from 'node:os'

/** Who holds a lock. */
export interface Holder {
  pid: number
  host: string
  /** Random, and never used again. */
  owner: string
}

/** An acquired lock. */
export interface FileLock {
  release(): void
}

/** Milliseconds between two signs of life, and after how many without one a holder elsewhere is taken for dead. */
const beat = 15_000
const silence = 60_000
/** Milliseconds after which a removal that was never finished belongs to a process that died. */
const abandoned = 10_000

/** The locks of this process: after a restart in a container, a dead holder often had our own process id. */
const own = new Set<string>()

/**
 * Take the lock, which is a file that names its holder.
 *
 * A dead holder's lock is taken over: on this machine by its process id, on others (a volume that moves between
 * containers) when it gave no sign of life for a minute.
 *
 * @returns the holder when it is another one that lives.
 * @throws the error of the file system when the lock can't be written.
 */
export function lockFile(path: string): FileLock | Holder {
  const holder: Holder = { pid: process.pid, host: hostname(), owner: crypto.randomUUID() }
  for (let attempt = 0; ; attempt++) {
    if (create(path, JSON.stringify(holder))) return hold(path, holder.owner)
    const found = look(path)
    if (found && (attempt === 10 || isAlive(path, found))) return found
    if (found) removeOf(path, found)
  }
}

function hold(path: string, owner: string): FileLock {
  own.add(owner)
  const timer = setInterval(() => touch(path), beat).unref()
  return {
    release() {
      clearInterval(timer)
      if (look(path)?.owner === owner) remove(path)
      own.delete(owner)
    },
  }
}

function touch(path: string): void {
  try {
    const now = new Date()
    utimesSync(path, now, now)
  } catch {
    // Whoever took the lock away, the file itself shows when somebody else writes to it.
  }
}

function isAlive(path: string, { pid, host, owner }: Holder): boolean {
  if (host !== hostname()) return ageOf(path) < silence
  if (pid === process.pid) return own.has(owner)
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it lives, as another user.
    return codeOf(error) !== 'ESRCH'
  }
}

/**
 * Remove the lock of one holder. "See that it is dead, unlink" is two steps, and in between another process may
 * have taken the lock over; so whoever wants to remove it first gets the right to, which one process has.
 */
function removeOf(path: string, { owner }: Holder): void {
  const right = `${path}-${owner}`
  if (!create(right, '')) {
    if (ageOf(right) > abandoned) remove(right)
    return
  }
  try {
    if (look(path)?.owner === owner) remove(path)
  } finally {
    remove(right)
  }
}

function create(path: string, text: string): boolean {
  let file: number
  try {
    // Exclusive: fails for a link too, wherever it leads.
    file = openSync(path, 'wx', 0o600)
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
  try {
    writeSync(file, text)
  } catch (error) {
    remove(path)
    throw error
  } finally {
    closeSync(file)
  }
  return true
}

/** One that can't be read yet is being written, or is from before a power cut: its age decides. */
function look(path: string): Holder | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
  try {
    const { pid, host, owner } = JSON.parse(text) as Holder
    if (Number.isSafeInteger(pid) && pid > 0 && /^[\w-]+$/.test(owner)) return { pid, host, owner }
  } catch {}
  return { pid: 0, host: '', owner: 'unknown' }
}

function ageOf(path: string): number {
  try {
    return Date.now() - statSync(path).mtimeMs
  } catch {
    return Number.POSITIVE_INFINITY
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
  }
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code
