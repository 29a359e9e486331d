/** What doctor says of the rules: the way a person is asked, the audit file. @module */
import { existsSync, rmSync, statSync } from 'node:fs'
import { InputError } from '../errors.ts'
import { openAuditFile } from '../server/audit/file.ts'
import type { Config } from '../server/config/config.ts'
import type { Finding } from './doctor.ts'

const fallbacks = {
  'two-step': 'the plan and a token go to the model, which has to bring it back after a yes',
  page: 'on a page of this server',
  refuse: 'refused',
} as const

/** How a person is asked here. */
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

/** @throws InputError when it can't be carried on with. */
export function checkAuditFile(path: string): string | Finding {
  const there = existsSync(path)
  try {
    openAuditFile(path).close()
  } catch (error) {
    // That a server runs is no fault of the file.
    if (error instanceof InputError && error.details.pid !== undefined) {
      return { state: 'note', text: error.message }
    }
    throw error
  }
  // Left behind, it would belong to whoever ran this, and not to the server's user.
  if (!there && statSync(path).size === 0) rmSync(path)
  return 'it can be written'
}
