import {
  type AuditEvent,
  type CloudwaysOptions,
  createCloudways,
  type PolicyError,
  type UpstreamError,
} from 'cloudways-tools'
import type { Sandbox } from 'cloudways-tools/sandbox'
import { memoryStorage } from 'cloudways-tools/storage'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { onSandbox } from '../adapters/support.ts'
import { failure } from '../support/upstream.ts'

const ids = { server_id: 70011, app_id: 90021 }
const clone = { ...ids, app_label: 'copy' }

function setUp(options: CloudwaysOptions = {}) {
  const events: AuditEvent[] = []
  const kit = onSandbox(
    { rateLimit: null, onAudit: (event) => events.push(event), ...options },
    { operationSeconds: 0, requestsPerMinute: 1_000_000 },
  )
  return { ...kit, events }
}

const sent = ({ mutations }: Sandbox) => mutations.map(({ path }) => path)

describe('a call that makes something new', () => {
  it('is made once, and its repeat answers the first and says so', async () => {
    const { cloudways, sandbox, events } = setUp({ confirm: 'never' })
    const first = await cloudways.call('clone_app', clone)
    const second = await cloudways.call('clone_app', { ...clone, server_id: '70011' })
    expect(first).not.toHaveProperty('repeated')
    expect(second).toMatchObject({ operation_id: first.operation_id, app_id: first.app_id, repeated: true })
    expect(sent(sandbox)).toEqual(['/app/clone'])
    expect(events.map(({ rule, outcome }) => [rule, outcome])).toEqual([
      ['never', 'ok'],
      ['duplicate', 'ok'],
    ])
  })

  it('is made once by two processes at the same time', async () => {
    const storage = memoryStorage()
    const { cloudways, sandbox } = setUp({ storage, confirm: 'never' })
    const other = createCloudways({
      ...{ storage, fetch: sandbox.fetch, rateLimit: null, pollSeconds: 0.01, confirm: 'never' },
      credentials: { accessToken: sandbox.credentials.accessToken },
    })
    const answers = await Promise.all(
      [1, 2, 3].flatMap(() => [cloudways, other].map((one) => one.call('clone_app', clone))),
    )
    expect(new Set(answers.map(({ operation_id }) => operation_id)).size).toBe(1)
    expect(answers.filter((answer) => !('repeated' in answer))).toHaveLength(1)
    expect(sent(sandbox)).toEqual(['/app/clone'])
  })

  it('is a new call with another label, or ten minutes later', async () => {
    const { cloudways, sandbox } = setUp({ confirm: 'never' })
    await cloudways.call('clone_app', clone)
    await cloudways.call('clone_app', { ...clone, app_label: 'copy 2' })
    expect(sent(sandbox)).toHaveLength(2)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 601_000 })
    onTestFinished(() => void vi.useRealTimers())
    await cloudways.call('clone_app', clone)
    expect(sent(sandbox)).toHaveLength(3)
  })

  it('is no repeat on another account', async () => {
    const { cloudways, sandbox } = setUp({ confirm: 'never' })
    sandbox.otherState.servers = structuredClone(sandbox.state.servers)
    sandbox.otherState.apps = structuredClone(sandbox.state.apps)
    const other = cloudways.withCredentials({ accessToken: sandbox.credentials.otherAccessToken })
    await cloudways.call('clone_app', clone)
    expect(await other.call('clone_app', clone)).not.toHaveProperty('repeated')
    expect(sent(sandbox)).toHaveLength(2)
  })

  it('has an unknown outcome when its answer was lost, is not made again, and says how to find out', async () => {
    const { cloudways, sandbox } = setUp({ confirm: 'never' })
    sandbox.fail({ operation: 'app_clone', reset: 'after' })
    const settle = { tool: 'list_apps', input: { server_id: '70011', search: 'copy' } }
    const lost = (await failure(cloudways.call('clone_app', clone))) as UpstreamError
    expect(lost).toMatchObject({ code: 'upstream_failed', outcome: 'unknown', details: { settle } })
    const again = (await failure(cloudways.call('clone_app', clone))) as UpstreamError
    expect(again).toMatchObject({ outcome: 'unknown', details: { settle } })
    expect(again.message).toContain('It was not made again.')
    expect(sent(sandbox)).toEqual(['/app/clone'])
    await cloudways.call('clone_app', { ...clone, app_label: 'another' })
    expect(sent(sandbox)).toHaveLength(2)
  })

  it('is not made again after it was cancelled under way, since it may have been made', async () => {
    const { cloudways, sandbox } = setUp({ confirm: 'never' })
    sandbox.fail({ operation: 'app_clone', latency: 600 })
    const controller = new AbortController()
    const call = failure(cloudways.call('clone_app', clone, { signal: controller.signal }))
    await expect.poll(() => sent(sandbox)).toHaveLength(1)
    controller.abort(new Error('enough'))
    await call
    expect(await failure(cloudways.call('clone_app', clone))).toMatchObject({ outcome: 'unknown' })
    expect(sent(sandbox)).toHaveLength(1)
  })

  it('can be made again after it failed', async () => {
    const { cloudways, sandbox } = setUp({ confirm: 'never' })
    sandbox.fail({ operation: 'app_clone', answer: 'refused' })
    expect(await failure(cloudways.call('clone_app', clone))).toMatchObject({ outcome: 'failed' })
    expect(await cloudways.call('clone_app', clone)).not.toHaveProperty('repeated')
    expect(sent(sandbox)).toEqual(['/app/clone'])
  })

  it('is not made when the storage cannot remember it', async () => {
    const storage = memoryStorage()
    const { cloudways, sandbox } = setUp({ storage, confirm: 'never' })
    storage.lock = () => Promise.reject(new Error('the disk is gone'))
    await failure(cloudways.call('clone_app', clone))
    expect(sent(sandbox)).toEqual([])
  })
})

it('calls that make nothing new are made as often as they are asked for', async () => {
  const { cloudways, sandbox } = setUp()
  await cloudways.call('clear_app_cache', ids)
  await cloudways.call('clear_app_cache', ids)
  expect(sent(sandbox)).toHaveLength(2)
})

describe('a change that needs a recent backup', () => {
  const restore = { ...ids, time: '2026-08-05T23:19:06' }
  const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString().slice(0, 19)

  const appOf = ({ state }: Sandbox) => state.apps[0] as (typeof state.apps)[number]

  it('names the call that makes one, and is made after that', async () => {
    const { cloudways, sandbox } = setUp({ onConfirm: () => true })
    const error = (await failure(cloudways.call('restore_app', restore))) as PolicyError
    expect(error).toMatchObject({ code: 'refused_by_policy', rule: 'backup' })
    const first = error.details.first as { tool: string; input: object; why: string }
    expect(first).toMatchObject({ tool: 'backup_app', input: { server_id: '70011', app_id: '90021' } })
    expect(await cloudways.plan('restore_app', restore)).toMatchObject({ needs: { first } })
    expect(sent(sandbox)).toEqual([])
    await cloudways.call(first.tool as 'backup_app', first.input as typeof ids)
    expect(await cloudways.call('restore_app', restore)).toMatchObject({ state: 'completed' })
    expect(sent(sandbox)).toHaveLength(2)
  })

  it.each([
    [24, 25, 0],
    [24, 23, 1],
    [1, 2, 0],
    [48, 47, 1],
    [0, 1000, 1],
  ])('accepts within %i hours a backup of %i hours ago: %i sent', async (backupHours, age, count) => {
    const { cloudways, sandbox } = setUp({ confirm: 'never', backupHours })
    appOf(sandbox).restore_points = [hoursAgo(age), hoursAgo(age + 24)]
    const [time = ''] = appOf(sandbox).restore_points
    await cloudways.call('restore_app', { ...ids, time }).catch(() => {})
    expect(sent(sandbox)).toHaveLength(count)
  })

  it.each([
    ['there is none', { restore_points: [] }, {}],
    ['another app has one', { restore_points: [] }, { restore_points: [hoursAgo(1)] }],
    ['its time is not to be read', { restore_points: ['yesterday'] }, {}],
  ])('is refused when %s', async (_, mine, others) => {
    const { cloudways, sandbox } = setUp({ confirm: 'never' })
    Object.assign(appOf(sandbox), mine)
    Object.assign(sandbox.state.apps[1] as object, others)
    const clone = { ...ids, git_url: 'git@github.com:acme/shop.git', branch_name: 'main' }
    expect(await failure(cloudways.call('git_clone', clone))).toMatchObject({ rule: 'backup' })
    expect(sent(sandbox)).toEqual([])
  })

  it.each([
    ['is refused', { answer: 'refused' as const }],
    ['breaks', { reset: 'before' as const, times: Number.POSITIVE_INFINITY }],
    ['fails in the end', { failOperation: true }],
  ])('is refused when reading the backups %s', async (_, fault) => {
    const { cloudways, sandbox } = setUp({ confirm: 'never' })
    appOf(sandbox).restore_points = [hoursAgo(1)]
    sandbox.fail({ operation: 'app_backup_status_get', ...fault })
    expect(await failure(cloudways.call('restore_app', restore))).toMatchObject({
      code: 'upstream_failed',
      outcome: 'failed',
    })
    expect(sent(sandbox)).toEqual([])
  })
})

describe('the gate of the operator', () => {
  it('is asked before every change, and after the person', async () => {
    const order: string[] = []
    const { cloudways, sandbox } = setUp({
      onConfirm: () => order.push('person') > 0,
      beforeChange: () => {
        order.push(`gate, ${sent(sandbox).length} sent`)
      },
    })
    await cloudways.call('list_servers', {})
    await cloudways.call('restart_server', { server_id: 70011 })
    await cloudways.call('clear_app_cache', ids)
    expect(order).toEqual(['person', 'gate, 0 sent', 'gate, 1 sent'])
  })

  it('refuses by throwing, without its words', async () => {
    const { cloudways, sandbox } = setUp({
      beforeChange: () => Promise.reject(new Error('canary of the operator')),
    })
    const error = await failure(cloudways.call('clear_app_cache', ids))
    expect(error).toMatchObject({ code: 'refused_by_policy', rule: 'gate' })
    expect(JSON.stringify(error)).not.toContain('canary')
    expect(sent(sandbox)).toEqual([])
  })
})
