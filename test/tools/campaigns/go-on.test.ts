/** An account that is too large for one call is done in parts: every place once, whatever was read in which call. */

import { memoryRateLimit } from 'cloudways-tools/rate-limit'
import type { Sandbox } from 'cloudways-tools/sandbox'
import { memoryStorage } from 'cloudways-tools/storage'
import { afterEach, expect, it, vi } from 'vitest'
import { callsOf, setUpCampaigns } from '../../core/campaign/support.ts'
import { toolkitOn } from '../../support/toolkit.ts'

afterEach(() => void vi.useRealTimers())

const leave = ({ state }: Sandbox) => {
  for (const { creds } of state.apps) creds.push({ id: '9001', sys_user: 'lee', sys_password: 'not-told-1' })
}
const redirect = ({ state }: Sandbox) => {
  Object.assign(state.apps[3]?.switches as object, { enforce_https: true })
}

it.each<[string, object, (sandbox: Sandbox) => void, number]>([
  ['close_backup_gaps', {}, () => {}, 12],
  ['offboard_person', { person: ['lee'], never: ['robin'] }, leave, 12],
  ['apply_settings', { app_id: '90121', settings: ['switches.enforce_https'] }, redirect, 11],
])('%s reaches every app once', async (tool, input, prepare, changes) => {
  const storage = memoryStorage()
  const { sandbox } = setUpCampaigns({ storage }, { servers: 4, appsPerServer: 3 })
  prepare(sandbox)
  const kit = (limited: object) =>
    callsOf(
      toolkitOn(sandbox, {
        ...{ preset: 'all', backupHours: 0, confirm: 'write', onConfirm: () => true, storage },
        ...limited,
      }),
    )
  let [from, calls]: [string | undefined, number] = [undefined, 0]
  do {
    const rateLimit = memoryRateLimit({ requests: 5, window: 3600 })
    const first = await kit({ rateLimit, rateLimitWait: 0 }).call(tool, { ...input, continue_from: from })
    // What is left of the plan and of the changes is done an hour later, with requests again.
    const { campaign_id } = first
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_601_000 })
    const done = await kit({}).run({ campaign_id })
    expect(['done', 'stopped']).toContain(done.state)
    const whys = done.targets.flatMap(({ why }) => why ?? []).join(' ')
    from = /continue_from: ([\d.]+)\./.exec(whys)?.[1]
    calls += 1
  } while (from !== undefined && calls < 20)
  expect(calls).toBeGreaterThan(1)
  const sent = sandbox.mutations.map(({ path, body }) => JSON.stringify([path, body]))
  expect(sent).toHaveLength(changes)
  expect(new Set(sent).size).toBe(changes)
})
