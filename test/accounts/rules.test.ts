/** What the rules say of each account. */
import { createCloudways } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import { failure } from '../support/upstream.ts'
import { twoAccounts } from './support.ts'

const shop = { accessToken: 'cw_abcdefgh' }

it.each<[object, string]>([
  [{ accounts: { all: shop } }, 'accounts: no account can be called all'],
  [{ accounts: { Shop: shop } }, 'accounts: the name of an account has 1 to 40 lower case letters'],
  [{ accounts: {} }, 'accounts: must be an object of credentials by name'],
  [{ accounts: [shop] }, 'accounts: must be an object of credentials by name'],
  [{ accounts: { shop: { accessToken: '' } } }, 'accounts.shop.accessToken: '],
  [{ credentials: shop, accounts: { default: shop } }, 'credentials is the account default already'],
  [{ credentials: shop, accounts: { shop } }, 'the credentials of shop are those of another account'],
  [{ accounts: { shop }, servers: ['shpp:70011'] }, 'servers: there is no account shpp; did you mean shop?'],
  [{ accounts: { shop }, protect: ['other:*'] }, 'protect: there is no account other, only shop.'],
])('createCloudways refuses %o', (options, words) => {
  expect(() => createCloudways(options as object)).toThrow(words)
})

const idsOf = async (call: ReturnType<typeof twoAccounts>['call'], account: string) => {
  const { servers } = await call('list_servers', { account })
  return (servers as { id: string }[]).map(({ id }) => id)
}

describe('a scope', () => {
  it('bounds each account by its own entries, and all by those without an account', async () => {
    const { sandbox } = twoAccounts()
    const [first, second] = sandbox.state.servers.map(({ id }) => String(id))
    const theirs = String(sandbox.otherState.servers[0]?.id)
    const own = twoAccounts({ servers: [`default:${second}`, `shop:${theirs}`] })
    expect(await idsOf(own.call, 'default')).toEqual([second])
    expect(await idsOf(own.call, 'shop')).toEqual([theirs])
    const shared = twoAccounts({ servers: [first as string, theirs] })
    expect(await idsOf(shared.call, 'default')).toEqual([first])
    expect(await idsOf(shared.call, 'shop')).toEqual([theirs])
  })

  it('that has no entry for an account leaves it nothing, and * leaves it everything', async () => {
    const { sandbox } = twoAccounts()
    const theirs = String(sandbox.otherState.servers[0]?.id)
    const strict = twoAccounts({ servers: [`shop:${theirs}`] })
    expect(await idsOf(strict.call, 'default')).toEqual([])
    const error = await failure(strict.call('get_server_details', { server_id: 70011, account: 'default' }))
    expect(error).toMatchObject({ code: 'refused_by_policy', rule: 'scope' })
    const open = twoAccounts({ servers: [`shop:${theirs}`, 'default:*'] })
    expect(await idsOf(open.call, 'default')).toHaveLength(sandbox.state.servers.length)
  })

  it('takes a label with a colon behind its account', async () => {
    const { sandbox, call } = twoAccounts({ servers: ['default:web:prod', 'shop:*'] })
    Object.assign(sandbox.state.servers[1] as object, { label: 'web:prod' })
    expect(await idsOf(call, 'default')).toEqual([String(sandbox.state.servers[1]?.id)])
  })

  it('tells nothing of what another account has outside of its own', async () => {
    const { call, theirs } = twoAccounts({ servers: ['default:70011', 'shop:1'] })
    await call('list_servers', { account: 'all' })
    const error = await failure(call('get_server_details', { server_id: theirs.id, account: 'default' }))
    expect((error as Error).message).not.toContain('shop')
  })

  it('of one server fills its argument in where the account has no other', async () => {
    const { call } = twoAccounts({ servers: ['default:70011', 'shop:*'] })
    expect(await call('get_server_details', { account: 'default' })).toMatchObject({
      server: { id: '70011' },
    })
    const error = await failure(call('get_server_details', { account: 'shop' }))
    expect((error as Error).message).toContain('server_id: required')
  })
})

describe('protection', () => {
  it('of one account is none of the other', async () => {
    const { cloudways, ours, theirs } = twoAccounts({ protect: ['shop:*'] })
    const plan = (server_id: string, account: string) =>
      cloudways.plan('restart_server', { server_id, account })
    expect((await plan(theirs.id, 'shop')).needs.type_name).toBe(theirs.label)
    expect((await plan(ours.id, 'default')).needs.type_name).toBeNull()
  })

  it('of any account holds for credentials that are brought from outside, and so does the scope', async () => {
    const { cloudways, sandbox, theirs } = twoAccounts({ protect: ['shop:other*'], servers: ['shop:81011'] })
    const brought = cloudways.withCredentials({ accessToken: sandbox.credentials.otherAccessToken })
    expect(brought.adapter.accounts).toEqual([])
    expect((await brought.call('list_servers', {})).servers).toEqual([])
    const { cloudways: open } = twoAccounts({ protect: ['shop:other*'] })
    const opened = open.withCredentials({ accessToken: sandbox.credentials.otherAccessToken })
    expect((await opened.plan('restart_server', { server_id: theirs.id })).needs.type_name).toBe(theirs.label)
  })
})

it('a selection holds for all accounts', async () => {
  const { cloudways } = twoAccounts({ readOnly: true })
  expect(Object.keys(cloudways.tools)).not.toContain('restart_server')
  const fewer = cloudways.select({ tools: ['list_servers'] })
  expect(fewer.list().map(({ name }) => name)).toEqual(['list_servers'])
  expect(await fewer.call('list_servers', { account: 'shop' })).toMatchObject({ account: 'shop' })
  expect(Object.keys(fewer.withCredentials({ accessToken: 'cw_abcdefgh' }).tools)).toEqual(['list_servers'])
})
