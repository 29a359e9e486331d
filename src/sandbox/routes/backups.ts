import { begin, change, notFound, pointInTime, type Routes, refused } from '../call.ts'

export const backups: Routes = {
  app_backup(call) {
    const { app } = call
    return change(call, 'backup_app', () => {
      app.restore_points.unshift(pointInTime(call.now))
      app.local_backup_exists = true
    })
  },

  app_backup_status_get(call) {
    const { app } = call
    return begin(call, {
      type: 'app_restore_points',
      parameters: () => ({ backup_dates: app.restore_points, local_backup_exists: app.local_backup_exists }),
    })
  },

  app_local_backup_delete(call) {
    const { app } = call
    return change(call, 'remove_local_backup', () => {
      app.local_backup_exists = false
      // The rollback of a restore takes the site from there.
      app.restored_from = null
    })
  },

  app_restore(call) {
    const { app } = call
    // Clients write the time with a blank or a T. It has to be the time of a restore point.
    const time = call.text('time').replace(' ', 'T')
    if (!app.restore_points.includes(time)) return notFound()
    return change(call, 'restore_app', () => {
      app.restored_from = time
    })
  },

  app_restore_rollback(call) {
    const { app } = call
    if (app.restored_from === null) return refused('There is no restore to roll back.')
    return change(call, 'rollback_app', () => {
      app.restored_from = null
    })
  },
}
