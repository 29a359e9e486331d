import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import type { ElicitResult } from '@modelcontextprotocol/sdk/types.js'
import { InMemoryTransport as ModernInMemory, McpServer as ModernServer } from '@modelcontextprotocol/server'
import type { Cloudways } from 'cloudways-tools'
import { createMcpServer, registerTools } from 'cloudways-tools/mcp'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { until } from '../cli/run.ts'
import { gate } from '../support/upstream.ts'
import { clientWithPerson, connect, guarded, restart, saying, yes } from './confirm-clients.ts'

type Answer = Parameters<typeof clientWithPerson>[0]

/** Put the clock forward. Timers run on. */
function later(seconds: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + seconds * 1000 })
}

afterEach(() => {
  vi.useRealTimers()
})

const registered = (cloudways: Cloudways) => {
  const server = new McpServer({ name: 'mine', version: '1.0.0' })
  registerTools(server, cloudways)
  return server
}
const registeredOnVersion2 = (cloudways: Cloudways) => {
  const server = new ModernServer({ name: 'mine', version: '1.0.0' })
  registerTools(server, cloudways)
  return server
}

describe.each([
  ['createMcpServer', (cloudways: Cloudways) => createMcpServer({ cloudways })],
  ['registerTools', registered],
  ['registerTools on version 2', registeredOnVersion2],
])('a person behind a 2025 client (%s)', (_, serverOf) => {
  /** A client whose person answers `answer`, connected to a server of its own. */
  async function session(answer: Answer, options: Parameters<typeof guarded>[0] = {}) {
    const { cloudways, sandbox } = guarded(options)
    const { client, asked } = clientWithPerson(answer)
    const server = serverOf(cloudways)
    if (server instanceof ModernServer) {
      const [mine, its] = ModernInMemory.createLinkedPair()
      await Promise.all([server.connect(its), client.connect(mine as never)])
    } else await connect(server, client)
    return { client, asked, sandbox, restart: async () => client.callTool(restart) }
  }

  it('is asked in sentences, and a yes goes through', async () => {
    const { asked, sandbox, restart } = await session(() => {
      expect(sandbox.mutations).toEqual([])
      return yes
    })
    const result = await restart()
    expect(result.structuredContent).toMatchObject({ state: 'completed' })
    expect(sandbox.mutations.map(({ path }) => path)).toEqual(['/server/restart'])
    expect(asked).toHaveLength(1)
    expect(asked[0]?.message.split('\n')).toEqual([
      'Restart server? Every app on the server is offline for a minute or two.',
      'Server: "shop" (70011)',
      'Felt by "store" at "www.example.com", "store-staging" at "wordpress-70011-90022.cloudwaysapps.com", "blog" at "blog.example.com"',
      'Offline: a minute or two',
      'Undo: it cannot be undone',
    ])
    expect(asked[0]?.requestedSchema).toEqual({
      type: 'object',
      properties: { approve: { type: 'boolean', title: 'Yes: Restart server' } },
      required: ['approve'],
    })
  })

  it.each([
    ['declines', { action: 'decline' }],
    ['sends the form without a tick', { action: 'accept', content: { approve: false } }],
    ['sends an empty form', { action: 'accept', content: {} }],
    ['sends no form', { action: 'accept' }],
    ['sends a word for a tick', { action: 'accept', content: { approve: 'true' } }],
    ['types a name nobody asked for', { action: 'accept', content: { name: 'shop' } }],
  ] as const)('who %s said no', async (_, answer) => {
    const { sandbox, restart } = await session(() => answer)
    const result = await restart()
    expect(result.isError).toBe(true)
    expect(saying(result)).toContain('the person did not say yes. Nothing was changed.')
    expect(sandbox.mutations).toEqual([])
  })

  it('who closes the question has not answered', async () => {
    const { sandbox, restart } = await session(() => {
      later(1)
      return { action: 'cancel' }
    })
    const result = await restart()
    expect(result.isError).toBe(true)
    expect(saying(result)).toBe(
      'restart_server: the person closed the question without an answer. Nothing was changed. Ask them whether you should go on; the same call asks again.',
    )
    expect(sandbox.mutations).toEqual([])
  })

  it.each<[string, Answer]>([
    ['fails to ask', () => Promise.reject(new Error('no window'))],
    ['closes the question at once', () => ({ action: 'cancel' })],
    ['sends something else at once', () => ({ action: 'later' }) as never],
  ])('is not taken for asked when the client %s: the page stands in', async (_, answer) => {
    const openPage = async () => 'https://example.com/approve'
    for (const options of [{}, { openPage }]) {
      const { sandbox, restart } = await session(answer, options)
      const result = await restart()
      const way = 'openPage' in options ? 'https://example.com/approve' : 'Nobody can be asked here.'
      expect(saying(result)).toContain(way)
      expect(saying(result)).not.toContain('no window')
      expect(sandbox.mutations).toEqual([])
    }
  })

  it('who said no to a plan is not asked about it again, and about another one is', async () => {
    const answers: ElicitResult[] = [{ action: 'decline' }, yes, { action: 'decline' }]
    const { asked, client, sandbox, restart } = await session(() => answers.shift() as ElicitResult)
    expect(saying(await restart())).toContain('did not say yes')
    expect(saying(await restart())).toContain('said no to exactly this within the last ten minutes')
    expect(asked).toHaveLength(1)
    expect(sandbox.mutations).toEqual([])
    const other = { name: 'restart_server', arguments: { server_id: '70024' } }
    expect(await client.callTool(other)).toMatchObject({ structuredContent: expect.anything() })
    later(601)
    expect(saying(await restart())).toContain('did not say yes')
    expect(asked).toHaveLength(3)
  })

  it('is not asked through the client where the page is the only way', async () => {
    const openPage = async () => 'https://example.com/approve'
    const { asked, sandbox, restart } = await session(() => yes, { openPage, confirmBy: 'page' })
    expect(saying(await restart())).toContain('https://example.com/approve')
    expect(asked).toEqual([])
    expect(sandbox.mutations).toEqual([])
  })

  it('types the name of what is protected', async () => {
    const typed = ['shop', ' shop ', 'Shop', 'yes', '', true] as const
    const names = [...typed]
    const answer: Answer = () => ({
      action: 'accept',
      content: { approve: true, name: names.shift() as string },
    })
    const { asked, sandbox, restart } = await session(answer, { protect: ['shop'] })
    const passed: boolean[] = []
    for (const _ of typed) passed.push((await restart()).isError !== true)
    expect(passed).toEqual([true, true, false, false, false, false])
    expect(sandbox.mutations).toHaveLength(2)
    expect(asked[0]?.requestedSchema).toEqual({
      type: 'object',
      properties: { name: { type: 'string', title: 'Type the name "shop" to go on' } },
      required: ['name'],
    })
    expect(asked[0]?.message).toContain('"shop" is protected: to go on, type this name.')
  })

  it('is not asked after the client has gone', async () => {
    const outcomes: string[] = []
    const { open, opened: asked } = gate()
    const never = new Promise<never>(() => {})
    const { client, sandbox, restart } = await session(
      () => {
        open()
        return never
      },
      { onAudit: ({ outcome }) => outcomes.push(outcome) },
    )
    const failed = expect(restart()).rejects.toThrow()
    await asked
    await client.close()
    await failed
    await until(() => outcomes.length === 1)
    expect(outcomes).toEqual(['cancelled'])
    expect(sandbox.mutations).toEqual([])
  })

  it('hears that the question is taken back when the call is', async () => {
    const controller = new AbortController()
    let withdrawn = () => {}
    const heard = new Promise<void>((resolve) => {
      withdrawn = resolve
    })
    const { client, sandbox } = await session(() => {
      controller.abort()
      return new Promise<never>(() => {})
    })
    const { transport } = client
    const receive = transport?.onmessage
    if (transport) {
      transport.onmessage = (message, extra) => {
        if ('method' in message && message.method === 'notifications/cancelled') withdrawn()
        receive?.(message, extra)
      }
    }
    const { signal } = controller
    await expect(client.callTool(restart, undefined, { signal })).rejects.toThrow()
    await heard
    expect(sandbox.mutations).toEqual([])
  })

  it('may take long: the client hears that the call is alive', async () => {
    vi.useFakeTimers({
      toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout', 'performance'],
    })
    const { open, opened: asked } = gate()
    let decide = (_: typeof yes) => {}
    const { client } = await session(() => {
      open()
      return new Promise((resolve) => {
        decide = resolve
      })
    })
    const seen: { progress: number; message?: string }[] = []
    const going = client.callTool(restart, undefined, {
      onprogress: (progress) => seen.push(progress),
      resetTimeoutOnProgress: true,
    })
    await asked
    // Longer than the SDK's own patience with a question, and than a client's with a call.
    for (let half = 0; half < 7; half++) await vi.advanceTimersByTimeAsync(17_000)
    vi.useRealTimers()
    decide(yes)
    expect(await going).toMatchObject({ structuredContent: { state: 'completed' } })
    expect(seen.filter(({ message }) => message === waiting)).toHaveLength(8)
    const numbers = seen.map(({ progress }) => progress)
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b))
  })

  it('is waited for two minutes; then the page stands in, for ten minutes without a question', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout', 'Date'] })
    const { open, opened } = gate()
    const openPage = async () => 'https://example.com/approve'
    const { asked, client, sandbox } = await session(
      () => {
        open()
        return new Promise(() => {})
      },
      { openPage },
    )
    const call = () => client.callTool(restart, undefined, { timeout: 3_600_000 })
    const going = call()
    await opened
    await vi.advanceTimersByTimeAsync(119_000)
    await vi.advanceTimersByTimeAsync(1000)
    expect(saying(await going)).toContain('https://example.com/approve')
    expect(saying(await call())).toContain('https://example.com/approve')
    expect(asked).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(601_000)
    void call().catch(() => {})
    await vi.waitFor(() => expect(asked).toHaveLength(2))
    expect(sandbox.mutations).toEqual([])
  })
})

const waiting = 'Waiting for a person to say yes or no'
