/**
 * The server for our own stdio and HTTP, on version 1 of the SDK. Nothing can be registered on it, so it is cheap
 * enough to be made for each request.
 *
 * @module
 */
import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { ClientRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import type { Toolkit } from '../../core/toolkit.ts'
import type { ToolMap } from '../../core/types/tool.ts'
import { instructions, type McpFace, noValidator, serverInfo } from './describe.ts'
import { capabilitiesOf, type Method, methodsOf } from './methods.ts'

export function createLowLevelServer<T extends ToolMap>(cloudways: Toolkit<T>, face?: McpFace): Server {
  const methods = methodsOf(cloudways, face)
  const server = new Server(serverInfo, {
    capabilities: capabilitiesOf(methods),
    instructions: instructions(cloudways),
    jsonSchemaValidator: noValidator,
  })
  serveMethods(server, methods)
  return server
}

/** Answer `methods` on a server of version 1 of the SDK. The server needs their capabilities. */
export function serveMethods(server: Server, methods: Record<string, Method>): void {
  for (const [name, answer] of Object.entries(methods)) {
    server.setRequestHandler(
      requestSchema(name),
      ({ params }, extra) =>
        answer({ params: params as never, extra, client: server.getClientCapabilities() }) as never,
    )
  }
}

/** The SDK's own schema of a request: with it, the SDK checks the parameters. */
function requestSchema(method: string) {
  const schema = ClientRequestSchema.options.find(({ shape }) => shape.method.value === method)
  if (!schema) throw new Error(`The SDK knows no method ${method}.`)
  return schema
}
