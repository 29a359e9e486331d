/** Staging copies, SSH of an application and challenges: what a change leaves shows in a later read. */
import { describe, expect, it } from 'vitest'
import { createSandbox } from '../../src/sandbox/index.ts'
import { client } from './requests.ts'

const live = { server_id: '70011', app_id: '90021' }
const copy = { server_id: '70011', app_id: '90022' }
const query = new URLSearchParams(copy)

function setUp(forms: object = {}) {
  const sandbox = createSandbox({ operationSeconds: 0, forms })
  const [store, staging, blog] = sandbox.state.apps
  return { sandbox, ...client(sandbox), store: store!, staging: staging!, blog: blog! }
}

const sync = (action: string, to: typeof live, from: typeof live, more: object) => ({
  ...to,
  action,
  source_server_id: from.server_id,
  source_app_id: from.app_id,
  ...more,
})

describe('a sync', () => {
  it('overwrites the application that the call names, and no other', async () => {
    const { post, get, store, staging, sandbox } = setUp()
    await post('/sync/app', sync('push', live, copy, { appFiles: 'true', backup: 'true' }))
    await get('/server')
    expect(store.content).toMatchObject({ files: '90022', database: '90021' })
    expect(store.local_backup_exists).toBe(true)
    await post('/sync/app', sync('pull', copy, live, { dbFiles: 'true' }))
    await get('/server')
    expect(staging.content).toMatchObject({ files: '90022', database: '90021' })
    expect(sandbox.violations).toEqual([])
  })

  it.each([
    ['push', copy, live],
    ['pull', live, copy],
    ['push', { ...live, app_id: '90023' }, copy],
  ])('is refused the wrong way round: %s to %j', async (action, to, from) => {
    const { post, get, sandbox } = setUp()
    const { body } = await post('/sync/app', sync(action, to, from, { appFiles: 'true' }))
    await get('/server')
    expect(body).toMatchObject({ status: false })
    for (const app of sandbox.state.apps)
      expect(app.content).toMatchObject({ files: app.id, database: app.id })
  })

  it('is in the log, and its backup can be deleted once', async () => {
    const { post, get, store } = setUp()
    await post('/sync/app', sync('push', live, copy, { appFiles: 'true', backup: 'true' }))
    const { logs } = (await get(`/staging/app/logs?${query}`)).body
    expect(logs[0].description).toBe('Push to live done')
    await post('/staging/app/deleteBackup', copy)
    await get('/server')
    expect(store.local_backup_exists).toBe(false)
    expect((await post('/staging/app/deleteBackup', copy)).body).toMatchObject({ status: false })
  })

  it.each(['map', 'rows', 'text'])('has its log as %s', async (stagingLogs) => {
    const { get } = setUp({ stagingLogs })
    const { body } = await get(`/staging/app/logs?${query}`)
    const rows = stagingLogs === 'map' ? body.logs : body
    expect(JSON.stringify(rows)).toContain('2026-05-01 07:00:00')
    expect(Array.isArray(rows)).toBe(stagingLogs !== 'text')
  })
})

it('a staging copy has what its source has, and a login of its own', async () => {
  const { post, get, sandbox } = setUp()
  await post('/staging/app/cloneApp', { server_id: '70011', app_id: '90023' })
  await get('/server')
  const made = sandbox.state.apps.at(-1)!
  expect(made).toMatchObject({ is_staging: '1', source_app_id: '90023', content: { files: '90023' } })
  await post('/staging/htaccessUpdate', { ...copy, username: 'tester', password: 'example' })
  expect(sandbox.state.apps[1]?.content.login).toEqual({ username: 'tester', password: 'example' })
})

it('SSH of an application may be switched on at the second word only', async () => {
  const { post, get, store } = setUp({ sshSwitch: 'confirmed' })
  const set = async (update_perms_action: string) =>
    (await post('/app/updateAppSshPerms', { ...live, update_perms_action })).body
  const isOn = async () =>
    (await get(`/app/getAppSshPerms?${new URLSearchParams(live)}`)).body.response.ssh_status[store.sys_user]
  expect(await set('disable')).toEqual({ status: true, confirmation: false })
  expect(await isOn()).toBe(false)
  expect(await set('enable')).toEqual({ status: true, confirmation: true })
  expect(await isOn()).toBe(false)
  expect(await set('confirmed_enable')).toEqual({ status: true, confirmation: false })
  expect(await isOn()).toBe(true)
})

it('the record of a wildcard is there when it was asked for', async () => {
  const { post } = setUp()
  const asked = { ...live, ssl_email: 'ops@example.com', wild_card: 'true' }
  const verified = async (domain: string) =>
    (await post('/security/verifyDNS', { ...asked, 'ssl_domains[]': domain })).body.wildcard_ssl.wildcard
      .is_verified
  expect(await verified('example.com')).toBe(false)
  await post('/security/createDNS', { ...asked, 'ssl_domains[]': 'example.com' })
  expect(await verified('example.com')).toBe(true)
  expect(await verified('example.org')).toBe(false)
})
