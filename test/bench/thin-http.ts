/**
 * The least that a server on the bare SDK can be, with one tool over a real upstream.
 *
 *     thin-http.ts stateless URL    a server object for each request, as the SDK demands, with nothing to register
 *     thin-http.ts stateful URL     one server object for the whole session
 */
import { randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js'

const [kind, apiUrl] = process.argv.slice(2)

const id = { type: 'string' }
const inputSchema = { type: 'object', properties: { server_id: id, app_id: id } } as const
const tools = [{ name: 'get_git_ssh_key', description: 'Reads the key.', inputSchema }]

function createServer(): Server {
  const server = new Server({ name: 'thin', version: '1.0.0' }, { capabilities: { tools: {} } })
  server.setRequestHandler(ListToolsRequestSchema, async () => ({ tools }))
  server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
    const query = new URLSearchParams(params.arguments as Record<string, string>)
    const headers = { authorization: 'Bearer cw_bench_token' }
    const response = await fetch(`${apiUrl}/git/key?${query}`, { headers })
    return { content: [{ type: 'text', text: JSON.stringify(await response.json()) }] }
  })
  return server
}

async function connect(sessionIdGenerator?: () => string) {
  const transport = new WebStandardStreamableHTTPServerTransport({
    enableJsonResponse: true,
    sessionIdGenerator,
  })
  const server = createServer()
  await server.connect(transport)
  return { server, transport }
}

async function stateless(request: Request): Promise<Response> {
  const { server, transport } = await connect()
  const response = await transport.handleRequest(request)
  void server.close()
  return response
}

const session = kind === 'stateful' ? await connect(randomUUID) : undefined
const fetchOf = session ? (request: Request) => session.transport.handleRequest(request) : stateless
const options = { fetch: fetchOf, port: 0, hostname: '127.0.0.1', overrideGlobalObjects: false }
const listener = serve(options, () => process.send?.({ port: (listener.address() as AddressInfo).port }))
