/** Hands every decision to the audit file, the log, the metrics and the program, in a fixed order. @module */
import { notify } from '../../base/signal.ts'
import type { AuditEvent, PendingChange } from '../../core/types/audit.ts'
import type { AuthEvent, AuthEventType } from '../oauth/events.ts'
import { type Logger, requestContext } from '../watch/logging.ts'
import type { Metrics } from '../watch/metrics.ts'
import type { AuditFile } from './file.ts'

interface AuditSinkOptions {
  /** `undefined` at first: the audit file is opened after everything else. */
  file: () => AuditFile | undefined
  logger: Logger | undefined
  metrics: Metrics | undefined
  onAudit: ((event: AuditEvent) => void) | undefined
}

export function createAuditSink({ file, logger, metrics, onAudit }: AuditSinkOptions) {
  const log = logger && createAuditLog(logger)

  /** The file comes first: it alone is proof, so it must not depend on what the others do. */
  function keep(event: AuditEvent): void {
    file()?.write(event)
    notify(onAudit, event)
  }

  return {
    beforeChange: (change: PendingChange) => file()?.begin(change),
    onAudit(event: AuditEvent): void {
      keep(event)
      // Only a call of an unknown tool has no risk. The metrics count it elsewhere, under one name for all of them.
      if (event.risk !== null) metrics?.call(event)
      log?.call(event)
    },
    onAuthEvent(event: AuthEvent): void {
      if (event.decision) keep(event.decision)
      metrics?.signIn(event)
      log?.signIn(event)
    },
  }
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

/**
 * Writes `audit` lines, each with the id of its request. Failures and refusals are warnings, the rest is INFO. No line
 * holds arguments, a secret, or an email address.
 */
function createAuditLog(logger: Logger) {
  return {
    /** A call of a tool: `event=call`. */
    call(event: AuditEvent): void {
      const { tool, target, risk, rule, account, accountName, outcome, code } = event
      const { argumentsHash, removed, duration, approvers, wouldRefuse, closes } = event
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
        account_name: accountName,
        outcome,
        code,
        approvers: approvers?.join(','),
        would_refuse: wouldRefuse?.join(','),
        closes,
        arguments_hash: argumentsHash,
        removed,
        ms: duration,
      })
    },
    /** An event of the sign-in: `event=sign_in`, `event=refused`, `event=locked_out` and so on. */
    signIn({ type, reason, account, client, clientName, address, scopes, decision }: AuthEvent): void {
      logger[warnings.includes(type) ? 'warning' : 'info']('audit', {
        event: type,
        reason,
        tool: decision?.tool,
        ...decision?.target,
        risk: decision?.risk,
        rule: decision?.rule,
        approvers: decision?.approvers?.join(','),
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
