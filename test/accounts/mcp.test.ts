/** What an MCP client and its person see of several accounts. */
import type { Client } from '@modelcontextprotocol/sdk/client/index.js'
import type { Plan } from 'cloudways-tools'
import { createMcpServer } from 'cloudways-tools/mcp'
import { describe, expect, it } from 'vitest'
import { questionOf } from '../../src/adapters/mcp/question.ts'
import { planText } from '../../src/cli/terminal.ts'
import { planPage } from '../../src/server/approval/plan-page.ts'
import { callWith, clientOf, textOf } from '../adapters/support.ts'
import { twins, twoAccounts } from './support.ts'

async function connected() {
  const kit = twoAccounts()
  return { ...kit, client: await clientOf(createMcpServer({ cloudways: kit.cloudways })) }
}

const resourcesOf = async (client: Client) => {
  const uris: string[] = []
  let cursor: string | undefined
  do {
    const page = await client.listResources({ cursor })
    uris.push(...page.resources.map(({ uri }) => uri))
    cursor = page.nextCursor
  } while (cursor !== undefined)
  return uris
}

it('the instructions name the accounts, and those of one account do not speak of any', async () => {
  const { client, cloudways, sandbox } = await connected()
  expect(client.getInstructions()).toContain('accounts default, shop. A change names one as account')
  const one = cloudways.withCredentials({ accessToken: sandbox.credentials.accessToken })
  const single = await clientOf(createMcpServer({ cloudways: one }))
  expect(single.getInstructions()).toContain('one Cloudways hosting account')
})

it('resources stand under their account, and are read from it', async () => {
  const { client, ours, theirs } = await connected()
  const uris = await resourcesOf(client)
  expect(uris).toContain(`cloudways://default/servers/${ours.id}`)
  expect(uris).toContain(`cloudways://shop/servers/${theirs.id}`)
  const { contents } = await client.readResource({ uri: `cloudways://shop/servers/${theirs.id}` })
  expect(JSON.stringify(contents)).toContain(theirs.label)
  // The lists have shown whose it is.
  await expect(client.readResource({ uri: `cloudways://default/servers/${theirs.id}` })).rejects.toThrow()
})

it('a cut answer of all accounts proposes to name one, and no offset', async () => {
  const { cloudways, sandbox } = twins({ answerTokens: 500 })
  sandbox.state.apps[0] = { ...(sandbox.state.apps[0] as object), label: 'x'.repeat(100) } as never
  const client = await clientOf(createMcpServer({ cloudways }))
  const text = textOf(await callWith(client, 'list_apps', { account: 'all' }))
  expect(text).toContain('account (one of them)')
  expect(text).not.toMatch(/call again with (an )?offset/)
})

describe('the person who is asked', () => {
  async function plans() {
    const { cloudways, sandbox } = twoAccounts()
    const of = (account: string, server_id: string) =>
      cloudways.plan('restart_server', { server_id, account })
    const alone = cloudways.withCredentials({ accessToken: sandbox.credentials.accessToken })
    return {
      shop: await of('shop', '81011'),
      one: await alone.plan('restart_server', { server_id: '70011' }),
    }
  }
  const pageOf = async (plan: Plan) =>
    String(await planPage({ plan, action: '/confirm', token: 't', secondsLeft: 60 }))
  const ways: [string, (plan: Plan) => string | Promise<string>][] = [
    ['in the client', (plan) => questionOf(plan).message],
    ['at the terminal', planText],
    ['on the page', pageOf],
  ]

  it.each(ways)('%s sees which account it is, where there are several', async (_, shown) => {
    const { shop, one } = await plans()
    expect(await shown(shop)).toMatch(/Account[\s\S]{0,20}shop/)
    expect(await shown(one)).not.toMatch(/Account[:<]/)
    expect(one).not.toHaveProperty('account')
  })
})
