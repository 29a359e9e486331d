/** Why an audit file can't be used: the errors at the start, and the refusal of a change. @module */
import { InputError, PolicyError } from '../../errors.ts'

/** The file can't be opened or written. */
export const unwritable = (error: unknown) =>
  new InputError(
    `AUDIT_FILE: the file can't be written (${reasonOf(error)}).`,
    'Name a file in a folder that exists, both writable to this user.',
  )

/** The path is a device or a pipe, which has no last line to read at the next start. */
export const notRegular = () =>
  new InputError(
    'AUDIT_FILE: it is not a regular file, so the next start could not continue it.',
    'Name a file.',
  )

/** Another process writes to the file. */
export const held = (path: string, { pid, host }: { pid: number; host: string }) =>
  new InputError(
    `AUDIT_FILE: process ${pid} on ${host || 'an unknown machine'} writes to this file.`,
    `Give each process a file of its own. If that process has ended, remove ${path}.lock.`,
    { pid, host },
  )

/** The last lines are not a whole chain. A chain on top of them would prove nothing. */
export const brokenEnd = (path: string, problem: string) =>
  new InputError(
    `AUDIT_FILE: the end of the file is broken. About a line there: ${problem}.`,
    `Keep the file as evidence: mv '${path}' '${path}.broken'. Then start again, which begins a new file. To see which lines of the old file are whole: cloudways-tools audit verify '${path}.broken'`,
  )

/** A change can't be recorded, so it is not made. */
export const refusal = (reason: string) =>
  new PolicyError(
    'gate',
    `The audit file can't be written (${reason}), and nothing is changed without a record of it.`,
    'Do not retry. Tell the operator of this toolkit to fix AUDIT_FILE; reading still works.',
  )

/** Never a path: the text may reach a model. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'the disk is full'
  return code ?? message
}
