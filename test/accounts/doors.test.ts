/** Several accounts behind a server: its own, those of requests, and what is checked before a change. */
import type { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { InputError } from 'cloudways-tools'
import { createMcpHandler } from 'cloudways-tools/mcp'
import { describe, expect, it } from 'vitest'
import { strictSchema } from '../../src/core/declare/providers.ts'
import { checkedCalls } from '../../src/server/http/checked-calls.ts'
import { connect, listen } from '../adapters/http-support.ts'
import { callWith } from '../adapters/support.ts'
import { failure } from '../support/upstream.ts'
import { providerProblems, strictProblems } from '../tools/provider-check.ts'
import { twoAccounts } from './support.ts'

const argumentsOf = async (client: Client, name: string) => {
  const { tools } = await client.listTools()
  return Object.keys(tools.find((tool) => tool.name === name)?.inputSchema.properties ?? {})
}

it('a request with credentials of its own has that one account, and no argument for it', async () => {
  const { cloudways, sandbox, sentToShop, sentToDefault } = twoAccounts()
  const url = await listen(createMcpHandler({ cloudways }))
  const own = await connect(url)
  const brought = await connect(url, { 'x-cloudways-access-token': sandbox.credentials.otherAccessToken })
  expect(await argumentsOf(own, 'list_servers')).toContain('account')
  expect(await argumentsOf(brought, 'list_servers')).not.toContain('account')
  const answer = await callWith(brought, 'list_servers', { fields: ['id'] })
  expect(answer.structuredContent).toMatchObject({ servers: [{ id: '81011' }] })
  expect(answer.structuredContent).not.toHaveProperty('account')
  const refused = await callWith(brought, 'list_servers', { account: 'default' })
  expect(refused.isError).toBe(true)
  expect([sentToShop().length, sentToDefault().length]).toEqual([1, 0])
  const all = await callWith(own, 'list_servers', { account: 'all', fields: ['id'] })
  expect((all.structuredContent as { servers: object[] }).servers).toHaveLength(4)
})

describe('while PROTECT is unchecked', () => {
  it('a change of any account is refused with the reason, and told to the audit', async () => {
    const { cloudways, sandbox, events } = twoAccounts()
    const wrong = new InputError('PROTECT: nothing is named so.')
    let checks = 0
    const checked = await checkedCalls(cloudways, () => {
      checks += 1
      return Promise.reject(checks === 1 ? new TypeError('not yet') : wrong)
    }).catch((error: unknown) => error)
    expect(checked).toHaveProperty('call')
    const { call } = checked as typeof cloudways
    const error = await failure(call('restart_server', { server_id: '81011', account: 'shop' }))
    expect((error as Error).message).toContain('PROTECT: nothing is named so.')
    expect(sandbox.mutations).toEqual([])
    expect(events).toMatchObject([{ tool: 'restart_server' }])
  })
})

it('the audit names the account beside its hash, and only where there are several', async () => {
  const { call, cloudways, sandbox, events } = twoAccounts()
  await call('list_servers', { account: 'all' })
  expect(events.map(({ accountName }) => accountName).sort()).toEqual(['default', 'shop'])
  await cloudways.withCredentials({ accessToken: sandbox.credentials.accessToken }).call('list_servers', {})
  expect(events.at(-1)).not.toHaveProperty('accountName')
})

it('the schemas keep to what providers take', () => {
  for (const { inputSchema } of twoAccounts().cloudways.list()) {
    expect(providerProblems(inputSchema)).toEqual([])
    expect(strictProblems(strictSchema(inputSchema))).toEqual([])
  }
})
