import type { AuditEvent, CloudwaysOptions } from 'cloudways-tools'
import type { Sandbox } from 'cloudways-tools/sandbox'
import { describe, expect, it } from 'vitest'
import { type Door, direct, doors } from './doors.ts'
import { onSandbox } from './support.ts'

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
