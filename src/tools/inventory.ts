/** Servers and apps from `GET /server`. That list is also the only read of a single app. @module */
import { serverList } from '../core/platform.ts'
import { noServer, noSuchApp, rowsOf, serversOf, textOf } from '../core/send/inventory.ts'
import type { RunContext } from '../core/types/tool.ts'

type Row = ReturnType<typeof rowsOf>[number]

const orNull = (value: unknown) => textOf(value) || null

/** The fields of an app that a model needs. */
export function compactApp(app: Row) {
  return {
    id: textOf(app.id),
    label: textOf(app.label),
    type: textOf(app.application),
    domain: orNull(app.cname) ?? orNull(app.app_fqdn),
  }
}

/** The fields of a server that a model needs. */
export function compactServer(server: Row) {
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

/** All fields of an app. A field that the compact row has too keeps its name from there. */
export function fullApp({ application: _type, ...app }: Row) {
  return { ...app, ...compactApp({ ...app, application: _type }) }
}

/** All fields of a server. A field that the compact row has too keeps its name from there. */
export function fullServer({ cloud, public_ip, instance_type, ...server }: Row) {
  const compact = compactServer({ ...server, cloud, public_ip, instance_type })
  return { ...server, ...compact, apps: rowsOf(server.apps).map(fullApp) }
}

/** @throws UpstreamError when the account has no such server. */
export async function findServer({ send }: RunContext, server_id: string): Promise<Row> {
  const servers = serversOf(await send(serverList))
  const found = servers.find((server) => textOf(server.id) === server_id)
  if (found) return found
  throw noServer(server_id)
}

/** @throws UpstreamError when the server has no such app. The message names the server that has the app, if one does. */
export async function findApp({ send }: RunContext, server_id: string, app_id: string): Promise<Row> {
  const servers = serversOf(await send(serverList))
  const owner = servers.find((server) => rowsOf(server.apps).some((app) => textOf(app.id) === app_id))
  const app = rowsOf(owner?.apps).find((row) => textOf(row.id) === app_id)
  if (app && textOf(owner?.id) === server_id) return app
  throw noSuchApp(app_id, server_id, owner && textOf(owner.id))
}

/** The most characters of a default list: a longer one would crowd the context of a model. */
const budget = 6000

/**
 * Fit a default list into the budget: leave out type and domain of the apps, then the apps. The answer says what was
 * left out.
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
