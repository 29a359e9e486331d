import { type AuditEvent, type CloudwaysError, type CloudwaysOptions, createCloudways } from 'cloudways-tools'
import { createSandbox } from 'cloudways-tools/sandbox'
import { describe, expect, it } from 'vitest'
import { failure } from '../support/upstream.ts'
import { doors, type Input } from './doors.ts'

/** What the operator chose, and whether anybody may be asked. */
type Options = Omit<CloudwaysOptions, 'credentials' | 'fetch' | 'onAudit'>

/** The code of the error and the rule that refused; or `ok` and why it was let through. */
type Comes = [code: 'ok' | NonNullable<AuditEvent['code']>, rule: AuditEvent['rule']]

interface Row {
  options?: Options
  /** One with the role READ, new or known as such. Default: one that may do everything. */
  token?: 'new' | 'known'
  call: [tool: string, input: Input]
  comes: Comes
  /** Requests that changed something. Default: one when it was let through, none when it was not. */
  sent?: number
  /** Of the call, where it is not that of the tool. */
  risk?: AuditEvent['risk']
  /** How often a person is asked. Default: 0. */
  asked?: number
}

const hidden = (rule: AuditEvent['rule']): Comes => ['refused_by_policy', rule]
const refused = hidden
const unconfirmed: Comes = ['confirmation_required', 'confirmation']

// The sandbox has server 70011 `shop` with the apps 90021 `store`, 90022 `store-staging` and 90023 `blog`; and
// 70024 `agency`, whose first app is 90121.
const restart: Row['call'] = ['restart_server', { server_id: 70011 }]
const clearCache: Row['call'] = ['clear_app_cache', { server_id: 70011, app_id: 90021 }]
const restore: Row['call'] = ['restore_app', { server_id: 70011, app_id: 90021, time: '2026-08-05T23:19:06' }]
const details: Row['call'] = ['get_server_details', { server_id: 70011 }]

const yes = () => true
const no = () => false
const typed = (name: string) => () => ({ approved: true, typed: name })
const shut = () => {
  throw new Error('maintenance')
}

const table: Record<string, Row> = {
  'a read': { call: details, comes: ['ok', 'default'], sent: 0 },
  'a write below the threshold': { call: clearCache, comes: ['ok', 'default'] },

  // 7. The threshold.
  'at the threshold, nobody to ask': { call: restart, comes: unconfirmed },
  'at the threshold, yes': {
    options: { onConfirm: yes },
    call: restart,
    comes: ['ok', 'confirmed'],
    asked: 1,
  },
  'at the threshold, no': { options: { onConfirm: no }, call: restart, comes: unconfirmed, asked: 1 },
  'at the threshold, a yes that is no true': {
    options: { onConfirm: (() => 'yes') as never },
    call: restart,
    comes: unconfirmed,
    asked: 1,
  },
  'at the threshold, a yes with approved: 1': {
    options: { onConfirm: (() => ({ approved: 1 })) as never },
    call: restart,
    comes: unconfirmed,
    asked: 1,
  },
  'at the threshold, asking fails': {
    options: { onConfirm: shut },
    call: restart,
    comes: unconfirmed,
    asked: 1,
  },
  'above a lowered threshold': { options: { confirm: 'write' }, call: clearCache, comes: unconfirmed },
  'below a raised threshold': {
    options: { confirm: 'destructive' },
    call: restart,
    comes: ['ok', 'default'],
  },
  'at a raised threshold': {
    options: { confirm: 'destructive', backupHours: 0 },
    call: restore,
    comes: unconfirmed,
  },
  'never: nobody is asked': {
    options: { confirm: 'never', onConfirm: no },
    call: restart,
    comes: ['ok', 'never'],
  },
  'never, a write': { options: { confirm: 'never' }, call: clearCache, comes: ['ok', 'never'] },
  'a read is not asked about': {
    options: { confirm: 'write', onConfirm: no },
    call: details,
    comes: ['ok', 'default'],
    sent: 0,
  },
  'fallback two-step, without a token': {
    options: { confirmFallback: 'two-step' },
    call: restart,
    comes: unconfirmed,
  },
  'fallback two-step, a token made up': {
    options: { confirmFallback: 'two-step' },
    call: ['restart_server', { server_id: 70011, confirm: 'yes' }],
    comes: unconfirmed,
  },
  'a token without two-step is an argument that there is not': {
    call: ['restart_server', { server_id: 70011, confirm: 'yes' }],
    comes: ['invalid_input', 'input'],
  },
  'fallback page, without a page': {
    options: { confirmFallback: 'page' },
    call: restart,
    comes: unconfirmed,
  },
  'fallback page': {
    options: { confirmFallback: 'page', openPage: async () => 'https://example.com/approve' },
    call: restart,
    comes: unconfirmed,
  },
  'onConfirm before the fallback': {
    options: { confirmFallback: 'two-step', onConfirm: yes },
    call: restart,
    comes: ['ok', 'confirmed'],
    asked: 1,
  },

  // 6. Protection, before the threshold.
  'protected: nobody to ask': {
    options: { protect: ['shop'] },
    call: restart,
    comes: unconfirmed,
    risk: 'destructive',
  },
  'protected + never still asks': {
    options: { protect: ['shop'], confirm: 'never' },
    call: restart,
    comes: unconfirmed,
    risk: 'destructive',
  },
  'protected: a bare yes': {
    options: { protect: ['shop'], onConfirm: yes },
    call: restart,
    comes: unconfirmed,
    risk: 'destructive',
    asked: 1,
  },
  'protected: a name that is another': {
    options: { protect: ['shop'], onConfirm: typed('Shop') },
    call: restart,
    comes: unconfirmed,
    risk: 'destructive',
    asked: 1,
  },
  'protected: the name without a yes': {
    options: { protect: ['shop'], onConfirm: () => ({ approved: false, typed: 'shop' }) },
    call: restart,
    comes: unconfirmed,
    risk: 'destructive',
    asked: 1,
  },
  'protected: the name': {
    options: { protect: ['shop'], confirm: 'never', onConfirm: typed('shop') },
    call: restart,
    comes: ['ok', 'confirmed'],
    risk: 'destructive',
    asked: 1,
  },
  'protected by id': {
    options: { protect: ['70011'] },
    call: restart,
    comes: unconfirmed,
    risk: 'destructive',
  },
  'protected by pattern': {
    options: { protect: ['*HO*'] },
    call: restart,
    comes: unconfirmed,
    risk: 'destructive',
  },
  'protected, raised to the threshold': {
    options: { protect: ['shop'], confirm: 'destructive', onConfirm: no },
    call: restart,
    comes: unconfirmed,
    risk: 'destructive',
    asked: 1,
  },
  'protected app, a write below the threshold': {
    options: { protect: ['store'] },
    call: clearCache,
    comes: unconfirmed,
    risk: 'disruptive',
  },
  'protected app of the server': {
    options: { protect: ['blog'], onConfirm: typed('blog') },
    call: restart,
    comes: ['ok', 'confirmed'],
    risk: 'destructive',
    asked: 1,
  },
  'protected server of the app': {
    options: { protect: ['shop'] },
    call: clearCache,
    comes: unconfirmed,
    risk: 'disruptive',
  },
  'protected: another app': { options: { protect: ['blog'] }, call: clearCache, comes: ['ok', 'default'] },
  'protected: a read': { options: { protect: ['*'] }, call: details, comes: ['ok', 'default'], sent: 0 },

  // 5. Scope, before protection.
  'in scope by label': {
    options: { servers: ['SHOP'], confirm: 'never' },
    call: restart,
    comes: ['ok', 'never'],
  },
  'in scope by id, at the threshold': { options: { servers: ['70011'] }, call: restart, comes: unconfirmed },
  'out of scope': { options: { servers: ['agency'] }, call: restart, comes: refused('scope') },
  'out of scope + never': {
    options: { servers: ['agency'], confirm: 'never' },
    call: restart,
    comes: refused('scope'),
  },
  'out of scope + protected: nobody is asked': {
    options: { servers: ['agency'], protect: ['shop'], onConfirm: typed('shop') },
    call: restart,
    comes: refused('scope'),
  },
  'out of scope, a read': {
    options: { servers: ['agency'] },
    call: details,
    comes: refused('scope'),
    sent: 0,
  },
  'a scope that names nothing': { options: { servers: ['shops'] }, call: restart, comes: refused('scope') },
  'an app in scope': { options: { apps: ['store'] }, call: clearCache, comes: ['ok', 'default'] },
  'an app out of scope': {
    options: { apps: ['blog'] },
    call: clearCache,
    comes: refused('scope'),
  },
  'an app with the id of another server': {
    options: { servers: ['agency', 'shop'] },
    call: ['clear_app_cache', { server_id: 70024, app_id: 90021 }],
    comes: refused('scope'),
  },
  'a server with apps out of scope': {
    options: { apps: ['store', 'blog'], confirm: 'never' },
    call: restart,
    comes: refused('scope'),
  },
  'a server with all its apps in scope': {
    options: { apps: ['store', 'store-staging', 'blog'], confirm: 'never' },
    call: restart,
    comes: ['ok', 'never'],
  },
  'scope before the backup': {
    options: { servers: ['agency'] },
    call: restore,
    comes: refused('scope'),
  },

  // 4. The role of the token, before scope, once a refusal of the platform told it.
  'role READ': { token: 'known', options: { confirm: 'never' }, call: restart, comes: hidden('role') },
  'role READ, a read': { token: 'known', call: details, comes: ['ok', 'default'], sent: 0 },
  'role READ before scope': {
    token: 'known',
    options: { servers: ['agency', 'labs'], confirm: 'never' },
    call: restart,
    comes: hidden('role'),
  },
  'role READ before protection': {
    token: 'known',
    options: { protect: ['shop'], onConfirm: typed('shop') },
    call: restart,
    comes: hidden('role'),
  },
  'role READ before wrong arguments': {
    token: 'known',
    options: { confirm: 'never' },
    call: ['restart_server', { sever_id: 1 }],
    comes: hidden('role'),
  },
  'role READ, not known yet': {
    token: 'new',
    options: { confirm: 'never' },
    call: restart,
    comes: ['credentials_refused', 'never'],
  },
  'scope before a role that is not known': {
    token: 'new',
    options: { servers: ['agency'], confirm: 'never' },
    call: restart,
    comes: refused('scope'),
  },
  'confirmation before a role that is not known': { token: 'new', call: restart, comes: unconfirmed },

  // 3. Allow.
  'not among the toolsets': { options: { toolsets: ['apps'] }, call: restart, comes: hidden('not selected') },
  'not among the tools': {
    options: { tools: ['ping', 'stop_server'], confirm: 'never' },
    call: restart,
    comes: hidden('not selected'),
  },
  'among the tools, besides the toolsets': {
    options: { toolsets: ['apps'], tools: ['restart_server'], confirm: 'never' },
    call: restart,
    comes: ['ok', 'never'],
  },
  'allow before scope': {
    options: { toolsets: ['apps'], servers: ['agency'] },
    call: restart,
    comes: hidden('not selected'),
  },
  'allow before what a scope hides': {
    options: { tools: ['restart_server'], servers: ['shop'] },
    call: ['list_projects', {}],
    comes: hidden('not selected'),
    sent: 0,
  },
  'hidden by the scope': {
    options: { servers: ['shop'] },
    call: ['list_projects', {}],
    comes: hidden('scope'),
    sent: 0,
  },
  'hidden before wrong arguments': {
    options: { toolsets: ['apps'] },
    call: ['restart_server', { sever_id: 1 }],
    comes: hidden('not selected'),
  },

  // 2. Deny, before allow.
  denied: {
    options: { excludeTools: ['restart_server'], confirm: 'never' },
    call: restart,
    comes: hidden('excluded'),
  },
  'deny before allow by name': {
    options: { tools: ['restart_server'], excludeTools: ['restart_server'], confirm: 'never' },
    call: restart,
    comes: hidden('excluded'),
  },
  'deny before allow by toolset': {
    options: { toolsets: ['servers'], excludeTools: ['restart_server'] },
    call: restart,
    comes: hidden('excluded'),
  },
  'deny before not selected': {
    options: { toolsets: ['apps'], excludeTools: ['restart_server'] },
    call: restart,
    comes: hidden('excluded'),
  },
  'deny before scope': {
    options: { excludeTools: ['list_projects'], servers: ['shop'] },
    call: ['list_projects', {}],
    comes: hidden('excluded'),
    sent: 0,
  },
  'deny before the yes of a person': {
    options: { excludeTools: ['restart_server'], onConfirm: yes },
    call: restart,
    comes: hidden('excluded'),
  },
  'deny before role READ': {
    token: 'known',
    options: { excludeTools: ['restart_server'] },
    call: restart,
    comes: hidden('excluded'),
  },

  // 1. Read-only, before everything.
  'read-only': { options: { readOnly: true }, call: restart, comes: hidden('read-only') },
  'read-only, a read': { options: { readOnly: true }, call: details, comes: ['ok', 'default'], sent: 0 },
  'read-only before allow': {
    options: { readOnly: true, tools: ['restart_server'], confirm: 'never' },
    call: restart,
    comes: hidden('read-only'),
  },
  'read-only before deny': {
    options: { readOnly: true, excludeTools: ['restart_server'] },
    call: restart,
    comes: hidden('read-only'),
  },
  'read-only before not selected': {
    options: { readOnly: true, toolsets: ['apps'] },
    call: restart,
    comes: hidden('read-only'),
  },
  'read-only before role READ': {
    token: 'known',
    options: { readOnly: true },
    call: restart,
    comes: hidden('read-only'),
  },
  'read-only before the yes of a person': {
    options: { readOnly: true, protect: ['shop'], onConfirm: typed('shop') },
    call: restart,
    comes: hidden('read-only'),
  },
  'read-only: no preview of changes either': {
    options: { readOnly: true },
    call: ['preview_change', { tool: 'restart_server', arguments: { server_id: 70011 } }],
    comes: hidden('read-only'),
  },

  // The condition, before anybody is asked; the gate, after the yes.
  'no recent backup: nobody is asked': {
    options: { onConfirm: yes },
    call: restore,
    comes: refused('backup'),
  },
  'no recent backup + never': { options: { confirm: 'never' }, call: restore, comes: refused('backup') },
  'no backup required': {
    options: { backupHours: 0, onConfirm: yes },
    call: restore,
    comes: ['ok', 'confirmed'],
    asked: 1,
  },
  'a closed gate': { options: { beforeChange: shut }, call: clearCache, comes: refused('gate') },
  'a closed gate + never': {
    options: { beforeChange: shut, confirm: 'never' },
    call: restart,
    comes: refused('gate'),
  },
  'a closed gate, after the yes': {
    options: { beforeChange: shut, onConfirm: yes },
    call: restart,
    comes: refused('gate'),
    asked: 1,
  },
  'confirmation before the gate': { options: { beforeChange: shut }, call: restart, comes: unconfirmed },
  'the gate is not for reads': {
    options: { beforeChange: shut },
    call: details,
    comes: ['ok', 'default'],
    sent: 0,
  },

  // Arguments.
  'wrong arguments': { call: ['restart_server', { sever_id: 1 }], comes: ['invalid_input', 'input'] },
  'wrong arguments before scope': {
    options: { servers: ['agency'] },
    call: ['clear_app_cache', { server_id: 70011 }],
    comes: ['invalid_input', 'input'],
  },
  'wrong arguments before confirmation': {
    options: { onConfirm: yes },
    call: ['restart_server', { server_id: 'shop' }],
    comes: ['invalid_input', 'input'],
  },

  // A dry run is refused as the call would be, but for the person.
  'preview of what needs a yes': {
    options: { onConfirm: no },
    call: ['preview_change', { tool: 'restart_server', arguments: { server_id: 70011 } }],
    comes: ['ok', 'default'],
    sent: 0,
  },
  'preview of what is denied': {
    options: { excludeTools: ['restart_server'] },
    call: ['preview_change', { tool: 'restart_server', arguments: { server_id: 70011 } }],
    comes: refused('excluded'),
  },
  'preview of what is out of scope': {
    options: { servers: ['agency'] },
    call: ['preview_change', { tool: 'restart_server', arguments: { server_id: 70011 } }],
    comes: refused('scope'),
  },
}

async function play(row: Row, door: keyof typeof doors) {
  const sandbox = createSandbox({ operationSeconds: 0 })
  const events: AuditEvent[] = []
  let asked = 0
  const { onConfirm, ...options } = row.options ?? {}
  const cloudways = createCloudways({
    ...options,
    credentials: { accessToken: sandbox.credentials[row.token ? 'readToken' : 'accessToken'] },
    fetch: sandbox.fetch,
    pollSeconds: 0.001,
    onAudit: (event) => events.push(event),
    onConfirm:
      onConfirm &&
      ((plan, about) => {
        asked++
        return onConfirm(plan, about)
      }),
  })
  if (row.token === 'known') await cloudways.call('restart_server', { server_id: 70024 }).catch(() => {})
  events.length = 0
  asked = 0
  const [tool, input] = row.call
  const outcome = await doors[door]?.(cloudways, tool, input)
  const during = [...events]
  const counted = { sent: sandbox.mutations.length, asked }
  // What is not there can still be asked for by name.
  const error = outcome !== 'ok' && (await failure(cloudways.call(tool as 'ping', input)))
  const event = outcome === 'absent' ? events.at(-1) : during.at(-1)
  return {
    outcome,
    comes: [event?.code ?? (error ? (error as CloudwaysError).code : 'ok'), event?.rule],
    isRefused: event?.outcome !== 'ok',
    risk: event?.risk,
    ...counted,
    violations: sandbox.violations,
  }
}

const hides: AuditEvent['rule'][] = ['read-only', 'excluded', 'not selected']

describe.each(Object.entries(table))('%s', (_, row) => {
  it.each(Object.keys(doors))('through %s', async (door) => {
    const { outcome, risk, ...played } = await play(row, door)
    const [code, rule] = row.comes
    const ok = code === 'ok'
    expect(played).toEqual({
      comes: row.comes,
      isRefused: !ok,
      sent: row.sent ?? (ok ? 1 : 0),
      asked: row.asked ?? 0,
      violations: [],
    })
    if (row.risk) expect(risk).toBe(row.risk)
    const absent = hides.includes(rule) || (rule === 'scope' && row.call[0] === 'list_projects')
    // A tool is listed until its role is known; the functions were there before.
    if (rule === 'role') expect(['absent', 'refused']).toContain(outcome)
    else if (ok) expect(outcome).toBe('ok')
    else if (row.call[0] !== 'preview_change') expect(outcome).toBe(absent ? 'absent' : 'refused')
    else expect(outcome).not.toBe('ok')
  })
})
