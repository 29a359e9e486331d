import type { CoreTools, ToolOutput } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import { share } from '../support/deep.ts'
import { setUp, unguarded } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'
import { own, rows } from './all.ts'
import { callerOf, callOnce, prepare } from './samples/index.ts'

const ids = { server_id: 70011, app_id: '90021' }

describe.each(['required', 'all'] as const)('a call with %s arguments', (which) => {
  // Each tool in one of the two ways, the next day in the other.
  const tools = share(rows(own), 2, which === 'all' ? 1 : 0)

  it.each(tools)('of %s breaks no rule of the contract and tells no secret', async (name, tool) => {
    const { sandbox, cloudways, events } = setUp(unguarded)
    const call = callerOf(cloudways)
    const input = await prepare(call, tool, which)
    const before = sandbox.mutations.length
    const answer = JSON.stringify(await call(name, input))
    expect(sandbox.violations).toEqual([])
    const told = answer + JSON.stringify(events)
    expect(sandbox.secrets.filter((secret) => told.includes(secret))).toEqual([])
    expect(events.at(-1)).toMatchObject({ tool: name, outcome: 'ok' })
    expect(sandbox.mutations.length > before).toBe(tool.risk !== 'read')
  })

  it.each(tools)('of %s tells no secret that is allowed for another tool', async (name, tool) => {
    const { sandbox, cloudways } = setUp({ ...unguarded, revealSecrets: true })
    const answer = JSON.stringify(await callOnce(cloudways, tool, which))
    const told = sandbox.secrets.filter((secret) => answer.includes(secret))
    const allowed = name === 'get_app_credentials' ? [sandbox.state.apps[0]?.creds[0]?.sys_password] : []
    expect(told).toEqual(allowed)
  })
})

it('every tool waits for its operation and answers it completed', async () => {
  const { sandbox, cloudways } = setUp(unguarded)
  expect(await cloudways.call('stop_server', { server_id: 70011 })).toMatchObject({
    state: 'completed',
    operation_id: expect.stringMatching(/^\d+$/),
    type: 'stopping_server',
  })
  expect(sandbox.state.servers[0]?.status).toBe('stopped')
})

describe('list_servers', () => {
  it('answers what a model needs, and no more', async () => {
    const { cloudways } = setUp(unguarded)
    const { servers } = await cloudways.call('list_servers', {})
    expect(servers[0]).toEqual({
      id: '70011',
      label: 'shop',
      status: 'running',
      running: true,
      provider: 'do',
      region: 'ams3',
      address: '203.0.113.12',
      size: '2GB',
      app_count: 3,
      apps: expect.arrayContaining([
        { id: '90021', label: 'store', type: 'wordpress', domain: 'www.example.com' },
      ]),
    })
  })

  it('answers the rest with detail full, under the same names', async () => {
    const { cloudways } = setUp(unguarded)
    const { servers } = await cloudways.call('list_servers', { detail: 'full' })
    expect(servers[0]).toMatchObject({ provider: 'do', platform: 'debian12', master_password: '[hidden]' })
    expect(servers[0]?.apps?.[0]).toMatchObject({ type: 'wordpress', webroot: 'public_html' })
  })

  it('picks fields, also those that only full has', async () => {
    const { cloudways } = setUp(unguarded)
    const { servers } = await cloudways.call('list_servers', { fields: ['id', 'platform', 'apps.domain'] })
    expect(servers[2]).toEqual({
      id: '70037',
      platform: 'debian12',
      apps: [{ domain: 'api.example.org' }, { domain: expect.stringContaining('cloudwaysapps.com') }],
    })
  })

  it.each([[[]], [['']], [[' ', '']]])('fields %j choose none: the rows stay short', async (fields) => {
    const { cloudways } = setUp()
    const plain = await cloudways.call('list_servers', {})
    expect(await cloudways.call('list_servers', { fields })).toEqual(plain)
    const apps = await cloudways.call('list_apps', {})
    expect(await cloudways.call('list_apps', { fields })).toEqual(apps)
  })

  it('names the nearest field when none has that name', async () => {
    const { cloudways } = setUp(unguarded)
    const error = await failure(cloudways.call('list_servers', { fields: ['apps.domian'] }))
    expect((error as Error).message).toBe('fields: no row has apps.domian; did you mean apps.domain?')
  })

  it('fits 20 servers with 10 apps each, and says what it left out and where that is', async () => {
    const { cloudways } = setUp(unguarded, { servers: 20, appsPerServer: 10 })
    const answer = await cloudways.call('list_servers', {})
    expect(JSON.stringify(answer).length).toBeLessThan(6000)
    expect(answer.servers).toHaveLength(20)
    expect(answer.servers.every(({ app_count }) => app_count === 10)).toBe(true)
    expect(answer.left_out).toContain('list_apps has them')
    const { total } = await cloudways.call('list_apps', { server_id: answer.servers[19]?.id })
    expect(total).toBe(10)
  })

  it('leaves nothing out that fits', async () => {
    const { cloudways } = setUp(unguarded)
    expect(await cloudways.call('list_servers', {})).not.toHaveProperty('left_out')
    const middle = setUp(unguarded, { servers: 8, appsPerServer: 8 })
    const answer = await middle.cloudways.call('list_servers', {})
    expect(answer.left_out).toContain('type and domain of the apps')
    expect(answer.servers[0]?.apps?.[0]).toEqual({ id: '90021', label: 'store' })
  })
})

describe('list_apps', () => {
  it('answers page after page until all are seen once', async () => {
    const { cloudways } = setUp(unguarded, { servers: 6, appsPerServer: 20 })
    const seen: unknown[] = []
    for (let offset: number | null = 0; offset !== null; ) {
      const page: ToolOutput<CoreTools, 'list_apps'> = await cloudways.call('list_apps', { offset })
      seen.push(...page.apps.map(({ id }) => id))
      expect(page.total).toBe(120)
      offset = page.next_offset
    }
    expect(new Set(seen).size).toBe(120)
    expect(seen).toHaveLength(120)
  })

  it.each([
    ['id', '90221'],
    ['label', 'API'],
    ['domain', 'api.example'],
  ])('searches in the %s', async (_, search) => {
    const { cloudways } = setUp(unguarded)
    const { apps, total } = await cloudways.call('list_apps', { search })
    expect(apps).toEqual([
      {
        ...{ id: '90221', label: 'api', type: 'laravel', domain: 'api.example.org', server_id: '70037' },
        ...{ server: 'labs', running: true, certificate: 'wildcard' },
      },
    ])
    expect(total).toBe(1)
  })

  it('picks fields', async () => {
    const { cloudways } = setUp(unguarded)
    const { apps } = await cloudways.call('list_apps', {
      server_id: 70011,
      fields: ['id', 'webroot'],
      limit: 1,
    })
    expect(apps).toEqual([{ id: '90021', webroot: 'public_html' }])
  })
})

describe('ping and customer_info', () => {
  it('tell the account and the kind of credential, and not the credential', async () => {
    const { sandbox, cloudways } = setUp(unguarded)
    const { email, apiKey } = sandbox.credentials
    const legacy = cloudways.withCredentials({ email, apiKey })
    expect(await cloudways.call('ping', {})).toMatchObject({ ok: true, credential: 'access_token' })
    expect(await legacy.call('ping', {})).toMatchObject({ ok: true, credential: 'api_key' })
    const mine = await cloudways.call('customer_info', {})
    expect(mine).toEqual({
      account: expect.stringMatching(/^acct_[0-9a-f]{20}$/),
      credential: 'access_token',
      api_url: sandbox.url,
    })
    const other = await legacy.call('customer_info', {})
    expect(other).toMatchObject({ email, credential: 'api_key' })
    expect(other.account).not.toBe(mine.account)
  })

  it('ping fails with a credential that does not work', async () => {
    const { cloudways } = setUp({ ...unguarded, credentials: { accessToken: 'cw_wrong_wrong' } })
    expect(await failure(cloudways.call('ping', {}))).toMatchObject({ code: 'credentials_refused' })
  })
})

describe('get_alerts', () => {
  it('takes the id of the last one for the page before', async () => {
    const { sandbox, cloudways } = setUp(unguarded)
    const { alerts, next_last_id } = await cloudways.call('get_alerts', {})
    const last = Number(next_last_id)
    await cloudways.call('get_alerts', { last_id: last })
    const paths = sandbox.requests.map(({ path }) => path).filter((path) => path !== '/server')
    expect(paths).toEqual(['/alerts/', `/alerts/${last}`])
    expect(alerts[0]).toMatchObject({ subject: 'Low disk space', text: expect.any(String) })
  })
})

it('restore_app takes a restore point as it is listed, with a T or a blank, and nothing else', async () => {
  const { sandbox, cloudways } = setUp(unguarded)
  const { result } = await cloudways.call('get_app_backup_status', ids)
  const [time = ''] = (result as { backup_dates: string[] }).backup_dates
  await cloudways.call('restore_app', { ...ids, time })
  expect(time).toMatch(/Z$/)
  expect(`${sandbox.state.apps[0]?.restored_from}Z`).toBe(time)
  await cloudways.call('restore_app', { ...ids, time: time.replace('T', ' '), type: 'database' })
  const before = sandbox.requests.length
  for (const wrong of ['yesterday', '2026-08', '05/08/2026 23:19']) {
    const error = await failure(cloudways.call('restore_app', { ...ids, time: wrong }))
    expect((error as Error).message).toContain('must be a restore point of get_app_backup_status')
  }
  expect(sandbox.requests).toHaveLength(before)
})

it('a token that may only read is told which role is missing, and nothing changes', async () => {
  const { sandbox, cloudways } = setUp(unguarded)
  const reader = cloudways.withCredentials({ accessToken: sandbox.credentials.readToken })
  expect((await reader.call('list_servers', {})).servers).toHaveLength(3)
  const error = await failure(reader.call('stop_server', { server_id: 70011 }))
  expect((error as Error).message).toContain('it needs FULL ACCESS')
  expect(sandbox.mutations).toHaveLength(0)
})
