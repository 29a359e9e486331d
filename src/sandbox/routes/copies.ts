import { begin, type Call, invalid, type Routes, stamp, wireId } from '../call.ts'
import { newApp } from '../provision.ts'
import type { App } from '../state.ts'
import { isInstallable } from './lists.ts'
import { log } from './staging.ts'

/** The project with this name. It is created when there is none, as on the platform. */
function projectId(call: Call): string | null {
  if (!call.has('project_name') || call.text('project_name') === '') return null
  const name = call.text('project_name')
  const { projects } = call.account
  const found = projects.find((one) => one.name === name)
  if (found) return found.id
  const at = stamp(call.now)
  const id = String(call.newId())
  projects.push({ id, name, is_default: '0', created_at: at, updated_at: at })
  return id
}

const contentOf = ({ content: { files, database } }: App) => ({ files, database })

/** Start the work that creates an application. The id of the application is answered at once. */
function create(
  call: Call,
  type: string,
  serverId: string,
  about: Partial<App> & Pick<App, 'label' | 'application'>,
) {
  const { account, planter } = call
  const id = call.newId()
  const finish = () => {
    const base = { ...about, id: String(id), server_id: serverId, created_at: stamp(call.now) }
    const app = newApp(planter, { ...base, project_id: projectId(call) })
    if (call.has('app_id')) Object.assign(app.content, contentOf(call.app))
    if (app.is_staging === '1') log(app, call.now, `Staging copy of ${call.app.label}`)
    account.apps.push(app)
  }
  if (call.operation.operationIdPath === 'destination_operation_id') {
    // There is one operation on each server. The one on the source changes nothing.
    const source = call.start({ type: `${type}_source` })
    return begin(
      call,
      { type, server_id: serverId, finish },
      { source_operation_id: wireId(source), app_id: id },
    )
  }
  return begin(call, { type, finish }, { app_id: id })
}

const copy = (call: Call, label: string): Pick<App, 'label' | 'application' | 'app_version'> => ({
  label,
  application: call.app.application,
  app_version: call.app.app_version,
})

const stagingCopy = (call: Call) => ({
  ...copy(call, `${call.app.label} staging`),
  is_staging: '1' as const,
  source_app_id: call.app.id,
  source_server_id: call.app.server_id,
})

export const copies: Routes = {
  app_create(call) {
    const [application, app_version] = [call.text('application'), call.text('app_version')]
    if (!isInstallable(application, app_version)) {
      return invalid('application', 'exists', 'This application and version cannot be installed.')
    }
    return create(call, 'add_app', call.server.id, {
      label: call.text('app_label'),
      application,
      app_version,
    })
  },

  app_clone: (call) => create(call, 'clone_app', call.server.id, copy(call, call.text('app_label'))),

  app_clone_to_server(call) {
    const label = call.has('app_label') ? call.text('app_label') : call.app.label
    return create(call, 'clone_app_to_server', call.serverAt('destination_server_id').id, copy(call, label))
  },

  staging_app_clone: (call) => create(call, 'add_staging_app', call.server.id, stagingCopy(call)),

  staging_app_clone_to_server: (call) =>
    create(call, 'add_staging_app', call.serverAt('destination_server_id').id, stagingCopy(call)),
}
