/** Who gets in by SSH: keys, users of an app, the switch. */
import { describe, expect, it } from 'vitest'
import { privateKey } from '../support/pem.ts'
import { setUp, unguarded } from '../support/toolkit.ts'
import { failure, json, startUpstream, toolkit } from '../support/upstream.ts'
import { publicKey } from './samples/people.ts'

const app = { server_id: '70011', app_id: '90021' }

describe('a private key in place of a public one', () => {
  const openSsh = `-----BEGIN OPENSSH PRIVATE KEY-----\n${btoa('openssh-key-v1\0canaryPrivateKey')}\n-----END OPENSSH PRIVATE KEY-----`
  const putty = 'PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nPrivate-Lines: 1\ncanaryPrivateKey'

  it.each([
    ['in PEM form', privateKey],
    ['of OpenSSH', openSsh],
    ['of PuTTY', putty],
    ['without its frame', btoa('openssh-key-v1\0canaryPrivateKey')],
    ['behind a public one', `${publicKey}\n${openSsh}`],
  ])('%s is refused, and repeated nowhere', async (_, ssh_key) => {
    const asked: unknown[] = []
    const { cloudways, sandbox, events } = setUp({
      ...unguarded,
      confirm: 'disruptive',
      auditArguments: true,
      onConfirm: (plan) => {
        asked.push(plan)
        return true
      },
    })
    const error = await failure(
      cloudways.call('add_ssh_key', { server_id: '70011', ssh_key_name: 'laptop', ssh_key }),
    )
    expect(error).toMatchObject({ code: 'invalid_input', message: expect.stringContaining('private one') })
    const told = [
      String(error),
      JSON.stringify(error),
      JSON.stringify(events),
      JSON.stringify(sandbox.requests),
    ]
    const inside = ssh_key.split('\n').filter((line) => line.length > 20 && !/^-----|^ssh-|File/.test(line))
    for (const line of [...inside, 'canaryPrivateKey'])
      for (const text of told) expect(text).not.toContain(line)
    expect(sandbox.mutations).toEqual([])
    expect(asked).toEqual([])
  })
})

it.each([
  ['no key at all', 'laptop'],
  ['a type alone', 'ssh-ed25519'],
  ['a type that is not that of the key', publicKey.replace('ssh-ed25519', 'ssh-rsa')],
  ['two lines', `${publicKey}\n${publicKey}`],
  ['options before the key', `command="x" ${publicKey}`],
])('%s is no public key', async (_, ssh_key) => {
  const { cloudways, sandbox } = setUp(unguarded)
  const call = cloudways.call('add_ssh_key', { server_id: '70011', ssh_key_name: 'laptop', ssh_key })
  expect(await failure(call)).toMatchObject({ code: 'invalid_input' })
  expect(sandbox.mutations).toEqual([])
})

it('a key for the whole server says so, and one for a user of an app does not', async () => {
  const { cloudways, sandbox } = setUp(unguarded)
  const key = { server_id: '70011', ssh_key_name: 'laptop', ssh_key: `  ${publicKey}\n` }
  expect((await cloudways.plan('add_ssh_key', key)).impact).toMatch(/sam@laptop.*databases of ALL its apps/)
  const one = await cloudways.plan('add_ssh_key', { ...key, app_cred_id: '3321' })
  expect(one.impact).toMatch(/user 3321 of one app/)
  expect(one.impact).not.toContain('ALL')
  const made = await cloudways.call('add_ssh_key', { ...key, app_cred_id: '3321' })
  const kept = sandbox.state.servers[0]?.ssh_keys.find(({ id }) => id === made.id)
  expect(kept).toMatchObject({ public_key: publicKey, app_creds_id: '3321' })
  const again = await cloudways.call('add_ssh_key', { ...key, app_cred_id: '3321' })
  expect(again.id).toBe(made.id)
  expect(sandbox.mutations).toHaveLength(1)
})

describe('the switch of SSH', () => {
  it('is not done until the platform has its confirmation, which takes another yes', async () => {
    const plans: unknown[] = []
    const onConfirm = (plan: unknown) => {
      plans.push(plan)
      return true
    }
    const { cloudways, sandbox } = setUp(
      { ...unguarded, confirm: 'disruptive', onConfirm },
      { forms: { sshSwitch: 'confirmed' } },
    )
    await cloudways.call('set_app_ssh_access', { ...app, status: 'disable' })
    expect(await cloudways.call('get_app_ssh_access', app)).toMatchObject({ enabled: false })
    const first = await cloudways.call('set_app_ssh_access', { ...app, status: 'enable' })
    expect(first).toMatchObject({ done: false, note: expect.stringContaining('confirmed: true') })
    expect(await cloudways.call('get_app_ssh_access', app)).toMatchObject({ enabled: false })
    const second = await cloudways.call('set_app_ssh_access', { ...app, status: 'enable', confirmed: true })
    expect(second).toMatchObject({ done: true })
    expect(await cloudways.call('get_app_ssh_access', app)).toMatchObject({ enabled: true })
    expect(plans).toHaveLength(3)
    expect(sandbox.violations).toEqual([])
  })

  it('never sends a confirmation to switch it off', async () => {
    const { cloudways, sandbox } = setUp(unguarded)
    await cloudways.call('set_app_ssh_access', { ...app, status: 'disable', confirmed: true })
    expect(sandbox.mutations[0]?.body).toMatchObject({ update_perms_action: 'disable' })
  })

  it.each([
    [{ abc: '1' }, true],
    [{ abc: false }, false],
    [{ abc: true, def: false }, null],
    [{ abc: 'maybe' }, null],
    [[], null],
    [null, null],
  ])('is read from %j as %j', async (ssh_status, enabled) => {
    const { url } = await startUpstream({ 'GET /app/getAppSshPerms': json({ response: { ssh_status } }) })
    expect(await toolkit(url, unguarded).call('get_app_ssh_access', app)).toMatchObject({ enabled })
  })
})

describe('a user of an app', () => {
  it('is named before it is locked out, and its password is nowhere', async () => {
    const { cloudways, sandbox } = setUp(unguarded)
    const user = { ...app, app_cred_id: '3321' }
    const [cred] = sandbox.state.apps[0]?.creds ?? []
    for (const plan of [
      await cloudways.plan('delete_app_credential', user),
      await cloudways.plan('update_app_credential', {
        ...user,
        username: 'other',
        password: 'canary-Password-1',
      }),
    ]) {
      expect(plan.impact).toContain('deploy90021')
      expect(plan.impact).toMatch(/locked out/)
      expect(JSON.stringify(plan)).not.toContain(cred?.sys_password)
      expect(JSON.stringify(plan)).not.toContain('canary-Password-1')
    }
    await cloudways.call('delete_app_credential', user)
    expect(sandbox.state.apps[0]?.creds).toEqual([])
  })

  it.each(['', '-rf', 'a b', 'root;id', 'x'.repeat(65)])('is not called %j', async (username) => {
    const { cloudways, sandbox } = setUp(unguarded)
    const call = cloudways.call('create_app_credential', { ...app, username, password: 'example-Password-1' })
    expect(await failure(call)).toMatchObject({ code: 'invalid_input' })
    expect(sandbox.mutations).toEqual([])
  })
})

describe('a wildcard certificate', () => {
  it('takes three steps, each of which names the next', async () => {
    const { cloudways, sandbox } = setUp(unguarded)
    const asked = { ...app, ssl_email: 'ops@example.com', ssl_domains: ['*.example.com', 'example.com'] }
    const early = await cloudways.call('verify_wildcard_challenge', asked)
    expect(early).toMatchObject({ verified: false })
    const created = await cloudways.call('create_wildcard_challenge', asked)
    expect(created).toMatchObject({
      ...{ verified: false, domains: ['example.com'], app_prefix: sandbox.state.apps[0]?.sys_user },
      next_steps: [{ tool: 'verify_wildcard_challenge' }],
    })
    const verified = await cloudways.call('verify_wildcard_challenge', asked)
    expect(verified).toMatchObject({
      verified: true,
      next_steps: [{ tool: 'install_letsencrypt', input: { wild_card: true } }],
    })
    expect(sandbox.violations).toEqual([])
  })

  it.each([[{ wildcard: { is_verified: null } }], [{ wildcard: null }], [{ message: 'x' }]])(
    'of which nothing is told is not verified: %j',
    async (wildcard_ssl) => {
      const { url } = await startUpstream({ 'POST /security/verifyDNS': json({ wildcard_ssl }) })
      const asked = { ...app, ssl_email: 'ops@example.com', ssl_domains: ['example.com'] }
      const answer = await toolkit(url, unguarded).call('verify_wildcard_challenge', asked)
      expect(answer).toMatchObject({ verified: null })
      expect(answer).not.toHaveProperty('next_steps')
    },
  )
})

describe('a password that is left out', () => {
  const user = { ...app, username: 'tester' }
  const calls: [string, object][] = [
    ['create_app_credential', user],
    ['update_app_credential', { ...user, app_cred_id: '3321' }],
    ['set_staging_credentials', { ...user, app_id: '90022' }],
  ]

  it.each(calls)('by %s is in force, and a person alone has it', async (tool, input) => {
    const found: Record<string, string>[] = []
    const { cloudways, sandbox } = setUp({
      ...unguarded,
      onSecrets: ({ values }) => {
        found.push(values as Record<string, string>)
        return 'A person finds it on a page.'
      },
    })
    const answer = await cloudways.call(tool as never, input as never)
    const [store, copy] = sandbox.state.apps
    const set = [copy?.content.login?.password, ...(store?.creds ?? []).map((one) => one.sys_password)]
    expect(set).toContain(found[0]?.password)
    expect(answer).toMatchObject({ secrets: 'A person finds it on a page.' })
    expect(JSON.stringify(answer)).not.toContain(found[0]?.password)
  })

  it.each(calls)('by %s changes nothing where nobody takes it', async (tool, input) => {
    const { cloudways, sandbox } = setUp(unguarded)
    await failure(cloudways.call(tool as never, input as never))
    expect(sandbox.mutations).toEqual([])
  })
})
