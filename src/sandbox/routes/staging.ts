import { type Call, change, ok, type Routes, refused, stamp } from '../call.ts'
import type { App } from '../state.ts'

const notStaging = () => refused('This is not a staging application.')

/** Note what happened to a copy. */
export function log(app: App, now: number, description: string): void {
  app.content.logs.unshift({ datetime: stamp(now), description })
}

/** A push goes from the copy to its source, a pull the other way: no unrelated application is overwritten. */
function isPair(push: boolean, target: App, source: App): boolean {
  const [copy, live] = push ? [source, target] : [target, source]
  return copy.is_staging === '1' && copy.source_app_id === live.id && copy.source_server_id === live.server_id
}

/** The application itself, its source and its copies: the log of a sync is that of both. */
const family = ({ account, app }: Call): App[] =>
  account.apps.filter((one) => one === app || one.source_app_id === app.id || app.source_app_id === one.id)

export const staging: Routes = {
  staging_sync_app(call) {
    const [target, source] = [call.app, call.appAt('source_app_id')]
    const push = call.text('action') === 'push'
    if (!isPair(push, target, source)) return notStaging()
    const [files, database] = [call.flag('appFiles'), call.flag('dbFiles')]
    return change(call, push ? 'push_to_live' : 'sync_app', () => {
      if (files)
        Object.assign(target.content, { files: source.content.files, left_out: call.list('excludePath') })
      if (database) target.content.database = source.content.database
      target.local_backup_exists = call.flag('backup')
      for (const one of [target, source]) log(one, call.now, push ? 'Push to live done' : 'Sync done')
    })
  },

  // No source documents the form: a map with rows, the rows alone, or a text.
  staging_logs_get(call) {
    const { logs } = call.app.content
    if (call.forms.stagingLogs === 'rows') return ok(logs)
    const text = logs.map(({ datetime, description }) => `${datetime} ${description}`).join('\n')
    return call.forms.stagingLogs === 'text' ? ok(text) : ok({ status: true, logs })
  },

  // The backup is that of the application that the sync overwrote: the copy, or its source.
  staging_backup_delete(call) {
    const holders = family(call).filter((one) => one.local_backup_exists)
    if (holders.length === 0) return refused('There is no backup of a synchronisation.')
    return change(call, 'delete_staging_backup', () => {
      for (const one of holders) one.local_backup_exists = false
      log(call.app, call.now, 'Backup deleted')
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

  staging_htaccess_update(call) {
    const { app } = call
    if (app.is_staging !== '1') return notStaging()
    app.content.login = { username: call.text('username'), password: call.text('password') }
    return ok({ status: true })
  },
}
