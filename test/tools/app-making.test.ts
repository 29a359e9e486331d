/** Apps that are made, copied to another server, renamed and deleted. */
import { describe, expect, it } from 'vitest'
import { setUp, unguarded } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'

const app = { server_id: 70011, app_id: 90021 }
const magazine = { server_id: 70011, application: 'wordpress', app_version: '6.8', app_label: 'magazine' }
const copy = { ...app, destination_server_id: 70024, app_label: 'store copy' }

describe('create_app', () => {
  it.each(['app_id', 'application_id'])('answers the new app, whose id stands in %s', async (field) => {
    // The operation of this answer is none that the sandbox knows: nothing is waited for.
    const { cloudways, sandbox } = setUp({ ...unguarded, waitSeconds: 0.01 })
    const body = { operation_id: 58210044, [field]: 300001 }
    if (field === 'application_id') sandbox.fail({ operation: 'app_create', status: 200, body })
    const answer = await cloudways.call('create_app', magazine)
    expect(answer.app_id).toBe('300001')
  })

  it('answers it with its domain, and makes it once', async () => {
    const { cloudways, sandbox } = setUp(unguarded)
    const answer = await cloudways.call('create_app', magazine)
    expect(answer).toMatchObject({ label: 'magazine', type: 'wordpress', domain: expect.any(String) })
    expect(await cloudways.call('create_app', magazine)).toMatchObject({
      repeated: true,
      app_id: answer.app_id,
    })
    expect(sandbox.state.apps.filter(({ label }) => label === 'magazine')).toHaveLength(1)
  })

  it('is refused in words for an application that is not installed here', async () => {
    const { cloudways, sandbox } = setUp(unguarded)
    const error = await failure(cloudways.call('create_app', { ...magazine, app_version: '1.0' }))
    expect(error).toMatchObject({
      details: { reason: 'validation', fields: { application: expect.anything() } },
    })
    expect(sandbox.mutations).toEqual([])
  })
})

describe('clone_app_to_server', () => {
  it('waits for the copy, and tells of the work at the other end', async () => {
    const { cloudways, sandbox } = setUp(unguarded, { operationSeconds: 1 })
    const answer = await cloudways.call('clone_app_to_server', copy)
    const made = sandbox.state.apps.find(({ label }) => label === 'store copy')
    expect(made?.server_id).toBe('70024')
    expect(answer).toMatchObject({
      state: 'completed',
      app_id: made?.id,
      label: 'store copy',
      source_state: 'completed',
      source_operation_id: expect.any(String),
    })
    expect(answer.operation_id).not.toBe(answer.source_operation_id)
    expect(sandbox.violations).toEqual([])
  })

  it('hands over both operations where they take longer', async () => {
    const { cloudways } = setUp({ ...unguarded, waitSeconds: 0 }, { operationSeconds: 60 })
    expect(await cloudways.call('clone_app_to_server', copy)).toMatchObject({
      state: 'running',
      operation_id: expect.any(String),
      source_operation_id: expect.any(String),
    })
  })

  it('copies to no server outside of the scope, and to none that the app is on', async () => {
    const { cloudways, sandbox } = setUp({ ...unguarded, servers: ['shop'] })
    const outside = await failure(cloudways.call('clone_app_to_server', copy))
    expect(outside).toMatchObject({ code: 'refused_by_policy' })
    const same = await failure(
      cloudways.call('clone_app_to_server', { ...copy, destination_server_id: 'shop' as never }),
    )
    expect(same).toMatchObject({ code: 'invalid_input', next: expect.stringContaining('clone_app copies') })
    expect(sandbox.mutations).toEqual([])
  })
})

describe('rename_app', () => {
  it('makes no label that the scope names', async () => {
    const { cloudways, sandbox } = setUp({ ...unguarded, servers: ['shop'], apps: ['store', '90022'] })
    const error = await failure(cloudways.call('rename_app', { ...app, app_id: 90022, label: ' Store' }))
    expect(error).toMatchObject({ code: 'refused_by_policy' })
    expect(sandbox.mutations).toEqual([])
  })

  it('asks before a protected app gets another name', async () => {
    const { cloudways } = setUp({ preset: 'all', protect: ['store'] })
    const plan = await cloudways.plan('rename_app', { ...app, label: 'other' })
    expect(plan).toMatchObject({ risk: 'disruptive', needs: { confirmation: true, type_name: 'store' } })
  })
})

describe('delete_app', () => {
  it('wants a recent backup first, or takes one', async () => {
    const { cloudways, sandbox } = setUp({ preset: 'all', confirm: 'never' })
    expect(await failure(cloudways.call('delete_app', app))).toMatchObject({ code: 'refused_by_policy' })
    expect(sandbox.mutations).toEqual([])
    await cloudways.call('delete_app', { ...app, backup_first: true })
    expect(sandbox.mutations.map(({ operation }) => operation)).toEqual(['app_backup', 'app_delete'])
    expect(sandbox.state.apps.map(({ id }) => id)).not.toContain('90021')
  })

  it('tells of the copies that lose their live app', async () => {
    const { cloudways, sandbox } = setUp(unguarded)
    expect(await cloudways.plan('delete_app', app)).toMatchObject({
      impact: expect.stringContaining('Its staging copy stays'),
      now: { staging_copies: [{ app_id: '90022', label: 'store-staging' }] },
    })
    Object.assign(sandbox.state.apps[2] as object, { source_app_id: '90021' })
    expect((await cloudways.plan('delete_app', app)).impact).toContain('Its 2 staging copies stay')
    expect((await cloudways.plan('delete_app', { ...app, app_id: 90023 })).impact).not.toContain('staging')
  })
})
