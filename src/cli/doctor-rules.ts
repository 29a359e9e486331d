/** What `doctor` says about the rules: how a person is asked, and the audit file. @module */
import { existsSync, rmSync, statSync } from 'node:fs'
import { InputError } from '../errors.ts'
import { openAuditFile } from '../server/audit/file.ts'
import type { Config } from '../server/config/config.ts'

/** The result of one check: `note` is worth reading, and no fault. */
export interface Finding {
  state: 'ok' | 'note' | 'FAIL'
  text: string
}

const fallbacks = {
  'two-step': 'the plan and a token go to the model, which has to bring it back after a yes',
  page: 'on a page of this server',
  refuse: 'refused',
} as const

/** Which changes need a person, and how the person is asked. */
export function tellConfirmation({ readOnly, confirm, confirmFallback, protect }: Config): string {
  if (readOnly) return 'nothing can be changed, so nobody is asked (READ_ONLY)'
  if (confirm === 'never' && !protect) return 'nobody is asked (CONFIRM=never)'
  const what =
    confirm === 'never'
      ? 'what is protected'
      : confirm === 'destructive'
        ? 'what is destructive'
        : `what is ${confirm} or worse`
  const otherwise = confirmFallback
    ? fallbacks[confirmFallback]
    : `on stdio ${fallbacks['two-step']}; on http ${fallbacks.page}`
  return `${what} needs a person: asked by the client of the agent where it can, otherwise ${otherwise}`
}

/** @throws InputError when the next start could not write to the file. */
export function checkAuditFile(path: string): string | Finding {
  const existed = existsSync(path)
  try {
    openAuditFile(path).close()
  } catch (error) {
    // A running server holds the file. That is no fault.
    if (error instanceof InputError && error.details.pid !== undefined) {
      return { state: 'note', text: error.message }
    }
    throw error
  }
  // Opening made the file. It belongs to the user of this command, and the server's user could not write to it.
  if (!existed && statSync(path).size === 0) rmSync(path)
  return 'it can be written'
}
