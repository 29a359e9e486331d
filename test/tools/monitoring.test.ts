/** Graphs and analytics: several at once, a summary of each series, and nothing that was not measured. */
import { describe, expect, it } from 'vitest'
import { setUp, unguarded } from '../support/toolkit.ts'
import { failure, json, startUpstream, toolkit } from '../support/upstream.ts'

const app = { server_id: 70011, app_id: 90021 }

interface Series {
  target: string
  unit: string
  summary: Record<string, number | string | null> | null
  points?: object[]
}

const seriesOf = ({ result }: { result?: unknown }) => (result as { series: Series[] }).series
const hour = 3600
const start = 1_783_260_000

/** The graph of these values, an hour apart. */
async function graph(values: unknown[], more: object = {}) {
  const datapoints = values.map((value, index) => [value, start + index * hour])
  const content = JSON.stringify([{ target: 'Idle CPU', datapoints }])
  const { url } = await startUpstream({ 'GET /server/monitor/detail': json({ content }) })
  const ask = { server_id: 1, target: 'Idle CPU', duration: '7 Days', ...more } as const
  const [series] = seriesOf(await toolkit(url).call('get_server_monitoring_detail', ask))
  return series as Series
}

describe('the summary of a series', () => {
  it('tells latest, min, max and mean, and the second half beside the first', async () => {
    const { summary, unit, points } = await graph([50, 60, null, 20, 40, null])
    expect(unit).toBe('percent')
    expect(summary).toEqual({
      latest: 40,
      latest_at: '2026-07-05T18:00:00Z',
      min: 20,
      max: 60,
      mean: 42.5,
      mean_first_half: 55,
      mean_second_half: 30,
      change_percent: -45.5,
      not_measured: 2,
    })
    expect(points).toHaveLength(6)
    expect(points?.[2]).toEqual({ time: '2026-07-05T16:00:00Z', value_percent: null })
  })

  it.each([[[]], [[null, null]], [['none', {}]]])(
    'is null where nothing was measured: %j',
    async (values) => {
      const { summary, points } = await graph(values)
      expect(summary).toBeNull()
      expect(points).toHaveLength(values.length)
    },
  )

  it('has no mean of one value, and no change from nothing', async () => {
    expect((await graph([7])).summary).toMatchObject({ latest: 7, mean: null, mean_first_half: null })
    expect((await graph([0, 0, 4, 4])).summary).toMatchObject({ mean_second_half: 4, change_percent: null })
    expect((await graph([null, null, 4, 4])).summary).toMatchObject({
      mean_first_half: null,
      mean_second_half: 4,
      change_percent: null,
    })
  })

  it('is the whole answer with points: false', async () => {
    const series = await graph([1, 2], { points: false })
    expect(series.summary).toMatchObject({ latest: 2 })
    expect(series).not.toHaveProperty('points')
  })
})

describe('several targets', () => {
  it('are one answer, a series for each, and twice the same is once', async () => {
    const { cloudways } = setUp(unguarded)
    const target = ['Idle CPU', 'free disk', 'Free memory', 'Idle CPU']
    const input = { server_id: 70011, target, duration: '1 Hour' } as const
    const answer = await cloudways.call('get_server_monitoring_detail', input)
    const series = seriesOf(answer)
    expect(series.map((one) => `${one.target}: ${one.unit}`)).toEqual([
      'Idle CPU: percent',
      'Free Disk: MB',
      'Free memory: MB',
    ])
    for (const { summary } of series) expect(summary?.latest).toEqual(expect.any(Number))
    expect(answer.result).toMatchObject({
      parts: { 'Idle CPU': 'ok', 'Free Disk': 'ok', 'Free memory': 'ok' },
    })
  })

  it('cost themselves alone where one can not be read, also as a task', async () => {
    const { cloudways, sandbox } = setUp(unguarded, { forms: { graph: 'task' } } as never)
    sandbox.fail({ path: '/server/monitor/detail', status: 404 })
    const input = { server_id: 70011, target: ['Idle CPU', 'Free memory'], duration: '1 Hour' } as const
    const answer = await cloudways.call('get_server_monitoring_detail', input)
    expect(seriesOf(answer)).toHaveLength(1)
    const { parts } = answer.result as { parts: Record<string, string> }
    expect(Object.values(parts).filter((part) => part !== 'ok')).toHaveLength(1)
  })

  it('are refused as one, with the targets there are, where one is none', async () => {
    const { cloudways, sandbox } = setUp(unguarded)
    const call = (target: string[], more: object = {}) =>
      cloudways.call('get_server_monitoring_detail', {
        server_id: 70011,
        target,
        duration: '1 Hour',
        ...more,
      })
    const error = (await failure(call(['Idle CPU', 'Load']))) as Error
    expect(error.message).toContain('there are Idle CPU, Free Disk')
    expect(sandbox.requests.map(({ path }) => path)).not.toContain('/server/monitor/detail')
    const svg = await failure(call(['Idle CPU', 'Free memory'], { output_format: 'svg' }))
    expect(svg).toMatchObject({ code: 'invalid_input' })
  })
})

describe('analytics', () => {
  it('take one resource, and answer rows with named columns', async () => {
    const { cloudways } = setUp(unguarded)
    const ask = { ...app, duration: '1h' } as const
    const pages = await cloudways.call('get_app_analytics_php', { ...ask, resource: 'slow_pages' })
    expect(pages.result).toMatchObject({
      slow_pages: { rows: [{ url: '/checkout', count: 14, longest_seconds: 4.21, mean_seconds: 2.8 }] },
      times: expect.stringContaining('assumed'),
    })
    expect(pages.operation_id).toEqual(expect.any(String))
  })

  it('take several resources at once', async () => {
    const { cloudways } = setUp(unguarded)
    const resource = ['top_ips', 'top_statuses', 'top_ips'] as ('top_ips' | 'top_statuses')[]
    const answer = await cloudways.call('get_app_analytics_traffic', { ...app, duration: '1h', resource })
    expect(answer.result).toMatchObject({
      top_ips: {
        rows: [
          { ip: '198.51.100.4', count: 640 },
          { ip: '198.51.100.23', count: 210 },
        ],
      },
      top_statuses: { rows: expect.arrayContaining([{ status: '200', count: 1200 }]) },
      parts: { top_ips: 'ok', top_statuses: 'ok' },
    })
  })

  it('hide what a token or a literal may be in each of several resources', async () => {
    const { cloudways, sandbox } = setUp(unguarded)
    const urls = ['top_urls', 'top_bots'] as ('top_urls' | 'top_bots')[]
    const queries = ['slow_queries', 'running_queries'] as ('slow_queries' | 'running_queries')[]
    const ask = { ...app, duration: '1h' } as const
    const text = JSON.stringify([
      await cloudways.call('get_app_analytics_traffic', { ...ask, resource: urls }),
      await cloudways.call('get_app_analytics_mysql', { ...ask, resource: queries }),
    ])
    expect(text).toContain('/wp-login.php')
    expect(text).toContain('wp_users')
    for (const secret of sandbox.secrets) expect(text).not.toContain(secret)
  })

  it('tell an odd table as it is: columns without a name, cells too many, a body that is none', async () => {
    const table = { header: ['URL', '', 'URL'], body: [['/', 'x', '/b', 'more'], null], footer: [['all', 7]] }
    const parameters = JSON.stringify({
      top_urls: table,
      top_bots: { header: ['Bot'], body: 'none' },
      created_at: 'today',
    })
    const { url } = await startUpstream({
      'GET /app/analytics/traffic': json({ task_id: 't1' }),
      'GET /operation/t1': json({ operation: { id: 't1', is_completed: 1, parameters } }),
    })
    const input = { server_id: 1, app_id: 2, duration: '1h', resource: 'top_urls' } as const
    const { result } = await toolkit(url).call('get_app_analytics_traffic', input)
    expect(result).toMatchObject({
      top_urls: {
        rows: [{ url: '/', column_2: 'x', url_3: '/b', column_4: 'more' }, { unreadable: null }],
        footer: [['all', 7]],
        from: null,
      },
      top_bots: { rows: null },
    })
    expect(result).not.toHaveProperty('times')
  })
})
