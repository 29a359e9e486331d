import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { InMemoryTransport as ModernInMemory, McpServer as ModernServer } from '@modelcontextprotocol/server'
import type { Cloudways } from 'cloudways-tools'
import { createMcpServer, registerTools } from 'cloudways-tools/mcp'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { until } from '../cli/run.ts'
import { gate } from '../support/upstream.ts'
import { clientWithPerson, connect, guarded, restart, saying, yes } from './confirm-clients.ts'

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
  type Answer = Parameters<typeof clientWithPerson>[0]

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
    const { sandbox, restart } = await session(() => ({ action: 'cancel' }))
    const result = await restart()
    expect(result.isError).toBe(true)
    expect(saying(result)).toBe(
      'restart_server: the person closed the question without an answer. Nothing was changed. Ask them whether you should go on; the same call asks again.',
    )
    expect(sandbox.mutations).toEqual([])
  })

  it('is not taken for asked when the client fails to ask', async () => {
    const { sandbox, restart } = await session(() => Promise.reject(new Error('no window')))
    const result = await restart()
    expect(saying(result)).toContain('Nothing was changed. The person could not be asked.')
    expect(saying(result)).not.toContain('no window')
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
    for (let minute = 0; minute < 9; minute++) await vi.advanceTimersByTimeAsync(60_000)
    vi.useRealTimers()
    decide(yes)
    expect(await going).toMatchObject({ structuredContent: { state: 'completed' } })
    expect(seen.filter(({ message }) => message === waiting)).toHaveLength(37)
    const numbers = seen.map(({ progress }) => progress)
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b))
  })

  it('is waited for ten minutes', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] })
    const { open, opened: asked } = gate()
    const { client, sandbox } = await session(() => {
      open()
      return new Promise(() => {})
    })
    const going = client.callTool(restart, undefined, { timeout: 3_600_000 })
    await asked
    await vi.advanceTimersByTimeAsync(600_000)
    expect(saying(await going)).toContain('Nothing was changed. The person could not be asked.')
    expect(sandbox.mutations).toEqual([])
  })
})

const waiting = 'Waiting for a person to say yes or no'
