/** A campaign from its plan to its end: one yes for exactly this list, and each target once. */
import { ConfirmationRequired } from 'cloudways-tools'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { failure } from '../../support/upstream.ts'
import { appsOf, block, changedApps, purge, setUpCampaigns } from './support.ts'

afterEach(() => void vi.useRealTimers())

const all = { where: { label: '*' } }

describe('a campaign', () => {
  it('asks once, with every target, and changes each of them once', async () => {
    const { sandbox, run, plans } = setUpCampaigns()
    const done = await run({ ...purge, ...all })
    expect(done).toMatchObject({ state: 'done', counts: { done: appsOf(sandbox).length } })
    expect(changedApps(sandbox).sort()).toEqual(appsOf(sandbox).sort())
    expect(plans).toHaveLength(1)
    const [plan] = plans
    expect(plan?.targets?.map(({ app }) => app?.id).sort()).toEqual(appsOf(sandbox).sort())
    expect(plan).toMatchObject({ tool: 'run_campaign', needs: { confirmation: true, type_name: null } })
  })

  it('takes names, ids and what a filter fits', async () => {
    const { sandbox, run } = setUpCampaigns()
    await run({ ...purge, targets: ['blog', 90021] })
    expect(changedApps(sandbox)).toEqual(['90023', '90021'])
    await run({ ...purge, where: { server: 'labs', type: 'laravel' } })
    expect(changedApps(sandbox).slice(2)).toEqual(['90221'])
    await run({ ...purge, where: { staging: true } })
    expect(changedApps(sandbox).slice(3)).toEqual(['90022'])
  })

  it('leaves out what is named twice or needs no change, and says so', async () => {
    const { sandbox, run, plans } = setUpCampaigns()
    const first = await run({ ...block(), targets: ['shop'] })
    expect(first.counts).toEqual({ done: 1 })
    const done = await run({ ...block(), targets: ['shop', 'agency', 70024] })
    expect(done.state).toBe('done')
    expect(done.counts).toEqual({ done: 1, skipped: 2 })
    const left = plans[1]?.targets?.filter((row) => row.left_out !== undefined) ?? []
    expect(left.map((row) => row.left_out)).toEqual(['It is like that already.', 'It is named twice.'])
    expect(sandbox.mutations).toHaveLength(2)
  })

  it('raises the risk above ten targets, and not below', async () => {
    const small = setUpCampaigns()
    await small.run({ ...purge, targets: ['blog'] })
    const large = setUpCampaigns({}, { servers: 4, appsPerServer: 3 })
    await large.run({ ...purge, ...all })
    expect([small.plans[0]?.risk, large.plans[0]?.risk]).toEqual(['write', 'disruptive'])
  })

  it('asks nobody where the risk of its tool needs nobody', async () => {
    const { sandbox, run, plans } = setUpCampaigns({ confirm: 'destructive' })
    expect(await run({ ...purge, ...all })).toMatchObject({ state: 'done' })
    expect(plans).toEqual([])
    expect(changedApps(sandbox)).toHaveLength(appsOf(sandbox).length)
  })

  it('changes nothing without a yes', async () => {
    const { sandbox, run } = setUpCampaigns({ onConfirm: () => false })
    expect(await failure(run({ ...purge, ...all }))).toMatchObject({ details: { declined: true } })
    expect(sandbox.mutations).toEqual([])
  })

  it('is planned by a preview, which changes nothing, and found by the call after it', async () => {
    const { sandbox, call, run } = setUpCampaigns()
    const plan = await call('preview_change', {
      tool: 'run_campaign',
      arguments: { ...purge, targets: ['blog'] },
    })
    expect(plan).toMatchObject({ targets: [{ app: { id: '90023' } }], needs: { confirmation: true } })
    expect(sandbox.mutations).toEqual([])
    expect(await run({ ...purge, targets: ['blog'] })).toMatchObject({ counts: { done: 1 } })
    expect((await call('list_campaigns', {})) as object).toMatchObject({ campaigns: [{ state: 'done' }] })
  })
})

describe('what is protected', () => {
  const protect = { protect: ['blog', 'store'] }

  it('is left out, and the plan says so', async () => {
    const { sandbox, run, plans } = setUpCampaigns(protect)
    await run({ ...purge, where: { server: 'shop' } })
    expect(changedApps(sandbox)).toEqual(['90022'])
    const left = plans[0]?.targets?.filter((row) => row.left_out?.includes('protected'))
    expect(left?.map(({ app }) => app?.id)).toEqual(['90021', '90023'])
  })

  it('is changed when the call names it, and the person types every name', async () => {
    const { sandbox, run, plans } = setUpCampaigns(protect)
    await run({ ...purge, where: { server: 'shop' }, include_protected: ['store', 'blog'] })
    expect(plans[0]?.needs.type_name).toBe('store, blog')
    expect(changedApps(sandbox)).toEqual(['90021', '90022', '90023'])
  })

  it('is not changed for a bare yes', async () => {
    const { sandbox, run } = setUpCampaigns({ ...protect, onConfirm: () => true })
    const refused = await failure(run({ ...purge, targets: ['blog'], include_protected: ['blog'] }))
    expect(refused).toBeInstanceOf(ConfirmationRequired)
    expect(sandbox.mutations).toEqual([])
  })
})

describe('a target that is not as it was approved', () => {
  it('is skipped, and the others are changed', async () => {
    const { sandbox, run } = setUpCampaigns({
      onConfirm: () => {
        // Somebody moves the app to another name between the yes and its turn.
        Object.assign(sandbox.state.apps[0] as object, { label: 'renamed meanwhile' })
        return true
      },
    })
    const done = await run({ ...purge, where: { server: 'shop' } })
    expect(done.counts).toEqual({ done: 2, skipped: 1 })
    expect(done.targets[0]).toMatchObject({
      state: 'skipped',
      why: expect.stringContaining('not as it was approved'),
    })
    expect(changedApps(sandbox)).toEqual(['90022', '90023'])
  })

  it('is not sent after the time of the yes', async () => {
    const { sandbox, run } = setUpCampaigns()
    const paused = await run({ ...purge, where: { server: 'shop' }, waves: [1], pause_seconds: 600 })
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 12.1 * 3_600_000 })
    const late = await run({ campaign_id: paused.campaign_id })
    expect(late).toMatchObject({ state: 'expired', counts: { done: 1, skipped: 2 } })
    expect(sandbox.mutations).toHaveLength(1)
  })
})

describe('a campaign stops', () => {
  it('after so many failures, and what is left is skipped', async () => {
    const { sandbox, run } = setUpCampaigns()
    sandbox.fail({ operation: 'varnish_app_manage', status: 422, times: 2 })
    const stopped = await run({ ...purge, ...all, stop_after: 2 })
    expect(stopped).toMatchObject({
      state: 'stopped',
      counts: { failed: 2, skipped: appsOf(sandbox).length - 2 },
    })
    expect(sandbox.mutations).toEqual([])
  })

  it('when somebody cancels it; what was done stays', async () => {
    const { sandbox, run, call } = setUpCampaigns({ onConfirm: () => true })
    const paused = await run({ ...purge, ...all, waves: [1], pause_seconds: 600 })
    expect(paused).toMatchObject({ state: 'running', counts: { done: 1 }, goes_on_at: expect.any(String) })
    const { campaign_id } = paused
    expect(await call('cancel_campaign', { campaign_id })).toMatchObject({ state: 'cancelled' })
    expect(await run({ campaign_id })).toMatchObject({ state: 'cancelled' })
    expect(sandbox.mutations).toHaveLength(1)
  })

  it('and is undone as a campaign of its own, the newest change first', async () => {
    const { sandbox, run, call, plans } = setUpCampaigns()
    const addresses = () =>
      sandbox.state.servers.map(({ whitelists }) => whitelists.sftp.ip_list.filter((ip) => ip !== ''))
    const before = addresses()
    const { campaign_id, undo_list } = await run({ ...block(), where: { label: '*' } })
    expect(undo_list).toHaveLength(3)
    const undone = await call('undo_campaign', { campaign_id })
    expect(undone).toMatchObject({ state: 'done', counts: { done: 3 } })
    expect(plans[1]?.targets?.map(({ server }) => server?.id)).toEqual(['70037', '70024', '70011'])
    expect(addresses()).toEqual(before)
  })
})

describe('two campaigns', () => {
  it('do not change the same target at the same time', async () => {
    const { run, call } = setUpCampaigns()
    const paused = await run({ ...purge, where: { server: 'shop' }, waves: [1], pause_seconds: 600 })
    const refused = await failure(run({ ...block(), targets: ['shop'] }))
    expect(refused).toMatchObject({ rule: 'campaign', message: expect.stringContaining(paused.campaign_id) })
    expect(await run({ ...block(), targets: ['agency'] })).toMatchObject({ state: 'done' })
    await call('cancel_campaign', { campaign_id: paused.campaign_id })
    expect(await run({ ...block(), targets: ['shop'] })).toMatchObject({ state: 'done' })
  })

  it('begin only where the first has ended, and not by a repeat of its call within ten minutes', async () => {
    const { sandbox, run } = setUpCampaigns()
    const one = await run({ ...purge, targets: ['blog'] })
    expect(await run({ ...purge, targets: ['blog'] })).toMatchObject({ campaign_id: one.campaign_id })
    expect(sandbox.mutations).toHaveLength(1)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 601_000 })
    const later = await run({ ...purge, targets: ['blog'] })
    expect(later.campaign_id).not.toBe(one.campaign_id)
    expect(sandbox.mutations).toHaveLength(2)
  })

  it('do not begin at all while the first goes on: the same call goes on with it', async () => {
    const { sandbox, run } = setUpCampaigns()
    const asked = { ...purge, where: { server: 'shop' }, waves: [1], pause_seconds: 600 }
    const one = await run(asked)
    const again = await run(asked)
    expect(again.campaign_id).toBe(one.campaign_id)
    expect(sandbox.mutations).toHaveLength(1)
  })
})

describe('refused at once', () => {
  it.each([
    ['a read', { tool: 'list_apps', targets: ['blog'] }, 'changes nothing'],
    ['a campaign in a campaign', { tool: 'undo_campaign', targets: ['blog'] }, 'names neither an app'],
    ['an unknown tool', { tool: 'purge_everything', targets: ['blog'] }, 'There is no tool'],
    [
      'what can raise the bill, for several',
      { tool: 'scale_server', where: { label: '*' }, arguments: {} },
      'raise the bill',
    ],
    ['a secret', { tool: 'set_app_admin_password', targets: ['blog'] }, 'secret'],
    ['no target at all', { ...purge }, 'either targets or where'],
    ['a filter that fits nothing', { ...purge, where: { label: 'nothing*' } }, 'fits none of the apps'],
    ['the target twice', { tool: purge.tool, arguments: { app_id: 1 }, targets: ['blog'] }, 'app_id stands'],
    ['a change of a campaign', { campaign_id: crypto.randomUUID(), tool: 'backup_app' }, 'stands alone'],
    ['an unknown campaign', { campaign_id: crypto.randomUUID() }, 'has no campaign'],
  ])('%s', async (_, input, words) => {
    const { sandbox, run } = setUpCampaigns()
    expect(await failure(run(input))).toMatchObject({ message: expect.stringContaining(words) })
    expect(sandbox.mutations).toEqual([])
  })
})
