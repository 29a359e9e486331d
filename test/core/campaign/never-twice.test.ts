/**
 * No generated order of crashes, retries and approvals changes a target twice, or one that was not in the approved list.
 * A crash is an error out of the storage at a write that was or was not made: the process that gets it goes no further.
 */
import { memoryStorage } from 'cloudways-tools/storage'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { runs } from '../../support/deep.ts'
import { toolkitOn } from '../../support/toolkit.ts'
import { block, callsOf, changedApps, dying, purge, setUpCampaigns } from './support.ts'

/** What happens, one after the other. */
const steps = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({ what: fc.constant('go on' as const), crash: fc.integer({ min: 1, max: 60 }) }),
    },
    { weight: 2, arbitrary: fc.record({ what: fc.constant('go on' as const), crash: fc.constant(0) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        what: fc.constant('two at once' as const),
        crash: fc.integer({ min: 1, max: 60 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ what: fc.constant('no' as const), crash: fc.constant(0) }) },
    {
      weight: 1,
      arbitrary: fc.record({ what: fc.constant('rename' as const), crash: fc.integer({ min: 0, max: 2 }) }),
    },
    { weight: 1, arbitrary: fc.record({ what: fc.constant('cancel' as const), crash: fc.constant(0) }) },
  ),
  { minLength: 2, maxLength: 7 },
)

it.each([
  ['a request', purge, { where: { server: 'shop' } }, ['90021', '90022', '90023']],
  ['an edit', block(), { where: { label: '*' } }, ['70011', '70024', '70037']],
])('%s is sent once to each target of the list, and to no other', async (_, change, which, list) => {
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const state = memoryStorage()
      const { sandbox } = setUpCampaigns({ storage: state })
      let says = true
      const replica = (crash: number) =>
        callsOf(
          toolkitOn(sandbox, {
            preset: 'all',
            backupHours: 0,
            confirm: 'write',
            onConfirm: () => says,
            storage: dying(state, crash),
          }),
        )
      const asked = { ...change, ...which, stop_after: 10 }
      const ids = new Set<string>()
      for (const { what, crash } of all) {
        says = what !== 'no'
        if (what === 'rename') {
          Object.assign(sandbox.state.servers[crash] as object, { label: `shop ${crash} renamed` })
          continue
        }
        if (what === 'cancel') {
          for (const campaign_id of ids) {
            await replica(0)
              .call('cancel_campaign', { campaign_id })
              .catch(() => {})
          }
          break
        }
        const calls = what === 'two at once' ? [crash, crash + 7] : [crash]
        const found = await Promise.all(
          calls.map((nth) =>
            replica(nth)
              .run(asked)
              .catch(() => undefined),
          ),
        )
        for (const report of found) if (report) ids.add(report.campaign_id)
      }
      const sent =
        change === purge
          ? changedApps(sandbox)
          : sandbox.mutations.map(({ body }) => String((body as { server_id?: unknown }).server_id))
      expect(sent.filter((target, place) => sent.indexOf(target) !== place)).toEqual([])
      expect(sent.filter((target) => !list.includes(target))).toEqual([])
    }),
    { numRuns: runs(60) },
  )
})
