/** Every built-in tool, in the forms that tests loop over. */
import type { AnyTool } from '../../src/core/types/tool.ts'
import { coreTools } from '../../src/tools/index.ts'

export const byName = coreTools as Record<string, AnyTool>
export const tools: AnyTool[] = Object.values(byName)
/** Those that a toolkit lists where nothing is chosen. */
export const core = tools.filter((tool) => tool.core)
/** Those that do something by themselves. A campaign makes calls of these, and has tests of its own. */
export const own = tools.filter(({ toolset }) => toolset !== 'campaigns')
export const changes = own.filter(({ risk }) => risk !== 'read')
export const reads = own.filter(({ risk }) => risk === 'read')

/** Rows for `it.each` and `describe.each`, whose titles can say `%s`. */
export const rows = (some: readonly AnyTool[]) => some.map((tool) => [tool.name, tool] as const)
