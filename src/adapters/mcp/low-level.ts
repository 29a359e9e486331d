/**
 * The server for our own stdio and HTTP: tools only, nothing to register, cheap enough to make per request.
 *
 * @module
 */
import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { CallToolRequestSchema, ListToolsRequestSchema, type Tool } from '@modelcontextprotocol/sdk/types.js'
import type { ToolMap } from '../../core/define.ts'
import type { Toolkit } from '../../core/toolkit.ts'
import { version } from '../../version.ts'
import { callTool, instructions, listTools } from './describe.ts'

/** The SDK compiles a validator for every server it makes; it is used for elicitation only, which this has not. */
export const noValidator = {
  getValidator: () => {
    throw new Error('This server does not elicit.')
  },
}

export function createLowLevelServer<T extends ToolMap>(cloudways: Toolkit<T>): Server {
  const server = new Server(
    { name: 'cloudways-tools', title: 'Cloudways', version },
    { capabilities: { tools: {} }, instructions: instructions(cloudways), jsonSchemaValidator: noValidator },
  )
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: listTools(cloudways) as Tool[] }))
  server.setRequestHandler(CallToolRequestSchema, ({ params }, extra) =>
    callTool(cloudways, params.name, params.arguments, extra),
  )
  return server
}
