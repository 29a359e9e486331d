/** Cloudflare, the security suite, safe updates and Copilot. */
import type { Row, State } from './row.ts'

const cdn = 'GET /app/cloudflareCdn'
const setting = 'GET /app/cloudflareCdn/appSetting'
const suite = 'GET /app/security/90021/status'
const rules = 'GET /server/security/70011/ips'
const firewall = 'GET /server/security/70011/firewall-settings'
const updates = 'GET /app/safeupdates/90021/status'

const onCloudflare = (status: unknown): State => ({
  reads: { [cdn]: { dns: [{ hostname: 'www.example.com', status }] } },
})
const settings = (custom_metadata: object): State => ({
  reads: { [setting]: { data: { setting: { early_hints: 'off' }, custom_metadata } } },
})
const isActive = (active: unknown): State => ({ reads: { [suite]: { data: { active } } } })
const listed = (allowlist: unknown, blocklist: unknown): State => ({
  reads: { [rules]: { allowlist, blocklist } },
})
const limits = (request_limit: unknown, weak_password: unknown): State => ({
  reads: { [firewall]: { request_limit, weak_password } },
})
const isScheduled = (is_active: unknown): State => ({ reads: { [updates]: { data: { is_active } } } })
const updateSettings: State = {
  reads: {
    'GET /app/safeupdates/90021/settings': {
      settings: {
        ...{ update_list: { plugin: ['breeze'], theme: [], core: 'no' }, is_update_enable: '1' },
        ...{ update_slot: '12:01 - 18:00', update_day: 'Sunday', notification_email: 'ops@example.com' },
        ...{ pre_notification: '1', successful_updates: '1', failed_updates: '1' },
      },
    },
    'GET /app/safeupdates/list': { updates_list: [{ app_id: '90021', update_day: '7', update_slot: '3' }] },
  },
}
const plan: State = { reads: { 'GET /copilot/plans/status': { plan: 'Basic', status: 'active' } } }
const customer: State = {
  reads: { ...onCloudflare('activated').reads, 'GET /git/history': { logs: [{ customer_id: '17' }] } },
}
const time = { day_of_week: 'Monday', time_slot: undefined }
const content = { day_of_week: undefined, time_slot: undefined }
const only = (given: object) => ({ image_optimization: undefined, early_hints: undefined, ...given })

export const edge: Row[] = [
  ['add_cloudflare_domain', {}, onCloudflare('activated'), 'write'],
  ['verify_cloudflare_domain', {}, onCloudflare('pending'), 'write'],
  ['delete_cloudflare_domains', {}, customer, 'destructive'],
  ['delete_cloudflare_domains', { customer_id: '17' }, onCloudflare('pending'), 'write'],
  ['delete_cloudflare_domains', { customer_id: '17' }, onCloudflare(null), 'destructive'],
  ['move_cloudflare_domains', { dest_app_id: '90022', dest_server_id: '70011' }, twoApps(), 'disruptive'],
  ['purge_cloudflare_cache', {}, customer, 'write'],
  ['deploy_cloudflare_smart_purge', {}, {}, 'write'],
  [
    'update_cloudflare_settings',
    only({ edge_caching: true }),
    settings({ edgecaching: false }),
    'disruptive',
  ],
  [
    'update_cloudflare_settings',
    only({ edge_caching: false }),
    settings({ edgecaching: true }),
    'disruptive',
  ],
  ['update_cloudflare_settings', only({ edge_caching: true }), settings({ edgecaching: true }), 'write'],
  [
    'update_cloudflare_settings',
    only({ edge_caching: true }),
    settings({ edgecaching: 'odd' }),
    'disruptive',
  ],
  ['update_cloudflare_settings', only({ early_hints: 'on' }), settings({}), 'write'],
  ['update_cloudflare_settings', only({ minification: true }), settings({}), 'disruptive'],
  ['update_cloudflare_settings', only({ minification: false }), settings({ minify_js: true }), 'write'],
  ['update_cloudflare_settings', only({ image_optimization: 'off' }), settings({ polish: 'lossy' }), 'write'],

  ['activate_app_security', {}, isActive(false), 'write'],
  ['deactivate_app_security', {}, isActive(true), 'disruptive'],
  ['deactivate_app_security', {}, isActive(false), 'write'],
  ['deactivate_app_security', {}, isActive({}), 'disruptive'],
  ['start_malware_scan', {}, {}, 'write'],
  ['restore_quarantined_files', {}, {}, 'destructive'],
  ['add_app_ip_rule', { list: 'block' }, {}, 'disruptive'],
  ['add_app_ip_rule', { list: 'allow' }, {}, 'disruptive'],
  ['remove_app_ip_rule', {}, {}, 'write'],
  ['add_server_ip_rules', { ips: ['192.0.2.5'], list: 'block' }, listed([], []), 'disruptive'],
  ['add_server_ip_rules', { ips: ['192.0.2.5'], list: 'block' }, listed([], ['192.0.2.5']), 'write'],
  ['add_server_ip_rules', { ips: ['192.0.2.5'], list: 'allow' }, listed([], ['192.0.2.5']), 'disruptive'],
  ['remove_server_ip_rules', {}, listed([], ['192.0.2.99']), 'write'],
  ['block_countries', {}, {}, 'destructive'],
  ['unblock_countries', {}, {}, 'write'],
  ['update_firewall_settings', { request_limit: 40 }, limits(100, 1), 'disruptive'],
  ['update_firewall_settings', { request_limit: 200 }, limits(100, 1), 'write'],
  ['update_firewall_settings', { request_limit: 200 }, limits('many', 1), 'disruptive'],
  [
    'update_firewall_settings',
    { request_limit: undefined, refuse_weak_passwords: true },
    limits(100, 0),
    'disruptive',
  ],
  [
    'update_firewall_settings',
    { request_limit: undefined, refuse_weak_passwords: false },
    limits(100, 1),
    'write',
  ],
  ['sync_infected_domains', {}, {}, 'write'],

  ['set_safeupdates_status', { enabled: true }, isScheduled(false), 'disruptive'],
  ['set_safeupdates_status', { enabled: true }, isScheduled(true), 'write'],
  ['set_safeupdates_status', { enabled: true }, isScheduled(null), 'disruptive'],
  ['set_safeupdates_status', { enabled: false }, isScheduled(true), 'write'],
  ['update_safeupdates_settings', time, updateSettings, 'disruptive'],
  ['update_safeupdates_settings', { ...content, core: 'yes' }, updateSettings, 'disruptive'],
  ['update_safeupdates_settings', { ...content, remove_plugins: ['breeze'] }, updateSettings, 'write'],
  ['update_safeupdates_settings', { ...content, emails: 'new@example.com' }, updateSettings, 'write'],
  ['run_safeupdates', {}, {}, 'disruptive'],

  ['subscribe_copilot', {}, plan, 'write'],
  ['change_copilot_plan', {}, plan, 'write'],
  ['unsubscribe_copilot', {}, plan, 'destructive'],
  ['set_copilot_insights', {}, { reads: { 'GET /copilot/server-settings': { settings: [] } } }, 'write'],
]

/** A second app on the same server, for what goes from one to the other. */
function twoApps(): State {
  const app = (id: string) => ({ id, label: id, aliases: [] })
  return {
    reads: {
      'GET /server': { servers: [{ id: '70011', label: 'shop', apps: [app('90021'), app('90022')] }] },
      ...onCloudflare('activated').reads,
    },
  }
}
