/**
 * Which tools a toolkit has: toolsets and names, minus exclusions; read-only beats them all.
 *
 * @module
 */
import { InputError } from '../errors.ts'
import { nearest } from '../options.ts'
import type { AnyTool, ToolMap } from './define.ts'
import { operation } from './operation.ts'

export interface Selection {
  /** Toolsets to include. Without `toolsets` and `tools`, everything. */
  toolsets?: readonly string[]
  /** Tools to include by name, besides those of `toolsets`. */
  tools?: readonly string[]
  /** Tools to leave out. */
  excludeTools?: readonly string[]
  /** Only tools that change nothing. Default `false`. */
  readOnly?: boolean
}

/** The tool that finishes what others start. */
const finisher = 'get_operation'

/**
 * The visible tools. What is not here can't be called.
 *
 * `get_operation` comes with any tool that starts operations, unless it is excluded by name.
 *
 * @throws InputError for a name that does not exist, with the nearest that does.
 */
export function selectTools(all: ToolMap, selection: Selection): ToolMap {
  const names = Object.keys(all)
  const toolsets = [...new Set(Object.values(all).map((tool) => tool.toolset))]
  known('toolset', selection.toolsets, toolsets)
  known('tool', selection.tools, names)
  known('tool', selection.excludeTools, names)

  const everything = !selection.toolsets && !selection.tools
  const included = (tool: AnyTool) =>
    everything || selection.toolsets?.includes(tool.toolset) || selection.tools?.includes(tool.name)
  const allowed = (tool: AnyTool) =>
    !selection.excludeTools?.includes(tool.name) && (!selection.readOnly || tool.risk === 'read')

  const picked = names.filter((name) => included(all[name] as AnyTool) && allowed(all[name] as AnyTool))
  const starts = picked.some((name) => all[name]?.output === operation)
  if (starts && !picked.includes(finisher) && all[finisher] && allowed(all[finisher])) picked.push(finisher)
  return Object.fromEntries(picked.map((name) => [name, all[name] as AnyTool]))
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
