/**
 * The tools on an MCP server of your own, beside your own tools.
 *
 *   npx tsx examples/embed-in-your-server.ts
 *
 * `registerTools` takes an McpServer of @modelcontextprotocol/sdk (version 1) and of
 * @modelcontextprotocol/server (version 2).
 */
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { createCloudways } from 'cloudways-tools'
import { registerTools } from 'cloudways-tools/mcp'
import { createSandbox } from 'cloudways-tools/sandbox'
import * as z from 'zod'

const { CLOUDWAYS_ACCESS_TOKEN } = process.env
const sandbox = createSandbox()
const cloudways = createCloudways(
  CLOUDWAYS_ACCESS_TOKEN ? { credentials: { accessToken: CLOUDWAYS_ACCESS_TOKEN } } : sandbox.options,
)

const server = new McpServer({ name: 'my-agency', version: '1.0.0' })

server.registerTool(
  'find_customer',
  { description: 'Finds the customer who owns a domain.', inputSchema: { domain: z.string() } },
  ({ domain }) => ({ content: [{ type: 'text', text: `${domain} belongs to Example Ltd.` }] }),
)

// An agent of this server may look at servers and apps, and change nothing.
registerTools(server, cloudways.select({ toolsets: ['servers', 'apps'], readOnly: true }))

// Any transport will do; here the official client sits in the same process.
const [mine, its] = InMemoryTransport.createLinkedPair()
const client = new Client({ name: 'example', version: '1.0.0' })
await Promise.all([server.connect(its), client.connect(mine)])

const { tools } = await client.listTools()
console.log('Tools:', tools.map((tool) => tool.name).join(', '))

const listed = await client.callTool({ name: 'list_apps', arguments: {} })
const { apps } = listed.structuredContent as { apps: { label: string; domain: string | null }[] }
const app = apps.find(({ domain }) => domain !== null)
console.log(`\nlist_apps: ${apps.length} apps; ${app?.label} is at ${app?.domain}`)

const found = await client.callTool({ name: 'find_customer', arguments: { domain: app?.domain ?? '' } })
console.log('find_customer:', (found.content as { text: string }[])[0]?.text)

const refused = await client.callTool({ name: 'restart_server', arguments: { server_id: 1 } })
console.log('restart_server:', (refused.content as { text: string }[])[0]?.text)
await client.close()
