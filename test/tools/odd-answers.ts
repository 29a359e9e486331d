/** What the platform may answer, also in shapes that no source documents. */
import type { Before } from '../../src/core/types/tool.ts'

const target = { server: { id: '70011', label: 'shop', status: 'running' } }
const app = { id: '90021', label: 'store', domain: 'www.example.com', cname: 'www.example.com' }

export const oddBefores: Before[] = [
  { now: undefined },
  { now: null },
  { now: 'text' },
  { ...target, app: { ...app, cname: null }, now: {} },
  { server: { ...target.server, status: 'stopped' }, app: { ...app, cname: '_acme.example.com' }, now: [] },
  { server: { ...target.server, status: 'moving' }, app: { ...app, cname: 'www.example.com/shop' }, now: 7 },
  ...[true, false, null, 'maybe'].map((enabled) => ({ ...target, app, now: { enabled } })),
  ...['running', 'stopped', 'degraded', null].map((status) => ({ ...target, app, now: { status } })),
  { ...target, app, now: { ips: [], policy: 'block_all' } },
  { ...target, app, now: { ips: ['office'], policy: 'allow_all' } },
  { ...target, app, now: { ips: Array(600).fill('198.51.100.4'), policy: 'allow_all' } },
  ...[null, 'yes', {}, { auto: 'perhaps' }, { ssl_email: 'ops', ssl_domains: ['www.example.com'] }].map(
    (lets_encrypt) => ({ ...target, app, now: { lets_encrypt } }),
  ),
  { ...target, app, now: { lets_encrypt: { ssl_email: 'ops@example.com', ssl_domains: [] } } },
]

/** What was there before a change, when `now` answered this. */
export const beforeWith = (now: unknown): Before => ({ ...target, app, now })

/** Bodies for the reads that a tool makes before a change. */
export const oddBodies = [
  null,
  'text',
  7,
  [],
  {},
  { services: null, response: null, logs: null, servers: null, data: null },
  { services: { status: null }, response: 'on', logs: {}, servers: {}, data: [], ip_list: {} },
  { services: { status: [] }, response: [], logs: [null], servers: [null], enforce_https: {} },
  { servers: [{ id: 70011, apps: [{ id: 90021, lets_encrypt: '1' }] }], ip_list: [], policy: 'other' },
]

/** Answers of a change, for the next steps after it. */
export const answers = [
  null,
  [],
  {},
  { state: 'running', operation_id: '1', app_id: '90777' },
  { state: 'completed' },
  { state: 'completed', operation_id: '1', app_id: '90777' },
]
