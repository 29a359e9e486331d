/** An alert is no finding by itself: account_health tells it beside what is read now. */
import { expect, it } from 'vitest'
import { setUp, unguarded } from '../../support/toolkit.ts'

type Kit = ReturnType<typeof setUp>

function alerting(kit: Kit, alerts: [server: number, subject: string][]) {
  const { state } = kit.sandbox
  const [model] = state.alerts
  state.alerts = alerts.map(([place, subject], index) => ({
    ...(model as NonNullable<typeof model>),
    id: 100 - index,
    server_id: Number(state.servers[place]?.id),
    app_id: null,
    details: { ...(model as NonNullable<typeof model>).details, subject },
  }))
  return kit
}

const health = async (kit: Kit) => kit.cloudways.call('account_health', {})

it('confirms an alert by a finding, contradicts it by a reading, and leaves the rest open', async () => {
  const kit = alerting(setUp(unguarded), [
    [0, 'Low disk space'],
    [1, 'Low disk space'],
    [1, 'Low disk space'],
    [1, 'High load'],
    [1, 'Low memory'],
    [2, 'Server is down'],
    [2, 'Something new'],
    [0, 'Backup finished'],
    [0, 'Certificate renewed'],
  ])
  const [first, second, third] = kit.sandbox.state.servers
  Object.assign(first?.levels as object, { 'Free Disk': 4 })
  Object.assign(third as object, { status: 'stopped' })
  const { alerts } = await health(kit)
  const of = (server: typeof first, subject: string) =>
    alerts.find((one) => one.server_id === server?.id && one.subject === subject)
  expect(of(first, 'Low disk space')).toMatchObject({ state: 'confirmed', by: 'disk_low', count: 1 })
  expect(of(second, 'Low disk space')).toMatchObject({
    state: 'contradicted',
    count: 2,
    reading: { free_percent: expect.any(Number), at: expect.stringMatching(/Z$/) },
  })
  expect(of(second, 'High load')).toMatchObject({
    state: 'contradicted',
    reading: { idle_percent: expect.any(Number) },
  })
  expect(of(second, 'Low memory')).toMatchObject({ state: 'contradicted' })
  expect(of(third, 'Server is down')).toMatchObject({ state: 'confirmed', by: 'server_stopped' })
  expect(of(third, 'Something new')).toMatchObject({ state: 'not confirmed' })
  expect(alerts.map(({ subject }) => subject)).not.toContain('Backup finished')
  expect(alerts.map(({ subject }) => subject)).not.toContain('Certificate renewed')
})

it('leaves an alert open where nothing could be read of the server', async () => {
  const kit = alerting(setUp(unguarded), [[0, 'Low disk space']])
  kit.sandbox.fail({ path: '/server/monitor/detail', status: 404, times: Number.POSITIVE_INFINITY })
  expect((await health(kit)).alerts).toMatchObject([{ state: 'not confirmed' }])
})

it('says that the alerts could not be read, and finds what it finds', async () => {
  const kit = setUp(unguarded)
  Object.assign(kit.sandbox.state.servers[0] as object, { status: 'stopped' })
  kit.sandbox.fail({ path: '/alerts/', status: 404, times: Number.POSITIVE_INFINITY })
  const { alerts, findings, not_checked } = await health(kit)
  expect(alerts).toEqual([])
  expect(not_checked.map(({ what }) => what)).toContain('the alerts')
  expect(findings.map(({ kind }) => kind)).toContain('server_stopped')
})
