/** Cloudflare, the security suite, safe updates and Copilot. */
import type { Special } from './special.ts'

const inQuarantine = { files: ['public_html/wp-content/uploads/cache.php'], db: ['wp_options:siteurl'] }
const october = { start: '2026-10-01T00:00:00Z', end: '2026-11-01T00:00:00Z' }
const domains = ['www.example.com']

export const edge: Record<string, Special> = {
  add_cloudflare_domain: { input: { domain: 'new.example.com' } },
  verify_cloudflare_domain: { changesWith: { domain: 'pending.example.com' } },
  delete_cloudflare_domains: { input: { domains, customer_id: '1' } },
  move_cloudflare_domains: { input: { domains, dest_app_id: '90022', dest_server_id: '70011' } },
  purge_cloudflare_cache: { input: { customer_id: '1' } },
  update_cloudflare_settings: {
    input: { image_optimization: 'lossy', early_hints: 'on' },
    changesWith: { minification: true },
  },
  get_malware_scan: { input: { scan_id: '9' }, further: { scan_id: undefined } },
  restore_quarantined_files: { input: inQuarantine },
  activate_app_security: {
    changesAfter: ['deactivate_app_security', { server_id: '70011', app_id: '90021' }],
  },
  add_server_ip_rules: { changesWith: { list: 'block' } },
  remove_server_ip_rules: { input: { ips: ['192.0.2.99'], list: 'block' } },
  get_server_security_stats: { input: october },
  block_countries: { input: { countries: ['DE', 'AT'] } },
  unblock_countries: { input: { countries: ['DE'] } },
  update_firewall_settings: { input: { request_limit: 40 } },
  set_safeupdates_status: { input: { enabled: false } },
  update_safeupdates_settings: {
    input: {
      ...{ day_of_week: 'Monday', time_slot: '06:01 - 12:00', core: undefined, emails: undefined },
      ...{
        add_plugins: undefined,
        remove_plugins: undefined,
        add_themes: undefined,
        remove_themes: undefined,
      },
    },
  },
  run_safeupdates: { input: { plugins: ['woocommerce'], themes: ['storefront'] } },
  list_infected_domains: { after: ['sync_infected_domains', { server_id: '70011' }] },
  get_copilot_server_settings: {
    after: ['set_copilot_insights', { server_id: '70011', insights_enabled: false }],
  },
  get_copilot_billing: { input: { billing_cycle: '2026-11' } },
  get_copilot_insight: { input: { insight_id: '5' } },
  subscribe_copilot: { input: { plan_id: '2' }, after: ['unsubscribe_copilot', {}] },
  change_copilot_plan: { input: { plan_id: '2' } },
  set_copilot_insights: { changesWith: { insights_enabled: false } },
}
