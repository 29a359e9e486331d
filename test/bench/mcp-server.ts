/**
 * An MCP server over HTTP: `ours`, `ours-250`, or `thin`: one tool on the bare SDK, the least there can be.
 */
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'
import { app, createCloudways, defineTools, server } from 'cloudways-tools'
import { createMcpHandler } from 'cloudways-tools/mcp'
import * as z from 'zod'

const upstream = async () =>
  new Response('{"key":"ssh-rsa example"}', { headers: { 'content-type': 'application/json' } })

function ours(more: number) {
  const extraTools = defineTools(
    'more',
    Object.fromEntries(
      Array.from({ length: more }, (_, index) => [
        `get_thing_${index}`,
        {
          title: 'Get a thing',
          description: 'Reads a thing. Answers its name, its kind and its state.',
          risk: 'read' as const,
          input: { server_id: server(), app_id: app() },
          output: z.looseObject({ key: z.string() }),
          request: () => ({ method: 'GET' as const, path: '/git/key' }),
        },
      ]),
    ),
  )
  const cloudways = createCloudways({
    credentials: { accessToken: 'cw_bench_token' },
    fetch: upstream,
    rateLimit: null,
    extraTools,
  })
  return createMcpHandler({ cloudways })
}

async function thin(request: Request): Promise<Response> {
  const server = new McpServer({ name: 'thin', version: '1.0.0' })
  server.registerTool(
    'get_git_ssh_key',
    { description: 'Reads the key.', inputSchema: { server_id: z.string(), app_id: z.string() } },
    async () => {
      const body = await (await upstream()).json()
      return { content: [{ type: 'text', text: JSON.stringify(body) }] }
    },
  )
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true })
  await server.connect(transport)
  const response = await transport.handleRequest(request)
  void server.close()
  return response
}

const handlers = {
  thin: () => thin,
  ours: () => ours(0),
  'ours-250': () => ours(250 - createCloudways().list().length),
}
const fetch = handlers[process.argv[2] as keyof typeof handlers]()
const listener = serve({ fetch, port: 0, hostname: '127.0.0.1', overrideGlobalObjects: false }, () =>
  process.send?.({ port: (listener.address() as AddressInfo).port }),
)
