/** What the reading tools make of the answers of the platform: units, times, and what nobody told. */
import type { CoreTools, ToolInput } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import { setUp, unguarded } from '../support/toolkit.ts'
import { failure, inTurn, json, startUpstream, toolkit } from '../support/upstream.ts'

const app = { server_id: 1, app_id: 2 }
const row = (more: object = {}) => ({
  id: 1,
  label: 'shop',
  status: 'running',
  cloud: 'do',
  region: 'ams3',
  apps: [{ id: 2, label: 'store', application: 'wordpress', sys_user: 'kqzvwxyabc' }],
  ...more,
})
const servers = (more: object = {}) => json({ servers: [row(more)] })

describe('get_server_monitoring_detail', () => {
  const series = (target: string, points: unknown) => [{ target, datapoints: points }]
  const points = [
    [79.29, 1_783_260_000],
    [null, 1_783_260_300],
  ]
  type Ask = ToolInput<CoreTools, 'get_server_monitoring_detail'>
  const ask: Ask = { server_id: 1, target: 'Idle CPU', duration: '1 Hour' }
  const path = 'GET /server/monitor/detail'
  const read = async (body: unknown, more: Partial<Ask> = {}) => {
    const { url } = await startUpstream({ [path]: json(body), 'GET /operation/t1': json(task) })
    return toolkit(url).call('get_server_monitoring_detail', { ...ask, ...more })
  }
  const text = JSON.stringify(series('Idle CPU', points))
  const task = { operation: { id: 't1', is_completed: '1', parameters: JSON.stringify({ content: text }) } }
  const result = {
    series: [
      {
        target: 'Idle CPU',
        unit: 'percent',
        summary: {
          latest: 79.29,
          latest_at: '2026-07-05T14:00:00Z',
          min: 79.29,
          max: 79.29,
          not_measured: 1,
        },
        points: [
          { time: '2026-07-05T14:00:00Z', value_percent: 79.29 },
          { time: '2026-07-05T14:05:00Z', value_percent: null },
        ],
      },
    ],
  }

  it.each([
    ['content', { content: text }],
    ['contents', { contents: text }],
    ['text that is encoded twice', { content: JSON.stringify(text) }],
    ['a list that is no text', { content: series('Idle CPU', points) }],
    ['a task', { status: true, task_id: 't1' }],
  ])('reads the series from %s', async (_, body) => {
    expect(await read(body)).toMatchObject({ state: 'completed', result })
  })

  it.each([
    ['Free Disk', 36.5, { value_mb: 37_376 }],
    ['Free memory', 812_000_000, { value_mb: 774.4 }],
    ['Monthly Bandwidth', '2', { value_mb: 2048 }],
    ['Outgoing network traffic', 6.2, { value_mbps: 6.2 }],
    ['MySQL Connections', 5, { value_connections: 5 }],
    ['Memcached Hit Rate', 0.4, { value: 0.4 }],
  ])('names the unit of %s in the field', async (target, value, field) => {
    const answer = await read({ content: JSON.stringify(series(target, [[value, 0]])) }, { target })
    const time = '1970-01-01T00:00:00Z'
    expect(answer.result).toMatchObject({ series: [{ target, points: [{ time, ...field }] }] })
  })

  it.each([[{}], [{ content: '' }], [{ content: 'no data' }], [{ content: { a: 1 } }], [{ content: 7 }]])(
    'does not say completed where there is no data: %j',
    async (body) => {
      expect(await failure(read(body))).toMatchObject({ code: 'upstream_failed', outcome: 'failed' })
    },
  )

  it('takes a target in any case, and sends the name of the platform', async () => {
    const upstream = await startUpstream({ [path]: json({ content: '[]' }) })
    await toolkit(upstream.url).call('get_server_monitoring_detail', { ...ask, target: ' free MEMORY' })
    expect(new URL(String(upstream.seen[0]?.url), upstream.url).searchParams.get('target')).toBe(
      'Free memory',
    )
  })

  it('names the targets of the provider of the server instead of a target that it lacks', async () => {
    const lists = { targets: { do: ['Idle CPU'], amazon: ['Idle CPU', 'Free Disk (DB)'] } }
    const upstream = await startUpstream({
      'GET /server': servers({ cloud: 'amazon' }),
      'GET /monitor_targets': json(lists),
      [path]: inTurn(
        json({ target: [{ code: 'exists', message: 'There is no target.' }] }, 422),
        json({ content: '[]' }),
      ),
    })
    const call = (target: string) =>
      toolkit(upstream.url).call('get_server_monitoring_detail', { ...ask, target })
    const unknown = (await failure(call('CPU'))) as Error
    expect(unknown.message).toContain('there are Idle CPU, Free Disk (DB).')
    expect(upstream.requests(path)).toHaveLength(0)
    const refused = (await failure(call('Varnish Nuked'))) as Error
    expect(refused.message).toContain('there are Idle CPU, Free Disk (DB).')
    await call('free disk (db)')
    expect(upstream.requests(path).at(-1)?.url).toContain('Free+Disk')
  })

  it('names the targets that it knows where the platform does not list them', async () => {
    const { url } = await startUpstream({})
    const call = toolkit(url).call('get_server_monitoring_detail', { ...ask, target: 'CPU' })
    expect(await failure(call)).toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('Idle CPU'),
    })
  })

  it('names the durations in the error', async () => {
    const wrong = { ...ask, duration: '6 Months' } as never
    const error = (await failure(
      toolkit('http://localhost').call('get_server_monitoring_detail', wrong),
    )) as Error
    expect(error.message).toContain('1 Hour, 12 Hours, 1 Day, 7 Days, 1 Month')
  })
})

describe('the size of an app', () => {
  it('is one figure in MB, whichever tool tells it', async () => {
    const { cloudways } = setUp(unguarded)
    const ids = { server_id: 70011, app_id: 90021 }
    const { disk = [] } = await cloudways.call('get_server_details', { server_id: 70011 })
    const ofServer = disk.find(({ app_id }) => app_id === '90021')
    const { disk: ofApp } = await cloudways.call('get_app_details', ids)
    const { size } = await cloudways.call('get_app_monitoring_summary', ids)
    const usage = await cloudways.call('get_server_disk_usage', { server_id: 70011 })
    const { apps } = usage.result as { apps: { app_id: string; label: string; sizes_mb: number[] }[] }
    const measured = apps.find(({ app_id }) => app_id === '90021')
    expect(ofServer).toMatchObject({ label: 'store', size_mb: size?.total_mb })
    expect(ofApp).toEqual(size)
    expect(measured).toMatchObject({ label: 'store', sizes_mb: [size?.files_mb, size?.database_mb] })
  })

  it.each([
    [{ app_home: 1_513_700, app_mysql: 25_554.21, total: 1_539_254.21 }, [1478.2, 25, 1503.2]],
    [{ app_home: '1513700', app_mysql: ' 25554.21', total: null }, [1478.2, 25, null]],
    [{ app_home: 0, app_mysql: 'large', total: [] }, [0, null, null]],
  ])('is read from KB: %j', async (content, [files_mb, database_mb, total_mb]) => {
    const { url } = await startUpstream({ 'GET /app/monitor/summary': json({ content }) })
    const { size } = await toolkit(url).call('get_app_monitoring_summary', app)
    expect(size).toEqual({ files_mb, database_mb, total_mb })
  })

  it('has its largest tables beside it', async () => {
    const tables = [{ name: 'wp_posts', size: 18_064 }, { name: 'wp_users', size: '144' }, null, { size: 5 }]
    const { url } = await startUpstream({ 'GET /app/monitor/summary': json({ content: tables }) })
    const answer = await toolkit(url).call('get_app_monitoring_summary', app)
    expect(answer.tables).toEqual([
      { name: 'wp_posts', size_mb: 17.64 },
      { name: 'wp_users', size_mb: 0.14 },
      { name: null, size_mb: 0 },
    ])
    expect(answer.parts.size).toContain('failed: ')
  })

  it('names the app, and is null where the server did not measure it', async () => {
    const content = [
      { name: 'kqzvwxyabc', datapoint: [606.7, 1_791_000_000], type: 'apps' },
      { name: 'zzzzzzzzzz', datapoint: null, type: 'apps' },
    ]
    const { url } = await startUpstream({
      'GET /server': servers(),
      'GET /server/monitor/summary': json({ content }),
    })
    const { disk } = await toolkit(url).call('get_server_details', { server_id: 1 })
    expect(disk).toEqual([
      {
        app_id: '2',
        label: 'store',
        system_user: 'kqzvwxyabc',
        size_mb: 606.7,
        measured_at: '2026-10-03T04:00:00Z',
      },
      { app_id: null, label: null, system_user: 'zzzzzzzzzz', size_mb: null, measured_at: null },
    ])
  })

  it('stands in MB in rows of servers as well', async () => {
    const sizes = { volume_size: '60', storage: 100, db_volume_size: null, memory_size: '2048' }
    const { url } = await startUpstream({ 'GET /server': servers(sizes) })
    const answer = await toolkit(url).call('list_servers', { detail: 'full' })
    expect(answer.servers[0]).toMatchObject({
      volume_size_mb: 61_440,
      storage_mb: 102_400,
      db_volume_size_mb: null,
      memory_size_mb: 2048,
    })
    for (const name of Object.keys(sizes)) expect(answer.servers[0]).not.toHaveProperty(name)
  })
})

it('get_server_analytics and get_operation name the apps of the same measurement', async () => {
  const { cloudways } = setUp(unguarded)
  const answer = await cloudways.call('get_server_analytics', { server_id: 70011 })
  const { apps } = answer.result as { apps: object[] }
  expect(apps[0]).toMatchObject({ app_id: '90021', label: 'store', cpu: 1.2, memory: 3.4 })
  const later = await cloudways.call('get_operation', { operation_id: String(answer.operation_id) })
  expect(later.result).toEqual(answer.result)
})

it('tables of the analytics tell their times in ISO 8601, and which zone is assumed', async () => {
  const top_statuses = {
    header: ['Status', 'Count'],
    body: [['200', 1]],
    from: 1_783_260_000,
    until: '1783263600',
  }
  const parameters = JSON.stringify({ top_statuses, created_at: '2026-07-05 15:00:01' })
  const { url } = await startUpstream({
    'GET /app/analytics/traffic': json({ task_id: 't1' }),
    'GET /operation/t1': json({ operation: { id: 't1', is_completed: 1, parameters } }),
  })
  const input = { ...app, duration: '1h', resource: 'top_statuses' } as const
  expect((await toolkit(url).call('get_app_analytics_traffic', input)).result).toEqual({
    top_statuses: {
      rows: [{ status: '200', count: 1 }],
      from: '2026-07-05T14:00:00Z',
      until: '2026-07-05T15:00:00Z',
    },
    created_at: '2026-07-05T15:00:01Z',
    times: expect.stringContaining('UTC is assumed'),
  })
})
