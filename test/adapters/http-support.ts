import type { AddressInfo } from 'node:net'
import { type ServerType, serve } from '@hono/node-server'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { afterEach, expect } from 'vitest'
import { keptValidators } from '../support/kept-validators.ts'

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close()
})

/** A real listener; answers its address. */
export async function listen(handler: (request: Request) => Promise<Response>): Promise<URL> {
  const server = await new Promise<ServerType>((resolve) => {
    const started = serve(
      { fetch: handler, port: 0, hostname: '127.0.0.1', overrideGlobalObjects: false },
      () => resolve(started),
    )
  })
  open.push(server)
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`)
}

/** The official client, connected over HTTP. */
export async function connect(url: URL, headers: Record<string, string> = {}): Promise<Client> {
  const client = new Client({ name: 'test', version: '1.0.0' }, keptValidators)
  open.push(client)
  await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }))
  return client
}

export const json = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
/** The body of a call. */
export const callOf = (name: string, input: object = {}, meta?: object) =>
  JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name, arguments: input, _meta: meta },
  })

/** A request as it comes in, with headers that `fetch` would not let through. */
export const post = (
  headers: Record<string, string> = {},
  body = callOf('list_servers'),
  url = 'http://localhost/mcp',
) => new Request(url, { method: 'POST', headers: { ...json, ...headers }, body })

/** The status and the message of a refusal of the handler. */
export async function refusal(response: Response) {
  const { error, id } = (await response.json()) as { error: { message: string }; id: null }
  expect(id).toBeNull()
  return { status: response.status, message: error.message }
}
