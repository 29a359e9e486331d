import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSandbox } from '../../src/sandbox/index.ts'
import { runs } from '../support/deep.ts'
import { client } from './requests.ts'

function setUp() {
  const sandbox = createSandbox({ operationSeconds: 0 })
  const [app, staging, blog] = sandbox.state.apps
  return {
    sandbox,
    ...client(sandbox),
    app: app!,
    staging: staging!,
    blog: blog!,
    server: sandbox.state.servers[0]!,
  }
}

const whitelist = (server_id: string, more: Record<string, unknown> = {}) => ({
  server_id,
  tab: 'sftp',
  type: 'sftp',
  ipPolicy: 'allow_all',
  'ip[]': ['198.51.100.1', '198.51.100.2'],
  ...more,
})

describe('strictness', () => {
  it('answers an unknown path with the catch-all text and 200', async () => {
    const { sandbox, get } = setUp()
    for (const path of ['/servers/list/all', '/alerts', '/server/', '/security/own_ssl']) {
      const { status, text, headers } = await get(path)
      expect([path, status, text]).toEqual([path, 200, 'You have reached Cloudways API.'])
      expect(headers.get('content-type')).toContain('text/plain')
    }
    expect(sandbox.violations).toHaveLength(4)
    const outside = await sandbox.fetch('https://api.cloudways.com/other')
    expect(await outside.text()).toBe('You have reached Cloudways API.')
  })

  it('knows which calls a version has', async () => {
    const { sandbox } = setUp()
    const headers = { authorization: `Bearer ${sandbox.credentials.accessToken}` }
    const v1 = sandbox.url.replace('v2', 'v1')
    expect(await (await sandbox.fetch(`${v1}/servers`, { headers })).text()).toContain('You have reached')
    expect((await sandbox.fetch(`${v1}/server`, { headers })).headers.get('content-type')).toBe(
      'application/json',
    )
    const retired = `${sandbox.url}/app/malcare?server_id=70011&app_id=90021`
    expect(await (await sandbox.fetch(retired, { headers })).text()).toContain('You have reached')
  })

  it('answers a wrong method with 405', async () => {
    const { sandbox, get, post } = setUp()
    expect((await get('/server/restart')).status).toBe(405)
    expect((await post('/servers')).status).toBe(405)
    expect(sandbox.violations).toHaveLength(2)
  })

  it.each([
    ['a misnamed parameter', { state: 'enable' }, 'state', 'unknown'],
    ['a value outside of the enum', { action: 'on' }, 'action', 'enum'],
    ['a missing parameter', { action: undefined }, 'action', 'required'],
    ['an empty value', { action: '' }, 'action', 'required'],
    ['an id that is no number', { server_id: 'shop' }, 'server_id', 'integer'],
    ['an id with a fraction', { server_id: '70011.5' }, 'server_id', 'integer'],
    ['a repeated parameter', { action: ['enable', 'enable'] }, 'action', 'repeated'],
  ])('refuses %s', async (_what, change, field, code) => {
    const { sandbox, post, server } = setUp()
    const form: Record<string, unknown> = { server_id: server.id, action: 'enable', ...change }
    for (const [name, value] of Object.entries(form)) if (value === undefined) delete form[name]
    const { status, body } = await post('/service/varnish', form)
    expect(status).toBe(422)
    expect(body[field]).toMatchObject([{ code }])
    expect(sandbox.violations.map((one) => one.field)).toContain(field)
    expect(sandbox.mutations).toEqual([])
  })

  it('takes parameters in their place only', async () => {
    const { sandbox, post, app } = setUp()
    const ids = `server_id=${app.server_id}&app_id=${app.id}`
    expect((await post(`/app/cache/purge?${ids}`)).status).toBe(422)
    const remove = await sandbox.fetch(`${sandbox.url}/app/manage/cname?${ids}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${sandbox.credentials.accessToken}` },
    })
    expect(remove.status).toBe(422)
    expect(sandbox.violations.map((one) => one.problem)).toContain('server_id was sent in the wrong place')
    expect(sandbox.mutations).toEqual([])
  })

  it('wants lists under their wire name, and keeps a blank entry as PHP does', async () => {
    const { sandbox, get, post, server } = setUp()
    const plain = await post('/security/whitelisted', {
      ...whitelist(server.id, { 'ip[]': [] }),
      ip: ['198.51.100.1'],
    })
    expect([plain.status, Object.keys(plain.body)]).toEqual([422, ['ip[]', 'ip']])
    expect((await post('/security/whitelisted', whitelist(server.id))).status).toBe(200)
    expect(server.whitelists.sftp.ip_list).toEqual(['198.51.100.1', '198.51.100.2'])
    expect((await post('/security/whitelisted', whitelist(server.id, { 'ip[]': '' }))).status).toBe(200)
    expect(server.whitelists.sftp.ip_list).toEqual([''])
    const { data } = (await get(`/security/whitelisted?server_id=${server.id}`)).body
    expect(data.ip_list).toBe('[""]')
    expect((await post('/security/whitelisted', whitelist(server.id, { 'ip[]': '300.1.1.1' }))).status).toBe(
      422,
    )
    expect(sandbox.mutations).toHaveLength(2)
  })

  it('takes JSON only where clients are known to send it', async () => {
    const { sandbox, post, app, staging } = setUp()
    const send = (method: string, path: string, body: object) =>
      sandbox.fetch(sandbox.url + path, {
        method,
        headers: {
          authorization: `Bearer ${sandbox.credentials.accessToken}`,
          'content-type': 'application/json; charset=utf-8',
        },
        body: JSON.stringify(body),
      })
    const ids = { server_id: Number(app.server_id), app_id: app.id }
    expect((await send('POST', '/app/cache/purge', ids)).status).toBe(200)
    expect(
      (
        await send('POST', '/security/whitelisted', {
          ...whitelist(app.server_id),
          'ip[]': undefined,
          ip: ['198.51.100.1'],
        })
      ).status,
    ).toBe(200)
    // copilot_subscribe is known from forms alone; the staging switch refused everything but a form.
    expect((await send('POST', '/copilot/plans/subscribe', { plan_id: 1 })).status).toBe(422)
    const copy = { server_id: staging.server_id, app_id: staging.id, action: 'enable' }
    expect((await send('POST', '/staging/auth/status', copy)).status).toBe(422)
    expect((await post('/staging/auth/status', copy)).status).toBe(200)
    expect((await send('POST', '/app/cache/purge', [ids])).status).toBe(422)
    const broken = await sandbox.fetch(`${sandbox.url}/app/cache/purge`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${sandbox.credentials.accessToken}`,
        'content-type': 'application/json',
      },
      body: '{"server_id":',
    })
    expect(broken.status).toBe(422)
    const multipart = new FormData()
    multipart.set('server_id', app.server_id)
    const init = { method: 'POST', headers: { authorization: `Bearer ${sandbox.credentials.accessToken}` } }
    expect((await sandbox.fetch(`${sandbox.url}/server/start`, { ...init, body: multipart })).status).toBe(
      422,
    )
  })

  it('wants the words true and false for booleans, and addresses that are addresses', async () => {
    const { post, app } = setUp()
    const ids = { server_id: app.server_id, app_id: app.id }
    expect((await post('/security/lets_encrypt_auto', { ...ids, auto: '1' })).body.auto).toMatchObject([
      { code: 'boolean' },
    ])
    expect((await post('/security/lets_encrypt_auto', { ...ids, auto: 'false' })).status).toBe(200)
    expect(app.certificate?.auto).toBe(false)
    const letter = { ...ids, wild_card: 'false', 'ssl_domains[]': 'example.com', ssl_email: 'nobody' }
    expect((await post('/security/lets_encrypt_install', letter)).body.ssl_email).toMatchObject([
      { code: 'format' },
    ])
    for (const ip of ['1.2.3', '1.2.3.999', 'localhost', '::g']) {
      expect((await post('/security/siab', { server_id: app.server_id, ip })).status).toBe(422)
    }
    for (const ip of ['198.51.100.0', '2001:db8::1']) {
      expect((await post('/security/siab', { server_id: app.server_id, ip })).status).toBe(200)
    }
  })

  it('lets deploy_path be empty, but not be left out', async () => {
    const { post, app } = setUp()
    const form = { server_id: app.server_id, app_id: app.id, branch_name: 'main' }
    expect((await post('/git/pull', form)).body.deploy_path).toMatchObject([{ code: 'required' }])
    expect((await post('/git/pull', { ...form, deploy_path: '' })).status).toBe(200)
  })

  it('answers 404 without a violation when a well-formed id does not exist', async () => {
    const { sandbox, post, get, app } = setUp()
    expect((await post('/server/restart', { server_id: 1 })).body).toEqual({ message: 'Not found' })
    expect((await get(`/app/creds?server_id=${app.server_id}&app_id=1`)).status).toBe(404)
    expect((await get('/operation/58210044')).status).toBe(404)
    // An application of the account, but on another server.
    const elsewhere = sandbox.state.servers[1]!.id
    expect((await post('/app/cache/purge', { server_id: elsewhere, app_id: app.id })).status).toBe(404)
    expect(sandbox.violations).toEqual([])
    expect(sandbox.mutations).toEqual([])
  })
})

describe('any value', () => {
  it('restarts a server only when it is the id of one', async () => {
    const sandbox = createSandbox({ operationSeconds: 0, requestsPerMinute: 1_000_000 })
    const { post } = client(sandbox)
    const ids = sandbox.state.servers.map(({ id }) => id)
    const value = fc.oneof(
      fc.string(),
      fc.integer().map(String),
      fc.double().map(String),
      fc.constantFrom(...ids),
    )
    await fc.assert(
      fc.asyncProperty(value, async (server_id) => {
        const before = { changed: sandbox.mutations.length, violations: sandbox.violations.length }
        const { status } = await post('/server/restart', { server_id })
        const isNumber = /^\d{1,15}$/.test(server_id)
        // Zeros in front: a number like any other.
        const expected = !isNumber ? 422 : ids.includes(String(Number(server_id))) ? 200 : 404
        expect(status).toBe(expected)
        expect(sandbox.mutations.length - before.changed).toBe(expected === 200 ? 1 : 0)
        expect(sandbox.violations.length - before.violations).toBe(expected === 422 ? 1 : 0)
      }),
      { numRuns: runs(300) },
    )
  })
})

describe('options', () => {
  it('refuses unknown names and values, and names the nearest right one', () => {
    const create = createSandbox as (options: object) => unknown
    expect(() => create({ operationSecond: 1 })).toThrow(/did you mean 'operationSeconds'/)
    expect(() => create({ legacyKeys: 'refuse' })).toThrow(/did you mean 'refused'/)
    expect(() => create({ servers: -1 })).toThrow(TypeError)
    expect(() => create({ servers: 1.5 })).toThrow(TypeError)
    expect(() => create({ tokenSeconds: '60' })).toThrow(TypeError)
  })

  it('makes the estate as large as asked', () => {
    const { state } = createSandbox({ servers: 20, appsPerServer: 10 })
    expect(state.servers).toHaveLength(20)
    expect(state.apps).toHaveLength(200)
    expect(new Set(state.apps.map(({ id }) => id)).size).toBe(200)
    expect(new Set(state.servers.map(({ label }) => label)).size).toBe(20)
    expect(createSandbox({ servers: 0 }).state.apps).toEqual([])
  })
})
