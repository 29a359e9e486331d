import { describe, expect, it } from 'vitest'
import { operations } from '../../src/sandbox/contract.ts'
import { createSandbox, type FailedBy, type Fault } from '../../src/sandbox/index.ts'
import { client, requestFor } from './requests.ts'

function setUp() {
  const sandbox = createSandbox({ operationSeconds: 0, requestsPerMinute: 1_000_000 })
  return { sandbox, ...client(sandbox), server: sandbox.state.servers[0]! }
}

describe('odd values', () => {
  it('can be put at one place of the right answer, or at that place of every row', async () => {
    const { sandbox, get } = setUp()
    sandbox.fail({
      operation: 'server_list',
      set: {
        'servers[0].label': null,
        'servers[].apps[0].cname': 7,
        'servers[1].apps': [],
        status: undefined,
      },
    })
    const { body } = await get('/server')
    expect(body).not.toHaveProperty('status')
    expect(body.servers.map(({ label }: { label: string }) => label)).toEqual([null, 'agency', 'labs'])
    expect(body.servers[0].apps.map(({ cname }: { cname: unknown }) => cname)).toEqual([
      7,
      null,
      'blog.example.com',
    ])
    expect([body.servers[1].apps, body.servers[2].apps[0].cname]).toEqual([[], 7])
    // Once, and the estate is as it was.
    expect((await get('/server')).body.servers[0].label).toBe('shop')
  })

  it('say so when the answer has no such place', async () => {
    const { sandbox, get } = setUp()
    sandbox.fail({ operation: 'server_list', set: { 'server[0].label': null } })
    await expect(get('/server')).rejects.toThrow(/a place that this answer does not have/)
  })

  it.each<[NonNullable<Fault['odd']>, string, (body: never) => unknown, unknown]>([
    ['null-row', '/server', ({ servers }: { servers: unknown[] }) => servers[0], null],
    ['null-row', '/server', ({ servers }: { servers: { apps: unknown[] }[] }) => servers[1]!.apps[0], null],
    ['nameless-row', '/server', ({ servers }: { servers: object[] }) => 'label' in servers[0]!, false],
    ['nameless-row', '/project', ({ projects }: { projects: object[] }) => 'name' in projects[0]!, false],
    [
      'list-for-map',
      '/service?server_id=70011',
      (body: { services: { status: unknown } }) => body.services.status,
      [],
    ],
    [
      'list-for-map',
      '/member',
      ({ contents }: { contents: object }) => Object.values(contents)[0]?.[55].permissions,
      [],
    ],
  ])('are there by name: %s in %s', async (odd, path, pick, expected) => {
    const { sandbox, get } = setUp()
    sandbox.fail({ path: path.split('?')[0], odd })
    expect(pick((await get(path)).body as never)).toEqual(expected)
    expect(pick((await get(path)).body as never)).not.toEqual(expected)
  })

  it('fit every answer of the contract', async () => {
    const { sandbox } = setUp()
    for (const operation of operations.filter(({ kind }) => kind === 'read')) {
      for (const odd of ['null-row', 'nameless-row', 'list-for-map'] as const) {
        sandbox.fail({ operation: operation.id, odd })
        const { url, init } = requestFor(sandbox, operation)
        const response = await sandbox.fetch(url, init)
        expect([operation.id, response.status < 500]).toEqual([operation.id, true])
        await response.text()
      }
    }
  })
})

describe('an operation that failed', () => {
  it.each<[FailedBy, object]>([
    ['is_completed', { is_completed: '-1', status: 'Operation failed' }],
    ['words', { is_completed: '1', status: 'Operation failed' }],
    ['status', { is_completed: '1', status: -1 }],
    ['is_failed', { is_completed: '1', status: null, is_failed: true }],
  ])('can tell it by %s', async (failedBy, row) => {
    const { sandbox, get, post, server } = setUp()
    sandbox.fail({ operation: 'server_stop', failOperation: true, failedBy })
    const { operation_id } = (await post('/server/stop', { server_id: server.id })).body
    expect((await get(`/operation/${operation_id}`)).body.operation).toMatchObject(row)
    expect(sandbox.state.servers[0]!.status).toBe('running')
  })

  it('has the server of a finished task beside it, with its passwords', async () => {
    const { sandbox, get, server } = setUp()
    const app = `server_id=${server.id}&app_id=${sandbox.state.apps[0]!.id}`
    const { task_id } = (await get(`/app/analytics/cron?${app}`)).body
    const { body } = await get(`/operation/${task_id}`)
    expect(body.server).toHaveLength(1)
    expect(sandbox.secrets).toContain(body.server[0].master_password)
    const { task } = (await get(`/operation/task/${task_id}`)).body
    expect(Object.keys(task)).toEqual(['id', 'is_completed', 'parameters'])
  })
})

describe('what stands between the caller and the platform', () => {
  it.each(['firewall', 'proxy', 'html'] as const)('answers %s at the sign-in too', async (answer) => {
    const { sandbox } = setUp()
    const { email, apiKey } = sandbox.credentials
    const send = () =>
      sandbox.fetch(`${sandbox.url}/oauth/access_token`, {
        method: 'POST',
        body: new URLSearchParams({ email, api_key: apiKey }),
      })
    sandbox.fail({ path: '/oauth/access_token', answer })
    const response = await send()
    expect(response.headers.get('content-type')).toContain('text/html')
    expect(await response.text()).toMatch(/^<!DOCTYPE html>/)
    expect((await send()).status).toBe(200)
  })

  it('answers its page with any status', async () => {
    const { sandbox, get } = setUp()
    for (const status of [200, 401, 403, 404, 422, 429, 503]) {
      sandbox.fail({ path: '/server', answer: 'proxy', status })
      const page = await get('/server')
      expect([page.status, page.headers.get('content-type')]).toEqual([status, 'text/html; charset=utf-8'])
    }
  })
})
