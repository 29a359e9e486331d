import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createSandbox } from '../../src/sandbox/index.ts'
import { client } from './requests.ts'

// Time passes when a test says so.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] })
})
afterEach(() => {
  vi.useRealTimers()
})

function setUp(operationSeconds = 4) {
  const sandbox = createSandbox({ operationSeconds })
  const [server, , flexible] = sandbox.state.servers
  const [app, staging, blog] = sandbox.state.apps
  const ids = { server_id: app!.server_id, app_id: app!.id }
  const parts = { server: server!, flexible: flexible!, app: app!, staging: staging!, blog: blog! }
  return { sandbox, ...client(sandbox), ...parts, ids, query: new URLSearchParams(ids).toString() }
}

describe('an operation', () => {
  it('runs, then is done, and its effect is there when it is done and not before', async () => {
    const { sandbox, post, get, server } = setUp()
    const { body } = await post('/server/stop', { server_id: server.id })
    expect(body).toEqual({ operation_id: expect.any(Number) })
    const running = await get(`/operation/${body.operation_id}`)
    expect(running.body.operation).toEqual({
      id: String(body.operation_id),
      type: 'stopping_server',
      server_id: server.id,
      estimated_time_remaining: '1',
      frontend_step_number: '1',
      status: 'Process is initiated',
      is_completed: '0',
      message: 'Process is initiated',
    })
    expect((await get('/server')).body.servers[0].status).toBe('running')
    sandbox.advance(3)
    expect(sandbox.state.servers[0]!.status).toBe('running')
    sandbox.advance(1)
    expect(sandbox.state.servers[0]!.status).toBe('stopped')
    const done = await get(`/operation/${body.operation_id}`)
    expect(done.body.operation).toMatchObject({
      status: 'Operation completed',
      is_completed: '1',
      estimated_time_remaining: '0',
    })
  })

  it('is finished at the first poll when operations take no time', async () => {
    const { post, get, server } = setUp(0)
    const { body } = await post('/server/restart', { server_id: server.id })
    expect((await get(`/operation/${body.operation_id}`)).body.operation.is_completed).toBe('1')
  })

  it('holds its server: a second one is refused with the first in the body, other servers are free', async () => {
    const { sandbox, post, get, server, ids, query } = setUp()
    const first = await post('/server/restart', { server_id: server.id })
    const second = await post('/app/cache/purge', ids)
    expect(second.status).toBe(422)
    expect(second.body.operation).toMatchObject({ id: String(first.body.operation_id), is_completed: '0' })
    expect((await get(`/app/manage/backup?${query}`)).status).toBe(422)
    // Calls that start no operation, and tasks, are not in its way.
    expect((await get(`/app/creds?${query}`)).status).toBe(200)
    expect((await post('/app/manage/reset_permissions', ids)).status).toBe(200)
    expect((await get(`/server/analytics/serverUsage?server_id=${server.id}`)).status).toBe(200)
    expect((await post('/server/restart', { server_id: sandbox.state.servers[1]!.id })).status).toBe(200)
    expect(sandbox.mutations.map((one) => one.operation)).toEqual([
      'server_restart',
      'app_reset_permissions',
      'server_restart',
    ])
    expect(sandbox.violations).toEqual([])
    sandbox.advance(4)
    expect((await post('/app/cache/purge', ids)).status).toBe(200)
  })

  it('has an id of the form that the contract shows, and flexible servers prefix theirs', async () => {
    const { sandbox, get, post, server, flexible } = setUp(0)
    const disk = await get(`/server/${server.id}/diskUsage`)
    expect(disk.body.operation_id).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/)
    const flex = await post('/server/restart', { server_id: flexible.id })
    expect(flex.body.operation_id).toMatch(/^flex-\d+$/)
    const { operation } = (await get(`/operation/${flex.body.operation_id}`)).body
    expect([operation.is_completed, operation.status]).toEqual([1, undefined])
    const create = await post('/server', {
      cloud: 'do',
      region: 'ams3',
      instance_type: '2GB',
      application: 'wordpress',
      app_version: 'latest',
      server_label: 'fourth',
      app_label: 'site',
    })
    const { operations, id } = create.body.server
    expect(operations[0]).toMatchObject({ type: 'add_server', server_id: id, is_completed: '0' })
    expect((await get(`/operation/${operations[0].id}`)).body.operation.is_completed).toBe('1')
    expect(sandbox.state.servers.at(-1)).toMatchObject({ id, label: 'fourth', status: 'running' })
    expect(sandbox.state.apps.at(-1)).toMatchObject({ server_id: id, label: 'site' })
  })

  it('carries its result as JSON in a string; v1 knew no tasks', async () => {
    const { sandbox, get, query } = setUp(0)
    const points = await get(`/app/manage/backup?${query}`)
    const done = await get(`/operation/${points.body.operation_id}`)
    expect(JSON.parse(done.body.operation.parameters)).toMatchObject({ local_backup_exists: false })
    const cron = await get(`/app/analytics/cron?${query}`)
    expect(cron.body).toEqual({ status: true, task_id: expect.stringMatching(/^[0-9a-f-]{36}$/) })
    const task = await get(`/operation/${cron.body.task_id}`)
    // The envelope says false although the task is good.
    expect(task.body).toMatchObject({ status: false, operation: { is_completed: '1' } })
    expect(JSON.parse(task.body.operation.parameters).cron.header).toEqual(['Command', 'Occurrences'])
    const headers = { authorization: `Bearer ${sandbox.credentials.accessToken}` }
    const v1 = sandbox.url.replace('v2', 'v1')
    const old = await sandbox.fetch(`${v1}/app/analytics/cron?${query}`, { headers })
    expect(await old.json()).toEqual({ status: true, operation_id: expect.any(String) })
  })

  it('is refused on a stopped server, except the start', async () => {
    const { sandbox, post, get, server, ids, query } = setUp(0)
    await post('/server/stop', { server_id: server.id })
    for (const path of ['/app/cache/purge', '/app/manage/reset_permissions']) {
      const { status, body } = await post(path, ids)
      expect([status, body]).toEqual([422, { status: false, message: expect.any(String) }])
    }
    expect((await get(`/server/${server.id}/diskUsage`)).status).toBe(422)
    expect((await get(`/app/creds?${query}`)).status).toBe(200)
    expect((await post('/server/start', { server_id: server.id })).status).toBe(200)
    expect(sandbox.state.servers[0]!.status).toBe('running')
  })
})

describe('the estate remembers', () => {
  it('backups, a restore of one of them, and a rollback only after a restore', async () => {
    const { sandbox, post, app, ids } = setUp(0)
    expect((await post('/app/manage/rollback', ids)).body).toMatchObject({ status: false })
    const before = app.restore_points.length
    await post('/app/manage/takeBackup', ids)
    const [point] = sandbox.state.apps[0]!.restore_points
    expect(app.restore_points).toHaveLength(before + 1)
    expect((await post('/app/manage/restore', { ...ids, time: '2020-01-01T00:00:00' })).status).toBe(404)
    expect((await post('/app/manage/restore', { ...ids, time: point, type: 'web' })).status).toBe(200)
    expect(sandbox.state.apps[0]!.restored_from).toBe(point)
    expect((await post('/app/manage/rollback', ids)).status).toBe(200)
    expect(sandbox.state.apps[0]!.restored_from).toBeNull()
  })

  it('clones, domains, certificates', async () => {
    const { sandbox, get, post, delete: remove, app, blog, ids } = setUp(0)
    const clone = await post('/app/clone', { ...ids, app_label: 'copy', project_name: 'New' })
    const { servers } = (await get('/server')).body
    expect(servers[0].apps.find((one: { id: string }) => one.id === String(clone.body.app_id)).label).toBe(
      'copy',
    )
    expect(sandbox.state.projects.at(-1)!.name).toBe('New')
    await post('/app/manage/cname', { ...ids, cname: 'new.example.com' })
    expect(sandbox.state.apps[0]!.cname).toBe('new.example.com')
    await remove('/app/manage/cname', ids)
    expect(sandbox.state.apps[0]!.cname).toBeNull()
    expect((await post('/security/lets_encrypt_revoke', { ...ids, ssl_domain: 'no.example' })).status).toBe(
      422,
    )
    await post('/security/lets_encrypt_revoke', { ...ids, ssl_domain: 'www.example.com' })
    expect(sandbox.state.apps[0]!.certificate).toBeNull()
    expect((await post('/security/lets_encrypt_manual_renew', { ...ids, wild_card: false })).status).toBe(422)
    const custom = { ssl_crt: '-----BEGIN CERTIFICATE-----', ssl_key: '-----BEGIN PRIVATE KEY-----' }
    expect((await post('/security/ownSSL', { ...ids, ...custom, ssl_key: 'key' })).status).toBe(422)
    expect((await post('/security/ownSSL', { ...ids, ...custom })).status).toBe(200)
    expect(app.certificate?.type).toBe('custom')
    await remove('/security/removeCustomSSL', { server_id: blog.server_id, app_id: blog.id })
    expect(sandbox.state.apps[2]!.certificate).toBeNull()
    await post('/security/lets_encrypt_install', {
      server_id: blog.server_id,
      app_id: blog.id,
      ssl_email: 'ops@example.com',
      wild_card: 'false',
      'ssl_domains[]': ['blog.example.com'],
    })
    expect(sandbox.state.apps[2]!.certificate).toMatchObject({ type: 'lets_encrypt', auto: true })
  })

  it('a copy on another server, with an operation on each', async () => {
    const { sandbox, get, post, app, flexible } = setUp(0)
    const own = sandbox.state.apps.find((one) => one.server_id === flexible.id)!
    const { body } = await post('/app/cloneToOtherServer', {
      server_id: flexible.id,
      app_id: own.id,
      destination_server_id: app.server_id,
      app_label: 'moved',
    })
    expect(body.source_operation_id).toMatch(/^flex-/)
    expect(body.destination_operation_id).toEqual(expect.any(Number))
    for (const id of [body.source_operation_id, body.destination_operation_id]) {
      expect(Number((await get(`/operation/${id}`)).body.operation.is_completed)).toBe(1)
    }
    expect(sandbox.state.apps.at(-1)).toMatchObject({ label: 'moved', server_id: app.server_id })
  })

  it('git keys, branches and deployments', async () => {
    const { get, post, staging, ids, query } = setUp(0)
    const key = (await get(`/git/key?${query}`)).body.key
    await post('/git/generateKey', ids)
    expect((await get(`/git/key?${query}`)).body.key).not.toBe(key)
    const url = 'git@github.com:example/other.git'
    expect(
      (await post('/git/clone', { ...ids, git_url: 'https://example.com/x', branch_name: 'main' })).status,
    ).toBe(422)
    await post('/git/clone', { ...ids, git_url: url, branch_name: 'release' })
    const { logs } = (await get(`/git/history?${query}`)).body
    expect(logs[0]).toMatchObject({ git_url: url, branch_name: 'release', result: '1' })
    const branches = await get(`/git/branchNames?${query}&git_url=${encodeURIComponent(url)}`)
    expect(branches.body.branches).toContain('release')
    const never = { server_id: staging.server_id, app_id: staging.id, branch_name: 'main', deploy_path: '' }
    expect((await post('/git/pull', never)).body).toMatchObject({ status: false })
  })

  it('services, Varnish, settings and lists of addresses', async () => {
    const { get, post, server, ids, query } = setUp(0)
    const one = { server_id: server.id }
    expect((await post('/service/state', { ...one, service: 'apache', state: 'stop' })).status).toBe(422)
    const stopped = await post('/service/state', { ...one, service: 'nginx', state: 'stop' })
    expect(stopped.body).toEqual({ service_status: { status: 'stopped' } })
    expect((await get(`/service?server_id=${server.id}`)).body.services.status.nginx).toBe('stopped')
    expect((await post('/service/varnish', { ...one, action: 'disable' })).text).toBe('[]')
    expect((await post('/service/varnish', { ...one, action: 'purge' })).body).toMatchObject({
      status: false,
    })
    expect((await post('/service/appVarnish', { ...ids, action: 'disable' })).text).toBe('')
    expect((await get(`/app/manage/varnish_setting?${query}`)).body.response).toMatchObject({
      varnish_app_enabled: false,
      varnish_enabled: false,
    })
    await post('/app/manage/enforce_https', { ...ids, status: 'enable' })
    expect((await get(`/app/get_settings_value?${query}`)).body.enforce_https).toBe(1)
    const list = (await get(`/security/whitelisted?server_id=${server.id}`)).body.data
    expect(JSON.parse(list.ip_list)).toEqual(server.whitelists.sftp.ip_list)
    const mysql = { ...one, tab: 'mysql', type: 'mysql', 'ip[]': ['198.51.100.1'], ipPolicy: 'allow_all' }
    expect((await post('/security/whitelisted', { ...mysql, type: 'sftp' })).status).toBe(422)
    await post('/security/whitelisted', mysql)
    expect((await get(`/security/whitelistedIpsMysql?server_id=${server.id}`)).body.ip_list).toEqual([
      '198.51.100.1',
    ])
    const blocked = server.blacklisted[0]
    expect((await get(`/security/isBlacklisted?server_id=${server.id}&ip=${blocked}`)).body).toEqual({
      ip_status: true,
    })
  })

  it('alerts in pages of twenty', async () => {
    const { get } = setUp()
    const first = (await get('/alerts/')).body.alerts
    expect(first).toHaveLength(20)
    const second = (await get(`/alerts/${first.at(-1).id}`)).body.alerts
    expect(second).toHaveLength(5)
    const ids = [...first, ...second].map((one: { id: number }) => one.id)
    expect(new Set(ids).size).toBe(25)
  })
})
