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
import type { Scope } from '../types/call.ts'
import type { Selection } from '../types/selection.ts'
import type { AnyTool, ToolMap } from '../types/tool.ts'
import { calledName } from './called.ts'
import { isOperation } from './operation.ts'

/** The listed tools, and why the others are not. */
export interface Selected {
  tools: ToolMap
  hiddenBy: ReadonlyMap<string, HidingRule>
  /** All tools there are, for their names. */
  known: ToolMap
  isSearched: boolean
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
export function selectTools(before: Selected, selection: Selection, scope: Scope = unscoped): Selected {
  const { tools: all, known } = before
  checkToolsets(before, selection.toolsets)
  const plain = (given?: readonly string[]) =>
    Array.isArray(given) ? given.map((name) => calledName(name, known)) : given
  const chosen = {
    ...selection,
    tools: plain(selection.tools),
    excludeTools: plain(selection.excludeTools),
  }
  checkNames(before, chosen.tools)
  checkNames({ tools: known, hiddenBy: new Map() }, chosen.excludeTools)

  const { preset } = selection
  if (preset && preset !== 'search' && (chosen.toolsets || chosen.tools)) {
    throw new InputError(
      `preset ${preset} chooses the tools, and so does ${chosen.toolsets ? 'toolsets' : 'tools'}.`,
      'Give one of them.',
      { option: 'preset' },
    )
  }
  const hiddenBy = hiddenTools(all, chosen, scope)
  const listed = Object.values(all).filter(({ name }) => !hiddenBy.has(name))
  const comesAlong = (name: string, needed: boolean) => {
    if (needed && notChosen.includes(hiddenBy.get(name))) hiddenBy.delete(name)
  }
  const changes = listed.some(({ risk }) => risk !== 'read')
  comesAlong(
    proposed.operation,
    listed.some(({ output }) => isOperation(output)),
  )
  comesAlong(proposed.preview, changes)
  comesAlong(proposed.search, preset === 'search')
  if (!changes && all[proposed.preview] && !hiddenBy.has(proposed.preview)) {
    hiddenBy.set(proposed.preview, selection.readOnly ? 'read-only' : 'not selected')
  }
  const tools =
    hiddenBy.size === 0
      ? all
      : Object.fromEntries(Object.entries(all).filter(([name]) => !hiddenBy.has(name)))
  return {
    tools,
    hiddenBy: new Map([...before.hiddenBy, ...hiddenBy]),
    known,
    isSearched: before.isSearched || preset === 'search',
  }
}

const toolsetsOf = (tools: ToolMap) => [...new Set(Object.values(tools).map(({ toolset }) => toolset))]

function checkToolsets({ tools, known, hiddenBy }: Selected, given: readonly string[] | undefined): void {
  const all = toolsetsOf(known)
  checkList('toolset', given, all)
  const listed = toolsetsOf(tools)
  const gone = given?.find((name) => !listed.includes(name))
  if (gone === undefined) return
  const [rule] = Object.values(known).flatMap(({ toolset, name }) =>
    toolset === gone ? [hiddenBy.get(name)] : [],
  )
  throw notHere(`toolset ${gone}`, rule)
}

function checkNames(
  { tools, hiddenBy }: Pick<Selected, 'tools' | 'hiddenBy'>,
  given: readonly string[] | undefined,
): void {
  checkList('tool', given, [...Object.keys(tools), ...hiddenBy.keys()])
  const gone = given?.find((name) => !Object.hasOwn(tools, name))
  if (gone !== undefined) throw notHere(gone, hiddenBy.get(gone))
}

const notHere = (what: string, rule: HidingRule | undefined) =>
  new InputError(
    `${what} is not in this toolkit${rule ? `: ${reasons[rule]}` : ''}.`,
    'What is hidden stays hidden: choose it where the toolkit is made.',
  )

function checkList(what: string, given: readonly string[] | undefined, names: readonly string[]): void {
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
export type HidingRule = 'read-only' | 'excluded' | 'preset' | 'not selected' | 'scope'

const notChosen: readonly unknown[] = ['preset', 'not selected'] satisfies HidingRule[]

/** The first rule that hides a tool; `undefined` for one that is listed. */
function hidingRule(tool: AnyTool, selection: Selection, scope: Scope): HidingRule | undefined {
  const { preset, toolsets, tools, excludeTools, readOnly } = selection
  if (readOnly && tool.risk !== 'read') return 'read-only'
  if (excludeTools?.includes(tool.name)) return 'excluded'
  if (preset === 'core' && !tool.core) return 'preset'
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
  preset: 'the preset core leaves it out (preset all, toolsets or tools list it)',
  'not selected': 'it is not among the tools that the operator chose',
  scope: 'it reaches beyond the servers and apps that this toolkit may touch',
  role: 'the role of the access token does not reach it',
}

/** The refusal of a tool that exists and is hidden. @param where a person can do the same without this toolkit. */
export const hiddenTool = (name: string, rule: HidingRule | 'role', where?: string) =>
  new PolicyError(
    rule,
    `${name} cannot be called here: ${reasons[rule]}.`,
    where && `${where} Or the operator lists ${name} here.`,
  )
