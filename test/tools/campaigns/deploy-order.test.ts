/**
 * No generated order of crashes, retries, two replicas at once and a cancellation sends a part of a safe deployment twice,
 * pulls without a backup, restores a site that works or anything but the backup of this run, or leaves a site that fails
 * without word of it.
 */
import type { OutsideView } from 'cloudways-tools'
import { memoryStorage } from 'cloudways-tools/storage'
import fc from 'fast-check'
import { afterEach, expect, it, vi } from 'vitest'
import { callsOf, dying, type Report, setUpCampaigns } from '../../core/campaign/support.ts'
import { runs } from '../../support/deep.ts'
import { toolkitOn } from '../../support/toolkit.ts'

afterEach(() => void vi.useRealTimers())

const crash = fc.integer({ min: 1, max: 60 })
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ what: fc.constant('go on' as const), crash }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant('two at once' as const), crash }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('cancel' as const), crash: fc.constant(0) }) },
)

const view = (status: number): OutsideView => ({
  addresses: ['203.0.113.1'],
  certificate: { why: 'not looked at' },
  https: { status, milliseconds: 5 },
  http: { status, milliseconds: 5 },
})

const later = () => void vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 30_000 })

it('holds in any order', { timeout: 300_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), fc.boolean(), async (steps, fails) => {
      vi.useRealTimers()
      const state = memoryStorage()
      const { sandbox } = setUpCampaigns({ storage: state })
      const [store] = sandbox.state.apps
      const old = [...(store?.restore_points ?? [])]
      const sentTo = (path: string) => sandbox.mutations.filter((one) => one.path === path)
      const outsideLook = async () => view(fails && sentTo('/git/pull').length > 0 ? 500 : 200)
      const replica = (nth: number) =>
        callsOf(
          toolkitOn(sandbox, {
            ...{ preset: 'all', backupHours: 0, confirm: 'write', onConfirm: () => true, outsideLook },
            storage: dying(state, nth),
          }),
        )
      /** The campaign that was begun. A new call after its end would be another one. */
      const begun = async (): Promise<string | undefined> => {
        const listed = await replica(0).call('list_campaigns', {})
        return (listed as never as { campaigns: Report[] }).campaigns[0]?.campaign_id
      }
      const goOn = async (nth: number) => {
        const campaign_id = await begun()
        const { run, call } = replica(nth)
        return campaign_id ? run({ campaign_id }) : call('safe_deploy', { apps: ['store'] })
      }
      for (const { what, crash: nth } of steps) {
        const campaign_id = await begun()
        if (what === 'cancel' && campaign_id)
          await replica(0)
            .call('cancel_campaign', { campaign_id })
            .catch(() => {})
        else await Promise.allSettled((what === 'two at once' ? [nth, nth + 5] : [nth]).map(goOn))
        later()
      }
      let report = await goOn(0)
      for (let turns = 0; turns < 20 && report.state === 'running'; turns += 1) {
        later()
        report = await goOn(0)
      }
      const paths = sandbox.mutations.map(({ path }) => path)
      expect(paths).toEqual([...new Set(paths)])
      const isBack = paths.includes('/app/manage/restore')
      if (paths.includes('/git/pull')) expect(paths[0]).toBe('/app/manage/takeBackup')
      if (isBack) {
        expect(fails && paths.includes('/git/pull')).toBe(true)
        expect(old).not.toContain(store?.restored_from)
        expect(store?.restored_from).toBe(store?.restore_points[0])
      }
      const back = report.targets.find(({ tool }) => tool === 'restore_app')
      if (fails && paths.includes('/git/pull')) expect(isBack || back?.state === 'unknown').toBe(true)
    }),
    { numRuns: runs(60) },
  )
})
