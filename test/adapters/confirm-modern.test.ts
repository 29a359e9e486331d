import type { AddressInfo } from 'node:net'
import { type ServerType, serve } from '@hono/node-server'
import * as modern from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { createMcpHandler as createModernHandler, McpServer } from '@modelcontextprotocol/server'
import { type Cloudways, type CloudwaysOptions, createCloudways } from 'cloudways-tools'
import { createMcpHandler, registerTools } from 'cloudways-tools/mcp'
import { createSandbox } from 'cloudways-tools/sandbox'
import { memoryStorage } from 'cloudways-tools/storage'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { built } from '../support/script.ts'
import { type Asked, guarded, guardedProcess, restart, saying, yes } from './confirm-clients.ts'

/** An answer, after some seconds. */
function inSeconds<Answer>(seconds: number, answer: Answer): Answer {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + seconds * 1000 })
  onTestFinished(() => void vi.useRealTimers())
  return answer
}

type Handler = (request: Request) => Promise<Response>

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close()
})

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

/** A 2026-07-28 client whose person answers `answer`. */
async function clientWithPerson(
  transport: modern.Transport,
  answer: (asked: Asked) => modern.ElicitResult,
  capabilities: modern.ClientCapabilities = { elicitation: {} },
) {
  const asked: Asked[] = []
  const versionNegotiation = { mode: { pin: '2026-07-28' } } as const
  const client = new modern.Client({ name: 'test', version: '1.0.0' }, { capabilities, versionNegotiation })
  if (capabilities.elicitation) {
    client.setRequestHandler('elicitation/create', ({ params }) => {
      asked.push(params as unknown as Asked)
      return answer(params as unknown as Asked)
    })
  }
  await client.connect(transport)
  open.push(client)
  return { client, asked }
}

const registered =
  (cloudways: Cloudways): Handler =>
  (request) =>
    createModernHandler(() => {
      const server = new McpServer({ name: 'mine', version: '1.0.0' })
      registerTools(server, cloudways)
      return server
    }).fetch(request)

/** Each request goes to the next of two servers, which share nothing but the storage. */
const replicas = (_: Cloudways, again: () => Cloudways): Handler => {
  const handlers = [again(), again()].map((cloudways) => createMcpHandler({ cloudways }))
  let turn = 0
  return (request) => (handlers[turn++ % 2] as Handler)(request)
}

describe.each([
  ['createMcpHandler', (cloudways: Cloudways): Handler => createMcpHandler({ cloudways })],
  ['two replicas', replicas],
  ['registerTools', registered],
])('a person behind a 2026-07-28 client over HTTP (%s)', (_, handlerOf) => {
  async function session(answer: (asked: Asked) => modern.ElicitResult, options: CloudwaysOptions = {}) {
    const sandbox = createSandbox({ operationSeconds: 0.05 })
    const storage = memoryStorage()
    const again = () =>
      createCloudways({
        credentials: { accessToken: sandbox.credentials.accessToken },
        fetch: sandbox.fetch,
        pollSeconds: 0.01,
        storage,
        ...options,
      })
    const url = await listen(handlerOf(again(), again))
    const { client, asked } = await clientWithPerson(new modern.StreamableHTTPClientTransport(url), answer)
    return { client, asked, sandbox }
  }

  it('is asked by the client, and a yes goes through', async () => {
    const { client, asked, sandbox } = await session(() => {
      expect(sandbox.mutations).toEqual([])
      return yes
    })
    expect((await client.callTool(restart)).structuredContent).toMatchObject({ state: 'completed' })
    expect(sandbox.mutations.map(({ path }) => path)).toEqual(['/server/restart'])
    expect(asked).toHaveLength(1)
    expect(asked[0]?.message).toMatch(/^Restart server\? .*\nServer: "shop" \(70011\)\n/)
  })

  it.each([
    ['declines', { action: 'decline' }],
    ['sends no tick', { action: 'accept', content: { approve: false } }],
    ['sends a word for no tick', { action: 'accept', content: { approve: 'no' } }],
  ] as const)('who %s said no, and is not asked again', async (_, answer) => {
    const { client, asked, sandbox } = await session(() => inSeconds(1, answer))
    const result = await client.callTool(restart)
    expect(result.isError).toBe(true)
    expect(saying(result)).toContain('did not say yes')
    expect(asked).toHaveLength(1)
    expect(sandbox.mutations).toEqual([])
  })

  it.each<[string, object | undefined]>([
    ['an empty form', {}],
    ['no form', undefined],
    ['another word', { approve: 'perhaps' }],
    ['a name nobody asked for', { name: 'shop' }],
  ])('who accepts with %s is told of the page, and it is no refusal', async (_, content) => {
    const openPage = async () => 'https://example.com/approve'
    const answers = [{ action: 'accept', content }, yes]
    const { client, asked, sandbox } = await session(() => answers.shift() as never, { openPage })
    expect(saying(await client.callTool(restart))).toContain('can be read. Give the person this link')
    expect(asked).toHaveLength(1)
    expect(sandbox.mutations).toEqual([])
    expect(await client.callTool(restart)).toMatchObject({ structuredContent: { state: 'completed' } })
  })

  it.each([
    ['cancel', 0, 'https://example.com/approve'],
    ['cancel', 1, 'closed the question'],
    ['decline', 0, 'https://example.com/approve'],
  ] as const)(
    'and %s after %i s is no answer of a person, who is not asked again',
    async (action, seconds, way) => {
      const openPage = async () => 'https://example.com/approve'
      const { client, asked, sandbox } = await session(() => inSeconds(seconds, { action }), { openPage })
      expect(saying(await client.callTool(restart))).toContain(way)
      expect(asked).toHaveLength(1)
      expect(sandbox.mutations).toEqual([])
    },
  )

  it('types the name of what is protected', async () => {
    const names = ['store', '', 'shop']
    const answer = () => ({ action: 'accept', content: { name: names.shift() as string } }) as const
    const { client, asked, sandbox } = await session(answer, { protect: ['shop'] })
    expect(saying(await client.callTool(restart))).toContain('is not its name')
    expect(saying(await client.callTool(restart))).toContain('is not its name')
    expect(sandbox.mutations).toEqual([])
    expect((await client.callTool(restart)).structuredContent).toMatchObject({ state: 'completed' })
    expect(sandbox.mutations).toHaveLength(1)
    expect(asked[0]?.requestedSchema.required).toEqual(['name'])
  })

  it('cannot be asked when the client does not say that it can', async () => {
    const { sandbox } = await session(() => yes)
    const url = await listen(
      handlerOf(guarded().cloudways, () => guarded({ fetch: sandbox.fetch }).cloudways),
    )
    for (const capabilities of [{}, { elicitation: { url: {} } }]) {
      const transport = new modern.StreamableHTTPClientTransport(url)
      const { client, asked } = await clientWithPerson(transport, () => yes, capabilities)
      expect(saying(await client.callTool(restart))).toContain('Nobody can be asked here.')
      expect(asked).toEqual([])
    }
    expect(sandbox.mutations).toEqual([])
  })
})

describe('a person behind a 2026-07-28 client over stdio', () => {
  it('is asked in the same way', async () => {
    const server = await guardedProcess()
    open.push(server)
    const answers = [{ action: 'accept', content: { approve: false } }, yes] as const
    const left = [...answers]
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [built('test/adapters/stdio-server.ts')],
      env: server.env,
      stderr: 'ignore',
    })
    const { client, asked } = await clientWithPerson(transport, () => left.shift() as modern.ElicitResult)
    // Nobody can have read the question so soon.
    expect(saying(await client.callTool(restart))).toContain("needs a person's yes")
    expect(server.sandbox.mutations).toEqual([])
    const other = { name: 'restart_server', arguments: { server_id: '70024' } }
    expect((await client.callTool(other)).structuredContent).toMatchObject({ state: 'completed' })
    expect(server.sandbox.mutations).toHaveLength(1)
    expect(asked).toHaveLength(2)
    expect(server.sandbox.violations).toEqual([])
  })
})
