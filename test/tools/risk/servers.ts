/** Whole servers: their settings, disks and schedules, and giving them away. */
import type { Row } from './row.ts'

const cleanup = (more: object) => ({
  reads: {
    'GET /server/disk': {
      settings: {
        automate_cleanup: 'enable',
        remove_app_tmp: 'yes',
        remove_app_private_html: 'no',
        rotate_system_log: 'no',
        rotate_app_log: 'no',
        remove_app_local_backup: 'no',
        ...more,
      },
    },
  },
})

const none = {
  automate_cleanup: undefined,
  remove_app_tmp: undefined,
  remove_app_private_html: undefined,
  rotate_system_log: undefined,
  rotate_app_log: undefined,
  remove_app_local_backup: undefined,
}

const app = { id: '90021', label: 'store', cname: 'www.example.com', aliases: [] }

const row = (more: object = {}) => ({
  reads: {
    'GET /server': {
      servers: [
        {
          id: '70011',
          label: 'shop',
          status: 'running',
          apps: [app],
          cloud: 'amazon',
          instance_type: '4GB',
          backup_frequency: '24',
          backup_retention: '4',
          backup_time: '0110',
          local_backups: 'yes',
          ...more,
        },
      ],
    },
  },
})

const target = { server_id: '70011' }

const keep = {
  backup_frequency: undefined,
  backup_retention: undefined,
  backup_time: undefined,
  local_backups: undefined,
}

export const servers: Row[] = [
  ['rename_server', {}, {}, 'write'],
  [
    'set_maintenance_window',
    {},
    {
      reads: {
        'GET /server/manage/getMaintenanceWinSettings': { maintenance_settings: { day: 'Monday', hour: 1 } },
      },
    },
    'write',
  ],
  ['update_disk_cleanup_settings', { ...none, remove_app_private_html: 'yes' }, cleanup({}), 'destructive'],
  [
    'update_disk_cleanup_settings',
    { ...none, automate_cleanup: 'enable' },
    cleanup({ automate_cleanup: 'disable' }),
    'destructive',
  ],
  ['update_disk_cleanup_settings', { ...none, automate_cleanup: 'disable' }, cleanup({}), 'write'],
  [
    'update_disk_cleanup_settings',
    { ...none, remove_app_tmp: 'no' },
    cleanup({ rotate_app_log: 'yes' }),
    'write',
  ],
  [
    'request_server_transfer',
    {},
    { reads: { 'POST /server_transfer/status': { transfer: [] } } },
    'destructive',
  ],
  [
    'cancel_server_transfer',
    {},
    { reads: { 'POST /server_transfer/status': { transfer: { email: 'sam@example.com' } } } },
    'write',
  ],
  ['update_server_backup_settings', { ...keep, backup_retention: 2 }, row(), 'destructive'],
  [
    'update_server_backup_settings',
    { ...keep, backup_retention: 2 },
    row({ backup_retention: 'some' }),
    'destructive',
  ],
  ['update_server_backup_settings', { ...keep, backup_frequency: '72' }, row(), 'destructive'],
  ['update_server_backup_settings', { ...keep, local_backups: false }, row(), 'destructive'],
  ['update_server_backup_settings', { ...keep, backup_retention: 8, backup_frequency: '12' }, row(), 'write'],
  ['update_server_backup_settings', { ...keep, backup_time: '04:00' }, row(), 'write'],
  ['set_server_snapshot_frequency', { ...target, snapshot_frequency: 'off' }, row(), 'disruptive'],
  ['set_server_snapshot_frequency', { ...target, snapshot_frequency: '24' }, row(), 'write'],
  ['delete_app_local_backup', {}, {}, 'destructive'],
  ['delete_server_local_backups', {}, {}, 'destructive'],
  ['create_server', {}, {}, 'write'],
  ['clone_server', {}, {}, 'disruptive'],
  ['delete_server', {}, {}, 'destructive'],
  ['scale_server', { instance_type: '8GB' }, row(), 'disruptive'],
  ['scale_server', { instance_type: 'intel-8GB' }, row(), 'disruptive'],
  ['scale_server', { instance_type: '2GB' }, row(), 'destructive'],
  ['scale_server', { instance_type: 'Large' }, row({ instance_type: 'Small' }), 'destructive'],
  ['scale_server', { instance_type: '8GB' }, row({ instance_type: 8 }), 'destructive'],
  ['scale_server_volume', target, row(), 'disruptive'],
  ['attach_server_storage', {}, row({ cloud: 'do' }), 'disruptive'],
  ['scale_server_storage', {}, row({ cloud: 'do', storage: 20 }), 'disruptive'],
  [
    'update_server_settings',
    {},
    { reads: { 'GET /server/manage/settings': { settings: { memory_limit: '256' } } } },
    'disruptive',
  ],
  ['change_server_package', { package_name: 'php', package_version: '8.4' }, {}, 'disruptive'],
  ['change_server_package', { package_name: 'redis', package_version: 'latest' }, {}, 'disruptive'],
  ['change_server_package', { package_name: 'redis', package_version: '0' }, {}, 'destructive'],
  ['change_server_package', { package_name: 'mysql', package_version: 'mariadb,11.4' }, {}, 'destructive'],
  ['change_master_username', {}, row(), 'destructive'],
  ['set_master_password', {}, {}, 'destructive'],
]
