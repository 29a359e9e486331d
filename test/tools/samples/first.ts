/** The tools of the first version. */
import type { Special } from './special.ts'

export const first: Record<string, Special> = {
  backup_report: { input: { continue_from: undefined } },
  git_clone: { input: { branch_name: 'main', deploy_path: '', git_url: 'git@github.com:example/store.git' } },
  git_pull: { input: { branch_name: 'main', deploy_path: '' } },
  compare_settings: { input: { server_id: '70011', app_id: undefined } },
  remove_ssl_certificate: { input: { app_id: '90023' } },
  preview_change: { input: { tool: 'restart_server', arguments: { server_id: '70011' } } },
  update_whitelisted_ips: {
    input: {
      tab: 'sftp',
      add: ['198.51.100.4'],
      ip: undefined,
      ipPolicy: undefined,
      remove: undefined,
    },
  },
  rollback_app_restore: {
    after: ['restore_app', { server_id: 70011, app_id: 90021, time: '2026-08-05T23:19:06' }],
  },
  unblock_ip: {
    input: { ip: '192.0.2.99' },
    unseen: 'the list of the security suite is read by the tool itself; the read tells of the platform',
  },
  backup_server: { unseen: 'the backups of a server show among the restore points of its apps' },
  start_server: { changesAfter: ['stop_server', { server_id: '70011' }] },
  change_service_state: {
    changesAfter: ['change_service_state', { server_id: '70011', service: 'nginx', state: 'stop' }],
  },
  enforce_app_https: {
    changesAfter: ['enforce_app_https', { server_id: '70011', app_id: '90021', status: 'disable' }],
  },
  manage_app_varnish: { changesWith: { action: 'disable' } },
  manage_server_varnish: { changesWith: { action: 'disable' } },
  install_letsencrypt: { changesWith: { ssl_domains: ['shop.example.com'] } },
}
