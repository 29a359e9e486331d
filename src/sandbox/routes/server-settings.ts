import { change, invalid, ok, type Routes, stamp } from '../call.ts'
import type { Server } from '../state.ts'

/** The update call and the answer name these differently. */
const renamed: Record<string, string> = { date_timezone: 'date.timezone', tls_version: 'ssl_protocols' }

/** The unit of PHP-FPM is named by its version: `php8.3-fpm`. */
function renamePhpUnit({ services, package_versions }: Server, version: string): void {
  const [before, after] = [`php${package_versions.php}-fpm`, `php${version}-fpm`]
  const state = services[before] ?? 'running'
  delete services[before]
  services[after] = state
}

const cleanupFlags = [
  'remove_app_tmp',
  'remove_app_private_html',
  'rotate_system_log',
  'rotate_app_log',
  'remove_app_local_backup',
]

export const serverSettings: Routes = {
  server_settings_get: ({ server }) =>
    ok({ settings: { ...server.settings, package_versions: server.package_versions } }),

  server_settings_update({ server, input }) {
    for (const [name, value] of Object.entries(input)) {
      if (name !== 'server_id') server.settings[renamed[name] ?? name] = String(value)
    }
    return ok([])
  },

  server_package_update(call) {
    const { server } = call
    const [name, version] = [call.text('package_name'), call.text('package_version')]
    if (!Object.hasOwn(server.package_versions, name)) {
      return invalid('package_name', 'exists', `There is no package ${name}.`)
    }
    return change(call, `update_${name}_package`, () => {
      if (name === 'php') renamePhpUnit(server, version)
      server.package_versions[name] = version
    })
  },

  server_backup_settings_update(call) {
    const { server } = call
    server.local_backups = call.flag('local_backups')
    if (call.has('backup_frequency')) server.backup_frequency = call.text('backup_frequency')
    if (call.has('backup_retention')) server.backup_retention = call.text('backup_retention')
    if (call.has('backup_time')) server.backup_time = call.text('backup_time')
    return ok([])
  },

  server_snapshot_frequency_update(call) {
    call.server.snapshot_frequency = call.text('snapshot_frequency')
    return ok([])
  },

  server_local_backup_delete({ account, server }) {
    for (const app of account.apps) if (app.server_id === server.id) app.local_backup_exists = false
    return ok([])
  },

  server_master_username_update(call) {
    call.server.master_user = call.text('username')
    return ok([])
  },

  server_master_password_update(call) {
    call.server.master_password = call.text('password')
    return ok([])
  },

  server_maintenance_window_get: ({ server }) => ok({ maintenance_settings: server.maintenance }),

  server_maintenance_window_update(call) {
    call.server.maintenance = { day: call.text('day'), hour: call.number('hour') }
    return ok({ message: 'Maintenance window updated' })
  },

  server_disk_cleanup_settings_get: ({ server }) => ok({ settings: server.disk_cleanup }),

  server_disk_cleanup_settings_update(call) {
    for (const name of ['automate_cleanup', ...cleanupFlags]) call.server.disk_cleanup[name] = call.text(name)
    return ok([])
  },

  server_disk_cleanup_execute(call) {
    const { server, account } = call
    return change(call, 'disk_cleanup', () => {
      server.cleaned_at = stamp(call.now)
      if (!call.flag('remove_app_local_backup')) return
      for (const app of account.apps) if (app.server_id === server.id) app.local_backup_exists = false
    })
  },
}
