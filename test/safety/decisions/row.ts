/** One row of the decision table: a call under some options, and how it ends. */
import type { AuditEvent, CloudwaysOptions } from 'cloudways-tools'
import type { Input } from '../doors.ts'

/** How a call ends: the code of its error or `ok`, and the rule that refused it or let it through. */
export interface Result {
  code: 'ok' | NonNullable<AuditEvent['code']>
  rule: AuditEvent['rule']
}

export interface Row {
  /** What the operator chose, and whether anybody may be asked. */
  options?: Omit<CloudwaysOptions, 'credentials' | 'fetch' | 'onAudit'>
  /**
   * A token with the role READ; `known`: the toolkit learned the role from an earlier refusal. Default: a token that
   * may do everything.
   */
  token?: 'new' | 'known'
  call: [tool: string, input: Input]
  result: Result
  /** Requests that changed something. Default: one when the call was let through, none when it was refused. */
  sent?: number
  /** The risk of this call, where it is not the risk of its tool. */
  risk?: AuditEvent['risk']
  /** How often a person is asked. Default: 0. */
  asked?: number
}

export type Rows = Record<string, Row>

type Rule = AuditEvent['rule']
export const ok = (rule: Rule): Result => ({ code: 'ok', rule })
export const refusedBy = (rule: Rule): Result => ({ code: 'refused_by_policy', rule })
export const notConfirmed: Result = { code: 'confirmation_required', rule: 'confirmation' }
export const invalidInput: Result = { code: 'invalid_input', rule: 'input' }

// The sandbox has server 70011 `shop` with the apps 90021 `store`, 90022 `store-staging` and 90023 `blog`; and server
// 70024 `agency`, whose first app is 90121.
export const restart: Row['call'] = ['restart_server', { server_id: 70011 }]
export const clearCache: Row['call'] = ['clear_app_cache', { server_id: 70011, app_id: 90021 }]
export const restore: Row['call'] = [
  'restore_app',
  { server_id: 70011, app_id: 90021, time: '2026-08-05T23:19:06' },
]
export const details: Row['call'] = ['get_server_details', { server_id: 70011 }]

export const yes = () => true
export const no = () => false
export const typed = (name: string) => () => ({ approved: true, typed: name })
/** A person or a gate that can't be reached. */
export const fails = () => {
  throw new Error('maintenance')
}
