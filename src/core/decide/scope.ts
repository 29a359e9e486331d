/**
 * The scope: what is outside of it is not listed, not read and not touched.
 *
 * Two gates, so that no tool has to know of it: what the platform lists is cut to the scope before anybody sees
 * it, and every request that names a server or an app is checked against what is left.
 *
 * @module
 */

import { readable } from '../../base/text.ts'
import { PolicyError } from '../../errors.ts'
import { type Json, readEstate, rowsOf, serverList, serversOf, textOf } from '../send/inventory.ts'
import { sentValues } from '../send/request.ts'
import type { ApiRequest } from '../types/api.ts'
import type { EstateServer, Estates, Scope, TargetIds } from '../types/call.ts'
import type { AnyTool } from '../types/tool.ts'
import { taggedArguments } from './targets.ts'

type Send = (request: ApiRequest) => Promise<unknown>

const comparable = (label: string) => readable(label).toLowerCase()

export const isScoped = ({ servers, apps }: Scope) => servers.length > 0 || apps.length > 0

/**
 * Whether an entry of a list names this row. An entry of digits only is an id and never a label: anybody who may
 * rename a server or an app could else give it the id of one that is within the scope.
 */
export function isNamed(entries: readonly string[], row: { id?: unknown; label?: unknown }): boolean {
  const id = textOf(row.id)
  const label = comparable(textOf(row.label))
  return entries.some((entry) => {
    const name = comparable(entry)
    return /^\d+$/.test(name) ? name === id : entry.trim() === id || name === label
  })
}

/** The rows of servers within the scope, with the apps within it. Under `apps`, a server without any of them goes. */
export function boundServers(servers: readonly Json[], { servers: ours, apps }: Scope): Json[] {
  const mine = ours.length === 0 ? servers : servers.filter((server) => isNamed(ours, server))
  if (apps.length === 0) return [...mine]
  return mine
    .map((server) => {
      const all = rowsOf(server.apps)
      const bound = all.filter((app) => isNamed(apps, app))
      return { ...(bound.length < all.length ? withoutKeys(server) : server), apps: bound }
    })
    .filter((server) => server.apps.length > 0)
}

/** Who may enter a shared server is nothing of a single app on it. */
const withoutKeys = (server: Json): Json =>
  Object.fromEntries(Object.entries(server).filter(([name]) => !/^(ssh_keys$|master_)/.test(name)))

/** Whether a tool can be used under a scope at all: it names what it touches, or says that it touches nothing. */
export function fitsScope(tool: AnyTool): boolean {
  const { server, app, operation } = taggedArguments(tool)
  return Boolean(server || app || operation || tool.reach)
}

/** The arguments that a scope of one server or one app leaves no choice for. */
export function fixedArguments(tool: AnyTool, { servers, apps }: Scope): string[] {
  const tagged = taggedArguments(tool)
  const names = [
    (apps.length === 1 || servers.length === 1) && tagged.server,
    apps.length === 1 && tagged.app,
  ]
  return names.filter((name) => typeof name === 'string')
}

/** Put in what {@link fixedArguments} left out. */
export async function fillArguments(
  tool: AnyTool,
  input: unknown,
  scope: Scope,
  estate: () => Promise<EstateServer[]>,
): Promise<unknown> {
  const missing = fixedArguments(tool, scope).filter((name) => !Object.hasOwn(Object(input), name))
  if (missing.length === 0) return input
  const { server, app } = taggedArguments(tool)
  const values: Json = {}
  const [only] = scope.servers
  if (server && scope.apps.length === 0 && /^\d+$/.test(only ?? '')) {
    values[server] = only
  } else {
    const [owner, ...others] = await estate()
    if (!owner || others.length > 0 || (scope.apps.length === 1 && owner.apps.length !== 1)) throw ambiguous()
    if (server && missing.includes(server)) values[server] = owner.id
    if (app && missing.includes(app)) values[app] = owner.apps[0]?.id
  }
  return { ...values, ...(input as Json) }
}

/**
 * `send` behind the scope.
 *
 * @param estate the servers within the scope.
 * @param isOurs whether an operation was started by this toolkit: some rows do not say whose they are.
 */
export function withinScope(
  send: Send,
  scope: Scope,
  estate: () => Promise<EstateServer[]>,
  isOurs: (operation: string) => Promise<boolean>,
): Send {
  if (!isScoped(scope)) return send
  return async (request) => {
    if (request.method === 'GET' && request.path === serverList.path) {
      const body = await send(request)
      return { ...(body as Json), servers: boundServers(serversOf(body), scope) }
    }
    const { servers, apps } = namedIn(request)
    for (const server_id of servers) checkIds({ server_id }, await estate())
    for (const app_id of apps) checkIds({ server_id: servers[0], app_id }, await estate())
    const body = await send(request)
    if (request.path.startsWith('/alerts/')) return boundAlerts(body, scope, await estate())
    if (request.path.startsWith('/operation/')) {
      const id = request.path.slice('/operation/'.length)
      if (!(await isOurs(decodeURIComponent(id)))) checkOperation(body, scope, await estate())
    }
    return body
  }
}

export async function readEstates(send: Send, scope: Scope): Promise<Estates> {
  const body = await send(serverList)
  const all = readEstate(body)
  return { all, ours: isScoped(scope) ? readEstate({ servers: boundServers(serversOf(body), scope) }) : all }
}

/** The id in a path: `/server/7`, `/server/disk/7`, `/app/7/...`, `/app/cdn/7`; two groups below `/app` have ids of their own. */
const serverPath = /^\/servers?\/(?:[a-z_-]+\/)?(\d+)(?:\/|$)/i
const appPath = /^\/app\/(?!creds\/|supervisor\/)(?:[a-z_-]+\/)?(\d+)(?:\/|$)/i

/** `server_id`, and what the platform calls others: `destination_server_id`, `source_app_id`, `application_id`, `app_ids`. */
const serverField = /(?:^|_)server_ids?$/i
const appField = /(?:^|_)app(?:lication)?_ids?$/i

/** Every server and app that a request names, wherever it does. */
export function namedIn(request: ApiRequest): { servers: string[]; apps: string[] } {
  // `name[]` is how a form writes a list, and a dot or a blank in a name is an underscore to PHP.
  const plain = (key: string) => key.replace(/\[.*/s, '').replace(/[.\s]/g, '_')
  const sent = sentValues(request)
  const all = (field: RegExp, inPath: RegExp) => {
    const values = sent.filter(({ names }) => names.some((name) => field.test(plain(name))))
    const texts = values.flatMap(({ value }) => textOf(value).split(',')).map((text) => text.trim())
    return [...new Set([...texts, inPath.exec(request.path)?.[1] ?? ''])].filter(Boolean)
  }
  return { servers: all(serverField, serverPath), apps: all(appField, appPath) }
}

/**
 * @throws PolicyError that does not tell whether such a server or app exists.
 */
export function checkIds({ server_id, app_id }: TargetIds, estate: readonly EstateServer[]): void {
  const server = server_id ? estate.find(({ id }) => id === server_id) : undefined
  if (server_id && !server) throw outside(`Server ${server_id}`)
  const among = server ? [server] : estate
  if (app_id && !among.some(({ apps }) => apps.some(({ id }) => id === app_id))) {
    throw outside(`App ${app_id}`, server && ` on server ${server.id}`)
  }
}

/** A copy must not get into the scope by its name, nor make that name ambiguous. */
export function checkNewName(tool: AnyTool, input: Readonly<Json>, { servers, apps }: Scope): void {
  if (!tool.creates) return
  const ids = Object.values(taggedArguments(tool))
  // An id as well, although it is no label to the scope: people would take the copy for the other.
  const taken = [...servers, ...apps].map(comparable)
  const fits = ([name, value]: [string, unknown]) =>
    typeof value === 'string' && !ids.includes(name) && taken.includes(comparable(value))
  if (!Object.entries(input).some(fits)) return
  throw new PolicyError(
    'scope',
    `${tool.name}: that name is one by which the scope of this toolkit is set.`,
    'Choose another name.',
  )
}

/** Under `apps`, a change to a whole server would also be felt by apps outside. */
export function checkWholeServer(
  tool: AnyTool,
  ids: TargetIds,
  scope: Scope,
  all: readonly EstateServer[],
): void {
  if (scope.apps.length === 0 || !ids.server_id || ids.app_id || tool.reach === 'listed') return
  const server = all.find(({ id }) => id === ids.server_id)
  if (server?.apps.every((app) => isNamed(scope.apps, app))) return
  throw new PolicyError(
    'scope',
    `${tool.name} is about the whole server ${ids.server_id}, which also has apps outside of what this toolkit may touch.`,
  )
}

function boundAlerts(body: unknown, scope: Scope, estate: readonly EstateServer[]): unknown {
  const alerts = rowsOf((body as Json | null)?.alerts).filter((alert) => {
    const server = estate.find(({ id }) => id === textOf(alert.server_id))
    const app = textOf(alert.app_id)
    if (app && app !== '0') return server?.apps.some(({ id }) => id === app)
    return server !== undefined && scope.apps.length === 0
  })
  return { ...(body as Json), alerts }
}

function checkOperation(body: unknown, scope: Scope, estate: readonly EstateServer[]): void {
  const outer = (body ?? {}) as Json
  const row = (typeof outer.operation === 'object' && outer.operation ? outer.operation : outer) as Json
  const server_id = textOf(row.server_id)
  const app_id = textOf(row.app_id).replace(/^0$/, '')
  if (!server_id || (scope.apps.length > 0 && !app_id)) throw outside('This operation')
  checkIds({ server_id, ...(app_id && { app_id }) }, estate)
}

const outside = (what: string, where = '') =>
  new PolicyError(
    'scope',
    `${what} is not${where} among the servers and apps that this toolkit may touch.`,
    'list_servers and list_apps list those. Do not retry; tell the person if another is needed.',
  )

const ambiguous = () =>
  new PolicyError(
    'scope',
    'The scope of this toolkit does not name exactly one server or app of this account.',
    'The operator has to fix SERVERS and APPS (servers, apps): cloudways-tools doctor checks them.',
  )
