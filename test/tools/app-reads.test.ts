/** What is read of an app beyond the core tools, in forms that the platform or its users choose. */
import { describe, expect, it } from 'vitest'
import { setUp, unguarded } from '../support/toolkit.ts'
import { failure, json, startUpstream, toolkit } from '../support/upstream.ts'

const app = { server_id: 70011, app_id: 90021 }
const on = async (routes: Record<string, unknown>) => {
  const bodies = Object.fromEntries(Object.entries(routes).map(([route, body]) => [route, json(body)]))
  return toolkit((await startUpstream(bodies)).url, { preset: 'all' })
}

describe('get_app_state', () => {
  it.each([
    [{ response: { app_status: { abcdefghij: true } } }, true],
    [{ response: { app_status: { abcdefghij: '0' } } }, false],
    [{ response: { app_status: { abcdefghij: true, klmnopqrst: false } } }, null],
    [{ response: { app_status: [] } }, null],
    [{ response: null }, null],
  ])('reads %j as %j', async (body, enabled) => {
    const kit = await on({ 'GET /app/getApplicationAccess': body })
    expect(await kit.call('get_app_state', app)).toEqual({ enabled })
  })
})

describe('list_app_cron_jobs', () => {
  const path = 'GET /app/manage/cronList'
  const job = {
    ...{ cmd_type: 'php', command: 'task.php', minutes: '*/5', hours: 2 },
    ...{ days: '*', months: null, weekdays: '1-5' },
  }

  it('writes a schedule as a crontab does', async () => {
    const kit = await on({ [path]: { basic: [job], script: '\n0 1 * * * ./x.sh\n' } })
    expect(await kit.call('list_app_cron_jobs', app)).toEqual({
      jobs: [{ type: 'php', command: 'task.php', schedule: '*/5 2 * ? 1-5' }],
      script: ['0 1 * * * ./x.sh'],
    })
  })

  it('shows no secret of a command', async () => {
    const commands = [
      'wget -qO- https://shop.example/cron.php?key=8f3a1c77e0b94d52',
      'mysqldump -u shop -p8f3a1c77e0b94d52 shop',
      'curl https://shop.example/run/8f3a1c77e0b94d528f3a1c77e0b94d52',
      'API_TOKEN=8f3a1c77e0b94d52 php job.php',
    ]
    const basic = commands.map((command) => ({ ...job, command }))
    const kit = await on({ [path]: { basic, script: commands.join('\n') } })
    const told = JSON.stringify(await kit.call('list_app_cron_jobs', app))
    expect(told).not.toContain('8f3a1c77e0b94d52')
    expect(told).toContain('mysqldump -u shop')
  })

  it.each([[null], [[]], [{ basic: 'x' }], [{ basic: null, script: null }]])(
    'does not take %j for none',
    async (body) => {
      const kit = await on({ [path]: body })
      expect(await failure(kit.call('list_app_cron_jobs', app))).toMatchObject({ code: 'upstream_failed' })
    },
  )
})

describe('get_app_analytics_traffic_details', () => {
  const asked = { ...app, resource: 'top_ips' as const, resource_list: ['198.51.100.23'] }

  it('sends times as the platform writes them, and answers ISO', async () => {
    const { cloudways, sandbox } = setUp({ ...unguarded, readOnly: true })
    const answer = await cloudways.call('get_app_analytics_traffic_details', {
      ...asked,
      from: '2026-11-26T10:00+02:00',
      until: '2026-11-26 09:30',
    })
    expect(sandbox.requests.find(({ method }) => method === 'POST')?.body).toMatchObject({
      from: '26/11/2026 08:00',
      until: '26/11/2026 09:30',
    })
    expect(answer.result).toMatchObject({
      top_ips: { rows: [{ ip: '198.51.100.23', count: 210 }], from: '2026-11-26T08:00:00Z' },
    })
    expect(sandbox.violations).toEqual([])
  })

  it.each([
    [{ from: '2026-11-26T09:00Z', until: '2026-11-26T09:00Z' }],
    [{ from: 'yesterday', until: '2026-11-26T09:00Z' }],
    [{ from: '2026-02-30T09:00Z', until: '2026-11-26T09:00Z' }],
    [{ from: '2026-11-26T08:00Z', until: '2026-11-26T09:00Z', resource_list: ['/x?key=[hidden]'] }],
  ])('is not sent with %j', async (more) => {
    const { cloudways, sandbox } = setUp(unguarded)
    const call = cloudways.call('get_app_analytics_traffic_details', { ...asked, ...more })
    expect(await failure(call)).toMatchObject({ code: 'invalid_input' })
    expect(sandbox.requests.filter(({ method }) => method === 'POST')).toEqual([])
  })
})

describe('list_accepted_values', () => {
  it.each<[string, string, unknown, unknown]>([
    ['countries', '/countries', {}, []],
    ['countries', '/countries', [{ iso: 'DE', name: 'Germany' }], [{ iso: 'DE', name: 'Germany' }]],
    ['monitor_targets', '/monitor_targets', { do: ['Idle CPU'] }, { do: ['Idle CPU'] }],
    ['monitor_targets', '/monitor_targets', { targets: { do: ['Idle CPU'] } }, { do: ['Idle CPU'] }],
    [
      'server_settings',
      '/settings',
      { settings: { timezone: { UTC: 'UTC' }, status: { 1: 'On' } } },
      { timezone: ['UTC'], status: { 1: 'On' } },
    ],
  ])('reads %s of %s from %j', async (of, path, body, values) => {
    const kit = await on({ [`GET ${path}`]: body })
    expect(await kit.call('list_accepted_values', { of: of as 'countries' })).toEqual({ of, values })
  })
})

describe('set_app_switch', () => {
  it.each([
    [
      { response: { xml_rpc: { abcdefghij: false } }, status: true },
      { state: 'completed', result: { enabled: false } },
    ],
    [{ operation_id: 9 }, { state: 'completed', operation_id: '9' }],
    [{ status: true }, { code: 'upstream_failed', outcome: 'unknown' }],
    [[], { code: 'upstream_failed', outcome: 'unknown' }],
  ])('takes %j for %j', async (body, outcome) => {
    const kit = await on({
      'GET /server': { servers: [{ id: 70011, label: 'shop', apps: [{ id: 90021, label: 'store' }] }] },
      'POST /app/manage/xmlrpc': body,
      'GET /operation/9': { operation: { id: 9, is_completed: '1' } },
    })
    const call = kit.call('set_app_switch', { ...app, switch: 'xmlrpc', status: 'disable' })
    expect(await call.catch((error: unknown) => error)).toMatchObject(outcome)
  })
})
