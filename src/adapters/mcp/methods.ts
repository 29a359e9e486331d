/**
 * The methods of the Model Context Protocol that this package answers. Each method is one entry here; the servers of
 * both versions of the SDK loop over the table, so no server names a method. No SDK here.
 *
 * @module
 */
import type { Toolkit } from '../../core/toolkit.ts'
import type { ToolMap } from '../../core/types/tool.ts'
import type { McpRequest, Method } from './ask.ts'
import { callTool, type ToolCall } from './call.ts'
import { told } from './changes.ts'
import { completionMethods } from './completion.ts'
import { listTools, type McpFace } from './describe.ts'
import { promptMethods } from './prompts.ts'
import { resourceMethods } from './resources.ts'
import { skillMethods } from './skills.ts'
import { taskMethods, tasksKey } from './tasks.ts'

/** The methods, by the name that the protocol gives them. */
export const methodsOf = <T extends ToolMap>(
  toolkit: Toolkit<T>,
  face: McpFace = {},
): Record<string, Method> =>
  withRole(toolkit, {
    'tools/list': () => ({ tools: listTools(toolkit, face) }),
    'tools/call': (request: McpRequest<ToolCall>) => callTool(toolkit, request, face),
    ...resourceMethods(toolkit),
    ...promptMethods(toolkit),
    ...completionMethods(toolkit),
    ...skillMethods(toolkit),
  })

/** The lists that the role of a token takes something out of. */
const byRole = ['tools/list', 'prompts/list', 'skills/list']

/** The same methods. Before these lists, what other replicas have learned of the role is read. */
function withRole(
  { adapter }: Pick<Toolkit, 'adapter'>,
  methods: Record<string, Method>,
): Record<string, Method> {
  const lists = byRole.map((name): [string, Method] => {
    const answer = methods[name] as Method
    return [
      name,
      async (request) => {
        await adapter.refreshList()
        return answer(request)
      },
    ]
  })
  return { ...methods, ...Object.fromEntries(lists) }
}

/** The methods of 2026-07-28. What older clients do not know is left out of {@link methodsOf}. */
export const modernMethodsOf = <T extends ToolMap>(
  toolkit: Toolkit<T>,
  face: McpFace = {},
): Record<string, Method> => ({ ...methodsOf(toolkit, face), ...taskMethods(toolkit, face) })

/** Groups of methods that the protocol has in its own set; by their names, those that it spells differently. */
const spelled: Record<string, string> = { completion: 'completions' }
/** Groups of methods of an extension. */
const extensions: Record<string, string> = { skills: 'io.modelcontextprotocol/skills', tasks: tasksKey }

export const isOfExtension = (method: string): boolean =>
  Object.hasOwn(extensions, method.slice(0, method.indexOf('/')))

/**
 * What a server with these methods announces: `tools/list` is a method of the capability `tools`.
 *
 * @param tells whether the server tells its client of changed lists. One that lives for a request has nothing to tell it by.
 */
export function capabilitiesOf(methods: Record<string, Method>, tells = false): Record<string, object> {
  const groups = [...new Set(Object.keys(methods).map((name) => name.slice(0, name.indexOf('/'))))]
  const base = groups.filter((group) => !extensions[group])
  const further = groups.flatMap((group) => extensions[group] ?? [])
  return {
    ...Object.fromEntries(
      base.map((group) => [
        spelled[group] ?? group,
        tells && told.includes(group) ? { listChanged: true } : {},
      ]),
    ),
    ...(further.length > 0 && { extensions: Object.fromEntries(further.map((name) => [name, {}])) }),
  }
}
