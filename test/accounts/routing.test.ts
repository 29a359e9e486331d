/** Which account a call is made on. */
import { createCloudways, InputError } from 'cloudways-tools'
import { expect, it } from 'vitest'
import { failure } from '../support/upstream.ts'
import { described, twoAccounts } from './support.ts'

it('with one account no tool takes the argument, and the list is the same, byte for byte', async () => {
  const plain = createCloudways()
  const named = createCloudways({ accounts: { shop: { accessToken: 'cw_abcdefgh' } } })
  expect(JSON.stringify(named.list())).toBe(JSON.stringify(plain.list()))
  const error = await failure(named.call('list_servers', { account: 'shop' } as never))
  expect((error as Error).message).toContain('account: no such argument')
  expect(named.adapter.accounts).toEqual([])
})

it('with several, a change has to name one, a read may name one or all, and a preview one', () => {
  const { cloudways } = twoAccounts()
  expect(cloudways.adapter.accounts).toEqual(['default', 'shop'])
  const change = described(cloudways, 'restart_server').inputSchema
  expect(change.properties.account).toEqual({ type: 'string', enum: ['default', 'shop'] })
  expect(change.required).toContain('account')
  const read = described(cloudways, 'list_servers').inputSchema
  expect(read.properties.account?.enum).toEqual(['default', 'shop', 'all'])
  expect(read.required ?? []).not.toContain('account')
  expect(described(cloudways, 'preview_change').inputSchema.properties.account?.enum).toEqual([
    'default',
    'shop',
  ])
})

it('a read that names nothing asks the default account, and says so', async () => {
  const { call, ours, sentToShop } = twoAccounts()
  const { account, servers } = await call('list_servers')
  expect(account).toBe('default')
  expect((servers as { id: string }[])[0]?.id).toBe(String(ours.id))
  expect(sentToShop()).toEqual([])
})

it.each([
  ['id', ({ id }: { id: string }) => id],
  ['label', ({ label }: { label: string }) => label],
])('a read that names a server by its %s asks the one account that has it', async (_, name) => {
  const { call, theirs } = twoAccounts()
  expect(await call('get_server_details', { server_id: name(theirs) })).toMatchObject({
    account: 'shop',
    server: { id: String(theirs.id) },
  })
})

it('what is in both accounts, or in none, is asked for', async () => {
  const { call, sandbox, ours } = twoAccounts()
  const [server] = sandbox.otherState.servers
  Object.assign(server as object, { label: ours.label })
  const both = await failure(call('get_server_details', { server_id: ours.label }))
  expect(both).toBeInstanceOf(InputError)
  expect((both as Error).message).toBe(
    'get_server_details: several accounts have this server: default, shop.',
  )
  const none = await failure(call('get_server_details', { server_id: 'nowhere' }))
  expect((none as Error).message).toBe('get_server_details: no account has this server.')
})

it('an account that cannot be read is no account without the server', async () => {
  const { call, sandbox, ours } = twoAccounts()
  sandbox.revoke(sandbox.credentials.otherAccessToken)
  const error = await failure(call('get_server_details', { server_id: ours.label }))
  expect((error as Error).message).toContain('what account shop has could not be read')
  expect(await call('get_server_details', { server_id: ours.label, account: 'default' })).toMatchObject({
    account: 'default',
  })
})

it('a change without an account is refused before any request, and told to the audit', async () => {
  const { call, sandbox, events, ours } = twoAccounts()
  const error = await failure(call('restart_server', { server_id: ours.id }))
  expect(error).toBeInstanceOf(InputError)
  expect((error as Error).message).toContain('a change names one of default, shop')
  expect(sandbox.requests).toEqual([])
  expect(events).toMatchObject([
    { account: 'none', tool: 'restart_server', risk: 'disruptive', outcome: 'failed' },
  ])
})

it('a change on all accounts is refused, and so is a name that no account has', async () => {
  const { call, sandbox, ours } = twoAccounts()
  const all = await failure(call('restart_server', { server_id: ours.id, account: 'all' }))
  expect((all as Error).message).toContain('account must be one account, default or shop')
  const odd = await failure(call('list_servers', { account: 'shp' }))
  expect((odd as Error).message).toContain('one of default, shop; did you mean shop?')
  expect(sandbox.requests).toEqual([])
})

it('an id first seen in one account is refused in another before any request', async () => {
  const { call, theirs, ours, sentToShop, sentToDefault } = twoAccounts()
  await call('list_servers')
  const error = await failure(call('restart_server', { server_id: ours.id, account: 'shop' }))
  expect(error).toBeInstanceOf(InputError)
  expect((error as Error).message).toBe(
    `restart_server: server ${ours.id} is of account default, not of shop.`,
  )
  const previewed = { tool: 'restart_server', arguments: { server_id: ours.id, account: 'shop' } }
  expect(await failure(call('preview_change', previewed))).toBeInstanceOf(InputError)
  expect(sentToShop()).toEqual([])
  // The other way round, once that account was listed.
  await call('list_servers', { account: 'shop' })
  const before = sentToDefault().length
  await failure(call('get_server_details', { server_id: theirs.id, account: 'default' }))
  expect(sentToDefault()).toHaveLength(before)
})

it('an operation is asked for where it was started', async () => {
  const { call, ours } = twoAccounts({ confirm: 'never' })
  const { operation_id } = await call('restart_server', { server_id: ours.id, account: 'default' })
  expect(await call('get_operation', { operation_id })).toMatchObject({ account: 'default' })
  const error = await failure(call('get_operation', { operation_id, account: 'shop' }))
  expect((error as Error).message).toContain('is of account default, not of shop')
  const unknown = await failure(call('get_operation', { operation_id: '1' }))
  expect((unknown as Error).message).toContain('account is required here, one of default, shop.')
})

it('a read of all accounts names nothing: an id belongs to one of them', async () => {
  const { call, sandbox, ours } = twoAccounts()
  const error = await failure(call('get_server_details', { server_id: ours.id, account: 'all' }))
  expect((error as Error).message).toContain('account all is for reads that name no server')
  expect(sandbox.requests).toEqual([])
})

it('a preview goes by the account among the arguments of its call', async () => {
  const { call, theirs } = twoAccounts()
  const input = { tool: 'restart_server', arguments: { server_id: theirs.id, account: 'shop' } }
  expect(await call('preview_change', input)).toMatchObject({ account: 'shop', tool: 'restart_server' })
  const spelled = { ...input, arguments: JSON.stringify({ serverId: theirs.id, Account: ['SHOP'] }) }
  expect(await call('preview_change', spelled)).toMatchObject({ account: 'shop', tool: 'restart_server' })
  const torn = await failure(call('preview_change', { ...input, account: 'default' }))
  expect((torn as Error).message).toContain('account is default, and in its arguments shop')
})

it('what is proposed names the account', async () => {
  const { call, theirs } = twoAccounts({ confirm: 'never' })
  const change = { server_id: theirs.id, service: 'memcached', state: 'stop', account: 'shop' }
  expect(await call('change_service_state', change)).toMatchObject({
    account: 'shop',
    undo: { tool: 'change_service_state', input: { account: 'shop', state: 'start' } },
  })
})
