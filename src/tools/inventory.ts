/**
 * Servers and apps out of `GET /server`: the one list that has them all, and the only read of a single app.
 *
 * @module
 */

import { serverList } from '../core/platform.ts'
import { type Json, noServer, noSuchApp, rowsOf, serversOf, textOf } from '../core/send/inventory.ts'
import type { RunContext } from '../core/types/tool.ts'

const orNull = (value: unknown) => textOf(value) || null

/** What a model needs of an app. */
export function compactApp(app: Json) {
  return {
    id: textOf(app.id),
    label: textOf(app.label),
    type: textOf(app.application),
    domain: orNull(app.cname) ?? orNull(app.app_fqdn),
  }
}

/** What a model needs of a server. */
export function compactServer(server: Json) {
  const apps = rowsOf(server.apps)
  return {
    id: textOf(server.id),
    label: textOf(server.label),
    status: textOf(server.status),
    provider: textOf(server.cloud),
    region: textOf(server.region),
    address: orNull(server.public_ip),
    size: orNull(server.instance_type),
    app_count: apps.length,
    apps: apps.map(compactApp),
  }
}

/** Everything the platform has of an app, under the names of the compact row where there is one. */
export function fullApp({ application: _type, ...app }: Json) {
  return { ...app, ...compactApp({ ...app, application: _type }) }
}

/** Everything the platform has of a server, under the names of the compact row where there is one. */
export function fullServer({ cloud, public_ip, instance_type, ...server }: Json) {
  const compact = compactServer({ ...server, cloud, public_ip, instance_type })
  return { ...server, ...compact, apps: rowsOf(server.apps).map(fullApp) }
}

/** @throws UpstreamError when the account has no such server. */
export async function findServer({ send }: RunContext, server_id: string): Promise<Json> {
  const servers = serversOf(await send(serverList))
  const found = servers.find((server) => textOf(server.id) === server_id)
  if (found) return found
  throw noServer(server_id)
}

/** @throws UpstreamError when the server has no such app; says which server has it, if one does. */
export async function findApp({ send }: RunContext, server_id: string, app_id: string): Promise<Json> {
  const servers = serversOf(await send(serverList))
  const owner = servers.find((server) => rowsOf(server.apps).some((app) => textOf(app.id) === app_id))
  const app = rowsOf(owner?.apps).find((row) => textOf(row.id) === app_id)
  if (app && textOf(owner?.id) === server_id) return app
  throw noSuchApp(app_id, server_id, owner && textOf(owner.id))
}

/** Characters of a default list; more would crowd a model's context. */
const budget = 6000

/**
 * Fit a default list into the budget: drop the apps' type and domain, then the apps, and say so.
 */
export function fitServers(servers: ReturnType<typeof compactServer>[]) {
  const whole = { servers }
  if (JSON.stringify(whole).length <= budget) return whole
  const short = {
    servers: servers.map((server) => ({
      ...server,
      apps: server.apps.map(({ id, label }) => ({ id, label })),
    })),
    left_out: 'type and domain of the apps: list_apps has them, with server_id or search',
  }
  if (JSON.stringify(short).length <= budget) return short
  return {
    servers: servers.map(({ apps: _, ...server }) => server),
    left_out: 'the apps: list_apps has them, with server_id or search',
  }
}
