/** Servers and apps from `GET /server`. That list is also the only read of a single app. @module */
import { serverList } from '../core/platform.ts'
import {
  aliasesOf,
  appsUnknown,
  domainOf,
  type Json,
  noServer,
  noSuchApp,
  readRows,
  rowsOf,
  serversOf,
  textOf,
} from '../core/send/inventory.ts'
import type { RunContext } from '../core/types/tool.ts'
import { isOn } from './effects.ts'
import { megabytes } from './values.ts'
import { inWords } from './words.ts'

type Row = Json

const orNull = (value: unknown) => textOf(value) || null

/** The fields of an app that a model needs. What nobody told is null. */
export function compactApp(app: Row) {
  return {
    id: orNull(app.id),
    label: orNull(app.label),
    type: orNull(app.application),
    domain: domainOf(app.cname) ?? domainOf(app.app_fqdn),
  }
}

/** The fields of a server that a model needs. What nobody told is null. */
export function compactServer(server: Row) {
  const apps = readRows(server.apps)
  return {
    id: orNull(server.id),
    label: orNull(server.label),
    status: orNull(server.status),
    running: isOn(server.status),
    provider: orNull(server.cloud),
    region: orNull(server.region),
    address: orNull(server.public_ip),
    size: orNull(server.instance_type),
    app_count: apps?.length ?? null,
    apps: apps?.map(compactApp) ?? null,
  }
}

/** All fields of an app. A field that the compact row has too keeps its name from there. */
export function fullApp({ application: _type, ...app }: Row) {
  const aliases = app.aliases === undefined ? {} : { aliases: aliasesOf(app.aliases) }
  return { ...inWords(app), ...aliases, ...compactApp({ ...app, application: _type }) }
}

/** All fields of a server. A field that the compact row has too keeps its name from there. */
export function fullServer({ cloud, public_ip, instance_type, ...server }: Row) {
  const compact = compactServer({ ...server, cloud, public_ip, instance_type })
  return { ...inWords(withSizes(server)), ...compact, apps: readRows(server.apps)?.map(fullApp) ?? null }
}

/** The sizes in a row of a server, by the unit that the platform counts in. */
const sizes = {
  volume_size: 'G',
  db_volume_size: 'G',
  data_volume_size: 'G',
  storage: 'G',
  memory_size: 'M',
} as const

/** The row with its sizes in MB, under names that say so. */
export function withSizes(row: Row): Row {
  const entries = Object.entries(row).map(([name, value]) =>
    Object.hasOwn(sizes, name)
      ? [`${name}_mb`, megabytes(value, sizes[name as keyof typeof sizes])]
      : [name, value],
  )
  return Object.fromEntries(entries)
}

/** The apps by their system user, by which the measurements name them; `null` when the list can't be read. */
export async function ownersOf(context: RunContext): Promise<Map<string, Row> | null> {
  try {
    const apps = serversOf(await context.send(serverList)).flatMap((server) => rowsOf(server.apps))
    return new Map(apps.map((app) => [textOf(app.sys_user), app]))
  } catch {
    context.signal.throwIfAborted()
    return null
  }
}

/** An app that a measurement names by its system user. */
export function named(system_user: string, owners: Map<string, Row> | null) {
  const app = system_user ? owners?.get(system_user) : undefined
  return { app_id: orNull(app?.id), label: orNull(app?.label), system_user: system_user || null }
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
  return appIn(serversOf(await send(serverList)), server_id, app_id)
}

/** The row of an app among those of all servers. @throws UpstreamError as {@link findApp}. */
export function appIn(servers: readonly Row[], server_id: string, app_id: string): Row {
  const owner = servers.find((server) => rowsOf(server.apps).some((app) => textOf(app.id) === app_id))
  const app = rowsOf(owner?.apps).find((row) => textOf(row.id) === app_id)
  const unread = owner ? undefined : servers.find((server) => !readRows(server.apps))
  if (unread) throw appsUnknown(textOf(unread.id))
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
      apps: server.apps?.map(({ id, label }) => ({ id, label })) ?? null,
    })),
    left_out: 'type and domain of the apps: list_apps has them, with server_id or search',
  }
  if (JSON.stringify(short).length <= budget) return short
  return {
    servers: servers.map(({ apps: _, ...server }) => server),
    left_out: 'the apps: list_apps has them, with server_id or search',
  }
}
