/**
 * Which tools a toolkit lists: toolsets and names, minus exclusions; read-only beats them all.
 *
 * @module
 */
import { nearest } from '../../base/options.ts'
import { InputError } from '../../errors.ts'
import type { Scope, Selection } from '../types/call.ts'
import type { ToolMap } from '../types/tool.ts'
import { type HidingRule, hiddenTools } from './hide.ts'
import { operation } from './operation.ts'

/** The listed tools, and why the others are not. */
export interface Selected {
  tools: ToolMap
  hidden: ReadonlyMap<string, HidingRule>
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
  known('tool', selection.tools, names)
  known('tool', selection.excludeTools, names)

  const hidden = hiddenTools(all, selection, scope)
  const listed = () => Object.values(all).filter(({ name }) => !hidden.has(name))
  const comesAlong = (name: string, needed: boolean) => {
    if (needed && hidden.get(name) === 'not selected') hidden.delete(name)
  }
  const changes = listed().some(({ risk }) => risk !== 'read')
  comesAlong(
    'get_operation',
    listed().some(({ output }) => output === operation),
  )
  comesAlong('preview_change', changes)
  if (!changes && all.preview_change && !hidden.has('preview_change')) {
    hidden.set('preview_change', selection.readOnly ? 'read-only' : 'not selected')
  }
  return { tools: Object.fromEntries(listed().map((tool) => [tool.name, tool])), hidden }
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
