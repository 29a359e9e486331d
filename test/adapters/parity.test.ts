import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { McpServer as PlainServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { generateText, stepCountIs } from 'ai'
import {
  type AuditEvent,
  type Cloudways,
  type CloudwaysOptions,
  cloudwaysFunctions,
  isCloudwaysError,
  toolSpecs,
} from 'cloudways-tools'
import { cloudwaysTools } from 'cloudways-tools/ai'
import { createMcpHandler, createMcpServer, registerTools } from 'cloudways-tools/mcp'
import type { Sandbox } from 'cloudways-tools/sandbox'
import { describe, expect, it } from 'vitest'
import { errorContent } from '../../src/errors.ts'
import { readAnswer, readData, readFence } from '../support/fence.ts'
import { scriptedModel } from './scripted-model.ts'
import { callWith, clientOf, onSandbox, textOf } from './support.ts'

/** What a caller got, in one form for all doors: the answer, or the error in our words and in those from outside. */
type Outcome = { ok: true; result: unknown } | { ok: false; text: string; outside?: unknown }
type Door = (cloudways: Cloudways, tool: string, input: Record<string, unknown>) => Promise<Outcome>

const direct: Door = async (cloudways, tool, input) => {
  type Anything = Record<string, ((input: unknown) => Promise<unknown>) | undefined>
  const call = (cloudwaysFunctions(cloudways) as unknown as Anything)[tool]
  try {
    const result = call ? await call(input) : await cloudways.call(tool as 'ping', input)
    return { ok: true, result }
  } catch (error) {
    if (!isCloudwaysError(error)) throw error
    return { ok: false, ...errorContent(error) }
  }
}

/** What stands before the boundary is ours. */
function failed(text: string): Outcome {
  if (!text.includes('<untrusted-data')) return { ok: false, text }
  const { before, json, after } = readFence(text)
  expect([before.slice(before.indexOf('\n')), after]).toEqual(['\n', ''])
  return { ok: false, text: before.slice(0, before.indexOf('\n')), outside: json }
}

const specs: Door = async (cloudways, tool, input) => {
  const spec = toolSpecs(cloudways).find(({ name }) => name === tool)
  if (!spec) return direct(cloudways, tool, input)
  const outcome = await spec.execute(JSON.stringify(input))
  if (!outcome.ok) return failed(outcome.text)
  expect(readFence(outcome.text).json).toEqual(outcome.result)
  return { ok: true, result: outcome.result }
}

const aiSdk: Door = async (cloudways, tool, input) => {
  const model = scriptedModel([{ tool, input }])
  await generateText({
    model,
    prompt: 'go',
    tools: cloudwaysTools(cloudways),
    stopWhen: stepCountIs(3),
    maxRetries: 0,
  })
  const read = model.doGenerateCalls.at(-1)?.prompt.at(-1)
  const part = read?.role === 'tool' ? read.content[0] : undefined
  if (part?.type !== 'tool-result') throw new Error('the model read no result')
  const { output } = part
  if (output.type === 'text') return { ok: true, result: readAnswer(output.value).json }
  if (output.type === 'error-text') return failed(output.value)
  throw new Error(`unexpected ${output.type}`)
}

/** The official client on a server; the text has to say the same as the structured content. */
const through =
  (serverOf: (cloudways: Cloudways) => McpServer): Door =>
  async (cloudways, tool, input) => {
    const result = await callWith(await clientOf(serverOf(cloudways)), tool, input)
    return read(result)
  }

function read(result: Awaited<ReturnType<typeof callWith>>): Outcome {
  if (result.isError) {
    expect(result).not.toHaveProperty('structuredContent')
    return failed(textOf(result))
  }
  const data = readData(result.structuredContent)
  expect(readAnswer(textOf(result))).toMatchObject({ json: data, before: '', after: '' })
  return { ok: true, result: data }
}

const http: Door = async (cloudways, name, input) => {
  const response = await createMcpHandler({ cloudways })(
    new Request('http://localhost/mcp', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name, arguments: input },
      }),
    }),
  )
  return read(((await response.json()) as { result: Awaited<ReturnType<typeof callWith>> }).result)
}

const doors: Record<string, Door> = {
  'provider-neutral specs': specs,
  'AI SDK': aiSdk,
  createMcpServer: through((cloudways) => createMcpServer({ cloudways })),
  registerTools: through((cloudways) => {
    const server = new PlainServer({ name: 'mine', version: '1.0.0' })
    registerTools(server, cloudways)
    return server
  }),
  'MCP over HTTP': http,
}

interface Scenario {
  tool: string
  input: Record<string, unknown>
  role?: 'accessToken' | 'readToken'
  options?: CloudwaysOptions
  arrange?: (sandbox: Sandbox) => void
  /** What it comes to at every door: fields of the answer, or the text of the error. */
  comes: Record<string, unknown> | string
  /** What an error shows in words from outside. */
  outside?: unknown
  /** Doors whose framework answers before we do. */
  own?: string[]
}

const server_id = 70011
const scenarios: Record<string, Scenario> = {
  'a good read': { tool: 'list_servers', input: {}, comes: { servers: expect.any(Array) } },
  'a read that picks fields': {
    tool: 'list_servers',
    input: { fields: ['id', 'label'] },
    comes: { servers: expect.arrayContaining([{ id: '70011', label: 'shop' }]) },
  },
  'a write that is waited for': {
    tool: 'restart_server',
    input: { server_id },
    comes: { state: 'completed', operation_id: expect.stringMatching(/^\d+$/) },
  },
  'a wrong argument': {
    tool: 'restart_server',
    input: { sever_id: server_id },
    comes:
      'restart_server: server_id: required. sever_id: no such argument; did you mean server_id? Fix the arguments and call again.',
  },
  'an unknown tool': {
    tool: 'restart_servers',
    input: { server_id },
    comes: 'There is no tool restart_servers; did you mean restart_server? Call one of the listed tools.',
    own: ['AI SDK', 'registerTools'],
  },
  'a platform that refuses': {
    tool: 'restart_server',
    input: { server_id },
    arrange: (sandbox) => sandbox.fail({ operation: 'server_restart', answer: 'refused' }),
    comes:
      'Cloudways refused POST /server/restart. Do not repeat it unchanged; read the current state first.',
    outside: { said: 'Not possible right now.' },
  },
  'a busy server': {
    tool: 'restart_server',
    input: { server_id },
    arrange: (sandbox) => sandbox.fail({ operation: 'server_restart', answer: 'busy' }),
    comes:
      'The server is busy with another operation (restarting_server, about 1 min left). Wait: call get_operation with operation_id 58210001 until it is completed, then repeat this call. Or repeat it with wait_for_server: true.',
    outside: { said: 'Another operation is running on this server.' },
  },
  'a change that has an inverse': {
    tool: 'stop_server',
    input: { server_id },
    comes: { state: 'completed', undo: { tool: 'start_server', input: { server_id: '70011' } } },
  },
  'a change that a person says yes to': {
    tool: 'restart_server',
    input: { server_id },
    options: { confirm: 'disruptive', onConfirm: () => true },
    comes: { state: 'completed' },
  },
  'a change that a person says no to': {
    tool: 'restart_server',
    input: { server_id },
    options: { confirm: 'disruptive', onConfirm: () => false },
    comes:
      'restart_server: the person did not say yes. Nothing was changed. Do not ask again unless the person brings it up.',
  },
  'a server outside of the scope': {
    tool: 'restart_server',
    input: { server_id: 70024 },
    options: { servers: ['shop'] },
    comes:
      'Server 70024 is not among the servers and apps that this toolkit may touch. list_servers and list_apps list those. Do not retry; tell the person if another is needed.',
  },
  'a hidden tool': {
    tool: 'restart_server',
    input: { server_id },
    options: { readOnly: true },
    comes:
      'restart_server cannot be called here: this toolkit is read-only. Do not retry. Tell the person which rule refused this.',
    own: ['AI SDK', 'registerTools'],
  },
  'a preview': {
    tool: 'preview_change',
    input: { tool: 'restart_server', arguments: { server_id } },
    comes: { request: { method: 'POST', path: '/server/restart' }, affected: [{ id: '90021' }, {}, {}] },
  },
  'a token that does not reach': {
    tool: 'restart_server',
    input: { server_id },
    role: 'readToken',
    comes:
      'The role of the access token does not reach POST /server/restart: it needs FULL ACCESS, or LIMITED with this group of endpoints. Do not retry. The primary account owner can make a token with that role.',
    outside: { said: 'Token may not use this endpoint' },
  },
}

/** Play a scenario through a door, on a sandbox of its own: the same seed, so the same ids. */
async function play(door: Door, scenario: Scenario) {
  const events: AuditEvent[] = []
  const { cloudways, sandbox } = onSandbox(
    { confirm: 'never', onAudit: (event) => events.push(event), ...scenario.options },
    { operationSeconds: 0 },
  )
  scenario.arrange?.(sandbox)
  const account = cloudways.withCredentials({
    accessToken: sandbox.credentials[scenario.role ?? 'accessToken'],
  })
  const outcome = await door(account, scenario.tool, scenario.input)
  return {
    outcome,
    sent: sandbox.requests.map(({ method, path, query, body, status }) => ({
      method,
      path,
      query,
      body,
      status,
    })),
    audited: events.map(({ time: _, duration: __, ...event }) => event),
    violations: sandbox.violations,
  }
}

describe.each(Object.entries(scenarios))('%s', (_, scenario) => {
  it('comes to what it should', async () => {
    const { outcome, violations } = await play(direct, scenario)
    if (typeof scenario.comes === 'string') {
      expect(outcome).toEqual({ ok: false, text: scenario.comes, outside: scenario.outside })
    } else expect(outcome).toMatchObject({ ok: true, result: scenario.comes })
    expect(violations).toEqual([])
  })

  it.each(Object.entries(doors))('comes to the same through %s', async (name, door) => {
    const [played, expected] = await Promise.all([play(door, scenario), play(direct, scenario)])
    if (!scenario.own?.includes(name)) return expect(played).toEqual(expected)
    expect(played.outcome.ok).toBe(false)
    expect(played.sent).toEqual([])
  })
})
