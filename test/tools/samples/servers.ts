/** Whole servers: their settings, disks and schedules, and giving them away. */
import type { Special } from './special.ts'

const server = { server_id: '70011' }
const app = { ...server, app_id: '90021' }
/** The first server that a sandbox makes. */
const made = '300001'
const atAmazon = {
  cloud: 'amazon',
  region: 'eu-central-1',
  instance_type: 'Small',
  db_volume_size: 20,
  data_volume_size: 20,
}
const newServer = {
  ...atAmazon,
  application: 'wordpress',
  app_version: '6.8',
  server_label: 'media',
  app_label: 'pictures',
}
/** Another label each time: the same call again makes nothing new. */
const media = (server_label: string): Special['after'] => ['create_server', { ...newServer, server_label }]

export const servers: Record<string, Special> = {
  rename_server: { input: { label: 'shop-eu' } },
  set_maintenance_window: { input: { day: 'Sunday', hour: 4 } },
  update_disk_cleanup_settings: {
    input: {
      automate_cleanup: 'enable',
      remove_app_tmp: 'yes',
      remove_app_private_html: 'yes',
      rotate_system_log: 'yes',
      rotate_app_log: 'no',
      remove_app_local_backup: 'no',
    },
  },
  request_server_transfer: { input: { email: 'sam@example.com' } },
  cancel_server_transfer: { after: ['request_server_transfer', { ...server, email: 'sam@example.com' }] },
  update_server_backup_settings: {
    input: { backup_frequency: '12', backup_retention: 8, backup_time: '03:30', local_backups: true },
  },
  set_server_snapshot_frequency: {
    input: { server_id: made, snapshot_frequency: '24' },
    after: media('media-snapshots'),
  },
  delete_app_local_backup: { changesAfter: ['backup_app', app] },
  delete_server_local_backups: { changesAfter: ['backup_app', app] },
  create_server: { input: newServer },
  clone_server: {
    input: {
      cloud: 'do',
      region: 'fra1',
      instance_type: '4GB',
      db_volume_size: undefined,
      data_volume_size: undefined,
    },
    further: atAmazon,
  },
  scale_server: { input: { instance_type: '4GB' } },
  scale_server_volume: { input: { server_id: made, volume_size: 50 }, after: media('media-volume') },
  attach_server_storage: { input: { server_storage: 50 } },
  scale_server_storage: {
    input: { server_storage: 80 },
    after: ['attach_server_storage', { ...server, server_storage: 40 }],
  },
  update_server_settings: {
    input: {
      memory_limit: 512,
      date_timezone: 'Europe/Berlin',
      error_reporting: 'E_ALL',
      mysql_timezone: undefined,
      character_set_server: 'utf8mb4',
      nginx_http2: undefined,
      new_default_app: undefined,
      sys_locale: undefined,
      opcache_memory_size: undefined,
    },
  },
  change_server_package: { input: { package_name: 'php', package_version: '8.4' } },
  set_master_password: { input: { password: 'Correct-horse-42-battery' } },
  change_master_username: { input: { username: 'master_shop' } },
}
