/**
 * Which tools a toolkit lists, and why it hides the others: toolsets and names, minus exclusions. Read-only beats them
 * all.
 *
 * @module
 */
import { nearest } from '../../base/options.ts'
import { InputError, PolicyError } from '../../errors.ts'
import { fitsScope, isScoped } from '../decide/scope.ts'
import { proposed } from '../platform.ts'
import type { Scope, Selection } from '../types/call.ts'
import type { AnyTool, ToolMap } from '../types/tool.ts'
import { isOperation } from './operation.ts'

/** What clients put before the name of a tool, with a single `_` behind it. */
const prefix = /^(?:mcp_{1,2})?cloudways(?:[-_]tools)?$/i

/**
 * The tool that a name means in which a client has put the name of the server: `mcp__cloudways__list_apps`,
 * `cloudways.list_apps`, `list_apps_mcp_cloudways`. `undefined` when that can't be told, or the name is a tool's own.
 */
export function withoutPrefix(given: string, names: readonly string[]): string | undefined {
  if (typeof given !== 'string' || given.length > 200 || names.includes(given)) return undefined
  const found = names.filter((name) => {
    if (given.startsWith(`${name}_mcp_`)) return true
    const before = given.endsWith(name) ? given.slice(0, -name.length) : ''
    return (
      /^[\w.:/-]+(?:__|[./:-])$/.test(before) || (before.endsWith('_') && prefix.test(before.slice(0, -1)))
    )
  })
  return found.length === 1 ? found[0] : undefined
}

/** The listed tools, and why the others are not. */
export interface Selected {
  tools: ToolMap
  hiddenBy: ReadonlyMap<string, HidingRule>
}

const unscoped: Scope = { servers: [], apps: [] }

/**
 * The listed tools. No other tool can be called.
 *
 * Two tools are added unless they are excluded by name: `get_operation` when a tool starts operations, and
 * `preview_change` when a tool changes something. When no tool changes anything, `preview_change` is left out.
 *
 * @throws InputError for a name that does not exist, with the nearest that does.
 */
export function selectTools(all: ToolMap, selection: Selection, scope: Scope = unscoped): Selected {
  const names = Object.keys(all)
  const toolsets = [...new Set(Object.values(all).map((tool) => tool.toolset))]
  known('toolset', selection.toolsets, toolsets)
  const plain = (given?: readonly string[]) =>
    Array.isArray(given) ? given.map((name) => withoutPrefix(name, names) ?? name) : given
  const chosen = {
    ...selection,
    tools: plain(selection.tools),
    excludeTools: plain(selection.excludeTools),
  }
  known('tool', chosen.tools, names)
  known('tool', chosen.excludeTools, names)

  const hiddenBy = hiddenTools(all, chosen, scope)
  const listed = () => Object.values(all).filter(({ name }) => !hiddenBy.has(name))
  const comesAlong = (name: string, needed: boolean) => {
    if (needed && hiddenBy.get(name) === 'not selected') hiddenBy.delete(name)
  }
  const changes = listed().some(({ risk }) => risk !== 'read')
  comesAlong(
    proposed.operation,
    listed().some(({ output }) => isOperation(output)),
  )
  comesAlong(proposed.preview, changes)
  if (!changes && all[proposed.preview] && !hiddenBy.has(proposed.preview)) {
    hiddenBy.set(proposed.preview, selection.readOnly ? 'read-only' : 'not selected')
  }
  return { tools: Object.fromEntries(listed().map((tool) => [tool.name, tool])), hiddenBy }
}

function known(what: string, given: readonly string[] | undefined, names: readonly string[]): void {
  if (given !== undefined && !Array.isArray(given)) {
    throw new InputError(`The names of ${what}s must be a list.`, `Pass ['${names[0]}'], for example.`)
  }
  for (const name of given ?? []) {
    if (names.includes(name)) continue
    const near = nearest(name, names)
    throw new InputError(
      `There is no ${what} ${name.slice(0, 60)}${near ? `; did you mean ${near}?` : '.'}`,
      what === 'toolset' ? `Toolsets: ${names.join(', ')}.` : 'cloudways-tools tools lists the names.',
    )
  }
}

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
function hiddenTools(all: ToolMap, selection: Selection, scope: Scope): Map<string, HidingRule> {
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
