/** Under a scope of single apps, a shared server does not show its own keys and users. */
import type { CloudwaysOptions } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import { setUp } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'
import { changing, ids, sent } from './support.ts'

const key = {
  id: '551',
  label: 'canary-key-of-the-server',
  public_key: 'ssh-ed25519 AAAA',
  app_creds_id: null,
}

function shared(options: CloudwaysOptions) {
  return setUp(options, { forms: { masterKeys: 'told' } }, ({ state }) => {
    Object.assign(state.servers[0] as object, { ssh_keys: [key], master_user: 'master_canary' })
    return {}
  })
}

describe.each<[string, CloudwaysOptions]>([
  ['one app', { apps: ['90021'] }],
  ['one app by its label', { apps: ['store'] }],
  ['some apps', { apps: ['90021', '90022'] }],
  ['an app on a server', { servers: ['shop'], apps: ['90021'] }],
])('under a scope of %s', (_, options) => {
  it('the keys of an app come without those of the server', async () => {
    const whole = await shared({}).cloudways.call('get_ssh_keys', ids)
    expect(JSON.stringify(whole.server)).toContain(key.label)
    const answer = await shared(options).cloudways.call('get_ssh_keys', ids)
    expect(answer.app).toEqual(whole.app)
    expect(JSON.stringify(answer)).not.toContain(key.label)
  })

  it('the list of servers comes without their keys and their master user', async () => {
    const input = { detail: 'full' as const }
    const whole = JSON.stringify(await shared({}).cloudways.call('list_servers', input))
    expect(whole).toContain(key.label)
    expect(whole).toContain('master_canary')
    const { servers } = await shared(options).cloudways.call('list_servers', input)
    expect(servers).toMatchObject([{ id: '70011', label: 'shop' }])
    expect(JSON.stringify(servers)).not.toContain('canary')
    for (const row of servers) {
      expect(row).not.toHaveProperty('ssh_keys')
      expect(row).not.toHaveProperty('master_user')
    }
  })

  it.each(['ssh_keys', 'ssh_keys.label', 'master_user'])(
    'the list of servers has no field %s',
    async (field) => {
      const fields = ['id', field]
      expect(JSON.stringify(await shared({}).cloudways.call('list_servers', { fields }))).toContain('canary')
      const answer = await shared(options)
        .cloudways.call('list_servers', { fields })
        .catch((error) => error)
      expect(JSON.stringify(answer)).not.toContain('canary')
    },
  )
})

describe('a copy whose label would be within the scope', () => {
  it.each<[string, CloudwaysOptions, string]>([
    ['an app', { apps: ['store', 'copy'] }, 'copy'],
    ['an app, in another case', { apps: ['store', 'copy'] }, 'COPY'],
    ['an app, with what nobody sees', { apps: ['store', 'copy'] }, 'co\u00adpy '],
    ['an app that is there', { apps: ['store'] }, 'store'],
    ['an app by its id', { apps: ['90021', '90023'] }, '90023'],
    ['a server', { servers: ['shop', 'agency'] }, 'agency'],
    ['a server, beside an app', { servers: ['shop'], apps: ['store'] }, 'shop'],
  ])('is not made: %s', async (_, options, app_label) => {
    const { cloudways, sandbox } = setUp(options)
    const error = await failure(cloudways.call('clone_app', { ...ids, app_label }))
    expect(error).toMatchObject({ code: expect.stringMatching(/^(refused_by_policy|invalid_input)$/) })
    expect(changing(sandbox)).toEqual([])
  })

  it('is made with another label', async () => {
    const { cloudways, sandbox } = setUp({ apps: ['store', 'copy'], confirm: 'never' })
    await cloudways.call('clone_app', { ...ids, app_label: 'copy 2' })
    expect(sent(sandbox)).toEqual(['/app/clone'])
  })

  it('is made without a scope', async () => {
    const { cloudways, sandbox } = setUp({ confirm: 'never' })
    await cloudways.call('clone_app', { ...ids, app_label: 'store' })
    expect(sent(sandbox)).toEqual(['/app/clone'])
  })
})
