import { describe, expect, it } from 'vitest'
import { createSandbox, type Fault } from '../../src/sandbox/index.ts'
import { client } from './requests.ts'

function setUp() {
  const sandbox = createSandbox({ operationSeconds: 0 })
  const restart = () => client(sandbox).post('/server/restart', { server_id: sandbox.state.servers[0]!.id })
  return { sandbox, ...client(sandbox), restart }
}

describe('faults', () => {
  it.each<[NonNullable<Fault['answer']>, number, (text: string) => boolean]>([
    ['html', 502, (text) => text.startsWith('<!DOCTYPE html>')],
    ['truncated', 200, (text) => text.startsWith('{') && !text.endsWith('}')],
    ['empty', 200, (text) => text === ''],
    ['catch-all', 200, (text) => text === 'You have reached Cloudways API.'],
    ['refused', 200, (text) => JSON.parse(text).status === false],
    ['invalid', 422, (text) => JSON.parse(text).server_id[0].code === 'integer'],
    ['rejected', 422, (text) => JSON.parse(text).status === false],
    ['busy', 422, (text) => JSON.parse(text).operation.is_completed === '0'],
    ['firewall', 403, (text) => text.startsWith('<!DOCTYPE html>')],
    ['proxy', 200, (text) => text.startsWith('<!DOCTYPE html>')],
    ['catch-all-html', 200, (text) => text.includes('<p>You have reached Cloudways API.</p>')],
    ['catch-all-json', 200, (text) => JSON.parse(text) === 'You have reached Cloudways API.'],
    ['catch-all-message', 200, (text) => JSON.parse(text).message === 'You have reached Cloudways API.'],
    ['status-0', 200, (text) => JSON.parse(text).status === 0],
    ['status-error', 200, (text) => JSON.parse(text).status === 'error'],
    ['error', 200, (text) => JSON.parse(text).error === 'Not possible right now.'],
    ['error-flag', 200, (text) => JSON.parse(text).error === true],
    ['is-failed', 200, (text) => JSON.parse(text).is_failed === true],
    ['no-operation', 200, (text) => text === '[]'],
    ['invalid-errors', 422, (text) => JSON.parse(text).errors.server_id.length === 1],
    ['invalid-text', 422, (text) => typeof JSON.parse(text).server_id === 'string'],
    ['error-message', 422, (text) => JSON.parse(text).error.message.startsWith('Not possible')],
    ['scope', 403, (text) => JSON.parse(text).error === 'insufficient_scope'],
  ])('answers %s once, without doing the work', async (answer, status, fits) => {
    const { sandbox, restart } = setUp()
    sandbox.fail({ operation: 'server_restart', answer })
    const response = await sandbox.fetch(`${sandbox.url}/server/restart`, {
      method: 'POST',
      headers: { authorization: `Bearer ${sandbox.credentials.accessToken}` },
      body: new URLSearchParams({ server_id: sandbox.state.servers[0]!.id }),
    })
    expect(response.status).toBe(status)
    const type = response.headers.get('content-type') ?? ''
    const text = await response.text()
    expect(text).toSatisfy(fits)
    expect([answer, type.includes('html')]).toEqual([answer, text.startsWith('<')])
    expect(sandbox.mutations).toEqual([])
    expect(sandbox.requests).toMatchObject([{ operation: 'server_restart', status }])
    expect((await restart()).status).toBe(200)
  })

  it('answers a status of choice, with headers and a body that fit', async () => {
    const { sandbox, get } = setUp()
    sandbox.fail({ method: 'get', path: '/project', status: 429, headers: { 'Retry-After': '88' } })
    const limited = await get('/project')
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '88'])
    expect(limited.body).toEqual({ message: 'Too Many Attempts.' })
    sandbox.fail({ path: '/project', status: 500, times: 2 })
    expect([(await get('/project')).status, (await get('/member')).status]).toEqual([500, 200])
    expect([(await get('/project')).status, (await get('/project')).status]).toEqual([500, 200])
    sandbox.fail({ operation: 'project_list', body: { projects: 'none' } })
    expect((await get('/project')).body).toEqual({ projects: 'none' })
  })

  it('matches a path as sent or as in the contract, and can be taken back', async () => {
    const { sandbox, get } = setUp()
    const [first, second] = sandbox.state.servers
    const undo = sandbox.fail({ path: '/servers/{server_id}', status: 503, times: Number.POSITIVE_INFINITY })
    for (let count = 0; count < 5; count++) expect((await get(`/servers/${first!.id}`)).status).toBe(503)
    undo()
    expect((await get(`/servers/${first!.id}`)).status).toBe(200)
    sandbox.fail({ path: `/servers/${second!.id}`, status: 503 })
    expect((await get(`/servers/${first!.id}`)).status).toBe(200)
    expect((await get(`/servers/${second!.id}`)).status).toBe(503)
  })

  it('breaks the connection before or after the work, which the caller cannot tell apart', async () => {
    for (const reset of ['before', 'after'] as const) {
      const { sandbox, restart } = setUp()
      sandbox.fail({ operation: 'server_restart', reset })
      const error = await restart().catch((reason: unknown) => reason)
      expect(error).toBeInstanceOf(TypeError)
      expect(error).toMatchObject({ message: 'fetch failed', cause: { code: 'ECONNRESET' } })
      expect(sandbox.mutations).toHaveLength(reset === 'before' ? 0 : 1)
      expect(sandbox.requests).toMatchObject([{ status: 0 }])
    }
  })

  it('hides no violation and no owner', async () => {
    const { sandbox, post } = setUp()
    sandbox.fail({ status: 500, times: 2 })
    await post('/server/restart', { id: 1 })
    await post('/nowhere')
    expect(sandbox.violations.map((one) => one.problem)).toContain('unknown path')
    expect(sandbox.violations.map((one) => one.field)).toContain('id')
    expect(sandbox.requests[0]).toMatchObject({ account: sandbox.credentials.email, changed: false })
  })

  it('can do the work and answer wrongly all the same', async () => {
    const { sandbox, restart } = setUp()
    sandbox.fail({ operation: 'server_restart', status: 502, done: true })
    expect((await restart()).status).toBe(502)
    expect(sandbox.mutations).toHaveLength(1)
  })

  it('delays the answer, not the work, and lets go when the caller does', async () => {
    const { sandbox } = setUp()
    sandbox.fail({ operation: 'server_restart', latency: 60 })
    const controller = new AbortController()
    const pending = sandbox.fetch(`${sandbox.url}/server/restart`, {
      method: 'POST',
      headers: { authorization: `Bearer ${sandbox.credentials.accessToken}` },
      body: new URLSearchParams({ server_id: sandbox.state.servers[0]!.id }),
      signal: controller.signal,
    })
    const reason = new Error('enough')
    setTimeout(() => controller.abort(reason), 10)
    await expect(pending).rejects.toBe(reason)
    expect(sandbox.mutations).toHaveLength(1)
    sandbox.fail({ path: '/project', latency: 0.01 })
    expect((await client(sandbox).get('/project')).status).toBe(200)
  })

  it('sees nothing of a request that was aborted beforehand', async () => {
    const { sandbox } = setUp()
    const signal = AbortSignal.abort(new Error('never'))
    await expect(sandbox.fetch(`${sandbox.url}/server`, { signal })).rejects.toThrow('never')
    expect(sandbox.requests).toEqual([])
  })

  it('lets a token expire: an exchanged one for good, an access token once', async () => {
    const { sandbox, get } = setUp()
    sandbox.fail({ expireToken: true })
    expect([(await get('/project')).status, (await get('/project')).status]).toEqual([401, 200])
    const { email, apiKey } = sandbox.credentials
    const body = new URLSearchParams({ email, api_key: apiKey })
    const exchanged = await sandbox.fetch(`${sandbox.url}/oauth/access_token`, { method: 'POST', body })
    const legacy = client(sandbox, ((await exchanged.json()) as { access_token: string }).access_token)
    expect((await legacy.get('/project')).status).toBe(200)
    sandbox.fail({ expireToken: true })
    // Not the exchange: it carries no token.
    expect((await sandbox.fetch(`${sandbox.url}/oauth/access_token`, { method: 'POST', body })).status).toBe(
      200,
    )
    expect([(await legacy.get('/project')).status, (await legacy.get('/project')).status]).toEqual([401, 401])
  })

  it('lets an operation fail in the end, without its effect', async () => {
    const { sandbox, post, get } = setUp()
    const [server] = sandbox.state.servers
    sandbox.fail({ operation: 'server_stop', failOperation: 'No capacity.' })
    const { body } = await post('/server/stop', { server_id: server!.id })
    expect((await get(`/operation/${body.operation_id}`)).body.operation).toMatchObject({
      is_completed: '-1',
      status: 'Operation failed',
      message: 'No capacity.',
    })
    expect(sandbox.state.servers[0]!.status).toBe('running')
    expect((await post('/server/stop', { server_id: server!.id })).status).toBe(200)
    expect(sandbox.state.servers[0]!.status).toBe('stopped')
  })

  it('refuses a fault that cannot be meant', () => {
    const { sandbox } = setUp()
    const fail = sandbox.fail as (fault: object) => unknown
    expect(() => fail({ operations: 'server_stop', status: 500 })).toThrow(/did you mean 'operation'/)
    expect(() => fail({ operation: 'server_stopp', status: 500 })).toThrow(/did you mean 'server_stop'/)
    expect(() => fail({ answer: 'htm' })).toThrow(/did you mean 'html'/)
    expect(() => fail({ operation: 'server_stop' })).toThrow(/say what goes wrong/)
    expect(() => fail({ status: 42 })).toThrow(TypeError)
    expect(() => fail({ path: 'server', status: 500 })).toThrow(TypeError)
    expect(() => fail({ times: 0, status: 500 })).toThrow(TypeError)
    expect(() => fail({ odd: 'null-rows' })).toThrow(/did you mean 'null-row'/)
    expect(() => fail({ failOperation: true, failedBy: 'state' })).toThrow(/did you mean 'status'/)
    expect(() => fail({ failedBy: 'status' })).toThrow(/needs failOperation/)
  })
})
