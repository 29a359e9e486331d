import type { Sandbox } from 'cloudways-tools/sandbox'
import { describe, expect, it } from 'vitest'
import type { AnyTool } from '../../src/core/types/tool.ts'
import { certificate, privateKey } from '../support/pem.ts'
import { setUp, unguarded } from '../support/toolkit.ts'
import { byName, changes, rows } from './all.ts'
import { callerOf, type Input, prepareChange } from './samples/index.ts'
import { before, freshSandbox, parsed, stateOf } from './straight.ts'

type Row = [what: string, tool: string, input: Input, arrange?: (sandbox: Sandbox) => unknown]

const server = { server_id: '70011' }
const app = { ...server, app_id: '90021' }

const firstApp = ({ state }: Sandbox) => state.apps[0] as NonNullable<Sandbox['state']['apps'][0]>
const firstServer = ({ state }: Sandbox) => state.servers[0] as NonNullable<Sandbox['state']['servers'][0]>
const https = (on: boolean) => (sandbox: Sandbox) => {
  firstApp(sandbox).switches.enforce_https = on
}

async function undoOf(sandbox: Sandbox, name: string, input: Input) {
  const tool = byName[name] as AnyTool
  const known = await before(sandbox, tool, input)
  return tool.effects?.inverse?.(parsed(tool, input), known)
}

const taken: Row[] = [
  ['a server that was stopped', 'stop_server', server],
  [
    'a server that was started',
    'start_server',
    server,
    (sandbox) => Object.assign(firstServer(sandbox), { status: 'stopped' }),
  ],
  ['a service that was stopped', 'change_service_state', { ...server, service: 'mysql', state: 'stop' }],
  [
    'a service that was started',
    'change_service_state',
    { ...server, service: 'memcached', state: 'start' },
    (sandbox) => Object.assign(firstServer(sandbox).services, { memcached: 'stopped' }),
  ],
  ['Varnish of a server', 'manage_server_varnish', { ...server, action: 'disable' }],
  [
    'Varnish of a server, switched on',
    'manage_server_varnish',
    { ...server, action: 'enable' },
    (sandbox) => Object.assign(firstServer(sandbox).services, { varnish: 'stopped' }),
  ],
  [
    'Varnish of an app',
    'manage_app_varnish',
    { ...app, action: 'disable' },
    (sandbox) => Object.assign(firstApp(sandbox), { varnish_enabled: true }),
  ],
  [
    'Varnish of an app, switched on',
    'manage_app_varnish',
    { ...app, action: 'enable' },
    (sandbox) => Object.assign(firstApp(sandbox), { varnish_enabled: false }),
  ],
  ['a restore', 'restore_app', { ...app, time: '2026-08-05T23:19:06' }],
  ['a new domain', 'update_app_cname', { ...app, cname: 'shop.example.com' }],
  ['a first domain', 'update_app_cname', { ...app, app_id: '90022', cname: 'staging.example.com' }],
  ['a domain that was removed', 'delete_app_cname', app],
  ['the redirect to HTTPS', 'enforce_app_https', { ...app, status: 'enable' }, https(false)],
  ['the redirect to HTTPS, switched off', 'enforce_app_https', { ...app, status: 'disable' }, https(true)],
  ['automatic renewal', 'set_letsencrypt_auto_renewal', { ...app, auto: false }],
  ['a certificate', 'revoke_letsencrypt', { ...app, ssl_domain: 'www.example.com' }],
  [
    'a wildcard certificate',
    'revoke_letsencrypt',
    { ...app, ssl_domain: 'example.com' },
    (sandbox) =>
      Object.assign(firstApp(sandbox).certificate ?? {}, { domains: ['example.com'], wild_card: true }),
  ],
  ['an address for MySQL', 'update_whitelisted_ips', { ...server, tab: 'mysql', add: ['198.51.100.99'] }],
  ['an address', 'update_whitelisted_ips', { ...server, tab: 'sftp', add: ['198.51.100.99', '2001:db8::7'] }],
  ['a whole list', 'update_whitelisted_ips', { ...server, tab: 'sftp', ip: ['198.51.100.1'] }],
  ['a policy', 'update_whitelisted_ips', { ...server, tab: 'sftp', ipPolicy: 'block_all' }],
]

it.each(taken)('the undo of %s brings back what was there', async (_, name, input, arrange) => {
  const { sandbox, cloudways } = setUp(unguarded)
  const call = callerOf(cloudways)
  arrange?.(sandbox)
  const untouched = stateOf(sandbox)
  const back = await undoOf(sandbox, name, input)
  await call(name, input)
  expect(stateOf(sandbox), `${name}: choose arguments that change something in this row`).not.toEqual(
    untouched,
  )
  expect(back, `${name}: effects.inverse must propose a call for this change`).toBeDefined()
  await call(String(back?.tool), back?.input as Input)
  expect(stateOf(sandbox), `${name}: the call that effects.inverse proposes must restore all`).toEqual(
    untouched,
  )
  expect(sandbox.violations).toEqual([])
})

it.each(rows(changes.filter(({ effects }) => effects?.inverse)))(
  'the undo of %s brings back what was there before a sample call',
  async (name, tool) => {
    const { sandbox, cloudways } = setUp(unguarded)
    const call = callerOf(cloudways)
    const input = await prepareChange(call, tool)
    const untouched = stateOf(sandbox)
    const back = await undoOf(sandbox, name, input)
    const none = `${name}: effects.inverse proposes nothing for its samples; give it changesWith in test/tools/samples.ts`
    expect(back, none).toBeDefined()
    await call(name, input)
    await call(String(back?.tool), back?.input as Input)
    const wrong = `${name}: the call that effects.inverse proposes must restore all that the change replaced`
    expect(stateOf(sandbox), wrong).toEqual(untouched)
  },
)

describe('the undo of a change', () => {
  const none: Row[] = [
    ['for what was on already', 'enforce_app_https', { ...app, status: 'enable' }, https(true)],
    ['for what was off already', 'enforce_app_https', { ...app, status: 'disable' }, https(false)],
    ['for a server that ran already', 'start_server', server],
    [
      'for a server that was down already',
      'stop_server',
      server,
      (sandbox) => Object.assign(firstServer(sandbox), { status: 'stopped' }),
    ],
    ['for a restart', 'change_service_state', { ...server, service: 'mysql', state: 'restart' }],
    [
      'for a service that ran already',
      'change_service_state',
      { ...server, service: 'mysql', state: 'start' },
    ],
    [
      'for a service of which nothing is told',
      'change_service_state',
      { ...server, service: 'php7.4-fpm', state: 'stop' },
    ],
    ['for an emptied cache', 'manage_app_varnish', { ...app, action: 'purge' }],
    ['for an emptied cache of a server', 'manage_server_varnish', { ...server, action: 'purge' }],
    ['for a domain that it had already', 'update_app_cname', { ...app, cname: 'www.example.com' }],
    ['for a domain that it did not have', 'delete_app_cname', { ...app, app_id: '90022' }],
    [
      'when it would lock everybody out',
      'update_whitelisted_ips',
      { ...server, tab: 'sftp', ip: ['198.51.100.1'] },
      (sandbox) =>
        Object.assign(firstServer(sandbox).whitelists, { sftp: { ip_list: [], policy: 'block_all' } }),
    ],
    ['for a renewal that was automatic already', 'set_letsencrypt_auto_renewal', { ...app, auto: true }],
    [
      'for the renewal of a certificate that is not there',
      'set_letsencrypt_auto_renewal',
      { ...app, app_id: '90023', auto: false },
    ],
  ]

  it.each(none)('is not proposed %s', async (_, name, input, arrange) => {
    const sandbox = freshSandbox()
    arrange?.(sandbox)
    expect(await undoOf(sandbox, name, input)).toBeUndefined()
  })
})

describe('the read before a change', () => {
  it.each<[string, Input, unknown]>([
    [
      'update_whitelisted_ips',
      { ...server, tab: 'mysql', ip: ['198.51.100.1'] },
      { ips: expect.any(Array), policy: null },
    ],
    ['change_service_state', { ...server, service: 'mysql', state: 'stop' }, { status: 'running' }],
    ['change_service_state', { ...server, service: 'php7.4-fpm', state: 'stop' }, { status: null }],
    ['manage_server_varnish', { ...server, action: 'purge' }, { enabled: true }],
    ['generate_git_ssh_key', app, { key: expect.stringContaining('ssh-rsa') }],
    [
      'git_pull',
      { ...app, branch_name: 'main' },
      {
        deployed: {
          git_url: 'git@github.com:example/store.git',
          branch_name: 'main',
          path: '',
          datetime: '2026-05-02T08:00:01Z',
          result: 'ok',
        },
      },
    ],
    ['git_pull', { ...app, app_id: '90022', branch_name: 'main' }, { deployed: null }],
    [
      'renew_letsencrypt',
      app,
      {
        lets_encrypt: expect.objectContaining({ ssl_domains: ['www.example.com'], auto: true }),
        own_certificate: false,
      },
    ],
    [
      'install_ssl_certificate',
      { ...app, app_id: '90023', ssl_crt: certificate, ssl_key: privateKey },
      { lets_encrypt: null, own_certificate: true },
    ],
  ])('tells the value that %s of %j replaces', async (name, input, now) => {
    const known = await before(freshSandbox(), byName[name] as AnyTool, input)
    expect(known.now).toEqual(now)
  })
})
