/**
 * What may happen, decided in one place and in one order:
 *
 * 1. read-only  2. deny (`excludeTools`)  3. allow (`toolsets`, `tools`)  4. the role of the token  5. scope
 * 6. protection  7. risk threshold
 *
 * The first three and the fifth also decide which tools are listed. Over HTTP the scopes of the signed-in session
 * are asked at the door, before any of these, so that a client can ask its person for more.
 *
 * @module
 */

import { checkNumber, nearest } from '../../base/options.ts'
import { readable } from '../../base/text.ts'
import { InputError, PolicyError } from '../../errors.ts'
import type { Policy, Scope, Selection, Target, Verdict } from '../types/call.ts'
import { type Risk, risks } from '../types/plan.ts'
import type { AnyTool, ToolMap } from '../types/tool.ts'
import { fitsScope, isScoped } from './scope.ts'

export const defaultPolicy: Policy = {
  servers: [],
  apps: [],
  protect: [],
  confirm: 'disruptive',
  confirmFallback: 'refuse',
  backupHours: 24,
}

const thresholds: readonly Policy['confirm'][] = ['write', 'disruptive', 'destructive', 'never']
const fallbacks: readonly Policy['confirmFallback'][] = ['two-step', 'page', 'refuse']

/**
 * The policy of some options; what is `undefined` has its default.
 *
 * @throws InputError for a value that can't work: a guard that is misspelt must not be off.
 */
export function readPolicy(options: Partial<Policy>): Policy {
  const given = (Object.keys(defaultPolicy) as (keyof Policy)[]).filter((name) => options[name] !== undefined)
  const policy: Policy = {
    ...defaultPolicy,
    ...Object.fromEntries(given.map((name) => [name, options[name]])),
  }
  for (const name of ['servers', 'apps', 'protect'] as const) {
    if (given.includes(name)) entries(name, policy[name])
  }
  oneOf('confirm', policy.confirm, thresholds)
  oneOf('confirmFallback', policy.confirmFallback, fallbacks)
  checkNumber('createCloudways', 'backupHours', policy.backupHours, 0)
  return policy
}

/** What names nothing is no scope: where it comes out of a variable that is missing, all would be open. */
function entries(name: string, value: unknown): void {
  const fits =
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((entry) => typeof entry === 'string' && readable(entry) !== '')
  if (!fits) {
    throw new InputError(
      `${name}: must be a list of ids or labels, as texts.`,
      `Pass { ${name}: ['70011'] }.`,
    )
  }
}

function oneOf(name: string, value: string, known: readonly string[]): void {
  if (known.includes(value)) return
  const near = nearest(String(value), known)
  throw new InputError(
    `${name}: must be one of ${known.join(', ')}${near ? `; did you mean ${near}?` : '.'}`,
    'Fix the option.',
  )
}

/** The rule that hides a tool, whatever its arguments. */
export type HidingRule = 'read-only' | 'excluded' | 'not selected' | 'scope'

/** The first rule that hides a tool; `undefined` for one that is listed. */
export function hiddenBy(tool: AnyTool, selection: Selection, scope: Scope): HidingRule | undefined {
  const { toolsets, tools, excludeTools, readOnly } = selection
  if (readOnly && tool.risk !== 'read') return 'read-only'
  if (excludeTools?.includes(tool.name)) return 'excluded'
  const everything = !toolsets && !tools
  if (!everything && !toolsets?.includes(tool.toolset) && !tools?.includes(tool.name)) return 'not selected'
  if (isScoped(scope) && !fitsScope(tool)) return 'scope'
  return undefined
}

const reasons: Record<HidingRule | 'role', string> = {
  'read-only': 'this toolkit is read-only',
  excluded: 'the operator left it out',
  'not selected': 'it is not among the tools that the operator chose',
  scope: 'it reaches beyond the servers and apps that this toolkit may touch',
  role: 'the role of the access token does not reach it',
}

/** The refusal of a tool that exists and is hidden. */
export const hidden = (name: string, rule: HidingRule | 'role') =>
  new PolicyError(rule, `${name} cannot be called here: ${reasons[rule]}.`)

/** Protection and threshold, for a change that all rules before let through. */
export function judge(tool: AnyTool, target: Target, { protect, confirm }: Policy): Verdict {
  const name = protectedName(target, protect)
  const risk = name === null ? tool.risk : raised(tool.risk)
  const asks = confirm !== 'never' && risks.indexOf(risk) >= risks.indexOf(confirm)
  return { risk, confirm: name !== null || asks, typeName: name }
}

/** Whether some call of this tool can need a person. */
export function mayAsk(tool: AnyTool, { protect, confirm }: Policy): boolean {
  if (tool.risk === 'read') return false
  return protect.length > 0 || (confirm !== 'never' && risks.indexOf(tool.risk) >= risks.indexOf(confirm))
}

/** Whether a call of this tool may bring the token of a two-step confirmation, as its argument `confirm`. */
export const takesToken = (tool: AnyTool, policy: Policy): boolean =>
  policy.confirmFallback === 'two-step' && mayAsk(tool, policy)

const raised = (risk: Risk): Risk => risks[Math.min(risks.indexOf(risk) + 1, risks.length - 1)] as Risk

/** The label of the protected thing that a change would be felt by; `null` when there is none. */
function protectedName({ server, app, affected }: Target, protect: readonly string[]): string | null {
  if (protect.length === 0) return null
  const things = [app, server, ...affected].filter((thing) => thing !== undefined)
  const hit = things.find((thing) => protect.some((entry) => matches(entry, thing)))
  return hit ? readable(hit.label) || hit.id : null
}

/** Whether an entry of `protect` (an id, a label, a pattern) fits this row. */
export function matches(entry: string, { id, label }: { id: string; label: string }): boolean {
  const pattern = readable(entry).toLowerCase()
  const name = readable(label).toLowerCase()
  if (!pattern.includes('*')) return pattern === id || pattern === name
  return wildcard(pattern, name) || wildcard(pattern, id)
}

/** Linear in the text: the parts between the stars, one after the other. */
function wildcard(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*')
  const last = rest.pop() ?? ''
  if (text.length < first.length + last.length) return false
  if (!text.startsWith(first) || !text.endsWith(last)) return false
  const middle = text.slice(first.length, text.length - last.length)
  let at = 0
  return rest.every((part) => {
    const found = middle.indexOf(part, at)
    at = found + part.length
    return found >= 0
  })
}

/** Every tool with the rule that hides it, for whoever explains what is missing. */
export function hiddenTools(all: ToolMap, selection: Selection, scope: Scope): Map<string, HidingRule> {
  const found = new Map<string, HidingRule>()
  for (const tool of Object.values(all)) {
    const rule = hiddenBy(tool, selection, scope)
    if (rule) found.set(tool.name, rule)
  }
  return found
}
