/** Two replicas at the same campaign, one of them too slow for its turn: what the other noted stays. */
import { UpstreamError } from 'cloudways-tools'
import { memoryStorage } from 'cloudways-tools/storage'
import { expect, it, vi } from 'vitest'
import type { ListStorage } from '../../../src/types.ts'
import { toolkitOn } from '../../support/toolkit.ts'
import { callsOf, changedApps, purge, type Report, setUpCampaigns } from './support.ts'

/** Two replicas on one storage. The slow one holds a turn that is over: the other one does not wait for it. */
function twoReplicas() {
  const state = memoryStorage()
  let isHeldUp = false
  const noTurns: ListStorage = {
    ...state,
    lock: (key, options, work) => (key.endsWith(':turn') ? work() : state.lock(key, options, work)),
  }
  const { sandbox, plans } = setUpCampaigns({ storage: state })
  const on = (storage: ListStorage) =>
    callsOf(
      toolkitOn(sandbox, { preset: 'all', confirm: 'write', backupHours: 0, onConfirm: () => true, storage }),
    )
  const quick = on(noTurns)
  const slow = on({
    ...noTurns,
    async increment(key, options) {
      // Directly before it takes the right to send, the other one goes through the whole campaign.
      if (key.includes(':sent:') && !isHeldUp) {
        isHeldUp = true
        meanwhile = await quick.run(asked)
      }
      return state.increment(key, options)
    },
  })
  const asked = { ...purge, where: { server: 'shop' } }
  let meanwhile: Report | undefined
  return { sandbox, plans, quick, slow, asked, meanwhile: () => meanwhile }
}

it('a storage that is down for a moment says nothing of a target: it is changed later', async () => {
  const storage = memoryStorage()
  let isDown = true
  const { sandbox, run } = setUpCampaigns({
    storage: {
      ...storage,
      async increment(key, options) {
        if (!key.includes(':sent:') || !isDown) return storage.increment(key, options)
        isDown = false
        throw new UpstreamError('Redis is unreachable.', 'Wait.', { service: 'storage', outcome: 'unknown' })
      },
    },
  })
  const waits = await run({ ...purge, where: { server: 'shop' } })
  expect(waits).toMatchObject({ state: 'running', counts: { waiting: 3 }, why: 'Redis is unreachable.' })
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 })
  try {
    expect(await run({ campaign_id: waits.campaign_id })).toMatchObject({
      state: 'done',
      counts: { done: 3 },
    })
  } finally {
    vi.useRealTimers()
  }
  expect(changedApps(sandbox)).toHaveLength(3)
})

it('a replica whose claim is lost reads what the other noted, and writes nothing over it', async () => {
  const { sandbox, slow, quick, asked, meanwhile } = twoReplicas()
  const late = await slow.run(asked)
  expect(meanwhile()).toMatchObject({ state: 'done', counts: { done: 3 } })
  expect(late).toMatchObject({ state: 'done', counts: { done: 3 } })
  expect(await quick.get(late.campaign_id)).toMatchObject({ state: 'done', counts: { done: 3 } })
  expect(changedApps(sandbox).sort()).toEqual(['90021', '90022', '90023'])
})
