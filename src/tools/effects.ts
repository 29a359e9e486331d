/**
 * What several tools say of their effects. An undo is proposed only where it is known what was there before: a guess
 * could leave things worse than they are.
 *
 * @module
 */

import type { SuggestedCall } from '../core/types/plan.ts'
import type { Before } from '../core/types/tool.ts'

/** One app, among the arguments of a tool. */
export interface AppTarget {
  server_id: string
  app_id: string
}

const on = ['true', '1', 'yes', 'on', 'enable', 'enabled', 'running']
const off = ['false', '0', 'no', 'off', 'disable', 'disabled', 'stopped']

/** A switch or a state as the platform writes it; `null`: it does not tell. */
export function isOn(value: unknown): boolean | null {
  const word = String(value).toLowerCase()
  return on.includes(word) ? true : off.includes(word) ? false : null
}

/** What `now` answers for a switch. */
export interface Switch {
  enabled: boolean | null
}

/** The action that puts a switch back; none when it was like that already, when nobody knows, and for a purge. */
export function switchBack(action: string, { now }: Before): 'enable' | 'disable' | undefined {
  const enabled = (now as Switch | null)?.enabled
  if (action === 'enable' && enabled === false) return 'disable'
  if (action === 'disable' && enabled === true) return 'enable'
  return undefined
}

/** Whether an operation is finished: only then is there a next step. */
export const isCompleted = (answer: unknown) => (answer as { state?: unknown } | null)?.state === 'completed'

/** The caches still hold pages of what was replaced. */
export const thenClearCache = ({ server_id, app_id }: AppTarget, answer: unknown): SuggestedCall[] =>
  isCompleted(answer)
    ? [{ tool: 'clear_app_cache', input: { server_id, app_id }, why: 'visitors may still get cached pages' }]
    : []
