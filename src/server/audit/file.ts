/**
 * AUDIT_FILE: one JSON line per decision, and one before a change is sent, in a chain that shows what was changed
 * later (audit-chain.ts).
 *
 * @module
 */
import {
  closeSync,
  constants,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  realpathSync,
  statfsSync,
  writeSync,
} from 'node:fs'
import type { AuditEvent, PendingChange } from '../../core/types/audit.ts'
import { InputError, PolicyError } from '../../errors.ts'
import { requestContext } from '../watch/context.ts'
import type { Logger } from '../watch/logging.ts'
import { chainLine, sendingOutcome } from './chain.ts'
import { type FileLock, lockFile } from './file-lock.ts'
import { textOf } from './json.ts'
import { readEnd } from './read.ts'

/** A file that takes audit events. */
export interface AuditFile {
  /** Never throws: the call that it tells of has been made. What can't be written is kept, and tried again. */
  write(event: AuditEvent): void
  /**
   * Before a change is sent: a line on the disk, with the outcome `sending`. Should this process be killed, it is the
   * trace of a change that may have happened.
   *
   * @throws PolicyError when it can't be written, or events before it can't: no change without a record of it.
   */
  begin(change: PendingChange): void
  /** Give the file to the next process. */
  close(): void
}

interface Waiting {
  /** As JSON: what can't be written as such is found out before it waits, where it would hold back all that follow. */
  facts: string
  /** Whether it has to be on the disk before anything else happens. */
  flush: boolean
}

/** Events kept in memory while the file can't be written. Of the others, the file will say how many they were. */
const mostWaiting = 1000
/** Free space without which no change begins: there would be no room for its line. Bytes. */
const leastRoom = 64 * 1024

/**
 * Open a file for this process alone, or carry on with one. It is made with mode 0600.
 *
 * Lines are written at once and in order, before the call answers: a queue would lose its last events with the
 * process, and those are the ones that are asked for. Lines about changes are also flushed to the disk; for those
 * about reads it would cost every call some milliseconds, and a power cut may lose the last of them.
 *
 * A file with a broken end is not carried on with: on top of it nothing could be proved.
 *
 * @throws InputError when it can't be written, another process has it, or its last lines are broken.
 */
export function openAuditFile(path: string, logger?: Pick<Logger, 'error' | 'info'>): AuditFile {
  const file = open(path)
  let lock: FileLock | undefined
  try {
    lock = lockOf(realpathSync(path))
    return writerOf(file, path, lock, logger)
  } catch (error) {
    lock?.release()
    closeSync(file)
    throw error instanceof InputError ? error : unwritable(error)
  }
}

function writerOf(
  file: number,
  path: string,
  lock: FileLock,
  logger?: Pick<Logger, 'error' | 'info'>,
): AuditFile {
  const found = readEnd(file)
  if (typeof found === 'string') throw brokenEnd(path, found)
  let end = found
  let { size } = fstatSync(file)
  let failure: string | undefined
  const waiting: Waiting[] = []
  let lost = 0
  let closed = false

  function append({ facts, flush }: Waiting): void {
    checkFile()
    const { line, ...next } = chainLine(end, facts)
    const bytes = Buffer.from(line)
    try {
      for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done)
      if (flush) fdatasyncSync(file)
    } catch (error) {
      // Half a line would spoil all that follow.
      ftruncateSync(file, size)
      throw error
    }
    end = next
    size += bytes.length
  }

  /** A removed file takes lines that nobody will find; one that somebody else wrote to is no chain any more. */
  function checkFile(): void {
    const now = fstatSync(file)
    if (now.nlink === 0) throw new Error('it was removed')
    if (now.size !== size) throw new Error('it is not as this process left it')
  }

  function writeWaiting(): void {
    try {
      for (let next = waiting[0]; next; next = waiting[0]) {
        append(next)
        waiting.shift()
      }
      if (lost > 0) append({ facts: textOf({ time: new Date().toISOString(), lost }), flush: true })
      lost = 0
      if (failure) logger?.info('AUDIT_FILE is written again')
      failure = undefined
    } catch (error) {
      fail(error)
    }
  }

  function fail(error: unknown): string {
    const reason = reasonOf(error)
    if (failure !== reason) {
      logger?.error(`AUDIT_FILE can't be written (${reason}): no change is let through until it can.`)
    }
    failure = reason
    return reason
  }

  function checkReady(): void {
    if (closed) throw refusal('it is closed')
    writeWaiting()
    if (failure) throw refusal(failure)
    try {
      checkFile()
      const { blocks, bavail, bsize } = statfsSync(path)
      // Some file systems do not count their blocks.
      if (blocks > 0 && bavail * bsize < leastRoom) throw new Error('the disk is full')
    } catch (error) {
      throw refusal(reasonOf(error))
    }
  }

  return {
    begin(change) {
      checkReady()
      try {
        append({ facts: textOf({ ...factsOf(change), outcome: sendingOutcome }), flush: true })
      } catch (error) {
        // It does not wait: the change is not made.
        throw refusal(fail(error))
      }
    },
    write(event) {
      if (closed) {
        logger?.error('AUDIT_FILE: an event came after it was closed.', { tool: event.tool })
        return
      }
      const flush = event.risk !== 'read' && event.risk !== null
      if (waiting.length < mostWaiting) waiting.push({ facts: textOf(factsOf(event)), flush })
      else lost++
      writeWaiting()
    },
    close() {
      if (closed) return
      writeWaiting()
      closed = true
      const missing = waiting.length + lost
      if (missing > 0) logger?.error(`AUDIT_FILE: the last ${missing} events could not be written.`)
      closeSync(file)
      lock.release()
    },
  }
}

function factsOf({ time, account, ...rest }: PendingChange | AuditEvent): Record<string, unknown> {
  const request = requestContext.getStore()
  return {
    time,
    requestId: request?.id,
    account,
    ...rest,
  }
}

function open(path: string): number {
  try {
    const file = openSync(path, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT, 0o600)
    if (fstatSync(file).isFile()) return file
    closeSync(file)
  } catch (error) {
    throw unwritable(error)
  }
  throw new InputError(
    'AUDIT_FILE: it is not a regular file, and could not be carried on with at the next start.',
    'Name a file.',
  )
}

function lockOf(path: string): FileLock {
  const lock = lockFile(`${path}.lock`)
  if ('release' in lock) return lock
  const { pid, host } = lock
  throw new InputError(
    `AUDIT_FILE: process ${pid} on ${host || 'an unknown machine'} writes to this file.`,
    `Give each process a file of its own. If that process has ended, remove ${path}.lock.`,
    { pid, host },
  )
}

const unwritable = (error: unknown) =>
  new InputError(
    `AUDIT_FILE: the file can't be written (${reasonOf(error)}).`,
    'Name a file in a folder that exists, both writable to this user.',
  )

const brokenEnd = (path: string, problem: string) =>
  new InputError(
    `AUDIT_FILE: the end of the file is broken; of a line there: ${problem}.`,
    `Keep it as evidence: mv '${path}' '${path}.broken' and start again, which begins a new file. What is whole of the old one is told by: cloudways-tools audit verify '${path}.broken'`,
  )

const refusal = (reason: string) =>
  new PolicyError(
    'gate',
    `The audit file can't be written (${reason}), and nothing is changed without a record of it.`,
    'Do not retry. Tell the operator of this toolkit to fix AUDIT_FILE; reading still works.',
  )

/** Never a path: the text may reach a model. */
function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'the disk is full'
  return code ?? message
}
