/**
 * What an agent may do: three scopes, none of which includes another. The role of the Cloudways token is a further
 * limit. The tool calls in an MCP message are read here before any of them is carried out.
 *
 * @module
 */
import { callsBehind } from '../../adapters/mcp/uris.ts'
import { object } from '../../base/json.ts'
import { readAs } from '../../core/declare/called.ts'
import { proposed } from '../../core/platform.ts'
import type { Alias } from '../../core/types/alias.ts'
import type { Risk } from '../../core/types/plan.ts'
import type { Decided } from './events.ts'

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

/** Visible tools, by name. */
export type KnownTools = Readonly<Partial<Record<string, { risk: Risk; aliases?: readonly Alias[] }>>>

/** A call whose arguments are not parsed yet. */
interface AskedCall extends Pick<Decided, 'tool' | 'target' | 'input'> {
  risk: Risk
}

/** The calls of known tools in a message or a batch, also of those that read a resource or fill a list. */
export function callsIn(message: unknown, tools: KnownTools): AskedCall[] {
  return (Array.isArray(message) ? message : [message]).flatMap((one) => {
    const { method, params } = object(one) ?? {}
    return callsBehind(method, params).flatMap((call) => {
      // A call by another name of a tool, or through an executor, needs the scope of that tool.
      const { name, input } = readAs(call.tool, call.input, tools)
      const tool = Object.hasOwn(tools, name) ? tools[name] : undefined
      return tool
        ? [{ tool: name, risk: riskIn(name, tool.risk, { input, tools }), target: idsIn(input), input }]
        : []
    })
  })
}

/**
 * A campaign needs the scope of the tool that it makes calls of. To go on with one, a person has said yes to it: that needs
 * no more than to change anything.
 */
function riskIn(name: string, risk: Risk, { input, tools }: { input: unknown; tools: KnownTools }): Risk {
  if (name !== proposed.campaign) return risk
  const { tool, campaign_id } = object(input) ?? {}
  if (typeof tool === 'string') return (Object.hasOwn(tools, tool) && tools[tool]?.risk) || risk
  return typeof campaign_id === 'string' ? 'write' : risk
}

/** Only values that look like an id: the arguments are not parsed yet and may hold anything. */
function idsIn(input: unknown): Decided['target'] {
  const isId = (value: unknown) =>
    ['string', 'number'].includes(typeof value) && /^\d{1,19}$/.test(String(value))
  const given = Object.entries(Object(input) as Record<string, unknown>)
  const ids = given.filter(
    ([name, value]) => ['server_id', 'app_id', 'operation_id'].includes(name) && isId(value),
  )
  return Object.fromEntries(ids.map(([name, value]) => [name, String(value)]))
}
