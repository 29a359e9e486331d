/** Which tools are there at all: decided before the arguments are read. */
import { details, notConfirmed, ok, type Rows, refusedBy, restart, typed, yes } from './row.ts'

export const visible: Rows = {
  // 1. Read-only, before everything.
  'read-only': { options: { readOnly: true }, call: restart, result: refusedBy('read-only') },
  'read-only, a read': { options: { readOnly: true }, call: details, result: ok('default'), sent: 0 },
  'read-only before allow': {
    options: { readOnly: true, tools: ['restart_server'], confirm: 'never' },
    call: restart,
    result: refusedBy('read-only'),
  },
  'read-only before deny': {
    options: { readOnly: true, excludeTools: ['restart_server'] },
    call: restart,
    result: refusedBy('read-only'),
  },
  'read-only before not selected': {
    options: { readOnly: true, toolsets: ['apps'] },
    call: restart,
    result: refusedBy('read-only'),
  },
  'read-only before role READ': {
    token: 'known',
    options: { readOnly: true },
    call: restart,
    result: refusedBy('read-only'),
  },
  'read-only before the yes of a person': {
    options: { readOnly: true, protect: ['shop'], onConfirm: typed('shop') },
    call: restart,
    result: refusedBy('read-only'),
  },
  'read-only: no preview of changes either': {
    options: { readOnly: true },
    call: ['preview_change', { tool: 'restart_server', arguments: { server_id: 70011 } }],
    result: refusedBy('read-only'),
  },

  // 2. Deny, before allow.
  denied: {
    options: { excludeTools: ['restart_server'], confirm: 'never' },
    call: restart,
    result: refusedBy('excluded'),
  },
  'deny before allow by name': {
    options: { tools: ['restart_server'], excludeTools: ['restart_server'], confirm: 'never' },
    call: restart,
    result: refusedBy('excluded'),
  },
  'deny before allow by toolset': {
    options: { toolsets: ['servers'], excludeTools: ['restart_server'] },
    call: restart,
    result: refusedBy('excluded'),
  },
  'deny before not selected': {
    options: { toolsets: ['apps'], excludeTools: ['restart_server'] },
    call: restart,
    result: refusedBy('excluded'),
  },
  'deny before scope': {
    options: { excludeTools: ['list_projects'], servers: ['shop'] },
    call: ['list_projects', {}],
    result: refusedBy('excluded'),
    sent: 0,
  },
  'deny before the yes of a person': {
    options: { excludeTools: ['restart_server'], onConfirm: yes },
    call: restart,
    result: refusedBy('excluded'),
  },
  'deny before role READ': {
    token: 'known',
    options: { excludeTools: ['restart_server'] },
    call: restart,
    result: refusedBy('excluded'),
  },

  // 3. Allow.
  'not among the toolsets': {
    options: { toolsets: ['apps'] },
    call: restart,
    result: refusedBy('not selected'),
  },
  'not among the tools': {
    options: { tools: ['ping', 'stop_server'], confirm: 'never' },
    call: restart,
    result: refusedBy('not selected'),
  },
  'among the tools, besides the toolsets': {
    options: { toolsets: ['apps'], tools: ['restart_server'], confirm: 'never' },
    call: restart,
    result: ok('never'),
  },
  'allow before scope': {
    options: { toolsets: ['apps'], servers: ['agency'] },
    call: restart,
    result: refusedBy('not selected'),
  },
  'allow before what a scope hides': {
    options: { tools: ['restart_server'], servers: ['shop'] },
    call: ['list_projects', {}],
    result: refusedBy('not selected'),
    sent: 0,
  },
  'hidden by the scope': {
    options: { servers: ['shop'] },
    call: ['list_projects', {}],
    result: refusedBy('scope'),
    sent: 0,
  },
  'hidden before wrong arguments': {
    options: { toolsets: ['apps'] },
    call: ['restart_server', { sever_id: 1 }],
    result: refusedBy('not selected'),
  },

  // 4. The role of the token, before the scope. It is known once the platform refused a call for it.
  'role READ': { token: 'known', options: { confirm: 'never' }, call: restart, result: refusedBy('role') },
  'role READ, a read': { token: 'known', call: details, result: ok('default'), sent: 0 },
  'role READ before scope': {
    token: 'known',
    options: { servers: ['agency', 'labs'], confirm: 'never' },
    call: restart,
    result: refusedBy('role'),
  },
  'role READ before protection': {
    token: 'known',
    options: { protect: ['shop'], onConfirm: typed('shop') },
    call: restart,
    result: refusedBy('role'),
  },
  'role READ before wrong arguments': {
    token: 'known',
    options: { confirm: 'never' },
    call: ['restart_server', { sever_id: 1 }],
    result: refusedBy('role'),
  },
  'role READ, not known yet': {
    token: 'new',
    options: { confirm: 'never' },
    call: restart,
    result: { code: 'credentials_refused', rule: 'never' },
  },
  'scope before a role that is not known': {
    token: 'new',
    options: { servers: ['agency'], confirm: 'never' },
    call: restart,
    result: refusedBy('scope'),
  },
  'confirmation before a role that is not known': { token: 'new', call: restart, result: notConfirmed },
}
