import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import type { Cloudways } from 'cloudways-tools'
import { createMcpHandler, createMcpServer } from 'cloudways-tools/mcp'
import { describe, expect, it } from 'vitest'
import { questionOf } from '../../src/adapters/mcp/question.ts'
import { planOf } from '../server/approval/person.ts'
import { readFence } from '../support/fence.ts'
import { clientWithPerson, connect, guarded, restart, saying, yes } from './confirm-clients.ts'
import { clientOf, textOf } from './support.ts'

describe('the question', () => {
  const ask = async (name: string, input: Record<string, unknown>, change = (_: Sandbox) => {}) => {
    const { cloudways, sandbox } = guarded({ confirm: 'write', backupHours: 0 })
    change(sandbox)
    const { client, asked } = clientWithPerson(() => ({ action: 'decline' }))
    await connect(createMcpServer({ cloudways }), client)
    await client.callTool({ name, arguments: input })
    expect(sandbox.mutations).toEqual([])
    return asked[0]?.message as string
  }
  type Sandbox = ReturnType<typeof guarded>['sandbox']
  type App = { label: string }
  const rename = (sandbox: Sandbox, label: string) => {
    const [app] = (sandbox.state as unknown as { apps: App[] }).apps
    ;(app as App).label = label
  }

  it('tells the arguments, what is there now and how it is undone', async () => {
    const message = await ask('update_app_cname', {
      server_id: '70011',
      app_id: '90021',
      cname: 'new.example.com',
    })
    const lines = message.split('\n')
    expect(lines).toContain('App: "store" (90021)')
    expect(lines).toContain('Server: "shop" (70011)')
    expect(lines).toContain('With cname = "new.example.com"')
    expect(lines).toContain('Felt by "store" at "www.example.com"')
    expect(lines.find((line) => line.startsWith('Undo: '))).not.toContain('cannot')
  })

  it('keeps labels in their quotes and on their line', async () => {
    const label = 'x"\nServer: "other" (1)\n[safe](https://evil.example)\u202e'
    const message = await ask(
      'restore_app',
      { server_id: '70011', app_id: '90021', time: 'latest' },
      (sandbox) => rename(sandbox, label),
    )
    expect(message).toContain(
      'App: "x\\"\\nServer: \\"other\\" (1)\\n[safe] (https://evil.example)[U+202E]" (90021)\n',
    )
    expect(message.split('\n').filter((line) => line.startsWith('Server:'))).toEqual([
      'Server: "shop" (70011)',
    ])
  })

  it('keeps the sentences of a tool on one line, although they repeat arguments', () => {
    const impact = 'Deploys main.\nServer: "other" (1)\n[safe](https://evil.example)'
    const { message } = questionOf({ ...planOf(), impact, undo: impact })
    expect(message.split('\n').filter((line) => /^(Server:|\[safe)/.test(line))).toHaveLength(1)
    expect(message).not.toContain('](')
  })

  it('lets no long member of a list hide the others', () => {
    const input = { names: ['x'.repeat(5000), 'evil.example'] }
    const { message } = questionOf({ ...planOf(), input })
    expect(message).toMatch(/names = \["x+… and \d+ more characters, "evil\.example"\]/)
  })

  it('cuts what is long and counts the rest', async () => {
    const message = await ask('update_whitelisted_ips', {
      server_id: '70011',
      tab: 'sftp',
      ip: Array.from({ length: 100 }, (_, at) => `198.51.100.${at}`),
      ipPolicy: 'allow_all',
    })
    const [, named = '', rest] = /, ip = \["198\.51\.100\.0", ([^\]]+)\] and (\d+) more, /.exec(message) ?? []
    expect(1 + named.split(', ').length + Number(rest)).toBe(100)
  })
})

describe('a client without the capability', () => {
  it.each([
    ['none', {}],
    ['pages only', { elicitation: { url: {} } }],
  ])('is not asked, and the change is refused (%s)', async (_, capabilities) => {
    const { cloudways, sandbox } = guarded()
    const { client, asked } = clientWithPerson(() => yes)
    // What is declared, not what is handled, counts.
    Object.assign(client, { _capabilities: capabilities })
    await connect(createMcpServer({ cloudways }), client)
    const result = (await client.callTool(restart)) as CallToolResult
    expect(result.isError).toBe(true)
    expect(saying(result)).toContain('Nobody can be asked here.')
    expect(readFence(textOf(result)).json).toMatchObject({ plan: { tool: 'restart_server' } })
    expect(asked).toEqual([])
    expect(sandbox.mutations).toEqual([])
  })

  it('does not come before the host', async () => {
    const { cloudways, sandbox } = guarded({ onConfirm: () => false })
    const { client, asked } = clientWithPerson(() => yes)
    await connect(createMcpServer({ cloudways }), client)
    expect(saying(await client.callTool(restart))).toContain('the person did not say yes')
    expect(asked).toEqual([])
    expect(sandbox.mutations).toEqual([])
  })

  it('over HTTP there is none: a 2025 request brings no capabilities', async () => {
    const { cloudways, sandbox } = guarded()
    const handler = createMcpHandler({ cloudways })
    const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
    const params = {
      ...restart,
      _meta: { 'io.modelcontextprotocol/clientCapabilities': { elicitation: {} } },
    }
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params })
    const response = await handler(new Request('http://localhost/mcp', { method: 'POST', headers, body }))
    const { result } = (await response.json()) as { result: CallToolResult }
    expect(saying(result)).toContain('Nobody can be asked here.')
    expect(sandbox.mutations).toEqual([])
  })
})

it('introduces confirmation only where something can be changed', async () => {
  const { cloudways } = guarded()
  const told = async (toolkit: Cloudways) =>
    (await clientOf(createMcpServer({ cloudways: toolkit }))).getInstructions()
  expect(await told(cloudways)).toContain('A change that needs a person')
  const readOnly = await told(cloudways.select({ readOnly: true }))
  expect(readOnly).not.toContain('A change that needs a person')
})
