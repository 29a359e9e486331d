/**
 * What an agent may do: three scopes, each on its own. The role of the Cloudways token bounds them anyway.
 *
 * @module
 */
import type { Risk } from '../../core/types/plan.ts'

export const scopes = ['cloudways:read', 'cloudways:write', 'cloudways:destructive'] as const

export type Scope = (typeof scopes)[number]

/** Asked for in a 401, and preselected when a client asks for nothing. Deleting is asked for when it is needed. */
export const defaultScopes: readonly Scope[] = ['cloudways:read', 'cloudways:write']

/** The scope that a tool of this risk needs. */
export function scopeOf(risk: Risk): Scope {
  if (risk === 'read') return 'cloudways:read'
  return risk === 'destructive' ? 'cloudways:destructive' : 'cloudways:write'
}

/**
 * The known ones of a `scope` parameter, in our order; `undefined` when it names none that is known.
 *
 * Unknown ones are passed over, as RFC 6749 allows: some clients add `offline_access` or `openid` unasked.
 */
export function parseScopes(text: string | undefined): Scope[] | undefined {
  const asked = new Set((text ?? '').split(' ').filter(Boolean))
  if (asked.size === 0) return [...defaultScopes]
  const known = scopes.filter((scope) => asked.has(scope))
  return known.length > 0 ? known : undefined
}
