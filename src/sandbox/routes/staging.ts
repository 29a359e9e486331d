import { change, ok, type Routes, refused } from '../call.ts'

const notStaging = () => refused('This is not a staging application.')

export const staging: Routes = {
  staging_sync_app(call) {
    const [target, source] = [call.app, call.appAt('source_app_id')]
    // One app has to be the copy of the other, so that no unrelated app is overwritten.
    if (target.source_app_id !== source.id && source.source_app_id !== target.id) return notStaging()
    const push = call.text('action') === 'push'
    return change(call, push ? 'push_to_live' : 'sync_app', () => {
      target.local_backup_exists = call.flag('backup')
    })
  },

  staging_auth_status_update(call) {
    const { app } = call
    if (app.is_staging !== '1') return notStaging()
    const on = call.text('action') === 'enable'
    return change(call, 'staging_auth', () => {
      app.switches.staging_auth = on
    })
  },

  staging_htaccess_update: ({ app }) => (app.is_staging === '1' ? ok({ status: true }) : notStaging()),
}
