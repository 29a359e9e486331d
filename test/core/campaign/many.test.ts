/** Many targets: the plan keeps to the limit of requests, and goes on where it was left. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { memoryRateLimit } from 'cloudways-tools/rate-limit'
import { memoryStorage } from 'cloudways-tools/storage'
import { expect, it } from 'vitest'
import { deep } from '../../support/deep.ts'
import { toolkitOn } from '../../support/toolkit.ts'
import { appsOf, callsOf, changedApps, purge, setUpCampaigns } from './support.ts'

const all = { ...purge, where: { label: '*' }, waves: [500] }

it('a plan that the limit cuts short is told, and another replica goes on with the rest', async () => {
  const storage = memoryStorage()
  const limit = 9
  const slow = setUpCampaigns(
    { storage, rateLimit: memoryRateLimit({ requests: limit, window: 36_000 }), rateLimitWait: 0 },
    { servers: 4, appsPerServer: 5 },
  )
  const begun = await slow.run(all)
  expect(begun).toMatchObject({
    state: 'planning',
    why: expect.stringMatching(/^\d+ of 20 targets are planned/),
  })
  const planned = Number(/^\d+/.exec(String(begun.why))?.[0])
  expect(planned).toBeGreaterThan(0)
  expect(planned).toBeLessThan(20)
  // No path was asked for more often than the limit lets it.
  const paths = slow.sandbox.requests.map(({ method, path }) => `${method} ${path}`)
  for (const path of paths) expect(paths.filter((other) => other === path).length).toBeLessThanOrEqual(limit)
  expect(slow.plans).toEqual([])
  const before = slow.sandbox.requests.length

  const fast = callsOf(
    toolkitOn(slow.sandbox, {
      ...{ preset: 'all', backupHours: 0, confirm: 'write', storage },
      onConfirm: () => true,
    }),
  )
  const done = await fast.run(all)
  expect(done).toMatchObject({ campaign_id: begun.campaign_id, state: 'done', counts: { done: 20 } })
  expect(changedApps(slow.sandbox).sort()).toEqual(appsOf(slow.sandbox).sort())
  expect(before).toBeGreaterThan(0)
})

/** In a deep run as many as a campaign takes. */
const servers = deep ? 40 : 12
const many = servers * 5

it('many targets are changed once each, in less than 20 kB for each, and in an answer within its tokens', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const heaps: number[] = []
  let ended = 0
  const { sandbox, run, get, plans } = setUpCampaigns(
    {
      onAudit({ tool, outcome }) {
        if (tool !== purge.tool || outcome !== 'ok') return
        ended += 1
        if (ended !== 20 && ended !== many) return
        collect()
        heaps.push(process.memoryUsage().heapUsed)
      },
    },
    { servers, appsPerServer: 5 },
  )
  let report = await run(all)
  for (let calls = 1; report.state !== 'done' && calls < 40; calls++) report = await run(all)
  expect(report).toMatchObject({ state: 'done', counts: { done: many } })
  const changed = changedApps(sandbox)
  expect(changed).toHaveLength(many)
  expect(new Set(changed).size).toBe(many)
  expect(plans).toHaveLength(1)
  expect(plans[0]?.targets).toHaveLength(many)
  expect((await get(report.campaign_id)).targets).toHaveLength(many)
  const [early = 0, late = 0] = heaps
  expect(early).toBeGreaterThan(0)
  // With what the storage in memory and the sandbox keep.
  expect((late - early) / (many - 20) / 1000).toBeLessThan(20)
})
