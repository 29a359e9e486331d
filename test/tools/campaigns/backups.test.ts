/** Every app without a young restore point gets one, and what stays open is told. */
import { describe, expect, it } from 'vitest'
import { appsOf, changedApps, setUpCampaigns } from '../../core/campaign/support.ts'

const always = Number.POSITIVE_INFINITY

describe('close_backup_gaps', () => {
  it('backs up what has no young restore point, and nothing else', async () => {
    const { sandbox, call, plans } = setUpCampaigns()
    const [young, none] = sandbox.state.apps
    Object.assign(young as object, { restore_points: [new Date().toISOString().slice(0, 19)] })
    Object.assign(none as object, { restore_points: [] })
    const done = await call('close_backup_gaps', {})
    const open = appsOf(sandbox).filter((id) => id !== String(young?.id))
    expect(done).toMatchObject({ state: 'done', counts: { done: open.length } })
    expect(changedApps(sandbox).sort()).toEqual(open.sort())
    const changes = plans[0]?.targets?.map(({ app, change }) => [app?.id, change])
    expect(changes).toContainEqual([String(none?.id), 'it has no restore point'])
    expect(changes).toContainEqual([
      open.at(-1),
      expect.stringMatching(/^its latest backup is 10\d(\.\d)? hours old$/),
    ])
  })

  it('takes an app of which nobody can tell for one without', async () => {
    const { sandbox, call } = setUpCampaigns({}, { backupAge: 1 })
    sandbox.fail({ operation: 'app_backup_status_get', status: 500, times: always })
    const done = await call('close_backup_gaps', { server_id: 'shop' })
    expect(done).toMatchObject({ counts: { done: 3 } })
    expect(done.targets[0]?.change).toContain('is not known')
  })

  it('says what it can not close: a stopped server, a schedule that is too slow', async () => {
    const { sandbox, call } = setUpCampaigns()
    Object.assign(sandbox.state.servers[0] as object, { status: 'stopped' })
    Object.assign(sandbox.state.servers[2] as object, { backup_frequency: '72' })
    const done = await call('close_backup_gaps', {})
    expect(done).toMatchObject({ state: 'done', counts: { done: 4, skipped: 4 } })
    const why = (start: string) =>
      done.targets.find(({ app, server, state }) => (app ?? server)?.startsWith(start) && state === 'skipped')
        ?.why
    expect(why('store')).toContain('stopped')
    expect(why('labs')).toContain('every 72 hours')
    expect(changedApps(sandbox).every((id) => Number(id) > 90_100)).toBe(true)
  })

  it('asks nobody up to ten apps, and a person above', async () => {
    const few = setUpCampaigns({ confirm: 'disruptive' })
    await few.call('close_backup_gaps', {})
    expect(few.plans).toEqual([])
    const many = setUpCampaigns({ confirm: 'disruptive' }, { servers: 4, appsPerServer: 3 })
    await many.call('close_backup_gaps', {})
    expect(many.plans).toMatchObject([{ risk: 'disruptive', needs: { confirmation: true } }])
  })
})
