import { spawn } from 'node:child_process'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import { describe, expect, it, vi } from 'vitest'
import { createWire } from '../../src/adapters/mcp/stdio.ts'
import { until } from '../cli/run.ts'
import { deep, share } from '../support/deep.ts'
import { readAnswer, readData } from '../support/fence.ts'
import { built } from '../support/script.ts'
import { clients, envelope, v2Auto, v2Pinned } from './modern-clients.ts'
import { onSandbox } from './support.ts'

const args = [built('test/adapters/stdio-server.ts')]

/** Hides version 2 of the SDK from a process, as if nobody had installed it. */
const hook = `export const resolve = (specifier, context, next) => {
  if (specifier.startsWith('@modelcontextprotocol/server')) throw new Error('not installed')
  return next(specifier, context)
}`
const asUrl = (code: string) => `data:text/javascript,${encodeURIComponent(code)}`
const hide = asUrl(`import { register } from 'node:module'; register(${JSON.stringify(asUrl(hook))})`)
/** The second and a half that answers have after the end of stdin: a busy machine may need more. */
const patient = asUrl(`const { setTimeout } = globalThis
globalThis.setTimeout = (call, time, ...given) => setTimeout(call, time === 1500 ? 60_000 : time, ...given)`)
const withoutPeer = ['--import', hide, ...args]

/** Operations end with a read of the projects, and not with a look at them. */
const endedByProjects = `process.env.ENDED_BY = '/project'`

interface Answer {
  id: number
  result?: Record<string, unknown>
  error?: { code: number }
}

/** Start the server, give it `input` and the end of stdin, and read all it says. */
function feed(input: string, given = args, env: Record<string, string> = {}) {
  const child = spawn(process.execPath, given, { env: { ...process.env, ...env } })
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
  child.stdin.end(input)
  return new Promise<{ answers: Answer[]; stderr: string; code: number | null }>((resolve) => {
    child.on('close', (code) => {
      const lines = Buffer.concat(out).toString().split('\n').slice(0, -1)
      const answers = lines.map((line) => JSON.parse(line) as Answer)
      resolve({ answers, stderr: Buffer.concat(err).toString(), code })
    })
  })
}

const request = (id: number, method: string, params: object = {}, meta: object | undefined = envelope) =>
  `${JSON.stringify({ jsonrpc: '2.0', id, method, params: { ...params, _meta: meta } })}\n`
const hello = request(
  0,
  'initialize',
  { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1.0.0' } },
  {},
)
const restart = request(1, 'tools/call', { name: 'restart_server', arguments: { server_id: 70011 } })

// A client of each era, and on the next day the two others.
describe.each(share(clients, 2))('the client of %s over stdio', (_, connect, version) => {
  it('lists, calls, hears of progress, reads the errors, and ends the call it takes back', async () => {
    const client = await connect({ args: ['--import', asUrl(endedByProjects), ...args] })
    expect(client.version).toBe(version)
    expect(await client.list()).toHaveLength(onSandbox().cloudways.list().length)
    const result = await client.call('list_servers')
    expect(result.structuredContent).toHaveProperty('servers')
    expect(readAnswer(result.content[0]?.text as string).json).toEqual(readData(result.structuredContent))
    expect((await client.call('list_server')).content[0]?.text).toBe(
      'There is no tool list_server; did you mean list_servers? Call one of the listed tools.',
    )
    const wrong = await client.call('restart_server', { server: '70011' })
    expect(wrong.isError).toBe(true)
    expect(wrong.content[0]?.text).toContain('server_id')
    const seen: unknown[] = []
    // What runs ends when the client has heard of it: a client drops what comes together with the answer.
    let ending: Promise<unknown> | undefined
    const onprogress = (progress: object) => {
      seen.push(progress)
      ending ??= client.call('list_projects')
    }
    await client.call('restart_server', { server_id: '70011' }, { onprogress })
    expect(seen.length).toBeGreaterThan(0)
    await ending
    await until(() => client.stderr().includes('stray console.log'))

    const controller = new AbortController()
    const going = client.call(
      'restart_server',
      { server_id: '70024' },
      { signal: controller.signal, onprogress: () => controller.abort() },
    )
    await expect(going).rejects.toThrow()
    await until(() => client.stderr().includes('audit restart_server unknown'))
    await client.close()
    // A line that is not of the protocol would have been reported here.
    expect(client.errors).toEqual([])
  })
})

describe('a connection of 2026-07-28 over stdio', () => {
  it('needs no handshake: what was piped in is answered, then it ends', async () => {
    // Lines that are not of the protocol are passed over, and never repeated.
    const garbage = 'garbage cw_secret\n{"a":\n\n[]\n{"jsonrpc":"2.0"}\n\u0000\u0001\n'
    const { answers, stderr, code } = await feed(
      garbage + restart + garbage + request(2, 'tools/list') + garbage,
      ['--import', patient, ...args],
    )
    expect(answers.map(({ id }) => id).sort()).toEqual([1, 2])
    const list = answers.find(({ id }) => id === 2)?.result
    expect(list).toMatchObject({ ttlMs: 300_000, cacheScope: 'private' })
    expect(answers.find(({ id }) => id === 1)?.result).toMatchObject({
      structuredContent: { state: 'completed' },
    })
    expect(stderr).toContain('stray console.log')
    expect(stderr).toContain('after the end')
    expect(stderr).not.toContain('cw_secret')
    expect(code).toBe(0)
  })

  it('may begin with a question and fall back to initialize', async () => {
    const input = request(5, 'server/discover') + hello + request(6, 'tools/list', {}, {})
    const { answers } = await feed(input)
    expect(answers.map(({ id }) => id)).toEqual([5, 0, 6])
    expect(answers[0]?.result).toMatchObject({ supportedVersions: ['2026-07-28'] })
    expect(answers[1]?.result).toMatchObject({ protocolVersion: '2025-11-25' })
    expect(answers[2]?.result).not.toHaveProperty('ttlMs')
  })

  it('does not wait long for what is under way when stdin ends', async () => {
    const { answers, stderr } = await feed(restart, args, { POLL_SECONDS: '20' })
    expect(answers).toEqual([])
    expect(stderr).toContain('audit restart_server unknown')
  })

  it('does not wait for a subscription when stdin ends', async () => {
    const inner: Transport = { start: async () => {}, send: async () => {}, close: async () => {} }
    const opening = vi.fn()
    const wire = createWire(inner, opening)
    const listen = { jsonrpc: '2.0', id: 1, method: 'subscriptions/listen' } as const
    inner.onmessage?.(listen)
    expect(opening).toHaveBeenCalledWith(listen)
    await wire.settled(60_000)
    inner.onmessage?.({ jsonrpc: '2.0', id: 2, method: 'tools/list' })
    const settled = vi.fn()
    const waiting = wire.settled(60_000).then(settled)
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(settled).not.toHaveBeenCalled()
    await wire.send({ jsonrpc: '2.0', id: 2, result: {} })
    await waiting
  })

  it('ends quietly when the client is dead', async () => {
    const child = spawn(process.execPath, args)
    let stderr = ''
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString()
    })
    child.stdout.destroy()
    child.stdin.on('error', () => {})
    // stdin stays open: only the failing writes tell.
    child.stdin.write(request(1, 'tools/list') + request(2, 'tools/list') + restart)
    // With all that it said until then.
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0)
    expect(stderr).not.toContain('EPIPE')
  })
})

describe('stdio without the optional peer', () => {
  it('serves 2025 and tells others so', async () => {
    const list = request(6, 'tools/call', { name: 'list_servers', arguments: {} }, {})
    const { answers } = await feed(request(5, 'server/discover') + hello + list, withoutPeer)
    expect(answers[0]).toMatchObject({ id: 5, error: { code: -32601 } })
    expect(answers[1]?.result).toMatchObject({ protocolVersion: '2025-11-25' })
    expect(answers[2]?.result?.structuredContent).toHaveProperty('servers')
    const client = await v2Auto({ args: withoutPeer })
    expect(client.version).toBe('2025-11-25')
    expect((await client.call('list_servers')).structuredContent).toHaveProperty('servers')
    await client.close()
    if (deep) await expect(v2Pinned({ args: withoutPeer })).rejects.toThrow()
  })
})
