import type { AddressInfo } from 'node:net'
import { type ServerType, serve } from '@hono/node-server'
import { createCloudways } from 'cloudways-tools'
import { createMcpHandler } from 'cloudways-tools/mcp'
import { afterEach, describe, expect, it } from 'vitest'
import { readAnswer, readData } from '../support/fence.ts'
import { until } from '../support/until.ts'
import { type AnyClient, clients, envelope, type Result, v1, v2Auto, v2Pinned } from './modern-clients.ts'
import { noCredentials, onSandbox } from './support.ts'

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close()
})

type Handler = ReturnType<typeof createMcpHandler>

/** A real listener; answers its address. */
async function listen(handler: Handler): Promise<URL> {
  const server = await new Promise<ServerType>((resolve) => {
    const started = serve(
      { fetch: handler, port: 0, hostname: '127.0.0.1', overrideGlobalObjects: false },
      () => resolve(started),
    )
  })
  open.push(server)
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`)
}

async function opened(client: Promise<AnyClient>): Promise<AnyClient> {
  open.push(await client)
  return client
}

const message = (method: string, params: object = {}, meta: object = envelope) =>
  JSON.stringify({ jsonrpc: '2.0', id: 7, method, params: { ...params, _meta: meta } })

/** A 2026-07-28 request as its clients send it. */
function modernPost(
  method: string,
  { params = {}, headers = {}, url = 'http://localhost/mcp', body = message(method, params) } = {} as {
    params?: { name?: string; [key: string]: unknown }
    headers?: Record<string, string>
    url?: string
    body?: string
  },
): Request {
  const standard = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': method,
    ...(params.name && { 'mcp-name': params.name }),
  }
  return new Request(url, { method: 'POST', headers: { ...standard, ...headers }, body })
}

interface Answer {
  id: number | null
  result: Record<string, unknown>
  error: { code: number; message: string }
}
const answerOf = async (response: Response) => (await response.json()) as Answer

describe.each(clients)('the client of %s over HTTP', (_, connect, version) => {
  it('lists, calls, and reads the errors', async () => {
    const { cloudways, sandbox } = onSandbox()
    const client = await opened(connect({ url: await listen(createMcpHandler({ cloudways })) }))
    expect(client.version).toBe(version)
    expect(await client.list()).toHaveLength(cloudways.list().length)
    const result = await client.call('list_servers')
    expect(result.structuredContent).toHaveProperty('servers')
    expect(readAnswer(result.content[0]?.text as string).json).toEqual(readData(result.structuredContent))
    expect(await client.call('restart_server', { server: '70011' })).toEqual(
      expect.objectContaining({
        isError: true,
        content: [{ type: 'text', text: expect.stringContaining('server_id') }],
      }),
    )
    expect((await client.call('list_server')).content[0]?.text).toBe(
      'There is no tool list_server; did you mean list_servers? Call one of the listed tools.',
    )
    expect(client.errors).toEqual([])
    expect(sandbox.violations).toEqual([])
  })

  it('hears of progress', async () => {
    const { cloudways, sandbox } = onSandbox({ confirm: 'never' }, { operationSeconds: 600 })
    const client = await opened(connect({ url: await listen(createMcpHandler({ cloudways })) }))
    const seen: (string | undefined)[] = []
    const onprogress = ({ message }: { message?: string }) => {
      if (seen.push(message) === 2) sandbox.advance(600)
    }
    const input = { server_id: '70011' }
    const { structuredContent } = await client.call('restart_server', input, { onprogress })
    expect(structuredContent).toMatchObject({ state: 'completed' })
    expect(seen.length).toBeGreaterThan(1)
    expect(seen[0]).toBe('The operation (restarting_server) is running, about 10 min left.')
  })
})

/** What a client sees of a result. Every text from outside has a boundary of its own. */
function seen({ content, structuredContent, isError }: Result) {
  const text = content[0]?.text ?? ''
  return { text: isError ? text : readAnswer(text).json, structuredContent, isError }
}

describe('both eras on one endpoint', () => {
  it('answers the same in both', async () => {
    const { cloudways } = onSandbox()
    const url = await listen(createMcpHandler({ cloudways }))
    const [old, present] = [await opened(v1({ url })), await opened(v2Auto({ url }))]
    expect(await present.list()).toEqual(await old.list())
    for (const [name, input] of [
      ['list_servers', {}],
      ['list_servers', { field: 'label' }],
      ['get_server', { server_id: '1' }],
      ['nothing', {}],
    ] as const) {
      expect(seen(await present.call(name, input))).toEqual(seen(await old.call(name, input)))
    }
  })

  it('keeps every request on its own account', async () => {
    const { cloudways, sandbox } = onSandbox({ credentials: undefined })
    const url = await listen(createMcpHandler({ cloudways }))
    const { credentials, state, otherState } = sandbox
    const mine = { 'x-cloudways-access-token': credentials.accessToken }
    const others = { 'x-cloudways-access-token': credentials.otherAccessToken }
    const connected = await Promise.all(
      [v1, v2Auto, v2Pinned].flatMap((connect) =>
        [mine, others, {}].map((headers) => opened(connect({ url, headers }))),
      ),
    )
    const label = async (client: AnyClient) => {
      const { structuredContent, content } = await client.call('list_servers', { fields: ['label'] })
      const answer = structuredContent as { servers: { label: string }[] } | undefined
      return answer?.servers.map((server) => server.label) ?? content[0]?.text
    }
    const expected = [
      state.servers.map((s) => s.label),
      otherState.servers.map((s) => s.label),
      noCredentials,
    ]
    for (let round = 0; round < 3; round++) {
      expect(await Promise.all(connected.map(label))).toEqual([...expected, ...expected, ...expected])
    }
  })

  it('refuses by the same rules', async () => {
    const { cloudways, sandbox } = onSandbox()
    const handler = createMcpHandler({ cloudways, maxBodyBytes: 1000 })
    const call = { params: { name: 'list_servers', arguments: {} } }
    const refusal = async (change: object) => {
      const response = await handler(modernPost('tools/call', { ...call, ...change }))
      const { id, error } = await answerOf(response)
      expect(id).toBeNull()
      return `${response.status} ${error.message}`
    }
    expect(await refusal({ headers: { host: 'evil.example' } })).toMatch(/^403 .*Host/)
    expect(await refusal({ headers: { origin: 'https://evil.example' } })).toMatch(/^403 .*Origin/)
    expect(await refusal({ headers: { origin: 'null' } })).toMatch(/^403 .*Origin/)
    expect(await refusal({ url: 'http://localhost/mcp?access_token=x' })).toMatch(/^400 .*into the URL/)
    expect(await refusal({ headers: { 'x-cloudways-email': 'a@example.com' } })).toMatch(/^400 Half/)
    expect(await refusal({ params: { ...call.params, padding: 'x'.repeat(1000) } })).toMatch(/^413 .*1000/)
    expect(await refusal({ headers: { 'content-type': 'text/plain' } })).toMatch(/^415/)
    const closed = createMcpHandler({ cloudways, headerAuth: false })
    const withToken = { ...call, headers: { 'x-cloudways-access-token': 'cw_canary_token' } }
    expect((await closed(modernPost('tools/call', withToken))).status).toBe(403)
    expect(sandbox.requests).toEqual([])
    expect((await handler(modernPost('tools/call', call))).status).toBe(200)
  })

  it('keeps no session and lets clients keep the list, for themselves', async () => {
    const handler = createMcpHandler({ cloudways: onSandbox().cloudways })
    const response = await handler(modernPost('tools/list'))
    expect(response.headers.get('mcp-session-id')).toBeNull()
    const { id, result } = await answerOf(response)
    expect(id).toBe(7)
    expect(result).toMatchObject({ ttlMs: 300_000, cacheScope: 'private' })
    const discovered = await answerOf(await handler(modernPost('server/discover')))
    expect(discovered.result).toMatchObject({
      supportedVersions: ['2026-07-28'],
      capabilities: { tools: {} },
      instructions: expect.stringContaining('never guess'),
    })
  })

  it('ends a subscription at once, as it has no change to tell of', async () => {
    const handler = createMcpHandler({ cloudways: onSandbox().cloudways })
    const params = { notifications: { toolsListChanged: true } }
    const response = await handler(modernPost('subscriptions/listen', { params }))
    const text = await response.text()
    expect(text).toContain('notifications/subscriptions/acknowledged')
    expect(text).toContain('"result"')
  })

  it('takes the era from the request, and what contradicts itself for neither', async () => {
    const handler = createMcpHandler({ cloudways: onSandbox().cloudways })
    const outcome = async (method: string, body: string, headers: Record<string, string> = {}) => {
      const { id, error } = await answerOf(await handler(modernPost(method, { body, headers })))
      return { id, code: error?.code }
    }
    const oldHeader = { 'mcp-protocol-version': '2025-11-25' }
    expect(await outcome('tools/list', message('tools/list', {}, {}))).toEqual({ id: 7, code: -32602 })
    expect(await outcome('tools/list', message('tools/list'), oldHeader)).toEqual({ id: 7, code: -32020 })
    expect(await outcome('tools/call', message('tools/list'))).toEqual({ id: 7, code: -32020 })
    expect(await outcome('tools/list', `[${message('tools/list')}]`)).toEqual({ id: null, code: -32600 })
    expect(await outcome('ping', message('ping'))).toEqual({ id: 7, code: -32601 })
    expect(await outcome('tools/list', message('tools/list', {}, {}), oldHeader)).toEqual({ id: 7 })
    // A claim that names nothing does not make `initialize` one of the new era.
    const hello = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'a', version: '1' } }
    const empty = { 'io.modelcontextprotocol/protocolVersion': 1 }
    expect(await outcome('initialize', message('initialize', hello, empty), oldHeader)).toEqual({ id: 7 })
  })
})

describe('a 2026-07-28 client that goes away', () => {
  it.each([
    ['JSON', {}],
    ['stream', { onprogress: () => {} }],
  ])('ends its call (%s)', async (_, options) => {
    const ended: string[] = []
    const asked: AbortSignal[] = []
    const cloudways = createCloudways({
      credentials: { accessToken: onSandbox().sandbox.credentials.accessToken },
      // The platform never answers.
      fetch: (_url, init) => {
        const { signal } = init as { signal: AbortSignal }
        asked.push(signal)
        return new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason)),
        )
      },
      onAudit: ({ outcome }) => ended.push(outcome),
    })
    const client = await opened(v2Pinned({ url: await listen(createMcpHandler({ cloudways })) }))
    const controller = new AbortController()
    const { signal } = controller
    const going = client.call('restart_server', { server_id: '70011' }, { ...options, signal })
    const failed = expect(going).rejects.toThrow()
    await until(() => asked.length === 1)
    controller.abort()
    await failed
    await until(() => ended.length === 1)
    expect(ended).toEqual(['cancelled'])
    expect(asked[0]?.aborted).toBe(true)
  })

  it('is not waited for when it was gone before', async () => {
    const { cloudways, sandbox } = onSandbox()
    const call = modernPost('tools/call', { params: { name: 'list_servers', arguments: {} } })
    const request = new Request(call, { signal: AbortSignal.abort() })
    expect((await createMcpHandler({ cloudways })(request)).status).toBe(400)
    expect(sandbox.requests).toEqual([])
  })
})
