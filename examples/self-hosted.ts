/**
 * The self-hosted server inside an application of your own: the MCP endpoint, the sign-in with a browser, and the page
 * on which people approve changes.
 *
 *   npx tsx examples/self-hosted.ts           # a short tour, on the built-in sandbox
 *   npx tsx examples/self-hosted.ts --stay    # keeps running: connect a client and sign in
 */
import { once } from 'node:events'
import { serve } from '@hono/node-server'
import { createCloudways } from 'cloudways-tools'
import { fernet, generateKey } from 'cloudways-tools/crypto'
import { createSandbox } from 'cloudways-tools/sandbox'
import { createServer } from 'cloudways-tools/server'
import { Hono } from 'hono'

const stay = process.argv.includes('--stay')
const port = Number(process.env.PORT ?? 7010)
const baseUrl = `http://localhost:${port}`
const sandbox = createSandbox()

// In production: without `fetch`, with a storage that outlives the process, and with one key for all restarts.
const cloudways = createCloudways({
  fetch: sandbox.fetch,
  crypto: fernet(generateKey()),
  confirmFallback: 'page', // people approve changes on a page of this server
  onAudit: ({ tool, rule, outcome }) => console.log(`  audit: ${tool}, ${rule}, ${outcome}`),
})
const server = createServer({ cloudways, baseUrl, attempts: { perAddress: 5 } })

const app = new Hono()
app.get('/about', (c) => c.text('A page of your own application.'))
app.mount('/', server.fetch) // after your own routes
const listener = serve({ fetch: app.fetch, port, hostname: 'localhost' })
await once(listener, 'listening')
console.log(`Serving ${baseUrl}/mcp, and ${await (await fetch(`${baseUrl}/about`)).text()}`)

const { accessToken } = sandbox.credentials
if (stay) {
  console.log(`\n  claude mcp add --transport http cloudways ${baseUrl}/mcp\n\nSign in with ${accessToken}`)
} else {
  console.log('\nA client without credentials is sent to the sign-in:')
  const refused = await call('list_servers', {}, {})
  console.log(`  ${refused.status} ${refused.headers.get('www-authenticate')}`)

  console.log('\nA client with an access token asks for a restart:')
  const headers = { 'x-cloudways-access-token': accessToken }
  const answer = await (await call('restart_server', { server_id: 70011 }, headers)).text()
  console.log(`  a person approves it at ${/http:[^\s"\\]+\/confirm\/[\w-]+/.exec(answer)?.[0]}`)
  listener.close()
  await server.close()
}

function call(name: string, input: object, headers: Record<string, string>): Promise<Response> {
  return fetch(`${baseUrl}/mcp`, {
    method: 'POST',
    headers: {
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
      connection: 'close',
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: input } }),
  })
}
