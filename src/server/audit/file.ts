/**
 * AUDIT_FILE: one JSON line for each decision, and one before a change is sent. The lines are a chain (chain.ts), which
 * shows whether a line was changed later.
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
import { InputError } from '../../errors.ts'
import { type Logger, requestContext } from '../watch/logging.ts'
import { chainLine, eventJson, sendingOutcome } from './chain.ts'
import { brokenEnd, held, notRegular, reasonOf, refusal, unwritable } from './errors.ts'
import { type FileLock, lockFile } from './file-lock.ts'
import { readEnd } from './read.ts'

/** An audit file that this process has open. */
export interface AuditFile {
  /**
   * Write an event. Never throws, because its call was already made. An event that can't be written is kept, and written
   * later.
   */
  write(event: AuditEvent): void
  /**
   * Write a line with the outcome `sending` before a change is sent, and wait until it is on the disk. If this process
   * is killed, the line shows that the change may have happened.
   *
   * @throws PolicyError when the line, or an event before it, can't be written: no change is made without a record.
   */
  begin(change: PendingChange): void
  /** Write what is waiting, and give the file to the next process. */
  close(): void
}

interface Waiting {
  /** As JSON. An event without JSON must not get into the queue, where it would block all later events. */
  facts: string
  /** Whether the line must be on the disk before the next step. */
  flush: boolean
}

/** Kept in memory while the file can't be written. Of more events, only their number is written later. */
const maxWaitingEvents = 1000
/** With less free space on the disk, no change begins: there might be no room for its lines. */
const minFreeBytes = 64 * 1024

/**
 * Open a new file (with mode 0600) or continue an old one, for this process alone.
 *
 * A line is written before its call is answered. If lines were queued, a crash would lose the last ones, which are the
 * ones that people ask for. A line about a change is also flushed to the disk. A line about a read is not, since that
 * would cost each call some milliseconds; a power failure may lose the last of them.
 *
 * @throws InputError when the file can't be written, another process has it, or its last lines are broken.
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
      // Half a line would break the chain for all later lines.
      ftruncateSync(file, size)
      throw error
    }
    end = next
    size += bytes.length
  }

  /** Nobody would find a line in a removed file. After a line of somebody else, the file is no chain any more. */
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
      if (lost > 0) append({ facts: eventJson({ time: new Date().toISOString(), lost }), flush: true })
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
      // Some file systems do not count their blocks, and say 0.
      if (blocks > 0 && bavail * bsize < minFreeBytes) throw new Error('the disk is full')
    } catch (error) {
      throw refusal(reasonOf(error))
    }
  }

  return {
    begin(change) {
      checkReady()
      try {
        append({ facts: eventJson({ ...factsOf(change), outcome: sendingOutcome }), flush: true })
      } catch (error) {
        // The line is not kept for later, because the change is not made.
        throw refusal(fail(error))
      }
    },
    write(event) {
      if (closed) {
        logger?.error('AUDIT_FILE: an event came after it was closed.', { tool: event.tool })
        return
      }
      const flush = event.risk !== 'read' && event.risk !== null
      if (waiting.length < maxWaitingEvents) waiting.push({ facts: eventJson(factsOf(event)), flush })
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

function factsOf({
  time,
  account,
  accountName,
  ...rest
}: PendingChange | AuditEvent): Record<string, unknown> {
  const request = requestContext.getStore()
  return { time, requestId: request?.id, account, accountName, ...rest }
}

function open(path: string): number {
  try {
    const file = openSync(path, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT, 0o600)
    if (fstatSync(file).isFile()) return file
    closeSync(file)
  } catch (error) {
    throw unwritable(error)
  }
  throw notRegular()
}

function lockOf(path: string): FileLock {
  const lock = lockFile(`${path}.lock`)
  if ('release' in lock) return lock
  throw held(path, lock)
}
