/**
 * The audit trail in the log: what agents did, and what happened at the sign-in.
 *
 * @module
 */
import type { AuditEvent } from '../../core/types/audit.ts'
import type { AuthEvent, AuthEventType } from '../oauth/events.ts'
import { requestContext } from '../watch/context.ts'
import type { Logger } from '../watch/logging.ts'

/** Writes `audit` lines, each with the id of its request. */
export interface AuditLog {
  /** A tool was called: `event=call`. */
  call(event: AuditEvent): void
  /** `event=sign_in`, `event=refused`, `event=locked_out` and so on. */
  signIn(event: AuthEvent): void
}

/** At LOG_LEVEL=WARNING too, a brute force and a failing agent are to be seen. */
const bad: readonly (AuditEvent['outcome'] | AuthEventType)[] = [
  'refused',
  'failed',
  'unknown',
  'locked_out',
  'token_refused',
  'scope_refused',
]

/** What went well at INFO, the rest at WARNING. No line holds arguments, a secret, or an email address. */
export function createAuditLog(logger: Logger): AuditLog {
  return {
    call({ tool, target, risk, rule, account, outcome, code, argumentsHash, removed, duration }) {
      const context = requestContext.getStore()
      // The request's own line then says which tool and account it was.
      if (context) Object.assign(context, { tool, account })
      logger[bad.includes(outcome) ? 'warning' : 'info']('audit', {
        event: 'call',
        tool,
        ...target,
        risk,
        rule,
        account,
        outcome,
        code,
        arguments_hash: argumentsHash,
        removed,
        ms: duration,
      })
    },
    signIn({ type, reason, account, client, clientName, address, scopes, decision }) {
      logger[bad.includes(type) ? 'warning' : 'info']('audit', {
        event: type,
        reason,
        tool: decision?.tool,
        ...decision?.target,
        risk: decision?.risk,
        rule: decision?.rule,
        account,
        client,
        // Anybody may call his client anything, at any length.
        client_name: clientName?.slice(0, 100),
        address,
        scopes: scopes?.join(','),
      })
    },
  }
}
