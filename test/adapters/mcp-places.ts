/** The endpoint with a real listener, and each client on it. */
import type { AddressInfo } from 'node:net'
import { type ServerType, serve } from '@hono/node-server'
import type { Cloudways } from 'cloudways-tools'
import { createMcpHandler } from 'cloudways-tools/mcp'
import { afterEach } from 'vitest'
import type { AnyClient, Place } from './modern-clients.ts'

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close()
})

/** Connect a client to the tools over HTTP. Both are closed after the test. */
export async function overHttp(
  connect: (place: Place) => Promise<AnyClient>,
  cloudways: Cloudways,
): Promise<AnyClient> {
  const server = await new Promise<ServerType>((resolve) => {
    const fetch = createMcpHandler({ cloudways })
    const options = { fetch, port: 0, hostname: '127.0.0.1', overrideGlobalObjects: false }
    const started = serve(options, () => resolve(started))
  })
  open.push(server)
  const { port } = server.address() as AddressInfo
  const client = await connect({ url: new URL(`http://127.0.0.1:${port}/mcp`) })
  open.push(client)
  return client
}

/** The error of JSON-RPC that a request is answered with. */
export async function refusal(
  asked: Promise<unknown>,
): Promise<{ code: unknown; data: unknown; message: string }> {
  const error = await asked.then(
    () => undefined,
    (reason: { code?: unknown; data?: unknown; message: string }) => reason,
  )
  if (!error) throw new Error('it was answered')
  return { code: error.code, data: error.data, message: error.message }
}
