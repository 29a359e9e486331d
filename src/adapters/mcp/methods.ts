/**
 * The methods of the Model Context Protocol that this package answers. Each method is one entry here; the servers of
 * both versions of the SDK loop over the table, so no server names a method. No SDK here.
 *
 * @module
 */
import type { Toolkit } from '../../core/toolkit.ts'
import type { ToolMap } from '../../core/types/tool.ts'
import { callTool, type ToolCall } from './call.ts'
import { listTools } from './describe.ts'
import type { McpRequest } from './request.ts'

/** Answers one method. The SDK has checked the parameters against the protocol before. */
export type Method = (request: McpRequest<never>) => object | Promise<object>

/** The methods, by the name that the protocol gives them. */
export const methodsOf = <T extends ToolMap>(toolkit: Toolkit<T>): Record<string, Method> => ({
  'tools/list': () => ({ tools: listTools(toolkit) }),
  'tools/call': (request: McpRequest<ToolCall>) => callTool(toolkit, request),
})

/** What a server with these methods announces: `tools/list` is a method of the capability `tools`. */
export function capabilitiesOf(methods: Record<string, Method>): Record<string, object> {
  const groups = Object.keys(methods).map((name) => name.slice(0, name.indexOf('/')))
  // The protocol spells one group differently: `completion/complete` needs the capability `completions`.
  return Object.fromEntries(groups.map((group) => [group === 'completion' ? 'completions' : group, {}]))
}
