/** What answers tell that proves their result: a copy, a certificate, and how to sign in to an app. */
import type { FoundSecrets } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import { certificate, privateKey } from '../support/pem.ts'
import { setUp, unguarded } from '../support/toolkit.ts'
import { json, startUpstream, toolkit } from '../support/upstream.ts'

const app = { server_id: 70011, app_id: 90021 }

describe('clone_app', () => {
  const clone = { ...app, app_label: 'redesign' }

  it('answers id, domain and project of the copy, and who can delete it', async () => {
    const { cloudways } = setUp({ ...unguarded, preset: 'core' })
    const answer = await cloudways.call('clone_app', { ...clone, project_name: 'Redesign' })
    expect(answer).toMatchObject({
      state: 'completed',
      app_id: expect.stringMatching(/^\d+$/),
      label: 'redesign',
      type: 'wordpress',
      domain: `wordpress-70011-${answer.app_id}.cloudwaysapps.com`,
      project: { name: 'Redesign' },
      deletion: expect.stringContaining('a person deletes it'),
    })
    expect(await cloudways.call('clone_app', { ...clone, project_name: 'Redesign' })).toMatchObject({
      repeated: true,
      app_id: answer.app_id,
      domain: answer.domain,
    })
  })

  it('says nothing of a person where a listed tool deletes the copy', async () => {
    const { cloudways } = setUp(unguarded)
    expect(await cloudways.call('clone_app', clone)).not.toHaveProperty('deletion')
  })

  it('says that the copy is in no project where it is in none', async () => {
    const { cloudways } = setUp(unguarded)
    expect(await cloudways.call('clone_app', clone)).toMatchObject({ project: null })
  })

  it('costs the proof alone where the copy can not be read', async () => {
    const { cloudways, sandbox } = setUp(unguarded)
    sandbox.fail({ operation: 'app_clone', set: { app_id: undefined } })
    const answer = await cloudways.call('clone_app', clone)
    expect(answer).toMatchObject({ state: 'completed', not_read: expect.stringContaining('list_apps') })
    expect(answer.domain).toBeUndefined()
  })

  it('knows a project without its name', async () => {
    const { cloudways, sandbox } = setUp(unguarded)
    sandbox.fail({ operation: 'project_list', status: 404 })
    const answer = await cloudways.call('clone_app', { ...clone, project_name: 'Redesign' })
    expect(answer.project).toEqual({ id: expect.any(String), name: null })
    expect(answer).not.toHaveProperty('not_read')
  })
})

describe('a change of a certificate', () => {
  it('answers what is covered after it, and what is not', async () => {
    const { cloudways } = setUp(unguarded)
    const mail = { ssl_email: 'ops@example.com' }
    const one = await cloudways.call('install_letsencrypt', {
      ...app,
      ...mail,
      ssl_domains: ['www.example.com'],
    })
    expect(one.certificate).toEqual({
      kind: 'letsencrypt',
      covers: ['www.example.com'],
      not_covered: ['example.com'],
      auto_renewal: true,
      installed: true,
      valid_until: null,
    })
    const both = ['www.example.com', 'example.com']
    const two = await cloudways.call('install_letsencrypt', { ...app, ...mail, ssl_domains: both })
    expect(two.certificate).toMatchObject({ covers: both, not_covered: [] })
    expect((await cloudways.call('renew_letsencrypt', app)).certificate).toEqual(two.certificate)
    const off = await cloudways.call('set_letsencrypt_auto_renewal', { ...app, auto: false })
    expect(off.certificate).toMatchObject({ auto_renewal: false })
    const gone = await cloudways.call('revoke_letsencrypt', { ...app, ssl_domain: 'www.example.com' })
    expect(gone.certificate).toMatchObject({ kind: 'none', covers: [], not_covered: both })
  })

  it("takes the domains of a certificate of one's own from its file", async () => {
    const { cloudways } = setUp(unguarded)
    const files = { ssl_crt: certificate, ssl_key: privateKey }
    const answer = await cloudways.call('install_ssl_certificate', { ...app, ...files })
    expect(answer.certificate).toMatchObject({ kind: 'own', auto_renewal: null, valid_until: null })
    expect(answer.certificate?.covers?.length).toBeGreaterThan(0)
    const gone = await cloudways.call('remove_ssl_certificate', app)
    expect(gone.certificate).toMatchObject({ kind: 'none' })
  })

  it('tells an unknown certificate as unknown', async () => {
    const { cloudways, sandbox } = setUp(unguarded)
    const places = {
      'servers[].apps[].lets_encrypt': 'something else',
      'servers[].apps[].own_ssl': undefined,
    }
    sandbox.fail({ operation: 'server_list', set: places, times: Number.POSITIVE_INFINITY })
    const answer = await cloudways.call('set_letsencrypt_auto_renewal', { ...app, auto: true })
    expect(answer.certificate).toMatchObject({ kind: 'unknown', covers: null, not_covered: null })
  })

  it('is made although the list can not be read after it', async () => {
    const { url } = await startUpstream({ 'POST /security/lets_encrypt_auto': json([]) })
    const input = { server_id: 1, app_id: 2, auto: true }
    const answer = await toolkit(url, unguarded).call('set_letsencrypt_auto_renewal', input)
    expect(answer).toMatchObject({ state: 'completed', not_read: expect.any(String) })
  })
})

describe('get_app_credentials', () => {
  it('tells host, port, folder, and which user is which', async () => {
    const { cloudways, sandbox } = setUp(unguarded)
    const answer = await cloudways.call('get_app_credentials', app)
    const [server] = sandbox.state.servers
    expect(answer).toMatchObject({
      host: server?.public_ip,
      port: expect.stringContaining('22, assumed'),
      folder: 'public_html',
      app_user: sandbox.state.apps[0]?.sys_user,
      master_user: server?.master_user,
      users: expect.stringContaining('app_creds'),
      app_creds: [{ sys_user: 'deploy90021' }],
    })
    for (const secret of sandbox.secrets) expect(JSON.stringify(answer)).not.toContain(secret)
  })

  it('hands each password over with the user whose it is', async () => {
    const found: FoundSecrets[] = []
    const onSecrets = (one: FoundSecrets) => `there, ${found.push(one)}`
    const { cloudways } = setUp({ ...unguarded, onSecrets })
    await cloudways.call('get_app_credentials', app)
    expect(found).toMatchObject([{ users: { 'app_creds.0.sys_password': 'deploy90021' } }])
  })

  it('tells the users where the place is not told', async () => {
    const creds = json({ app_creds: [{ id: 3, sys_user: 'deploy', ssh_keys: null }] })
    const odd = json({ servers: [{ id: 1, public_ip: [], apps: [{ id: 2, webroot: null }] }] })
    const unread = await startUpstream({ 'GET /app/creds': creds })
    const unknown = await startUpstream({ 'GET /app/creds': creds, 'GET /server': odd })
    const call = ({ url }: { url: string }) =>
      toolkit(url).call('get_app_credentials', { server_id: 1, app_id: 2 })
    const none = { host: null, folder: null, app_user: null, master_user: null }
    expect(await call(unread)).toMatchObject({
      ...none,
      app_creds: [{ id: '3' }],
      not_read: expect.any(String),
    })
    expect(await call(unknown)).toMatchObject({ ...none, app_creds: [{ id: '3' }] })
  })
})
