/**
 * One event per decision, for whoever has to know what an agent did.
 *
 * @module
 */
import type { CloudwaysErrorCode } from '../../errors.ts'
import type { Risk, TargetIds } from './plan.ts'

/** What was decided about a call, and what came of it. */
export interface AuditEvent {
  /** When the call began, ISO 8601. */
  time: string
  /** A hash that stands for the account. */
  account: string
  tool: string
  /** What the call named: ids only. */
  target: TargetIds
  /** Of this call: for what is protected, one level above that of the tool. `null` for a tool that is not there. */
  risk: Risk | null
  /** The rule that decided; or the word with which a `PolicyError` of the host's own refused. */
  rule: AuditRule | (string & {})
  /**
   * `unknown`: the answer was lost, or the caller went away when the change was sent; it may have happened.
   * `planned`: a dry run. `waiting`: a person was asked, elsewhere. What a person did on a page of the self-hosted
   * server is no call: `approved` is a yes, which the call may use when it is repeated, and `shown` are secrets.
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
  code?: CloudwaysErrorCode
  /** SHA-256 of the arguments in canonical form; of what a person decided on a page, as the page showed them. */
  argumentsHash: string
  /** The arguments themselves, redacted; only when the toolkit was made with `auditArguments`. */
  arguments?: unknown
  /** Invisible and direction characters that were removed from the answer. */
  removed?: number
  /** Milliseconds; 0 where no call was made. */
  duration: number
}

/**
 * A change that is about to be sent. Time, account, tool, target and hash are those of the event that tells of its
 * outcome, so that the two can be matched; a change without such an event may have happened.
 */
export interface PendingChange
  extends Pick<AuditEvent, 'time' | 'account' | 'tool' | 'target' | 'argumentsHash'> {
  risk: Risk
}

/**
 * Why a call was let through or not, in the order in which the rules are asked. `sign-in`: nobody signed in, or the
 * person allowed less. `input`: the arguments were wrong. `confirmation`: nobody has said yes, or somebody no;
 * `confirmed`: a person said yes. `never`: CONFIRM=never. `gate`: `beforeChange`, or the audit file, refused.
 * `default`: nothing forbids it and its risk needs nobody.
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
  | 'backup'
  | 'confirmation'
  | 'confirmed'
  | 'never'
  | 'gate'
  | 'default'
