/**
 * The tools over HTTP: a handler from Request to Response, which any server runs. Each request may name its own
 * account in its headers. For people who sign in with a browser, see `createServer` of cloudways-tools/server.
 *
 *   npx tsx examples/mcp-http.ts
 */
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { createCloudways } from 'cloudways-tools'
import { createMcpHandler } from 'cloudways-tools/mcp'
import { createSandbox } from 'cloudways-tools/sandbox'

const { CLOUDWAYS_ACCESS_TOKEN } = process.env
const sandbox = createSandbox()

// The server has no account of its own. On your account the example only reads.
const cloudways = createCloudways(CLOUDWAYS_ACCESS_TOKEN ? { readOnly: true } : { fetch: sandbox.fetch })
const server = serve({ fetch: createMcpHandler({ cloudways }), port: 0, hostname: '127.0.0.1' })
await new Promise((resolve) => server.once('listening', resolve))
const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`)
console.log(`Serving ${url}`)

/** Connect with the official client and show what this account sees. */
async function show(title: string, headers: Record<string, string>) {
  const client = new Client({ name: 'example', version: '1.0.0' })
  await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }))
  const { isError, content, structuredContent } = await client.callTool({
    name: 'list_servers',
    arguments: { fields: ['label', 'status', 'address'] },
  })
  console.log(`\n${title}`)
  if (isError) console.log((content as { text: string }[])[0]?.text)
  else console.table((structuredContent as { servers: object[] }).servers)
  await client.close()
}

const { accessToken, otherEmail, otherApiKey } = sandbox.credentials
await show('With an access token', { 'x-cloudways-access-token': CLOUDWAYS_ACCESS_TOKEN ?? accessToken })
if (!CLOUDWAYS_ACCESS_TOKEN) {
  await show('With the email and API key of another account', {
    'x-cloudways-email': otherEmail,
    'x-cloudways-api-key': otherApiKey,
  })
}
await show('With nothing', {})

server.close()
