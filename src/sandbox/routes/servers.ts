import {
  begin,
  type Call,
  change,
  invalid,
  notFound,
  ok,
  pointInTime,
  type Routes,
  stamp,
  started,
} from '../call.ts'
import { operationRow } from '../operations.ts'
import { hasVolumes, newApp, newServer } from '../provision.ts'
import type { App } from '../state.ts'
import { isInstallable, regions, sizes } from './lists.ts'
import { page, serverRow } from './rows.ts'
import { appsOf, megabytes, sizeOf } from './sizes.ts'

const powerTypes = {
  server_start: 'starting_server',
  server_stop: 'stopping_server',
  server_restart: 'restarting_server',
}

/** Values are checked against the lists that the platform itself answers. */
function misfit({ cloud, region, instance_type }: ReturnType<typeof placeOf>) {
  if (!Object.hasOwn(regions[cloud] ?? {}, region))
    return invalid('region', 'exists', `region ${region} is not offered by ${cloud}.`)
  return noSize(cloud, instance_type)
}

function noSize(cloud: string, size: string) {
  if (sizes[cloud]?.includes(size)) return undefined
  return invalid('instance_type', 'exists', `${cloud} has no size ${size}.`)
}

const placeOf = (call: Call) => ({
  cloud: call.text('cloud'),
  region: call.text('region'),
  instance_type: call.text('instance_type'),
})

/** The volumes that the request asks for, where the provider has such. */
function volumesOf(call: Call, cloud: string) {
  if (!hasVolumes(cloud)) return {}
  const asked = (['db_volume_size', 'data_volume_size'] as const).filter(call.has)
  return Object.fromEntries(asked.map((name) => [name, call.number(name)]))
}

export const servers: Routes = {
  server_list: (call) =>
    ok({ status: true, servers: call.account.servers.map((server) => serverRow(server, call)) }),

  server_list_paginated(call) {
    const { rows, pagination } = page(call, call.account.servers)
    const servers = rows.map(({ id, label, status, public_ip, cloud, instance_type }) => ({
      id: Number(id),
      label,
      status,
      public_ip,
      cloud,
      instance_type,
    }))
    return ok({ data: { servers, pagination } })
  },

  server_get({ server }) {
    const { id, cloud, instance_type, volume_size, storage, master_password } = server
    const { data_volume_size, db_volume_size } = server
    const volumes = { volume_size, data_volume_size, db_volume_size, storage }
    return ok({ id: Number(id), cloud, instance_type, ...volumes, master_password })
  },

  server_get_legacy_path: (call) => ok({ server: serverRow(call.server, call) }),

  server_update_label(call) {
    call.server.label = call.text('label')
    return ok({ status: true })
  },

  server_create(call) {
    const { account, planter } = call
    const place = placeOf(call)
    const wrong = misfit(place)
    if (wrong) return wrong
    if (!isInstallable(call.text('application'), call.text('app_version'))) {
      return invalid('application', 'exists', 'This application and version cannot be installed.')
    }
    const id = String(call.newId())
    const server = newServer(planter, { id, label: call.text('server_label'), ...place })
    Object.assign(server, {
      status: 'initiated',
      created_at: stamp(call.now),
      ...volumesOf(call, place.cloud),
    })
    account.servers.push(server)
    const state = call.start({
      type: 'add_server',
      server_id: id,
      finish() {
        server.status = 'running'
        const app = { id: String(call.newId()), server_id: id, label: call.text('app_label') }
        account.apps.push(newApp(planter, { ...app, application: call.text('application') }))
      },
    })
    const answer = started(call, state)
    Object.assign((answer.body as { server: object }).server, {
      id,
      label: server.label,
      status: server.status,
      ...place,
    })
    return answer
  },

  server_clone(call) {
    const { account, planter } = call
    const place = placeOf(call)
    const wrong = misfit(place)
    if (wrong) return wrong
    const source = call.server
    return change(call, 'clone_server', () => {
      const id = String(call.newId())
      const server = newServer(planter, { id, label: `${source.label} clone`, ...place })
      Object.assign(server, { created_at: stamp(call.now), ...volumesOf(call, place.cloud) })
      if (call.has('server_storage') && place.cloud === 'do') server.storage = call.number('server_storage')
      account.servers.push(server)
      const isWanted = ({ id }: App) => !call.has('application_id') || id === call.text('application_id')
      const wanted = account.apps.filter((one) => one.server_id === source.id && isWanted(one))
      for (const [index, { application, label }] of wanted.entries()) {
        const copy = { id: String(call.newId()), server_id: id, application }
        account.apps.push(newApp(planter, { ...copy, label: index === 0 ? call.text('app_label') : label }))
      }
    })
  },

  server_delete(call) {
    const { account, server } = call
    return change(call, 'delete_server', () => {
      account.servers = account.servers.filter((one) => one !== server)
      account.apps = account.apps.filter((one) => one.server_id !== server.id)
    })
  },

  server_start: (call) => power(call, 'running'),
  server_stop: (call) => power(call, 'stopped'),
  server_restart: (call) => power(call, 'running'),

  server_scale(call) {
    const { server } = call
    const size = call.text('instance_type')
    const wrong = noSize(server.cloud, size)
    if (wrong) return wrong
    return change(call, 'scale_server', () => {
      server.instance_type = size
    })
  },

  server_backup(call) {
    const { server, account } = call
    return change(call, 'server_backup', () => {
      server.backups.unshift(stamp(call.now))
      for (const app of account.apps) {
        if (app.server_id === server.id) app.restore_points.unshift(pointInTime(call.now))
      }
    })
  },

  server_disk_usage_fetch(call) {
    const { server } = call
    const mega = (size: number) => `${megabytes(size)}M`
    const localBackups = () => appsOf(call).filter((app) => app.local_backup_exists).length
    const usage = (used: number) => ({ total: '60G', used: `${used}G`, free: `${60 - used}G` })
    return begin(call, {
      type: 'server_disk_usage',
      parameters: () => ({
        disk_usage: usage((server.cleaned_at ? 20 : 24) + localBackups()),
        applications: {
          body: appsOf(call).map((app) => [app.sys_user, mega(sizeOf(app).home), mega(sizeOf(app).mysql)]),
        },
      }),
    })
  },

  operation_status(call) {
    const state = call.account.operations.findLast((one) => one.id === call.text('id'))
    if (!state) return notFound()
    const operation = operationRow(state, call.now)
    if (!state.isTask) return ok({ operation })
    // The platform answers `status: false` for a finished task too. Only `is_completed` counts. Beside it, the row of
    // the server comes along with all its passwords.
    if (state.state === 'running') return ok({ status: true, operation })
    const server = call.account.servers.filter((one) => one.id === state.server_id)
    return ok({ status: false, operation, server: server.map((one) => serverRow(one, call)) })
  },

  operation_task_status(call) {
    const state = call.account.operations.find((one) => one.id === call.text('task_id') && one.isTask)
    if (!state) return notFound()
    const { id, is_completed, parameters = '{}' } = operationRow(state, call.now)
    return ok({ status: true, task: { id, is_completed, parameters } })
  },
}

function power(call: Call, status: 'running' | 'stopped') {
  const { server } = call
  const type = powerTypes[call.operation.id as keyof typeof powerTypes]
  return begin(call, {
    type,
    finish: () => {
      server.status = status
    },
  })
}
