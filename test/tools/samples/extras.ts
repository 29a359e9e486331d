/** DNS, alerts, worker queues, vulnerabilities and add-ons. */
import type { Special } from './special.ts'

const domain_id = '0f5a6ad8-3c0c-4c52-9a64-8a1b2f9f0e77'
const record_id = '5b1d7c52-8f39-4a0f-9b35-0f2f5a1f6a11'
const record = { type: 'A', host: 'api', value: '203.0.113.11', ttl_seconds: 3600 }
const app = { server_id: '70011', app_id: '90021' }

export const extras: Record<string, Special> = {
  run_campaign: {
    input: {
      ...{ campaign_id: undefined, where: undefined, targets: ['blog'], waves: [1, 5] },
      ...{ tool: 'manage_app_varnish', arguments: { action: 'purge' } },
    },
  },
  renew_certificates: { input: { server_id: undefined } },
  close_backup_gaps: { input: { server_id: undefined, continue_from: undefined } },
  apply_settings: {
    input: { app_id: undefined, settings: ['settings'], targets: ['70024'], continue_from: undefined },
  },
  safe_deploy: { input: { apps: ['store'], branch_name: 'main' } },
  offboard_person: { input: { person: ['robin'], never: ['kim'], continue_from: undefined } },
  get_dns_domain_details: { input: { domain_id } },
  list_dns_records: { input: { domain_id } },
  add_dns_domains: { input: { names: ['new.example.org'] } },
  delete_dns_domains: { input: { domain_ids: [domain_id] } },
  add_dns_records: { input: { domain_id, records: [record] } },
  update_dns_record: {
    input: { domain_id, record_id, type: undefined, host: undefined, value: '203.0.113.12' },
  },
  delete_dns_records: { input: { domain_id, record_ids: [record_id] } },

  mark_alerts_read: {
    input: { alert_ids: ['4434'], all: undefined },
    further: { alert_ids: undefined, all: true },
  },
  create_alert_integration: {
    input: { channel: '2', events: ['1'], to: 'ops@example.com', url: 'https://hooks.example.com/1' },
  },
  update_alert_integration: {
    input: {
      integration_id: '31',
      channel: undefined,
      add_events: undefined,
      remove_events: ['2'],
      to: 'team@example.com',
      url: undefined,
      is_active: undefined,
    },
  },
  delete_alert_integration: { input: { integration_id: '31' } },

  restart_worker_queue: { input: { queue_id: 'queue_7' } },
  delete_worker_queue: { input: { queue_id: 'queue_7' } },
  create_worker_queue: { input: { connection: 'redis', queue: 'default' } },

  list_app_vulnerabilities: { input: app },
  activate_addon: { input: { addon_id: '8', package_id: '7' } },
  deactivate_addon: { input: { addon_id: '4' } },
  change_addon_package: { input: { addon_id: '4', package_id: '5' } },
  enable_addon_on_server: {
    input: { addon_id: '6', host: 'smtp.example.com', port: '587', username: 'shop', password: 'sesame-7' },
  },
  disable_addon_on_server: { input: { addon_id: '6' } },
  request_addon: { input: { addon_id: '9' } },
  verify_email_domain: { input: { domain: 'example.com' } },
  delete_email_domain: { input: { domain: 'example.com' } },
}
