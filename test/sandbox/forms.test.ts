import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { oddities } from '../../src/sandbox/edits.ts'
import { failedWays } from '../../src/sandbox/faults.ts'
import { forms } from '../../src/sandbox/forms.ts'
import { createSandbox, type Forms } from '../../src/sandbox/index.ts'
import { answers } from '../../src/sandbox/wrong-answers.ts'
import { client } from './requests.ts'

function setUp(chosen: Partial<Forms> = {}) {
  const sandbox = createSandbox({ operationSeconds: 0, forms: chosen })
  const [app, staging, blog] = sandbox.state.apps
  const apps = { app: app!, staging: staging!, blog: blog! }
  return { sandbox, ...client(sandbox), server: sandbox.state.servers[0]!, ...apps }
}

const rowOf = async ({ get }: ReturnType<typeof setUp>, server = 0, app = 0) => {
  const { servers } = (await get('/server')).body
  return { server: servers[server], app: servers[server].apps[app] }
}

describe('forms', () => {
  it('are checked like options', () => {
    const create = createSandbox as (options: object) => unknown
    expect(() => create({ forms: { grph: 'task' } })).toThrow(/did you mean 'graph'/)
    expect(() => create({ forms: { graph: 'tasks' } })).toThrow(/did you mean 'task'/)
    expect(() => create({ forms: { graph: undefined } })).not.toThrow()
    expect(Object.keys(forms).length).toBeGreaterThan(10)
  })

  it('and wrong answers are on the page of testing, each by its name', () => {
    const page = readFileSync(new URL('../../src/docs/testing.md', import.meta.url), 'utf8')
    for (const [name, values] of Object.entries(forms)) {
      expect(page).toContain(`| \`${name}\` | ${values.map((value) => `\`${value}\``).join(', ')} |`)
    }
    const named = [...Object.keys(answers), ...failedWays, ...oddities]
    expect(named.filter((name) => !page.includes(`'${name}'`))).toEqual([])
  })

  it.each<[Forms['blocked'], object, object]>([
    ['status', { ip_status: true }, { ip_status: false }],
    ['boolean', { ip_list: true }, { ip_list: false }],
    ['list', { ip_list: ['192.0.2.66'] }, { ip_list: ['192.0.2.66'] }],
    ['nothing', {}, {}],
  ])('a blocked address by %s', async (blocked, yes, no) => {
    const { get, server } = setUp({ blocked })
    const ask = async (ip: string) =>
      (await get(`/security/isBlacklisted?server_id=${server.id}&ip=${ip}`)).body
    expect([await ask(server.blacklisted[0]!), await ask('198.51.100.4')]).toEqual([yes, no])
  })

  it('allow lists as text and as a list, with blank entries as they were written', async () => {
    const text = setUp({ mysqlList: 'text' })
    text.server.whitelists.sftp.ip_list = ['', '198.51.100.7', ' ']
    text.server.whitelists.mysql.ip_list = ['198.51.100.9', '']
    const read = (path: string, from: typeof text) => from.get(`${path}?server_id=${from.server.id}`)
    expect((await read('/security/whitelisted', text)).body).toEqual({
      data: { ip_list: '["","198.51.100.7"," "]', policy: 'allow_all' },
    })
    expect((await read('/security/whitelistedIpsMysql', text)).body).toEqual({
      data: { ip_list: '["198.51.100.9",""]' },
    })
    const list = setUp({ sftpList: 'list' })
    expect((await read('/security/whitelisted', list)).body).toEqual({
      ip_list: list.server.whitelists.sftp.ip_list,
    })
    expect(Object.keys((await read('/security/whitelistedIpsMysql', list)).body)).toEqual(['ip_list'])
  })

  it('block_all for MySQL', async () => {
    for (const [mysqlBlockAll, status] of [
      ['refused', 422],
      ['accepted', 200],
    ] as const) {
      const { post, server } = setUp({ mysqlBlockAll })
      const list = { server_id: server.id, tab: 'mysql', type: 'mysql', 'ip[]': ['198.51.100.1'] }
      expect((await post('/security/whitelisted', { ...list, ipPolicy: 'block_all' })).status).toBe(status)
      expect((await post('/security/whitelisted', { ...list, ipPolicy: 'allow_all' })).status).toBe(200)
      const sftp = { ...list, tab: 'sftp', type: 'sftp', ipPolicy: 'block_all' }
      expect((await post('/security/whitelisted', sftp)).status).toBe(200)
    }
  })

  it('rows of servers: keys of the master user are told nowhere or in the row', async () => {
    const { server } = await rowOf(setUp({ masterKeys: 'untold' }))
    expect(server).not.toHaveProperty('ssh_keys')
    expect(server).toMatchObject({
      memory_size: 2048,
      backup_retention: '4',
      backup_time: '0110',
      storage: null,
    })
    expect((await rowOf(setUp({ masterKeys: 'told' }))).server.ssh_keys).toHaveLength(1)
  })

  it('rows of applications: aliases, domains', async () => {
    const usual = await rowOf(setUp())
    expect(usual.app).toMatchObject({ aliases: ['example.com'], cname: 'www.example.com', is_enable: '1' })
    const other = setUp({ aliases: 'text', domain: 'url', noDomain: 'empty' })
    other.app.aliases.push('shop.example.com')
    expect((await rowOf(other)).app).toMatchObject({
      aliases: 'example.com,shop.example.com',
      cname: 'https://www.example.com',
    })
    const [without, without2] = [(await rowOf(setUp(), 0, 1)).app, (await rowOf(other, 0, 1)).app]
    expect([without.cname, without2.cname]).toEqual([null, ''])
    expect(without).toMatchObject({ is_staging: '1', source_app_id: '90021', source_server_id: '70011' })
  })

  it('rows of applications: a certificate, a wildcard, a custom certificate', async () => {
    const usual = setUp()
    const plain = (await rowOf(usual)).app
    expect(plain).toMatchObject({ own_ssl: null, wild_card: null, is_csr_installed: '0' })
    expect(plain.lets_encrypt).toMatchObject({
      auto: true,
      type: 'le',
      ssl_domains: ['www.example.com'],
      app_prefix: plain.sys_user,
      is_verified: true,
      is_installed: true,
      challenges: [],
    })
    const wildcard = (await rowOf(usual, 2)).app
    expect(wildcard).toMatchObject({
      wild_card: '1',
      lets_encrypt: { type: 'wc', ssl_domains: ['example.org'] },
    })
    const custom = (await rowOf(usual, 0, 2)).app
    expect(custom).toMatchObject({
      lets_encrypt: null,
      own_ssl: { is_installed: true },
      is_csr_installed: '1',
    })
    expect((await rowOf(setUp({ ownSsl: 'flag' }), 0, 2)).app.own_ssl).toBe('1')
  })

  it.each<[Forms['stoppedServices'], unknown]>([
    ['unchanged', 'running'],
    ['stopped', 'stopped'],
    ['empty', undefined],
  ])('services of a stopped server: %s', async (stoppedServices, nginx) => {
    const { get, post, server } = setUp({ stoppedServices, flags: 'number' })
    const read = async () => (await get(`/service?server_id=${server.id}`)).body.services.status
    expect(await read()).toMatchObject({ nginx: 'running', 'php8.3-fpm': 'running', redis_enabled: 1 })
    await post('/server/stop', { server_id: server.id })
    expect((await read()).nginx).toBe(nginx)
    expect(Array.isArray(await read())).toBe(stoppedServices === 'empty')
    await post('/server/start', { server_id: server.id })
    expect((await read()).nginx).toBe('running')
  })

  it('services of a stopped server: refused', async () => {
    const { get, post, server } = setUp({ stoppedServices: 'refused' })
    await post('/server/stop', { server_id: server.id })
    expect((await get(`/service?server_id=${server.id}`)).status).toBe(422)
  })
})

describe('a service of PHP', () => {
  it('can be restarted, and follows the version of the server', async () => {
    const { get, post, server } = setUp()
    const one = { server_id: server.id }
    expect((await post('/service/state', { ...one, service: 'php8.3-fpm', state: 'restart' })).body).toEqual({
      service_status: { status: 'running' },
    })
    expect((await post('/service/state', { ...one, service: 'php7.4-fpm', state: 'restart' })).status).toBe(
      422,
    )
    await post('/server/manage/package', { ...one, package_name: 'php', package_version: '8.2' })
    const { status } = (await get(`/service?server_id=${server.id}`)).body.services
    expect([status['php8.2-fpm'], status['php8.3-fpm']]).toEqual(['running', undefined])
  })
})

describe('a custom certificate', () => {
  const pem = { crt: '-----BEGIN CERTIFICATE-----', ssl_key: '-----BEGIN PRIVATE KEY-----' }

  it.each<[Forms['ownSslCall'], string, string]>([
    ['ownSSL ssl_crt', '/security/ownSSL', 'ssl_crt'],
    ['own_ssl ssl_crt', '/security/own_ssl', 'ssl_crt'],
    ['own_ssl ssl_cert', '/security/own_ssl', 'ssl_cert'],
  ])('is taken by %s alone', async (ownSslCall, path, field) => {
    const { sandbox, post, staging } = setUp({ ownSslCall })
    const ids = { server_id: staging.server_id, app_id: staging.id }
    const other = path === '/security/ownSSL' ? '/security/own_ssl' : '/security/ownSSL'
    const form = { ...ids, ssl_key: pem.ssl_key, [field]: pem.crt }
    expect((await post(other, form)).text).toBe('You have reached Cloudways API.')
    const wrong = field === 'ssl_crt' ? 'ssl_cert' : 'ssl_crt'
    const refused = await post(path, { ...ids, ssl_key: pem.ssl_key, [wrong]: pem.crt })
    expect([refused.status, Object.keys(refused.body)]).toEqual([422, expect.arrayContaining([field])])
    expect(staging.certificate).toBeNull()
    expect((await post(path, { ...form, [field]: 'text' })).body[field]).toMatchObject([{ code: 'format' }])
    expect((await post(path, form)).text).toBe('[]')
    expect(staging.certificate).toMatchObject({ type: 'custom' })
    expect(sandbox.mutations).toHaveLength(1)
  })

  it('may be sent under both names at the second path', async () => {
    for (const ownSslCall of ['own_ssl ssl_crt', 'own_ssl ssl_cert'] as const) {
      const { sandbox, post, staging } = setUp({ ownSslCall })
      const both = { ssl_crt: pem.crt, ssl_cert: pem.crt, ssl_key: pem.ssl_key }
      const ids = { server_id: staging.server_id, app_id: staging.id }
      expect(
        (await post('/security/ownSSL', { ...ids, ssl_crt: pem.crt, ssl_key: pem.ssl_key })).status,
      ).toBe(200)
      expect((await post('/security/own_ssl', { ...ids, ...both })).text).toBe('[]')
      // The first attempt goes to a documented path: it breaks no rule.
      expect(sandbox.violations).toEqual([])
    }
  })
})

describe('a wildcard certificate', () => {
  it('is kept by its bare domain', async () => {
    const { sandbox, get, post, staging } = setUp()
    const ids = { server_id: staging.server_id, app_id: staging.id }
    const form = { ...ids, ssl_email: 'ops@example.com', wild_card: 'true', 'ssl_domains[]': '*.example.com' }
    const { wildcard } = (await post('/security/createDNS', form)).body.wildcard_ssl
    expect(wildcard).toMatchObject({ type: 'wc', is_verified: false, ssl_domains: ['example.com'] })
    const verified = (await post('/security/verifyDNS', form)).body.wildcard_ssl.wildcard
    expect(verified).toMatchObject({ is_verified: true, app_prefix: staging.sys_user })
    await post('/security/lets_encrypt_install', form)
    const row = (await get('/server')).body.servers[0].apps[1]
    expect(row).toMatchObject({ wild_card: '1', lets_encrypt: { type: 'wc', ssl_domains: ['example.com'] } })
    expect(
      (await post('/security/lets_encrypt_revoke', { ...ids, ssl_domain: '*.example.com' })).status,
    ).toBe(200)
    expect(sandbox.state.apps[1]!.certificate).toBeNull()
  })
})
