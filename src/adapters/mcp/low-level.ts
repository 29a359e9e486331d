/**
 * The server for our own stdio and HTTP: tools only, nothing to register, cheap enough to make per request.
 *
 * @module
 */
import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { CallToolRequestSchema, ListToolsRequestSchema, type Tool } from '@modelcontextprotocol/sdk/types.js'
import { onAbort } from '../../base/signal.ts'
import { version } from '../../base/version.ts'
import type { Toolkit } from '../../core/toolkit.ts'
import type { ToolMap } from '../../core/types/tool.ts'
import { callTool } from './call.ts'
import { instructions, listTools } from './describe.ts'

/** The SDK compiles a validator for every server it makes; it is used by its `elicitInput` only, which is not called. */
export const noValidator = {
  getValidator: () => {
    throw new Error('The answers to forms are read without a validator.')
  },
}

export function createLowLevelServer<T extends ToolMap>(cloudways: Toolkit<T>): Server {
  const server = new Server(
    { name: 'cloudways-tools', title: 'Cloudways', version },
    { capabilities: { tools: {} }, instructions: instructions(cloudways), jsonSchemaValidator: noValidator },
  )
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: listTools(cloudways) as Tool[] }))
  server.setRequestHandler(CallToolRequestSchema, ({ params }, extra) =>
    callTool(cloudways, params.name, params.arguments, extra, server.getClientCapabilities()),
  )
  return server
}

/** A page that the person behind a client is asked to open. */
export interface UrlRequest {
  url: string
  message: string
  /** Aborts when the page has had its use: a question that is still open is taken back. */
  signal: AbortSignal
}

/** What the person said: `cancel` is no answer. */
export type UrlAnswer = 'accept' | 'decline' | 'cancel'

/** The longest time of a timer. The signal ends the question; the SDK would end it after a minute. Milliseconds. */
const unbounded = 2 ** 31 - 1

/**
 * Ask the person behind the client to open a page (URL elicitation).
 *
 * @returns `undefined` when the client can't ask that.
 */
export async function elicitUrl(server: Server, request: UrlRequest): Promise<UrlAnswer | undefined> {
  if (!server.getClientCapabilities()?.elicitation?.url) return undefined
  const { url, message, signal } = request
  const elicitationId = crypto.randomUUID()
  const { action } = await server.elicitInput(
    { mode: 'url', elicitationId, url, message },
    { signal, timeout: unbounded },
  )
  // The client may then close what it shows meanwhile.
  const completed = server.createElicitationCompletionNotifier(elicitationId)
  if (action === 'accept') onAbort(signal, () => void completed().catch(() => {}))
  return action
}
