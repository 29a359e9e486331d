/**
 * What an agent may do: three scopes, none of which includes another. The role of the Cloudways token is a further
 * limit.
 *
 * @module
 */
import type { Risk } from '../../core/types/plan.ts'

export const scopes = ['cloudways:read', 'cloudways:write', 'cloudways:destructive'] as const

export type OAuthScope = (typeof scopes)[number]

/** Named in a 401, and preselected when a client names none. The scope to delete is asked for when a call needs it. */
export const defaultScopes: readonly OAuthScope[] = ['cloudways:read', 'cloudways:write']

/** The scope that a tool of this risk needs. */
export function scopeOf(risk: Risk): OAuthScope {
  if (risk === 'read') return 'cloudways:read'
  return risk === 'destructive' ? 'cloudways:destructive' : 'cloudways:write'
}

/**
 * The known scopes of a `scope` parameter, in our order; `undefined` when it names unknown scopes only.
 *
 * Unknown scopes are ignored, as RFC 6749 allows: some clients always add `offline_access` or `openid`.
 */
export function parseScopes(text: string | undefined): OAuthScope[] | undefined {
  const asked = new Set((text ?? '').split(' ').filter(Boolean))
  if (asked.size === 0) return [...defaultScopes]
  const known = scopes.filter((scope) => asked.has(scope))
  return known.length > 0 ? known : undefined
}
