import { change, invalid, ok, type Routes, refused, stamp } from '../call.ts'
import { hasVolumes } from '../provision.ts'
import { frequencies } from './lists.ts'

/** The update call and the answer name these differently. */
const renamed: Record<string, string> = { date_timezone: 'date.timezone', tls_version: 'ssl_protocols' }

const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']

const cleanupFlags = [
  'remove_app_tmp',
  'remove_app_private_html',
  'rotate_system_log',
  'rotate_app_log',
  'remove_app_local_backup',
]

const noFrequency = (field: string) =>
  invalid(field, 'exists', `${field} is none of the frequencies that are offered.`)

export const serverSettings: Routes = {
  server_settings_get: ({ server }) =>
    ok({ settings: { ...server.settings, package_versions: server.package_versions } }),

  server_settings_update({ server, input }) {
    for (const [name, value] of Object.entries(input)) {
      if (name !== 'server_id') server.settings[renamed[name] ?? name] = String(value)
    }
    return ok([])
  },

  server_backup_settings_update(call) {
    const { server } = call
    const [frequency, time] = [call.text('backup_frequency'), call.text('backup_time')]
    if (frequency !== '' && !frequencies.includes(frequency)) return noFrequency('backup_frequency')
    if (time !== '' && !/^([01]\d|2[0-3]):[0-5]\d$/.test(time))
      return invalid('backup_time', 'format', 'backup_time has to be HH:MM.')
    server.local_backups = call.flag('local_backups')
    if (call.has('backup_frequency')) server.backup_frequency = call.text('backup_frequency')
    if (call.has('backup_retention')) server.backup_retention = call.text('backup_retention')
    // Rows have the time without its colon.
    if (call.has('backup_time')) server.backup_time = call.text('backup_time').replace(':', '')
    return ok([])
  },

  server_snapshot_frequency_update(call) {
    const { server } = call
    const frequency = call.text('snapshot_frequency')
    if (!hasVolumes(server.cloud)) return refused('Servers of this provider have no snapshots.')
    if (frequency !== '' && !frequencies.includes(frequency)) return noFrequency('snapshot_frequency')
    server.snapshot_frequency = frequency || '0'
    return ok([])
  },

  server_local_backup_delete({ account, server }) {
    for (const app of account.apps.filter(({ server_id }) => server_id === server.id))
      Object.assign(app, { local_backup_exists: false, restored_from: null })
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
    const [day, hour] = [call.text('day'), call.number('hour')]
    if (!days.includes(day)) return invalid('day', 'exists', 'day has to be a day of the week.')
    if (hour > 23) return invalid('hour', 'max', 'hour has to be one of a day.')
    call.server.maintenance = { day, hour }
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
