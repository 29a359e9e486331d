/** Reads of all accounts at once. */
import { expect, it } from 'vitest'
import { failure } from '../support/upstream.ts'
import { twoAccounts } from './support.ts'

it('each row says whose it is, and the rest of an answer comes by account', async () => {
  const { call, sandbox } = twoAccounts()
  const { apps, accounts } = await call('list_apps', { account: 'all' })
  const rows = apps as { account: string; id: string }[]
  const ids = (account: string) => rows.filter((row) => row.account === account).map(({ id }) => id)
  expect(ids('default')).toEqual(sandbox.state.apps.map(({ id }) => String(id)))
  expect(ids('shop')).toEqual(sandbox.otherState.apps.map(({ id }) => String(id)))
  expect(rows).toHaveLength(ids('default').length + ids('shop').length)
  expect(accounts).toMatchObject([
    { account: 'default', total: sandbox.state.apps.length },
    { account: 'shop', total: sandbox.otherState.apps.length },
  ])
})

it('an account that failed is told beside the answers of the others', async () => {
  const { call, sandbox } = twoAccounts()
  sandbox.revoke(sandbox.credentials.otherAccessToken)
  const { servers, accounts } = await call('list_servers', { account: 'all' })
  expect(servers).toHaveLength(sandbox.state.servers.length)
  expect(accounts).toMatchObject([
    { account: 'default' },
    { account: 'shop', error: { code: 'credentials_refused' } },
  ])
})

it('when all fail the call fails, and tells of each', async () => {
  const { call, sandbox } = twoAccounts()
  sandbox.revoke(sandbox.credentials.accessToken)
  sandbox.revoke(sandbox.credentials.otherAccessToken)
  expect(await failure(call('list_servers', { account: 'all' }))).toMatchObject({
    code: 'credentials_refused',
  })
  const wrong = await failure(call('list_servers', { account: 'all', detail: 'much' }))
  expect((wrong as Error).message).toContain('detail: must be one of compact, full')
})

it('a call that is cancelled answers nothing', async () => {
  const { cloudways } = twoAccounts()
  const reason = new Error('enough')
  const signal = AbortSignal.abort(reason)
  expect(await failure(cloudways.call('list_servers', { account: 'all' } as never, { signal }))).toBe(reason)
})

it('each account keeps to its own limits', async () => {
  const { memoryRateLimit } = await import('cloudways-tools/rate-limit')
  const { call } = twoAccounts({
    rateLimit: memoryRateLimit({ requests: 2, window: 60 }),
    rateLimitWait: 0,
  })
  await call('list_servers')
  await call('list_servers')
  const { servers, accounts } = await call('list_servers', { account: 'all' })
  expect((servers as { account: string }[]).map(({ account }) => account)).toEqual(['shop'])
  expect(accounts).toMatchObject([
    { account: 'default', error: { code: 'upstream_failed' } },
    { account: 'shop' },
  ])
})
