/** A ready-made campaign whose process dies at each write in turn, and that another process goes on with. */
import type { Sandbox } from 'cloudways-tools/sandbox'
import { memoryStorage } from 'cloudways-tools/storage'
import { expect, it } from 'vitest'
import { callsOf, dying, eachOf, type Report, setUpCampaigns } from '../../core/campaign/support.ts'
import { share } from '../../support/deep.ts'
import { toolkitOn } from '../../support/toolkit.ts'

const differ = ({ state }: Sandbox) =>
  void Object.assign(state.servers[0]?.settings as object, { memory_limit: '512' })
const leave = ({ state }: Sandbox) => {
  for (const { creds } of state.apps) creds.push({ id: '9001', sys_user: 'kim', sys_password: 'not-told-1' })
}

it.each<[string, object, (sandbox: Sandbox) => void]>([
  ['renew_certificates', { unknown_too: true }, () => {}],
  ['close_backup_gaps', { server_id: '70011' }, () => {}],
  ['apply_settings', { server_id: '70011', settings: ['settings.memory_limit'] }, differ],
  ['offboard_person', { person: ['kim'], never: ['robin'] }, leave],
])('%s sends each change once, wherever it dies', async (tool, input, prepare) => {
  const whole = await die({ tool, input, prepare }, 0)
  expect(whole.sent.length).toBeGreaterThan(1)
  for (const nth of share(eachOf(whole.writes), 4)) {
    const { report, sent } = await die({ tool, input, prepare }, nth)
    expect(sent, `after write ${nth}`).toEqual([...new Set(sent)])
    expect(whole.sent, `after write ${nth}`).toEqual(expect.arrayContaining(sent))
    expect(report?.targets.filter(({ state }) => state === 'unknown').length ?? 0).toBeLessThanOrEqual(1)
  }
})

interface Asked {
  tool: string
  input: object
  prepare: (sandbox: Sandbox) => void
}

/** Run it with a storage that dies at a write, and then to its end. */
async function die({ tool, input, prepare }: Asked, nth: number) {
  const state = memoryStorage()
  const { sandbox } = setUpCampaigns({ storage: state })
  prepare(sandbox)
  let writes = 0
  const replica = (at: number) =>
    callsOf(
      toolkitOn(sandbox, {
        ...{ preset: 'all', backupHours: 0, confirm: 'write', onConfirm: () => true },
        storage: dying(state, at, () => {
          writes += 1
        }),
      }),
    )
  const first = await replica(nth)
    .call(tool, input)
    .catch(() => undefined)
  const made = writes
  const again = (): Promise<Report | undefined> =>
    first ? replica(0).run({ campaign_id: first.campaign_id }) : replica(0).call(tool, input)
  const report = await again()
  return {
    report,
    writes: made,
    sent: sandbox.mutations.map(({ method, path, body }) => JSON.stringify([method, path, body])),
  }
}
