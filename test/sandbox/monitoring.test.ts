import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createSandbox, type Forms, type Sandbox } from '../../src/sandbox/index.ts'
import { client } from './requests.ts'

// Time passes when a test says so.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] })
})
afterEach(() => {
  vi.useRealTimers()
})

function setUp(forms: Partial<Forms> = {}) {
  const sandbox = createSandbox({ operationSeconds: 0, forms })
  const [server] = sandbox.state.servers
  const apps = sandbox.state.apps.filter((app) => app.server_id === server!.id)
  return { sandbox, ...client(sandbox), server: server!, apps }
}

const graphOf = (server: { id: string }, target: string, duration = '1 Hour') =>
  `/server/monitor/detail?${new URLSearchParams({ server_id: server.id, target, duration, timezone: 'UTC' })}`

/** The sizes of an application by the three calls that tell them, in MB. */
async function sizes(sandbox: Sandbox, app: { id: string; server_id: string; sys_user: string }) {
  const { get } = client(sandbox)
  const { server_id } = app
  const daily = (await get(`/server/monitor/summary?server_id=${server_id}&type=db`)).body.content
  const row = daily.find(({ name }: { name: string }) => name === app.sys_user)
  const own = (await get(`/app/monitor/summary?server_id=${server_id}&app_id=${app.id}&type=bw`)).body.content
  const { operation_id } = (await get(`/server/${server_id}/diskUsage`)).body
  const usage = JSON.parse((await get(`/operation/${operation_id}`)).body.operation.parameters)
  const [, home, mysql] = usage.applications.body.find(([user]: string[]) => user === app.sys_user)
  return { server: row.datapoint?.[0], app: own.total / 1024, disk: parseFloat(home) + parseFloat(mysql) }
}

describe('the graph of a server', () => {
  it('is answered at once, as JSON text', async () => {
    const { sandbox, get, server } = setUp()
    const { body } = await get(graphOf(server, 'Idle CPU', '12 Hours'))
    expect(Object.keys(body)).toEqual(['content'])
    const [series] = JSON.parse(body.content)
    expect(series.target).toBe('Idle CPU')
    expect(series.datapoints).toHaveLength(144)
    expect(series.datapoints[1][1] - series.datapoints[0][1]).toBe(300)
    expect(series.datapoints.at(-1)[0]).toBeNull()
    expect(series.datapoints.slice(0, -1).some(([value]: [number | null]) => value === null)).toBe(true)
    expect(sandbox.state.operations).toEqual([])
  })

  it('comes in the other two forms where they are asked for', async () => {
    const old = setUp({ graph: 'contents' })
    expect(Object.keys((await old.get(graphOf(old.server, 'Free Disk'))).body)).toEqual(['contents'])
    const { get, server } = setUp({ graph: 'task' })
    const { body } = await get(graphOf(server, 'Free Disk'))
    expect(body).toEqual({ status: true, task_id: expect.stringMatching(/^[0-9a-f-]{36}$/) })
    const task = await get(`/operation/${body.task_id}`)
    // The envelope says false although the task is good.
    expect(task.body).toMatchObject({ status: false, operation: { is_completed: '1' } })
    const [series] = JSON.parse(JSON.parse(task.body.operation.parameters).content)
    expect(series.target).toBe('Free Disk')
  })

  it('takes the targets of the provider and the five durations, and nothing else', async () => {
    const { get, server } = setUp()
    const { targets } = (await get('/monitor_targets')).body
    expect(targets[server.cloud]).toHaveLength(14)
    for (const target of targets[server.cloud]) {
      expect([target, (await get(graphOf(server, target))).status]).toEqual([target, 200])
    }
    for (const target of ['CPU', 'idle cpu', 'Free Disk (DB)', 'APC Fill Ratio', '__proto__']) {
      const { status, body } = await get(graphOf(server, target))
      expect([target, status, body.target?.[0].code]).toEqual([target, 422, 'exists'])
    }
    const { durations } = (await get('/monitor_durations')).body
    expect(durations).toEqual(['1 Hour', '12 Hours', '1 Day', '7 Days', '1 Month'])
    for (const duration of durations) {
      expect([duration, (await get(graphOf(server, 'Free memory', duration))).status]).toEqual([
        duration,
        200,
      ])
    }
    for (const duration of ['6 Months', '1 hour', '1h', 'constructor']) {
      const { status, body } = await get(graphOf(server, 'Idle CPU', duration))
      expect([duration, status, body.duration?.[0].code]).toEqual([duration, 422, 'exists'])
    }
  })
})

describe('sizes', () => {
  it('of one application are the same by every call: KB, MB, and with a unit', async () => {
    const { sandbox, apps } = setUp()
    for (const app of apps) {
      const { server, app: own, disk } = await sizes(sandbox, app)
      expect(Math.abs(own - server)).toBeLessThan(0.06)
      expect(Math.abs(own - disk)).toBeLessThan(0.11)
    }
  })

  it('are numbers of KB for an application, its tables as name and size', async () => {
    const { get, apps } = setUp()
    const query = `server_id=${apps[0]!.server_id}&app_id=${apps[0]!.id}`
    const { content } = (await get(`/app/monitor/summary?${query}&type=bw`)).body
    expect(content.total).toBeCloseTo(content.app_home + content.app_mysql, 2)
    const tables = (await get(`/app/monitor/summary?${query}&type=db`)).body.content
    expect(tables[0]).toEqual({ name: 'wp_posts', size: expect.any(Number) })
    expect(tables[0].size).toBeLessThan(content.app_mysql)
  })

  it('of a new application are not there until the next day', async () => {
    const { sandbox, get, post, apps } = setUp()
    await post('/app/clone', { server_id: apps[0]!.server_id, app_id: apps[0]!.id, app_label: 'copy' })
    const copy = sandbox.state.apps.at(-1)!
    const figure = async () => (await get(`/server/monitor/summary?server_id=${copy.server_id}&type=db`)).body
    const row = (body: { content: { name: string }[] }) =>
      body.content.find((one) => one.name === copy.sys_user)
    expect(row(await figure())).toEqual({ name: copy.sys_user, datapoint: null, type: 'apps' })
    sandbox.advance(86_400)
    expect(row(await figure())).toMatchObject({ datapoint: [expect.any(Number), expect.any(Number)] })
  })

  it('of the traffic of a server are one row', async () => {
    const { get, server } = setUp()
    expect((await get(`/server/monitor/summary?server_id=${server.id}&type=bw`)).body.content).toEqual([
      { name: 'bandwidth_monthly', datapoint: [2037.76, expect.any(Number)], type: 'bw' },
    ])
  })
})
