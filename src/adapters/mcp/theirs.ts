/**
 * What the owner of a server of version 1 of the SDK registers on it besides ours: further tools, resources and prompts.
 *
 * @module
 */
import { type McpServer, ResourceTemplate } from '@modelcontextprotocol/sdk/server/mcp.js'
import {
  CallToolRequestSchema,
  CompleteRequestSchema,
  GetPromptRequestSchema,
  ListPromptsRequestSchema,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ListToolsRequestSchema,
  ReadResourceRequestSchema,
} from '@modelcontextprotocol/sdk/types.js'
import * as z from 'zod'

const schemas = {
  'tools/list': ListToolsRequestSchema,
  'tools/call': CallToolRequestSchema,
  'resources/list': ListResourcesRequestSchema,
  'resources/templates/list': ListResourceTemplatesRequestSchema,
  'resources/read': ReadResourceRequestSchema,
  'prompts/list': ListPromptsRequestSchema,
  'prompts/get': GetPromptRequestSchema,
  'completion/complete': CompleteRequestSchema,
} as const

export type TheirMethod = keyof typeof schemas

/** The SDK's own handlers, which know what is registered on a server. */
export type Theirs = Record<TheirMethod, (params: unknown, extra: unknown) => Promise<object>>

type SetRequestHandler = McpServer['server']['setRequestHandler']
type Handler = (request: { method: string; params: unknown }, extra: unknown) => object | Promise<object>

/**
 * Take the SDK's own handlers from a server on which nothing is registered yet.
 *
 * The SDK installs them once, when the first thing of a kind is registered, and refuses to when there are handlers
 * already. So this function registers one thing of each kind, removes it again, and watches `setRequestHandler`
 * meanwhile. The SDK's handlers do not serve our own tools: they convert every schema on each `tools/list` (50 ms for
 * 250 tools), and answer zod's errors instead of ours.
 */
export function takeHandlers(mcp: McpServer): Theirs {
  const taken = new Map<unknown, Handler>()
  const { server } = mcp
  const install = server.setRequestHandler
  server.setRequestHandler = ((schema: unknown, handler: unknown) => {
    taken.set(schema, handler as Handler)
    return install.call(server, schema as never, handler as never)
  }) as SetRequestHandler
  const name = 'placeholder'
  const nothing = new ResourceTemplate('placeholder://{id}', { list: undefined, complete: { id: () => [] } })
  mcp.registerTool(name, {}, () => ({ content: [] })).remove()
  mcp.registerResource(name, nothing, {}, () => ({ contents: [] })).remove()
  mcp.registerPrompt(name, { argsSchema: { id: z.string() } }, () => ({ messages: [] })).remove()
  server.setRequestHandler = install
  const entries = Object.entries(schemas).map(([method, schema]) => {
    const handler = taken.get(schema)
    if (!handler) throw new Error('This version of @modelcontextprotocol/sdk is not supported.')
    return [method, async (params: unknown, extra: unknown) => handler({ method, params }, extra)]
  })
  return Object.fromEntries(entries) as Theirs
}
