/** A deployment whose site fails goes back to the backup of the same run, and no other deployment does. */
import type { OutsideView } from 'cloudways-tools'
import type { Sandbox } from 'cloudways-tools/sandbox'
import { memoryStorage } from 'cloudways-tools/storage'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { callsOf, dying, eachOf, type Report, setUpCampaigns } from '../../core/campaign/support.ts'
import { share } from '../../support/deep.ts'
import { toolkitOn } from '../../support/toolkit.ts'
import { failure } from '../../support/upstream.ts'

afterEach(() => void vi.useRealTimers())

const view = (status: number): OutsideView => ({
  addresses: ['203.0.113.1'],
  certificate: { why: 'not looked at' },
  https: { status, milliseconds: 5 },
  http: { status, milliseconds: 5 },
})

const isPull = ({ path }: { path: string }) => path === '/git/pull'

/** A site answers this status before its deployment, and that one after it. */
const answers =
  (before: number, after: number | ((look: number) => number)) =>
  (sandbox: Sandbox): (() => Promise<OutsideView>) => {
    let looks = 0
    return async () => {
      if (!sandbox.mutations.some(isPull)) return view(before)
      looks += 1
      return view(typeof after === 'number' ? after : after(looks))
    }
  }

function setUpDeploy(looks: (sandbox: Sandbox) => () => Promise<OutsideView>, options = {}) {
  let look: () => Promise<OutsideView> = async () => view(200)
  const kit = setUpCampaigns({ outsideLook: () => look(), ...options })
  look = looks(kit.sandbox)
  return kit
}

/** Go on until the campaign has ended, however long it waits between two looks. */
async function toEnd(kit: ReturnType<typeof callsOf>, first: Promise<Report>): Promise<Report> {
  let report = await first
  for (let turns = 0; report.state === 'running' && turns < 40; turns += 1) {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 30_000 })
    report = await kit.run({ campaign_id: report.campaign_id })
  }
  return report
}

const paths = ({ mutations }: Sandbox) => mutations.map(({ path }) => path)
const well = ['/app/manage/takeBackup', '/git/pull', '/app/cache/purge']
const pointsOf = ({ state }: Sandbox) => state.apps.map(({ restore_points }) => [...restore_points])

describe('safe_deploy', () => {
  it('backs up, pulls, clears the caches and looks, under one yes', async () => {
    const kit = setUpDeploy(answers(200, 200))
    const { sandbox, call, plans } = kit
    const done = await toEnd(kit, call('safe_deploy', { apps: ['store'] }))
    expect(done).toMatchObject({ state: 'done', counts: { done: 3, skipped: 1 } })
    expect(paths(sandbox)).toEqual(well)
    expect(plans).toMatchObject([
      {
        tool: 'safe_deploy',
        title: 'Safe deploy: 1 target',
        risk: 'destructive',
        needs: { confirmation: true },
      },
    ])
    expect(plans[0]?.targets?.map(({ tool, app }) => [tool, app?.label])).toEqual(
      ['backup_app', 'git_pull', 'clear_app_cache', 'restore_app'].map((tool) => [tool, 'store']),
    )
    expect(plans[0]?.targets?.[3]?.impact).toContain('Only where the site fails')
  })

  it('goes back to the backup of this run where the site fails, and deploys no further app', async () => {
    let made: string | undefined
    const kit = setUpDeploy((sandbox) => async () => {
      const store = sandbox.state.apps[0]
      if (!sandbox.mutations.some(isPull)) return view(200)
      // A backup that is taken after the pull has the fault in it.
      made ??= store?.restore_points[0]
      store?.restore_points.unshift(`2099-01-01T00:00:0${store.restore_points.length % 10}`)
      return view(500)
    })
    const { sandbox, call } = kit
    const before = pointsOf(sandbox)
    const done = await toEnd(kit, call('safe_deploy', { apps: ['store', 'api'] }))
    expect(done.state).toBe('stopped')
    expect(paths(sandbox)).toEqual([...well, '/app/manage/restore'])
    expect(sandbox.state.apps[0]?.restored_from).toBe(made)
    expect(before.flat()).not.toContain(made)
    const back = done.targets.find(({ tool, app }) => tool === 'restore_app' && app?.startsWith('store'))
    expect(back).toMatchObject({ state: 'done', why: expect.stringContaining('it answers 500') })
    expect(done.undo_list).toMatchObject([{ tool: 'rollback_app_restore' }])
  })

  it('takes a page that is gone for a failure, and one that fails for a moment for none', async () => {
    const gone = setUpDeploy(answers(200, 404))
    await toEnd(gone, gone.call('safe_deploy', { apps: ['store'] }))
    expect(paths(gone.sandbox)).toContain('/app/manage/restore')
    vi.useRealTimers()
    const moment = setUpDeploy(answers(200, (look) => (look < 3 ? 502 : 200)))
    await toEnd(moment, moment.call('safe_deploy', { apps: ['store'] }))
    expect(paths(moment.sandbox)).toEqual(well)
  })

  it('restores nothing because of what it can not see', async () => {
    const kit = setUpDeploy(
      (sandbox) => async () =>
        sandbox.mutations.some(isPull) ? { ...view(200), addresses: { why: 'no network' } } : view(200),
    )
    const done = await toEnd(kit, kit.call('safe_deploy', { apps: ['store'] }))
    expect(done.targets[0]).toMatchObject({ state: 'failed', why: expect.stringContaining("can't be seen") })
    expect(paths(kit.sandbox)).toEqual(well)
  })

  it.each<[string, (sandbox: Sandbox) => void, number, string[]]>([
    ['fails already', () => {}, 500, []],
    [
      'could not be backed up',
      (sandbox) => void sandbox.fail({ operation: 'app_backup', status: 422 }),
      200,
      [],
    ],
  ])('changes nothing of a site that %s', async (_, prepare, before, sent) => {
    const kit = setUpDeploy(answers(before, 200))
    prepare(kit.sandbox)
    const done = await toEnd(kit, kit.call('safe_deploy', { apps: ['store'] }))
    expect(paths(kit.sandbox)).toEqual(sent)
    expect(done.targets.filter(({ state }) => state === 'done')).toEqual([])
  })

  it('deploys nothing whose backup is in no list of restore points', async () => {
    const kit = setUpDeploy(answers(200, 200))
    const [store] = kit.sandbox.state.apps
    const points = Object.freeze([...(store?.restore_points ?? [])])
    Object.defineProperty(store, 'restore_points', { get: () => [...points] })
    const done = await toEnd(kit, kit.call('safe_deploy', { apps: ['store'] }))
    expect(paths(kit.sandbox)).toEqual(['/app/manage/takeBackup'])
    expect(JSON.stringify(done.targets)).toContain('not among the restore points')
  })

  it('leaves out an app as a whole: one that is protected, and one that was never deployed', async () => {
    const kit = setUpDeploy(answers(200, 200), { protect: ['api'] })
    const done = await toEnd(kit, kit.call('safe_deploy', { apps: ['store', 'api', 'blog'] }))
    expect(new Set(kit.sandbox.mutations.map(({ body }) => (body as { app_id?: unknown }).app_id))).toEqual(
      new Set(['90021']),
    )
    expect(done).toMatchObject({ state: 'done', counts: { done: 3, skipped: 9 } })
  })

  it.each([
    ['goes back', 500, 'stopped', [...well, '/app/manage/restore']],
    ['ends after the look', 200, 'cancelled', well],
  ] as const)('%s when it was cancelled after the pull', async (_, status, state, sent) => {
    let cancel = async () => {}
    const kit = setUpDeploy((sandbox) => async () => {
      if (!sandbox.mutations.some(isPull)) return view(200)
      await cancel()
      return view(status)
    })
    cancel = async () => {
      cancel = async () => {}
      const { campaigns } = (await kit.call('list_campaigns', {})) as never as { campaigns: Report[] }
      await kit.call('cancel_campaign', { campaign_id: String(campaigns[0]?.campaign_id) })
    }
    const done = await toEnd(kit, kit.call('safe_deploy', { apps: ['store', 'api'] }))
    expect(done.state).toBe(state)
    expect(paths(kit.sandbox)).toEqual(sent)
  })

  it('is taken back by a restore of the backups that were taken before', async () => {
    const kit = setUpDeploy(answers(200, 200))
    const { campaign_id } = await toEnd(kit, kit.call('safe_deploy', { apps: ['store'] }))
    const [store] = kit.sandbox.state.apps
    const made = store?.restore_points[0]
    await toEnd(kit, kit.call('undo_campaign', { campaign_id }))
    expect(store?.restored_from).toBe(made)
  })

  it('is refused where looks are not allowed', async () => {
    const { call, sandbox } = setUpCampaigns()
    expect(await failure(call('safe_deploy', { apps: ['store'] }))).toMatchObject({
      message: expect.stringContaining('OUTSIDE_CHECKS'),
    })
    expect(sandbox.mutations).toEqual([])
  })

  it('sends each part once, wherever it dies, and never leaves a failing site without its way back', {
    timeout: 300_000,
  }, async () => {
    const whole = await die(0)
    expect(whole.sent).toEqual([...well, '/app/manage/restore'])
    for (const nth of share(eachOf(whole.writes), 3)) {
      // For a part of them somebody cancels it before it goes on.
      const { sent, report } = await die(nth, nth % 4 < 2)
      expect(sent, `after write ${nth}`).toEqual([...new Set(sent)])
      const back = report.targets.find(({ tool }) => tool === 'restore_app')
      const isTold = back?.state === 'unknown'
      if (sent.includes('/git/pull')) {
        expect(sent.includes('/app/manage/restore') || isTold, `after write ${nth}`).toBe(true)
        expect(sent[0]).toBe('/app/manage/takeBackup')
      }
    }
  })
})

/** Run it on a site that fails after its deployment, with a storage that dies at a write, and then to its end. */
async function die(nth: number, cancels = false) {
  vi.useRealTimers()
  const state = memoryStorage()
  let look: () => Promise<OutsideView> = async () => view(200)
  const { sandbox } = setUpCampaigns({ storage: state })
  look = answers(200, 500)(sandbox)
  let [writes, first] = [0, true]
  const replica = (at: number) =>
    callsOf(
      toolkitOn(sandbox, {
        ...{ preset: 'all', backupHours: 0, confirm: 'write', onConfirm: () => true },
        outsideLook: () => look(),
        storage: dying(state, at, () => {
          if (first) writes += 1
        }),
      }),
    )
  await replica(nth)
    .call('safe_deploy', { apps: ['store'] })
    .catch(() => undefined)
  if (nth > 0) first = false
  const { call, run } = replica(0)
  const { campaigns } = (await call('list_campaigns', {})) as never as { campaigns: Report[] }
  const campaign_id = campaigns[0]?.campaign_id
  if (cancels && campaign_id) {
    const { state: now, next } = await call('cancel_campaign', { campaign_id })
    expect(['cancelled', 'stopped'].includes(now) || next?.includes('call run_campaign')).toBe(true)
  }
  const goesOn = campaign_id ? run({ campaign_id }) : call('safe_deploy', { apps: ['store'] })
  const report = await toEnd({ ...replica(0) }, goesOn)
  return { report, writes, sent: paths(sandbox) }
}
