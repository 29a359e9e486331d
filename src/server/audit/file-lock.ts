/**
 * A lock that gives a file to one process, for as long as the process lives.
 *
 * A lock of the storage ends after a time, which is right for a piece of work. This lock has no end: a new process
 * checks whether the holder is alive.
 *
 * @module
 */
import { closeSync, openSync, readFileSync, statSync, unlinkSync, utimesSync, writeSync } from 'node:fs'
import { hostname } from 'node:os'

/** The process that holds a lock. */
interface Holder {
  pid: number
  host: string
  /** Random, and new for each lock. */
  owner: string
}

export interface FileLock {
  release(): void
}

/** A holder touches its lock at this interval, as a sign of life. */
const touchMilliseconds = 15_000
/** After this time without a sign of life, a holder on another machine counts as dead. */
const deadMilliseconds = 60_000
/** A removal that takes longer was begun by a process that has died. */
const removalMilliseconds = 10_000

/**
 * The owners of this process's locks. A process id is not enough: in a restarted container, this process often has the
 * id of the dead one.
 */
const ownOwners = new Set<string>()

/**
 * Take the lock: a file at `path` that names its holder.
 *
 * The lock of a dead holder is taken over. A holder on this machine is dead if its process is gone. A holder on another
 * machine (its volume may have moved to this container) is dead after a minute without a sign of life.
 *
 * @returns the lock, or its holder if another process that is alive has it.
 * @throws the error of the file system when the lock can't be written.
 */
export function lockFile(path: string): FileLock | Holder {
  const holder: Holder = { pid: process.pid, host: hostname(), owner: crypto.randomUUID() }
  for (let attempt = 0; ; attempt++) {
    if (create(path, JSON.stringify(holder))) return hold(path, holder.owner)
    const found = holderOf(path)
    if (found && (attempt === 10 || isAlive(path, found))) return found
    if (found) removeDead(path, found)
  }
}

function hold(path: string, owner: string): FileLock {
  ownOwners.add(owner)
  const timer = setInterval(() => touch(path), touchMilliseconds).unref()
  return {
    release() {
      clearInterval(timer)
      if (holderOf(path)?.owner === owner) remove(path)
      ownOwners.delete(owner)
    },
  }
}

function touch(path: string): void {
  try {
    const now = new Date()
    utimesSync(path, now, now)
  } catch {
    // If another process removed the lock, the size check before each write to the file detects that.
  }
}

function isAlive(path: string, { pid, host, owner }: Holder): boolean {
  if (host !== hostname()) return ageOf(path) < deadMilliseconds
  if (pid === process.pid) return ownOwners.has(owner)
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: the process is alive, and belongs to another user.
    return codeOf(error) !== 'ESRCH'
  }
}

/**
 * Remove the lock of a dead holder. Between the check and the removal, another process may take the lock over. So a
 * process first makes a second file, which only one process can make, and then checks the holder again.
 */
function removeDead(path: string, { owner }: Holder): void {
  const removal = `${path}-${owner}`
  if (!create(removal, '')) {
    if (ageOf(removal) > removalMilliseconds) remove(removal)
    return
  }
  try {
    if (holderOf(path)?.owner === owner) remove(path)
  } finally {
    remove(removal)
  }
}

function create(path: string, text: string): boolean {
  let file: number
  try {
    // Exclusive: this fails if anything is there, even a link that leads nowhere.
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

/**
 * The holder that a lock names. An unreadable lock is being written, or was cut short by a power failure. It counts as
 * a lock of another machine, so that its age decides.
 */
function holderOf(path: string): Holder | undefined {
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
