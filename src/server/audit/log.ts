/**
 * The audit trail in the log: the calls of agents, and the events of the sign-in.
 *
 * @module
 */
import type { AuditEvent } from '../../core/types/audit.ts'
import type { AuthEvent, AuthEventType } from '../oauth/events.ts'
import type { Logger } from '../watch/logging.ts'
import { requestContext } from '../watch/request-context.ts'

/** Writes `audit` lines, each with the id of its request. */
interface AuditLog {
  /** A call of a tool: `event=call`. */
  call(event: AuditEvent): void
  /** An event of the sign-in: `event=sign_in`, `event=refused`, `event=locked_out` and so on. */
  signIn(event: AuthEvent): void
}

/** Logged as warnings, so that LOG_LEVEL=WARNING shows a brute force and a failing agent. */
const warnings: readonly (AuditEvent['outcome'] | AuthEventType)[] = [
  'refused',
  'failed',
  'unknown',
  'locked_out',
  'token_refused',
  'scope_refused',
]

/** Failures and refusals are warnings, the rest is INFO. No line holds arguments, a secret, or an email address. */
export function createAuditLog(logger: Logger): AuditLog {
  return {
    call({ tool, target, risk, rule, account, outcome, code, argumentsHash, removed, duration }) {
      const context = requestContext.getStore()
      // The log line of the request names the tool and the account too.
      if (context) Object.assign(context, { tool, account })
      logger[warnings.includes(outcome) ? 'warning' : 'info']('audit', {
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
      logger[warnings.includes(type) ? 'warning' : 'info']('audit', {
        event: type,
        reason,
        tool: decision?.tool,
        ...decision?.target,
        risk: decision?.risk,
        rule: decision?.rule,
        account,
        client,
        // Anybody can register a client with a name of any length.
        client_name: clientName?.slice(0, 100),
        address,
        scopes: scopes?.join(','),
      })
    },
  }
}
