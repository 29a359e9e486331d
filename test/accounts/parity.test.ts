/** With two accounts, every adapter comes to the same as a plain call; the official client checks each answer. */
import type { Cloudways, CloudwaysOptions } from 'cloudways-tools'
import { createMcpServer } from 'cloudways-tools/mcp'
import type { Sandbox } from 'cloudways-tools/sandbox'
import { describe, expect, it } from 'vitest'
import { taggedArguments } from '../../src/core/decide/targets.ts'
import { coreTools } from '../../src/tools/index.ts'
import { type Door, direct, doors } from '../adapters/doors.ts'
import { callWith, clientOf } from '../adapters/support.ts'
import { deep, share } from '../support/deep.ts'
import { inputFor } from '../tools/samples/index.ts'
import { described, twoAccounts } from './support.ts'

interface Scenario {
  tool: string
  input: Record<string, unknown>
  options?: CloudwaysOptions
  arrange?: (sandbox: Sandbox, cloudways: Cloudways) => unknown
  /** Fields of the answer, or words of the error. */
  comes: Record<string, unknown> | string
}

const ofShop = { server_id: '81011', account: 'shop' }
const scenarios: Record<string, Scenario> = {
  'a read of one account': {
    tool: 'list_servers',
    input: { account: 'shop' },
    comes: { account: 'shop', servers: [{ id: '81011' }] },
  },
  'a read of all accounts': {
    tool: 'list_servers',
    input: { account: 'all', fields: ['id'] },
    comes: {
      servers: [
        { account: 'default', id: '70011' },
        { account: 'default', id: '70024' },
        { account: 'default', id: '70037' },
        { account: 'shop', id: '81011' },
      ],
      accounts: [{ account: 'default' }, { account: 'shop' }],
    },
  },
  'a read of all accounts, one of which fails': {
    tool: 'list_apps',
    input: { account: 'all', fields: ['id'] },
    arrange: (sandbox) => sandbox.revoke(sandbox.credentials.accessToken),
    comes: {
      apps: [{ account: 'shop', id: '195021' }],
      accounts: [{ account: 'default', error: { code: 'credentials_refused' } }, { account: 'shop' }],
    },
  },
  'a read that names its server': {
    tool: 'get_server_details',
    input: { server_id: 'other-shop' },
    comes: { account: 'shop', server: { id: '81011' } },
  },
  'a change': {
    tool: 'stop_server',
    input: ofShop,
    comes: {
      account: 'shop',
      state: 'completed',
      undo: { tool: 'start_server', input: { account: 'shop', server_id: '81011' } },
    },
  },
  'a change without an account': {
    tool: 'restart_server',
    input: { server_id: '81011' },
    comes: 'restart_server: account is required: a change names one of default, shop.',
  },
  'a change on the wrong account': {
    tool: 'restart_server',
    input: { ...ofShop, account: 'default' },
    arrange: (_, cloudways) => cloudways.call('list_servers', { account: 'shop' }),
    comes: 'restart_server: server 81011 is of account shop, not of default. Nothing was sent.',
  },
  'a preview': {
    tool: 'preview_change',
    input: { tool: 'restart_server', arguments: ofShop },
    comes: { account: 'shop', request: { path: '/server/restart' } },
  },
}

async function play(door: Door, { tool, input, options, arrange, comes: _ }: Scenario) {
  const { cloudways, sandbox, events } = twoAccounts({ confirm: 'never', ...options })
  await arrange?.(sandbox, cloudways as Cloudways)
  const outcome = await door(cloudways as Cloudways, tool, input)
  const sent = sandbox.requests.map(({ account, method, path, status }) => ({
    account,
    method,
    path,
    status,
  }))
  return { outcome, sent, audited: events.map(({ time: _, duration: __, ...event }) => event) }
}

/** Two reads side by side end in any order. */
const sorted = ({ outcome, sent, audited }: Awaited<ReturnType<typeof play>>) => ({
  outcome,
  sent: sent.map((one) => JSON.stringify(one)).sort(),
  audited: audited.map((one) => JSON.stringify(one)).sort(),
})

describe.each(Object.entries(scenarios))('%s', (_, scenario) => {
  it('comes to what it should', async () => {
    const { outcome } = await play(direct, scenario)
    if (typeof scenario.comes !== 'string')
      expect(outcome).toMatchObject({ ok: true, result: scenario.comes })
    else expect(outcome).toMatchObject({ ok: false, text: expect.stringContaining(scenario.comes) })
  })

  it.each(Object.entries(doors))('comes to the same through %s', async (_, door) => {
    const [played, expected] = await Promise.all([play(door, scenario), play(direct, scenario)])
    expect(sorted(played)).toEqual(sorted(expected))
  })
})

it('every read of all accounts fits the schema that the official client was told', async () => {
  const { cloudways, sandbox } = twoAccounts({ preset: 'all' })
  const client = await clientOf(createMcpServer({ cloudways }))
  await client.listTools()
  const reads = Object.values(coreTools).filter(
    ({ risk, name }) => risk === 'read' && name !== 'preview_change',
  )
  let answered = 0
  for (const tool of share(reads, 2)) {
    const targets = Object.values(taggedArguments(tool))
    const given = Object.entries(inputFor(tool, 'all')).filter(([name]) => !targets.includes(name))
    const input = { ...Object.fromEntries(given), account: 'all' }
    const result = await callWith(client, tool.name, input)
    expect(described(cloudways, tool.name).outputSchema.required ?? []).toEqual([])
    // What fails in both is an error, which no schema is about: a server is required, for example.
    if (result.isError) continue
    answered += 1
    expect(result.structuredContent).toHaveProperty('accounts')
  }
  expect(answered).toBeGreaterThan(deep ? 15 : 8)
  expect(sandbox.violations).toEqual([])
})
