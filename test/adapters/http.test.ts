import type { AddressInfo } from 'node:net'
import { type ServerType, serve } from '@hono/node-server'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { createCloudways } from 'cloudways-tools'
import { createMcpHandler } from 'cloudways-tools/mcp'
import { afterEach, describe, expect, it } from 'vitest'
import { until } from '../cli/run.ts'
import { readFence } from '../support/fence.ts'
import { callWith, noCredentials, onSandbox, textOf } from './support.ts'

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close()
})

/** A real listener; answers its address. */
async function listen(handler: (request: Request) => Promise<Response>): Promise<URL> {
  const server = await new Promise<ServerType>((resolve) => {
    const started = serve({ fetch: handler, port: 0, hostname: '127.0.0.1' }, () => resolve(started))
  })
  open.push(server)
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`)
}

async function connect(url: URL, headers: Record<string, string> = {}): Promise<Client> {
  const client = new Client({ name: 'test', version: '1.0.0' })
  open.push(client)
  await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }))
  return client
}

const json = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
const callOf = (name: string, input: object = {}, meta?: object) =>
  JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name, arguments: input, _meta: meta },
  })

/** A request as it comes in, with headers that `fetch` would not let through. */
const post = (
  headers: Record<string, string> = {},
  body = callOf('list_servers'),
  url = 'http://localhost/mcp',
) => new Request(url, { method: 'POST', headers: { ...json, ...headers }, body })

async function refusal(response: Response) {
  const { error, id } = (await response.json()) as { error: { message: string }; id: null }
  expect(id).toBeNull()
  return { status: response.status, message: error.message }
}

describe('createMcpHandler', () => {
  it('serves the official client over a real listener', async () => {
    const { cloudways, sandbox } = onSandbox({ confirm: 'never' })
    const client = await connect(await listen(createMcpHandler({ cloudways })))
    const { tools } = await client.listTools()
    expect(tools.map((tool) => tool.name)).toEqual(cloudways.list().map((tool) => tool.name))
    const result = await callWith(client, 'list_servers')
    expect(readFence(textOf(result)).json).toEqual(result.structuredContent)
    const restarted = await callWith(client, 'restart_server', { server_id: 70011 })
    expect(restarted.structuredContent).toMatchObject({ state: 'completed' })
    expect(textOf(await callWith(client, 'list_server'))).toBe(
      'There is no tool list_server; did you mean list_servers? Call one of the listed tools.',
    )
    expect(sandbox.violations).toEqual([])
  })

  it('sends progress on the stream of the request', async () => {
    const { cloudways, sandbox } = onSandbox({ confirm: 'never' }, { operationSeconds: 600 })
    const client = await connect(await listen(createMcpHandler({ cloudways })))
    const seen: (string | undefined)[] = []
    const request = { name: 'restart_server', arguments: { server_id: '70011' } }
    const result = await client.callTool(request, undefined, {
      onprogress({ message }) {
        if (seen.push(message) === 2) sandbox.advance(600)
      },
    })
    expect(result.structuredContent).toMatchObject({ state: 'completed' })
    expect(seen.length).toBeGreaterThan(1)
    expect(seen[0]).toBe('The operation (restarting_server) is running, about 10 min left.')
  })

  it('answers JSON unless the client asked for progress', async () => {
    const { cloudways } = onSandbox()
    const handler = createMcpHandler({ cloudways })
    const plain = await handler(post())
    expect(plain.headers.get('content-type')).toBe('application/json')
    const streamed = await handler(post({}, callOf('list_servers', {}, { progressToken: 7 })))
    expect(streamed.headers.get('content-type')).toBe('text/event-stream')
    const data = (await streamed.text()).match(/^data: (.*)$/m)?.[1] as string
    // Each answer has a boundary of its own.
    const sameBoundary = (text: string) =>
      JSON.parse(text.replace(/(?<=data id=\\")[\da-f]{16}/g, '')) as unknown
    expect(sameBoundary(data)).toEqual(sameBoundary(await plain.text()))
  })
})

describe('accounts by header', () => {
  const labels = async (client: Client) => {
    const result = await callWith(client, 'list_servers', { fields: ['label'] })
    return (result.structuredContent as { servers: { label: string }[] }).servers.map(({ label }) => label)
  }

  it('keeps every request on its own account', async () => {
    const { cloudways, sandbox } = onSandbox({ credentials: undefined })
    const url = await listen(createMcpHandler({ cloudways }))
    const { credentials, state, otherState } = sandbox
    const one = await connect(url, { 'x-cloudways-access-token': credentials.accessToken })
    const two = await connect(url, { 'x-cloudways-access-token': credentials.otherAccessToken })
    const pair = await connect(url, {
      'x-cloudways-email': credentials.otherEmail,
      'x-cloudways-api-key': credentials.otherApiKey,
    })
    const none = await connect(url)
    const mine = state.servers.map(({ label }) => label)
    const others = otherState.servers.map(({ label }) => label)
    expect(mine).not.toEqual(others)
    for (let round = 0; round < 3; round++) {
      const answers = await Promise.all([one, two, pair, one].map(labels))
      expect(answers).toEqual([mine, others, others, mine])
      const nobody = await callWith(none, 'list_servers')
      expect(nobody).toEqual({ isError: true, content: [{ type: 'text', text: noCredentials }] })
    }
    expect(new Set(sandbox.requests.map(({ account }) => account).filter(Boolean))).toEqual(
      new Set([credentials.email, credentials.otherEmail]),
    )
  })

  it('uses the account of the server when a request brings none', async () => {
    const { cloudways, sandbox } = onSandbox()
    const client = await connect(await listen(createMcpHandler({ cloudways })))
    expect(await labels(client)).toEqual(sandbox.state.servers.map(({ label }) => label))
  })

  it('refuses both kinds at once, half a pair, and what cannot be a credential', async () => {
    const { cloudways, sandbox } = onSandbox()
    const handler = createMcpHandler({ cloudways })
    const token = { 'x-cloudways-access-token': 'cw_token' }
    const email = { 'x-cloudways-email': 'a@example.com' }
    const key = { 'x-cloudways-api-key': 'key-of-a' }
    expect(await refusal(await handler(post({ ...token, ...email, ...key })))).toEqual({
      status: 400,
      message:
        'Two kinds of credentials came at once. Send x-cloudways-access-token, or x-cloudways-email with x-cloudways-api-key.',
    })
    expect(await refusal(await handler(post({ ...token, ...key })))).toMatchObject({ status: 400 })
    expect(await refusal(await handler(post(email)))).toEqual({
      status: 400,
      message:
        'Half of the credentials came: x-cloudways-api-key is missing. Send x-cloudways-email with x-cloudways-api-key, or x-cloudways-access-token alone.',
    })
    expect((await refusal(await handler(post(key)))).message).toContain('x-cloudways-email is missing')
    const empty = await refusal(await handler(post({ 'x-cloudways-access-token': '' })))
    expect(empty.status).toBe(400)
    expect(empty.message).toContain('credentials.accessToken')
    expect(sandbox.requests).toEqual([])
  })

  it('refuses credentials in headers when they are switched off', async () => {
    const { cloudways, sandbox } = onSandbox()
    const handler = createMcpHandler({ cloudways, headerAuth: false })
    expect(await refusal(await handler(post({ 'x-cloudways-access-token': 'cw_token' })))).toEqual({
      status: 403,
      message: 'Credentials in headers are switched off on this server.',
    })
    expect(sandbox.requests).toEqual([])
    expect((await handler(post())).status).toBe(200)
  })

  it('refuses credentials in the query string', async () => {
    const { cloudways, sandbox } = onSandbox()
    const handler = createMcpHandler({ cloudways })
    for (const query of ['access_token=x', 'X-Cloudways-API-Key=x', 'a=1&b=cw_abc', 'apikey=x']) {
      const answer = await handler(post({}, callOf('ping'), `http://localhost/mcp?${query}`))
      expect(await refusal(answer)).toEqual({
        status: 400,
        message: 'Credentials do not go into the query string. Send them as headers.',
      })
    }
    expect(sandbox.requests).toEqual([])
    expect((await handler(post({}, callOf('ping'), 'http://localhost/mcp?trace=1'))).status).toBe(200)
  })
})

describe('what comes in', () => {
  it('takes POST only', async () => {
    const { cloudways } = onSandbox()
    const url = await listen(createMcpHandler({ cloudways }))
    for (const method of ['GET', 'DELETE', 'PUT', 'OPTIONS']) {
      const answer = await fetch(url, { method, headers: { accept: 'text/event-stream' } })
      expect(answer.headers.get('allow')).toBe('POST')
      expect(await refusal(answer)).toMatchObject({ status: 405 })
    }
  })

  it('checks Host', async () => {
    const { cloudways, sandbox } = onSandbox()
    const handler = createMcpHandler({ cloudways, allowedHosts: ['mcp.example.com', 'one.example.com:8443'] })
    const status = async (host: string) => (await handler(post({ host }))).status
    for (const host of ['localhost', 'LOCALHOST:7000', '127.0.0.1:1', '[::1]:7000', 'mcp.example.com:99']) {
      expect([host, await status(host)]).toEqual([host, 200])
    }
    const before = sandbox.requests.length
    const evil = [
      'evil.example',
      'localhost.evil.example',
      'user@localhost',
      'localhost:7000@evil.example',
      '',
    ]
    for (const host of [...evil, 'one.example.com', 'one.example.com:1', '127.0.0.1.nip.io', 'localhost:x']) {
      expect([host, await status(host)]).toEqual([host, 403])
    }
    expect(sandbox.requests).toHaveLength(before)
    expect(await status('one.example.com:8443')).toBe(200)
  })

  it('checks Origin when there is one', async () => {
    const { cloudways } = onSandbox()
    const handler = createMcpHandler({ cloudways, allowedOrigins: ['https://app.example.com'] })
    const status = async (origin: string) => (await handler(post({ host: 'localhost', origin }))).status
    for (const origin of ['http://localhost:6274', 'https://127.0.0.1', 'https://app.example.com']) {
      expect([origin, await status(origin)]).toEqual([origin, 200])
    }
    const evil = [
      'null',
      'https://evil.example',
      'http://app.example.com',
      'http://localhost@evil.example',
      '',
    ]
    for (const origin of [
      ...evil,
      'https://app.example.com.evil.example',
      'file://',
      'http://localhost/evil',
    ]) {
      expect([origin, await status(origin)]).toEqual([origin, 403])
    }
  })

  it('bounds the body, declared or not', async () => {
    const { cloudways, sandbox } = onSandbox()
    const url = await listen(createMcpHandler({ cloudways, maxBodyBytes: 500 }))
    const large = callOf('list_servers', { detail: 'x'.repeat(600) })
    const declared = await fetch(url, { method: 'POST', headers: json, body: large })
    expect(await refusal(declared)).toEqual({ status: 413, message: 'The body is larger than 500 bytes.' })
    const stream = new ReadableStream({
      start(controller) {
        for (const part of large.match(/.{1,100}/g) ?? []) controller.enqueue(new TextEncoder().encode(part))
        controller.close()
      },
    })
    const chunked = await fetch(url, { method: 'POST', headers: json, body: stream, duplex: 'half' })
    expect(await refusal(chunked)).toMatchObject({ status: 413 })
    expect(sandbox.requests).toEqual([])
    expect((await fetch(url, { method: 'POST', headers: json, body: callOf('ping') })).status).toBe(200)
  })

  it('does not read a body that says it is too large', async () => {
    const { cloudways } = onSandbox()
    const pull = () => {
      throw new Error('it was read')
    }
    const body = new ReadableStream({ pull }, { highWaterMark: 0 })
    const headers = { ...json, 'content-length': '2000000' }
    const request = new Request('http://localhost/mcp', { method: 'POST', headers, body, duplex: 'half' })
    expect((await createMcpHandler({ cloudways })(request)).status).toBe(413)
  })

  it('takes 1 MiB by default', async () => {
    const { cloudways } = onSandbox()
    const handler = createMcpHandler({ cloudways })
    const padded = (bytes: number) => callOf('ping').padEnd(bytes, ' ')
    expect((await handler(post({}, padded(1024 * 1024)))).status).toBe(200)
    expect((await handler(post({}, padded(1024 * 1024 + 1)))).status).toBe(413)
  })

  it('refuses what is not the protocol', async () => {
    const { cloudways } = onSandbox()
    const handler = createMcpHandler({ cloudways })
    expect((await handler(post({}, '{"jsonrpc"'))).status).toBe(400)
    expect((await handler(post({}, '"text"'))).status).toBe(400)
    expect((await handler(post({}, 'null'))).status).toBe(400)
    expect((await handler(post({ 'content-type': 'text/plain' }))).status).toBe(415)
    expect((await handler(post({ accept: 'text/html' }))).status).toBe(406)
    expect((await handler(post({ 'mcp-protocol-version': '1999-01-01' }))).status).toBe(400)
  })

  it('refuses an option that does not exist or cannot work', () => {
    const { cloudways } = onSandbox()
    // @ts-expect-error there is no such option
    expect(() => createMcpHandler({ cloudways, allowedHost: [] })).toThrow("Did you mean 'allowedHosts'?")
    expect(() => createMcpHandler({ cloudways, maxBodyBytes: 0 })).toThrow("'maxBodyBytes' must be a number")
  })
})

describe('a client that goes away', () => {
  for (const meta of [undefined, { progressToken: 1 }]) {
    it(`ends its call (${meta ? 'stream' : 'JSON'})`, async () => {
      const ended: string[] = []
      const asked: AbortSignal[] = []
      const { sandbox } = onSandbox()
      const cloudways = createCloudways({
        credentials: { accessToken: sandbox.credentials.accessToken },
        // The platform never answers.
        fetch: (_, init) => {
          const { signal } = init as { signal: AbortSignal }
          asked.push(signal)
          return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
        },
        onAudit: ({ outcome }) => ended.push(outcome),
      })
      const url = await listen(createMcpHandler({ cloudways }))
      const controller = new AbortController()
      const body = callOf('restart_server', { server_id: 70011 }, meta)
      const { signal } = controller
      const going = fetch(url, { method: 'POST', headers: json, body, signal }).then((r) => r.text())
      await until(() => asked.length === 1)
      controller.abort()
      await expect(going).rejects.toThrow()
      await until(() => ended.length === 1)
      expect(ended).toEqual(['cancelled'])
      expect(asked[0]?.aborted).toBe(true)
    })
  }

  it('is not waited for when it was gone before', async () => {
    const { cloudways, sandbox } = onSandbox()
    const request = new Request(post(), { signal: AbortSignal.abort() })
    expect((await createMcpHandler({ cloudways })(request)).status).toBe(400)
    expect(sandbox.requests).toEqual([])
  })
})
