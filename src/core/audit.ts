/**
 * One event per call, for whoever has to know what an agent did.
 *
 * @module
 */
import type { CloudwaysErrorCode } from '../errors.ts'
import type { Risk } from './define.ts'

export interface AuditEvent {
  /** ISO 8601. */
  time: string
  /** A hash that stands for the account. */
  account: string
  tool: string
  risk: Risk
  /** `unknown`: the answer was lost, the change may have happened. */
  outcome: 'ok' | 'refused' | 'failed' | 'unknown' | 'cancelled'
  code?: CloudwaysErrorCode
  /** SHA-256 of the arguments in canonical form; the values themselves are never here. */
  argumentsHash: string
  /** Milliseconds. */
  duration: number
}
