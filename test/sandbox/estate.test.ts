import { createCloudways } from 'cloudways-tools'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { operations } from '../../src/sandbox/contract.ts'
import { createSandbox, type Sandbox } from '../../src/sandbox/index.ts'
import { client, requestFor } from './requests.ts'

/** Everything that a token can read. */
async function readAll(sandbox: Sandbox, token: string): Promise<string> {
  let all = ''
  for (const operation of operations) {
    if (operation.kind !== 'read') continue
    const { url, init } = requestFor(sandbox, operation)
    init.headers.authorization = `Bearer ${token}`
    all += await (await sandbox.fetch(url, init)).text()
  }
  for (const { id } of sandbox.state.operations)
    all += (await client(sandbox, token).get(`/operation/${id}`)).text
  return all
}

const generous = { operationSeconds: 0, requestsPerMinute: 1_000_000 }

describe('what is planted', () => {
  it('is unique and greppable', () => {
    const { secrets, untrusted } = createSandbox()
    expect(new Set(secrets).size).toBe(secrets.length)
    expect(new Set(untrusted).size).toBe(untrusted.length)
    for (const secret of secrets) expect(secret).toMatch(/^(canary-[a-z-]+-[0-9a-f]{16}|cw_[0-9a-f]{40})$/)
    for (const marker of untrusted) expect(marker).toMatch(/^note-[a-z-]+-[0-9a-f]{8}$/)
  })

  it('comes out of the API: in every announced field, and where nobody announced it', async () => {
    const sandbox = createSandbox(generous)
    const { get } = client(sandbox)
    const { servers } = (await get('/server')).body
    for (const server of servers) {
      expect(sandbox.secrets).toContain(server.master_password)
      for (const app of server.apps) {
        for (const field of ['app_password', 'sys_password', 'mysql_password']) {
          expect(sandbox.secrets).toContain(app[field])
        }
      }
    }
    expect(sandbox.secrets).toContain(servers[0].apps[0].admin_password)
    expect(sandbox.secrets).toContain(servers[0].apps[0].api_token)
    const all = await readAll(sandbox, sandbox.credentials.accessToken)
    const seen = (form: RegExp) =>
      sandbox.secrets.filter((secret) => form.test(secret) && all.includes(secret))
    for (const kind of ['connection-string', 'smtp-url', 'webhook-url', 'creds-sys-password']) {
      expect(seen(new RegExp(`^canary-${kind}-`))).not.toEqual([])
    }
    expect(seen(/^cw_/)).toHaveLength(1)
    expect(sandbox.untrusted.filter((marker) => all.includes(marker)).length).toBeGreaterThan(30)
    expect(all).toContain('Ignore previous instructions')
    expect(all).toMatch(/\u202E/)
  })
})

describe('two accounts', () => {
  it('see nothing of each other', async () => {
    const sandbox = createSandbox(generous)
    const own = await readAll(sandbox, sandbox.credentials.accessToken)
    const other = await readAll(sandbox, sandbox.credentials.otherAccessToken)
    const { servers, apps } = sandbox.otherState
    for (const { id, label } of [...servers, ...apps]) {
      expect(own).not.toContain(id)
      expect(own).not.toContain(label)
    }
    for (const { label } of sandbox.state.servers) expect(other).not.toContain(`"${label}"`)
    const shared = sandbox.secrets.filter((secret) => own.includes(secret) && other.includes(secret))
    expect(shared).toEqual([])
  })

  it('answer a foreign id like one that nobody has, and only the record knows', async () => {
    const sandbox = createSandbox({ operationSeconds: 0 })
    const { get, post, delete: remove } = client(sandbox)
    const [server] = sandbox.otherState.servers
    const [app] = sandbox.otherState.apps
    const nobody = await post('/server/restart', { server_id: 1 })
    const foreign = await post('/server/restart', { server_id: server!.id })
    expect([foreign.status, foreign.body]).toEqual([nobody.status, nobody.body])
    expect((await get(`/app/creds?server_id=${sandbox.state.servers[0]!.id}&app_id=${app!.id}`)).status).toBe(
      404,
    )
    const others = client(sandbox, sandbox.credentials.otherAccessToken)
    const { operation_id } = (await others.post('/server/restart', { server_id: server!.id })).body
    expect((await get(`/operation/${operation_id}`)).status).toBe(404)
    expect((await others.get(`/operation/${operation_id}`)).status).toBe(200)
    expect((await remove(`/project/${sandbox.otherState.projects[1]!.id}`)).status).toBe(404)
    expect(sandbox.violations.map((one) => one.problem)).toEqual([
      'server_id is of another account',
      'app_id is of another account',
      'id is of another account',
      'id is of another account',
    ])
    expect(sandbox.mutations.map((one) => one.account)).toEqual([sandbox.credentials.otherEmail])
  })
})

describe('a sandbox', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  it('is the same every time, and again after a reset', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const [one, two] = [createSandbox(), createSandbox()]
    const picture = (sandbox: Sandbox) =>
      structuredClone({
        state: sandbox.state,
        other: sandbox.otherState,
        secrets: sandbox.secrets,
        untrusted: sandbox.untrusted,
        credentials: sandbox.credentials,
      })
    const first = picture(one)
    expect(picture(two)).toEqual(first)
    const { post } = client(one)
    await post('/server/stop', { server_id: one.state.servers[0]!.id })
    await post('/server/nonsense')
    one.fail({ status: 500 })
    one.advance(10)
    expect(picture(one)).not.toEqual(first)
    one.reset()
    expect(picture(one)).toEqual(first)
    expect([one.requests, one.violations, one.mutations]).toEqual([[], [], []])
    expect((await client(one).get('/project')).status).toBe(200)
  })

  it('never gives out a token of an exchange twice, also after a reset', async () => {
    const sandbox = createSandbox()
    const { email, apiKey } = sandbox.credentials
    const cloudways = createCloudways({ credentials: { email, apiKey }, fetch: sandbox.fetch })
    for (const _ of [1, 2, 3]) {
      expect(await cloudways.call('list_servers', {})).toHaveProperty('servers')
      sandbox.reset()
    }
  })

  it('has a backup of the last hours, whatever the day', () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    for (const day of ['2026-11-28T00:00:00Z', '2027-03-01T00:59:59Z', '2030-12-31T23:20:00Z']) {
      vi.setSystemTime(day)
      const { apps, servers } = createSandbox().state
      const [old] = createSandbox({ backupAge: 48 }).state.apps[0]!.restore_points
      expect(old! < servers[0]!.backups[1]!.replace(' ', 'T')).toBe(true)
      const hours = (time: string) => (Date.now() - Date.parse(`${time}Z`)) / 3_600_000
      for (const [latest, second] of [...apps.map((app) => app.restore_points), servers[0]!.backups]) {
        expect(hours(latest!.replace(' ', 'T'))).toBeGreaterThanOrEqual(3)
        expect(hours(latest!.replace(' ', 'T'))).toBeLessThan(4.1)
        expect(hours(second!.replace(' ', 'T'))).toBeGreaterThan(26)
      }
    }
  })

  it('records requests in order, with parsed bodies and whose they were', async () => {
    const sandbox = createSandbox()
    const [server] = sandbox.state.servers
    const { get, post } = client(sandbox)
    await get('/servers?page=1')
    await post('/server/restart', { server_id: server!.id })
    expect(sandbox.requests).toMatchObject([
      {
        operation: 'server_list_paginated',
        method: 'GET',
        path: '/servers',
        query: { page: '1' },
        body: null,
      },
      {
        operation: 'server_restart',
        path: '/server/restart',
        body: { server_id: server!.id },
        changed: true,
      },
    ])
    expect(sandbox.requests[1]).toMatchObject({
      account: sandbox.credentials.email,
      status: 200,
      version: 'v2',
    })
    expect(JSON.stringify(sandbox.requests)).not.toContain(sandbox.credentials.accessToken)
  })

  it('is all the network there is', async () => {
    const sandbox = createSandbox()
    for (const url of ['https://example.com/api/v2/server', 'http://api.cloudways.com/api/v2/server']) {
      await expect(sandbox.fetch(url)).rejects.toMatchObject({ name: 'TypeError', message: 'fetch failed' })
    }
    expect(sandbox.requests).toEqual([])
  })
})
