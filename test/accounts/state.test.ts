/** What is kept for one account is nothing to its twin: plans, yeses, refusals, repeats, operations, roles. */
import type { AuditEvent, CallOptions, CloudwaysOptions, FoundSecrets, PendingPlan } from 'cloudways-tools'
import { createCloudways } from 'cloudways-tools'
import { memoryStorage } from 'cloudways-tools/storage'
import { expect, it } from 'vitest'
import { leave } from '../../src/core/decide/yes.ts'
import { failure } from '../support/upstream.ts'
import { twins, twoAccounts } from './support.ts'

const restart = (account: string) => ({ server_id: '70011', account })

/** Both accounts have been listed, as an agent does it. */
async function listed(options: CloudwaysOptions = {}) {
  const kit = twins(options)
  await kit.call('list_servers', { account: 'all' })
  const change = (account: string, more: CallOptions = {}) =>
    kit.cloudways.call('restart_server', restart(account), more)
  return { ...kit, change }
}

it('a plan of one account is approved for that one', async () => {
  const { cloudways, change, changed } = await listed({ confirmFallback: 'two-step' })
  const { details } = (await failure(change('default'))) as { details: { confirm: string; plan: object } }
  expect(details.plan).toMatchObject({ account: 'default' })
  const { confirm } = details
  const crossed = await failure(cloudways.call('restart_server', { ...restart('shop'), confirm } as never))
  expect(crossed).toMatchObject({ code: 'confirmation_required' })
  expect([changed('default'), changed('shop')]).toEqual([[], []])
})

it('a yes that a page leaves is for one account', async () => {
  const storage = memoryStorage()
  const pending: PendingPlan[] = []
  const openPage = async (plan: PendingPlan) => `https://example.com/${pending.push(plan)}`
  const { change, changed } = await listed({ storage, openPage })
  await failure(change('default'))
  await failure(change('shop'))
  const [ours, theirs] = pending as [PendingPlan, PendingPlan]
  expect([ours.plan.account, theirs.plan.account]).toEqual(['default', 'shop'])
  expect(new Set([ours.account, theirs.account, ours.binding, theirs.binding]).size).toBe(4)
  await leave(storage, ours, { approved: true })
  expect(await failure(change('shop'))).toMatchObject({ code: 'confirmation_required' })
  expect(await change('default')).toMatchObject({ account: 'default', state: 'completed' })
  expect([changed('default').length, changed('shop').length]).toEqual([1, 0])
})

it('a no is for one account', async () => {
  const { change, changed } = await listed({ onConfirm: ({ account }) => account === 'shop' })
  expect(await failure(change('default'))).toMatchObject({ details: { declined: true } })
  expect(await change('shop')).toMatchObject({ account: 'shop', state: 'completed' })
  expect(await failure(change('default'))).toMatchObject({ details: { declined: true } })
  expect([changed('default').length, changed('shop').length]).toEqual([0, 1])
})

it('the approval of a framework is for one account', async () => {
  const { cloudways, change } = await listed()
  const { needsApproval } = cloudways.adapter
  expect(await needsApproval('restart_server', restart('default'), 'key')).toBe(true)
  const confirmation = { token: 'key', approved: true }
  expect(await failure(change('shop', { confirmation }))).toMatchObject({ code: 'confirmation_required' })
})

it('a repeat is one in its own account alone', async () => {
  const { call, changed } = await listed({ confirm: 'never' })
  const clone = (account: string) =>
    call('clone_app', { server_id: '70011', app_id: '90021', app_label: 'copy', account })
  expect(await clone('default')).not.toHaveProperty('repeated')
  expect(await clone('shop')).not.toHaveProperty('repeated')
  expect(await clone('shop')).toMatchObject({ repeated: true })
  expect([changed('default').length, changed('shop').length]).toEqual([1, 1])
})

it('under a scope, an operation of one account is not asked for in another', async () => {
  const { call } = await listed({ confirm: 'never', servers: ['70011'] })
  const { operation_id } = await call('restart_server', restart('shop'))
  expect(await call('get_operation', { operation_id, account: 'shop' })).toMatchObject({ account: 'shop' })
  const crossed = await failure(call('get_operation', { operation_id, account: 'default' }))
  expect((crossed as Error).message).toContain('is of account shop, not of default')
})

it('the role of one token hides nothing of another account', async () => {
  const { sandbox } = twoAccounts()
  const { otherAccessToken, readToken } = sandbox.credentials
  const cloudways = createCloudways({
    accounts: { reader: { accessToken: readToken }, full: { accessToken: otherAccessToken } },
    ...{ fetch: sandbox.fetch, rateLimit: null, pollSeconds: 0.001, confirm: 'never' },
  })
  const on = (account: string, server_id: string) => cloudways.call('restart_server', { server_id, account })
  expect(await failure(on('reader', '70011'))).toMatchObject({ code: 'credentials_refused' })
  expect(await failure(on('reader', '70011'))).toMatchObject({ rule: 'role' })
  expect(await on('full', '81011')).toMatchObject({ state: 'completed' })
  expect(cloudways.list().map(({ name }) => name)).toContain('restart_server')
})

it('secrets are handed to the person of their account', async () => {
  const found: FoundSecrets[] = []
  const { call, events } = await listed({ onSecrets: (one) => `kept ${found.push(one)}` })
  for (const account of ['default', 'shop']) {
    await call('get_app_credentials', { server_id: '70011', app_id: '90021', account })
  }
  const audited = (events as AuditEvent[]).filter(({ tool }) => tool === 'get_app_credentials')
  expect(found.map(({ account }) => account)).toEqual(audited.map(({ account }) => account))
  expect(new Set(found.map(({ account }) => account)).size).toBe(2)
})

it('what was seen of one account is not shown for the other', async () => {
  const { call, sandbox } = await listed()
  const address = async (account: string) =>
    (await call('get_server_details', { server_id: 'shop', account })) as { server: { address: string } }
  expect((await address('default')).server.address).toBe('default.mark.example')
  expect((await address('shop')).server.address).toBe('shop.mark.example')
  Object.assign(sandbox.otherState.servers[0] as object, { label: 'moved' })
  expect((await address('default')).server.address).toBe('default.mark.example')
})
