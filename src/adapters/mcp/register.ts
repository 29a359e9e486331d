/**
 * The tools on an MCP server that somebody already has, of either version of the SDK. Neither is imported.
 *
 * @module
 */
import * as z from 'zod'
import type { JsonSchema } from '../../core/declare/node.ts'
import type { Toolkit } from '../../core/toolkit.ts'
import type { ToolMap } from '../../core/types/tool.ts'
import type { Capabilities, RequestExtra } from './ask.ts'
import { callTool } from './call.ts'
import { countFromOne, listTools, type McpFace, readFace } from './describe.ts'

/**
 * The part that `McpServer` of `@modelcontextprotocol/sdk` 1 and `McpServer` of `@modelcontextprotocol/server` 2 share.
 * Each has its own types for the configuration and the callback; `never` accepts them all.
 */
export interface McpServerLike {
  registerTool(name: string, config: never, callback: never): unknown
  /** Tells what the client of a connection can do. Without it, no person is asked through a client of 2025. */
  readonly server?: { getClientCapabilities?(): Capabilities | undefined }
}

/**
 * Register the listed tools on `server`.
 *
 * The SDK converts every schema on each `tools/list`. `createMcpServer` keeps the list, and is faster for many tools.
 *
 * @throws Error from `server` when it already has a tool of one of the names.
 *
 * @example
 * const server = new McpServer({ name: 'mine', version: '1.0.0' })
 * registerTools(server, cloudways)
 */
export function registerTools<T extends ToolMap>(
  server: McpServerLike,
  cloudways: Toolkit<T>,
  options: McpFace = {},
): void {
  const face = readFace('registerTools', options)
  if (server.server) countFromOne(server.server)
  for (const { name, title, description, annotations, ...schemas } of listTools(cloudways, face)) {
    const config = {
      title,
      description,
      annotations,
      inputSchema: listedAs(schemas.inputSchema),
      ...(schemas.outputSchema && { outputSchema: listedAs(schemas.outputSchema) }),
    }
    const callback = (input: unknown, extra: RequestExtra = {}) => {
      const client = server.server?.getClientCapabilities?.()
      return callTool(cloudways, { params: { name, arguments: input }, extra, client }, face)
    }
    server.registerTool(name, config as never, callback as never)
  }
}

/**
 * A schema that is listed as `json`, and accepts every value.
 *
 * The SDK would list keywords that some providers refuse. It would check the arguments, and answer zod's own text; the
 * text of the core names the nearest argument. It would check answers too, and the core has done that before it
 * redacted them.
 */
function listedAs(json: JsonSchema): z.ZodType {
  const schema = z.looseObject({})
  // A copy each time: the SDK writes into what it converts.
  schema._zod.toJSONSchema = () => structuredClone(json)
  schema._zod.run = (payload) => payload
  schema._zod.parse = (payload) => payload
  return schema
}
