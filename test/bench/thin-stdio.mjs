// The thinnest stdio server on the bare SDK: one tool.
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import * as z from 'zod'

const server = new McpServer({ name: 'thin', version: '1.0.0' })
server.registerTool(
  'get_key',
  { description: 'Reads the key.', inputSchema: { app_id: z.string() } },
  async () => ({
    content: [{ type: 'text', text: '{}' }],
  }),
)
await server.connect(new StdioServerTransport())
