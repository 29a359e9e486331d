/** What may go wrong while a target is being changed: it is sent once, and what nobody knows is told as unknown. */
import { memoryStorage } from 'cloudways-tools/storage'
import { describe, expect, it, vi } from 'vitest'
import { sentKey } from '../../../src/core/campaign/records.ts'
import { resumeChanges, stopChanges } from '../../../src/core/control/stop.ts'
import type { ListStorage } from '../../../src/types.ts'
import { share } from '../../support/deep.ts'
import { toolkitOn } from '../../support/toolkit.ts'
import { failure } from '../../support/upstream.ts'
import { block, callsOf, changedApps, dying, eachOf, purge, type Report, setUpCampaigns } from './support.ts'

const shop = { where: { server: 'shop' } }

describe('a target', () => {
  it('whose answer is lost is unknown, and is not sent again', async () => {
    const { sandbox, run } = setUpCampaigns()
    sandbox.fail({ operation: 'varnish_app_manage', reset: 'after' })
    const stopped = await run({ ...purge, ...shop })
    expect(stopped).toMatchObject({ state: 'stopped', counts: { unknown: 1, skipped: 2 } })
    expect(stopped.targets[0]).toMatchObject({ app: 'store (90021)', state: 'unknown' })
    expect(sandbox.requests.filter(({ operation }) => operation === 'varnish_app_manage')).toHaveLength(1)
  })

  it('that the limit refuses is changed later, and never counted as failed', async () => {
    const { sandbox, run } = setUpCampaigns({ rateLimitWait: 0 })
    sandbox.fail({ operation: 'varnish_app_manage', status: 429, headers: { 'Retry-After': '30' } })
    const waits = await run({ ...purge, ...shop })
    expect(waits).toMatchObject({ state: 'running', counts: { waiting: 3 }, goes_on_at: expect.any(String) })
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 })
    try {
      sandbox.advance(61)
      expect(await run({ campaign_id: waits.campaign_id })).toMatchObject({
        state: 'done',
        counts: { done: 3 },
      })
    } finally {
      vi.useRealTimers()
    }
    expect(changedApps(sandbox).sort()).toEqual(['90021', '90022', '90023'])
  })

  it('waits for its window, and the yes of the day holds for the night', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-12-01T20:00:00Z') })
    try {
      const { sandbox, run, plans } = setUpCampaigns({
        changeWindows: 'daily 02:00-03:00; shop: always; shop-2: never',
      })
      const day = await run({ ...block(), where: { label: '*' } })
      expect(day).toMatchObject({ counts: { done: 1, waiting: 2 }, goes_on_at: '2026-12-02T02:00:00Z' })
      vi.setSystemTime(Date.parse('2026-12-02T02:00:30Z'))
      expect(await run({ campaign_id: day.campaign_id })).toMatchObject({
        state: 'done',
        counts: { done: 3 },
      })
      expect(plans).toHaveLength(1)
      expect(sandbox.mutations).toHaveLength(3)
    } finally {
      vi.useRealTimers()
    }
  })

  it('is not changed while changes are stopped, and goes on after that', async () => {
    const storage = memoryStorage()
    const { sandbox, run } = setUpCampaigns({ storage })
    const paused = await run({ ...purge, ...shop, waves: [1, 50], pause_seconds: 1 })
    await stopChanges(storage, { by: 'command', reason: 'a test' })
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2000 })
    try {
      const stopped = await run({ campaign_id: paused.campaign_id })
      expect(stopped).toMatchObject({ state: 'running', why: expect.stringContaining('stopped since') })
      expect(sandbox.mutations).toHaveLength(1)
      expect(await failure(run({ ...block(), targets: ['agency'] }))).toMatchObject({ rule: 'stopped' })
      await resumeChanges(storage)
      vi.setSystemTime(Date.now() + 61_000)
      expect(await run({ campaign_id: paused.campaign_id })).toMatchObject({ counts: { done: 3 } })
    } finally {
      vi.useRealTimers()
    }
  })

  it('that another process has sent is not sent by this one', async () => {
    const storage = memoryStorage()
    const { sandbox, run } = setUpCampaigns({ storage })
    const paused = await run({ ...purge, ...shop, waves: [1], pause_seconds: 1 })
    await storage.increment(sentKey(paused.campaign_id, 1, 1), { ttl: 60 })
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2000 })
    try {
      const stopped = await run({ campaign_id: paused.campaign_id })
      expect(stopped).toMatchObject({ state: 'stopped', counts: { done: 1, unknown: 1, skipped: 1 } })
    } finally {
      vi.useRealTimers()
    }
    expect(changedApps(sandbox)).toEqual(['90021'])
  })

  it('of an edit that is as wanted by now is done, and not sent', async () => {
    const storage = memoryStorage()
    const { sandbox, run, call } = setUpCampaigns({ storage })
    const change = { ...block(), where: { label: '*' } }
    const paused = await run({ ...change, waves: [1, 50], pause_seconds: 1 })
    await call('update_whitelisted_ips', { ...block().arguments, server_id: 70024 })
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2000 })
    try {
      const done = await run({ campaign_id: paused.campaign_id })
      expect(done).toMatchObject({ state: 'done', counts: { done: 3 } })
    } finally {
      vi.useRealTimers()
    }
    expect(sandbox.mutations).toHaveLength(3)
  })
})

/** Two replicas with a storage in common: the first one dies at its n-th write, and nobody else has gone on since. */
async function leftBy(nth: number) {
  const storage = memoryStorage()
  const { sandbox } = setUpCampaigns({ storage })
  const replica = (more: ListStorage) =>
    callsOf(toolkitOn(sandbox, { preset: 'all', backupHours: 0, confirm: 'never', storage: more }))
  let writes = 0
  const begun = replica(dying(storage, nth, () => writes++))
  await begun.run({ ...block(), where: { label: '*' } }).catch(() => {})
  const { call } = replica(storage)
  const { campaigns } = (await call('list_campaigns', {})) as unknown as { campaigns: Report[] }
  return { sandbox, call, writes, campaign_id: campaigns[0]?.campaign_id }
}

describe('a campaign that a process left', () => {
  it('tells at its cancellation, and after the time of its yes, of the target that was begun', async () => {
    const { writes } = await leftBy(0)
    expect(writes).toBeGreaterThan(20)
    for (const nth of share(eachOf(writes), 2)) {
      for (const ends of ['cancelled', 'expired']) {
        const { sandbox, call, campaign_id } = await leftBy(nth)
        if (campaign_id === undefined) continue
        if (ends === 'expired') vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 12.1 * 3_600_000 })
        const tool = ends === 'cancelled' ? 'cancel_campaign' : 'run_campaign'
        const ended = await call(tool, { campaign_id }).catch(() => call('get_campaign', { campaign_id }))
        vi.useRealTimers()
        // An edit is read where it was sent; one that was not sent can't be told from one that is under way.
        const { done = 0 } = ended.counts
        expect(done, `${ends}, after write ${nth}`).toBe(sandbox.mutations.length)
      }
    }
  })
})

describe('a yes', () => {
  /** Two steps: the token stands for the yes of the person to exactly this plan. */
  const asking = (more: object = {}) =>
    setUpCampaigns({ onConfirm: undefined, confirmFallback: 'two-step', ...more })
  const tokenOf = async (asked: Promise<unknown>) =>
    ((await failure(asked)) as { details: { confirm: string } }).details.confirm

  it('holds for the run of its campaign', async () => {
    const { sandbox, run } = asking()
    const confirm = await tokenOf(run({ ...purge, ...shop }))
    expect(await run({ ...purge, ...shop, confirm })).toMatchObject({ state: 'done' })
    expect(sandbox.mutations).toHaveLength(3)
  })

  it.each([
    ['another list', { ...purge, targets: ['blog'] }],
    ['other arguments', { ...purge, ...shop, arguments: { action: 'disable' } }],
    ['another policy', { ...purge, ...shop, stop_after: 3 }],
    ['another tool', { tool: 'backup_app', ...shop }],
  ])('is no yes to %s', async (_, other) => {
    const { sandbox, run } = asking()
    const confirm = await tokenOf(run({ ...purge, ...shop }))
    expect(await failure(run({ ...other, confirm }))).toMatchObject({ code: 'confirmation_required' })
    expect(sandbox.mutations).toEqual([])
  })

  it('is no yes on another account, and its campaign is not found there', async () => {
    const storage = memoryStorage()
    const { sandbox, run } = asking({ storage })
    const other = callsOf(
      toolkitOn(sandbox, {
        preset: 'all',
        confirm: 'write',
        confirmFallback: 'two-step',
        storage,
        credentials: { accessToken: sandbox.credentials.otherAccessToken },
      }),
    )
    const confirm = await tokenOf(run({ ...purge, ...shop }))
    expect(await failure(other.run({ ...purge, ...shop, confirm }))).toBeDefined()
    const begun = await run({ ...purge, ...shop, waves: [1], pause_seconds: 60, confirm: undefined }).catch(
      (error: { details: { plan: object } }) => error.details,
    )
    expect(begun).toHaveProperty('plan')
    expect(sandbox.mutations).toEqual([])
    const { campaigns } = (await other.call('list_campaigns', {})) as unknown as { campaigns: object[] }
    expect(campaigns.filter((one) => 'campaign_id' in one)).toEqual([])
  })

  it('that was given for a plan is none for what changed in the list before it', async () => {
    const { sandbox, run } = asking()
    const confirm = await tokenOf(run({ ...purge, ...shop }))
    // The plan stays what the person saw. Its target is read anew before it is changed.
    Object.assign(sandbox.state.apps[0] as object, { label: 'renamed meanwhile' })
    const done = await run({ ...purge, ...shop, confirm })
    expect(done.counts).toEqual({ done: 2, skipped: 1 })
  })
})
