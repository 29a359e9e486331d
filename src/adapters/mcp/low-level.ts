/**
 * The server for our own stdio and HTTP, on version 1 of the SDK. Nothing can be registered on it, so it is cheap
 * enough to be made for each request.
 *
 * @module
 */
import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { ErrorCode, type JSONRPCMessage, McpError } from '@modelcontextprotocol/sdk/types.js'
import * as z from 'zod'
import type { Toolkit } from '../../core/toolkit.ts'
import type { ToolMap } from '../../core/types/tool.ts'
import type { Method } from './ask.ts'
import { tellChanges } from './changes.ts'
import { countFromOne, type McpFace, noValidator, serverInfo } from './describe.ts'
import { inSentences, readEnvelope, readParams } from './envelope.ts'
import { instructions } from './instructions.ts'
import { capabilitiesOf, methodsOf } from './methods.ts'

/** @param tells whether the server outlives a request, and tells its client when the list of tools has changed. */
export function createLowLevelServer<T extends ToolMap>(
  cloudways: Toolkit<T>,
  face?: McpFace,
  tells = false,
): Server {
  const methods = methodsOf(cloudways, face)
  const server = new Server(serverInfo, {
    capabilities: capabilitiesOf(methods, tells),
    instructions: instructions(cloudways),
    jsonSchemaValidator: noValidator,
  })
  serveMethods(server, methods)
  if (tells) tellChanges(server, cloudways)
  return server
}

/** Answer `methods` on a server of version 1 of the SDK. The server needs their capabilities. */
export function serveMethods(server: Server, methods: Record<string, Method>): void {
  for (const [name, answer] of Object.entries(methods)) {
    server.setRequestHandler(requestSchema(name), ({ params }, extra) => {
      const read = readParams(name, params)
      if (typeof read === 'string') throw new McpError(ErrorCode.InvalidParams, read)
      return answer({ params: (read ?? {}) as never, extra, client: server.getClientCapabilities() }) as never
    })
  }
  countFromOne(server)
  readEnvelopes(server)
}

/** By method: a server is made for each request, and a schema is compiled at its first use. */
const requestSchemas = new Map<string, ReturnType<typeof newRequestSchema>>()

/** Without the SDK's own check of the parameters, whose error is the text of its validator. */
const newRequestSchema = (method: string) =>
  z.looseObject({ method: z.literal(method), params: z.unknown().optional() })

function requestSchema(method: string) {
  const schema = requestSchemas.get(method) ?? newRequestSchema(method)
  requestSchemas.set(method, schema)
  return schema
}

/** The SDK drops an envelope with null in it, and answers the text of its validator. Whoever made the transport, its messages are read first. */
function readEnvelopes(server: Server): void {
  const connect = server.connect.bind(server)
  server.connect = (transport) => {
    const send = transport.send.bind(transport)
    transport.send = (message, options) => send(inSentences(message), options)
    const before = transport.onmessage
    // The SDK calls this function with each message, before its own.
    transport.onmessage = (message, extra) => {
      before?.(message, extra)
      const { refusal, message: readable } = { message: undefined, ...readEnvelope(message) }
      if (refusal) void transport.send(refusal as JSONRPCMessage).catch(() => {})
      if (readable === message) return
      for (const key of Object.keys(message)) delete (message as Record<string, unknown>)[key]
      Object.assign(message, readable)
    }
    return connect(transport)
  }
}
