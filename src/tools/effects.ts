/**
 * What several tools share in their effects. An undo is proposed only when the state before the change is known: an
 * undo by guess could make things worse.
 *
 * @module
 */
import type { SuggestedCall } from '../core/types/plan.ts'
import type { Before } from '../core/types/tool.ts'

/** The arguments that name one app. */
export interface AppTarget {
  server_id: string
  app_id: string
}

const on = ['true', '1', 'yes', 'on', 'enable', 'enabled', 'running']
const off = ['false', '0', 'no', 'off', 'disable', 'disabled', 'stopped']

/** Whether a switch is on, or a service runs, as the platform writes it; `null` when the platform does not tell. */
export function isOn(value: unknown): boolean | null {
  const word = String(value).toLowerCase()
  return on.includes(word) ? true : off.includes(word) ? false : null
}

/** The answer of `effects.now` for a switch. */
export interface Switch {
  enabled: boolean | null
}

/** The action that undoes `action`; none for a purge, or when the former state is unknown or the same. */
export function switchBack(action: string, { now }: Before): 'enable' | 'disable' | undefined {
  const enabled = (now as Switch | null)?.enabled
  if (action === 'enable' && enabled === false) return 'disable'
  if (action === 'disable' && enabled === true) return 'enable'
  return undefined
}

/** Whether an operation is finished. A next step is proposed only then. */
export const isCompleted = (answer: unknown) => (answer as { state?: unknown } | null)?.state === 'completed'

/** The next step after files or database were replaced: the caches still hold pages of the old site. */
export const thenClearCache = ({ server_id, app_id }: AppTarget, answer: unknown): SuggestedCall[] =>
  isCompleted(answer)
    ? [{ tool: 'clear_app_cache', input: { server_id, app_id }, why: 'visitors may still get cached pages' }]
    : []
