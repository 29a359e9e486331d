import type { Row, State } from './row.ts'

const domain = { uid: '0f5a6ad8-3c0c-4c52-9a64-8a1b2f9f0e77', name: 'example.com' }
const records = (...rows: [type: string, name: string, value?: string][]): State => ({
  reads: {
    'GET /dme/domains': { domains: [domain] },
    [`GET /dme/domains/${domain.uid}/records`]: {
      records: rows.map(([type, name, value = '203.0.113.10'], index) => ({
        uid: `5b1d7c52-8f39-4a0f-9b35-0f2f5a1f6a1${index + 1}`,
        type,
        attributes: { name, value, ttl: 3600 },
      })),
    },
  },
})
const add = (type: string, host: string) => ({
  records: [{ type, host, value: '203.0.113.11', ttl_seconds: 60 }],
})
const none = {}

const integrations: State = {
  reads: {
    'GET /integrations': {
      integrations: [
        { id: 31, name: 'Ops', channel: 2, events: [1, 2], is_active: 1, config: { to: 'ops@example.com' } },
      ],
    },
  },
}
const same = {
  name: undefined,
  to: undefined,
  url: undefined,
  is_active: undefined,
  remove_events: undefined,
}

const addons: State = { reads: { 'GET /addon': { addons: {} } } }
const queues: State = {
  reads: { 'GET /app/supervisor': { queues_list: [{ id: '7', queue_id: 'queue_7' }] } },
}

export const extras: Row[] = [
  ['add_dns_domains', none, records(), 'write'],
  ['delete_dns_domains', none, records(['A', 'www']), 'destructive'],
  ['add_dns_records', add('A', 'api'), records(['A', 'www']), 'write'],
  ['add_dns_records', add('CNAME', 'api'), records(), 'write'],
  ['add_dns_records', add('A', 'www'), records(['A', 'www']), 'disruptive'],
  ['add_dns_records', add('AAAA', 'www'), records(['A', 'www']), 'disruptive'],
  ['add_dns_records', add('A', ''), records(), 'disruptive'],
  ['add_dns_records', add('A', 'api'), records(['A', '*']), 'disruptive'],
  ['add_dns_records', add('TXT', '_dmarc'), records(), 'disruptive'],
  ['add_dns_records', add('CAA', 'api'), records(), 'disruptive'],
  ['update_dns_record', none, records(['A', 'www']), 'disruptive'],
  ['update_dns_record', { value: undefined, ttl_seconds: 60 }, records(['A', 'www']), 'write'],
  ['update_dns_record', { value: '203.0.113.10', ttl_seconds: 60 }, records(['A', 'www']), 'write'],
  ['update_dns_record', { value: undefined, host: 'api' }, records(['A', 'www']), 'disruptive'],
  ['delete_dns_records', none, records(['A', 'www']), 'destructive'],

  ['mark_alerts_read', none, {}, 'write'],
  ['create_alert_integration', none, integrations, 'disruptive'],
  ['update_alert_integration', { ...same, name: 'Other' }, integrations, 'write'],
  ['update_alert_integration', { ...same, is_active: false }, integrations, 'disruptive'],
  ['update_alert_integration', { ...same, add_events: ['3'] }, integrations, 'disruptive'],
  ['update_alert_integration', { ...same, remove_events: ['2'] }, integrations, 'disruptive'],
  ['update_alert_integration', { ...same, to: 'boss@example.com' }, integrations, 'disruptive'],
  ['update_alert_integration', { ...same, url: 'https://hooks.example.com/2' }, integrations, 'disruptive'],
  ['delete_alert_integration', none, integrations, 'destructive'],

  ['create_worker_queue', none, {}, 'write'],
  ['restart_worker_queue', none, {}, 'write'],
  ['delete_worker_queue', none, queues, 'destructive'],
  ['scan_app_vulnerabilities', none, {}, 'write'],

  ['activate_addon', none, addons, 'write'],
  ['change_addon_package', none, addons, 'write'],
  ['deactivate_addon', none, addons, 'disruptive'],
  ['enable_addon_on_server', none, addons, 'disruptive'],
  ['disable_addon_on_server', none, addons, 'disruptive'],
  ['request_addon', none, addons, 'write'],
  ['verify_email_domain', none, {}, 'write'],
  [
    'delete_email_domain',
    none,
    { reads: { 'GET /addon/elastic/domains': { data: { domains: [] } } } },
    'destructive',
  ],
]
