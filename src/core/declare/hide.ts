/**
 * Which tools a toolkit hides, and why.
 *
 * @module
 */
import { PolicyError } from '../../errors.ts'
import { fitsScope, isScoped } from '../decide/scope.ts'
import type { Scope, Selection } from '../types/call.ts'
import type { AnyTool, ToolMap } from '../types/tool.ts'

/** The rule that hides a tool, whatever its arguments. */
export type HidingRule = 'read-only' | 'excluded' | 'not selected' | 'scope'

/** The first rule that hides a tool; `undefined` for one that is listed. */
function hidingRule(tool: AnyTool, selection: Selection, scope: Scope): HidingRule | undefined {
  const { toolsets, tools, excludeTools, readOnly } = selection
  if (readOnly && tool.risk !== 'read') return 'read-only'
  if (excludeTools?.includes(tool.name)) return 'excluded'
  const everything = !toolsets && !tools
  if (!everything && !toolsets?.includes(tool.toolset) && !tools?.includes(tool.name)) return 'not selected'
  if (isScoped(scope) && !fitsScope(tool)) return 'scope'
  return undefined
}

/** Every hidden tool with the rule that hides it, so that a refusal can say what is missing. */
export function hiddenTools(all: ToolMap, selection: Selection, scope: Scope): Map<string, HidingRule> {
  const found = new Map<string, HidingRule>()
  for (const tool of Object.values(all)) {
    const rule = hidingRule(tool, selection, scope)
    if (rule) found.set(tool.name, rule)
  }
  return found
}

const reasons: Record<HidingRule | 'role', string> = {
  'read-only': 'this toolkit is read-only',
  excluded: 'the operator left it out',
  'not selected': 'it is not among the tools that the operator chose',
  scope: 'it reaches beyond the servers and apps that this toolkit may touch',
  role: 'the role of the access token does not reach it',
}

/** The refusal of a tool that exists and is hidden. */
export const hiddenTool = (name: string, rule: HidingRule | 'role') =>
  new PolicyError(rule, `${name} cannot be called here: ${reasons[rule]}.`)
