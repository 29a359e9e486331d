/** One event per decision, for people who have to know what an agent did. @module */
import type { CloudwaysErrorCode } from '../../errors.ts'
import type { Risk, TargetIds } from './plan.ts'

/** What was decided about a call, and what came of it. */
export interface AuditEvent {
  /** When the call began, ISO 8601. */
  time: string
  /** A hash that stands for the account. */
  account: string
  /** The name of the account, where a toolkit has several. */
  accountName?: string
  tool: string
  /** What the call named: ids only. */
  target: TargetIds
  /** The risk of this call. Protection raises it by one level. `null` when there is no such tool. */
  risk: Risk | null
  /** The rule that decided, or the rule of a `PolicyError` that the host threw. */
  rule: AuditRule | (string & {})
  /**
   * `unknown`: the answer was lost, or the caller went away after the change was sent. The change may have happened.
   * `planned`: a dry run. `waiting`: a person was asked on a page or in a dialog. Four outcomes belong to a page of the
   * self-hosted server and not to a call: `approved`, a person said yes; `shown`, a person opened secrets; `stopped` and
   * `resumed`, a person stopped changes or let them go on.
   */
  outcome:
    | 'ok'
    | 'planned'
    | 'waiting'
    | 'refused'
    | 'failed'
    | 'unknown'
    | 'cancelled'
    | 'approved'
    | 'shown'
    | 'stopped'
    | 'resumed'
  code?: CloudwaysErrorCode
  /** SHA-256 of the arguments in canonical form. For a decision on a page: of the arguments as the page showed them. */
  argumentsHash: string
  /** The arguments themselves, redacted; only when the toolkit was made with `auditArguments`. */
  arguments?: unknown
  /** The accounts, as hashes, of the people who said yes to a change that needs two. */
  approvers?: readonly string[]
  /** When the access that the call opened closes by itself, ISO 8601. */
  closes?: string
  /** The rules in shadow mode that would have refused the call. */
  wouldRefuse?: string[]
  /** Invisible and direction characters that were removed from the answer. */
  removed?: number
  /** Milliseconds; 0 where no call was made. */
  duration: number
}

/**
 * A change that is about to be sent. Time, account, tool, target and hash are the same in the audit event of
 * its outcome, so the two can be matched. A change without such an event may have happened.
 */
export interface PendingChange
  extends Pick<AuditEvent, 'time' | 'account' | 'accountName' | 'tool' | 'target' | 'argumentsHash'> {
  risk: Risk
}

/**
 * Why a call was allowed or refused, in the order in which the rules are asked. `sign-in`: nobody signed in, or the
 * person allowed less. `input`: the arguments were wrong. `second yes`: SECOND_YES, two people have not said yes.
 * `confirmation`: no person has said yes. `confirmed`: a person said yes, or both did. `never`: CONFIRM=never. `stopped`:
 * the kill switch. `windows`: CHANGE_WINDOWS. `budget`: CHANGE_BUDGET. `until`: access closes by itself; it could not be
 * opened, or its time was over. `gate`: `beforeChange` or the audit file refused. `default`: no rule forbids the
 * call, and its risk needs no person.
 */
export type AuditRule =
  | 'unknown tool'
  | 'read-only'
  | 'excluded'
  | 'not selected'
  | 'role'
  | 'sign-in'
  | 'input'
  | 'scope'
  | 'duplicate'
  | 'stopped'
  | 'windows'
  | 'budget'
  | 'until'
  | 'backup'
  | 'second yes'
  | 'confirmation'
  | 'confirmed'
  | 'never'
  | 'gate'
  | 'default'
