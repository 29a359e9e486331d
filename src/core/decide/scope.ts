/**
 * The scope: the servers and apps that a toolkit may touch. Nothing outside of it is listed, read or changed.
 *
 * This file asks the questions about arguments and rows. `send/in-scope.ts` bounds what is sent and what is answered,
 * so that no tool has to know of the scope.
 *
 * @module
 */
import type { Json } from '../../base/json.ts'
import { readable } from '../../base/text.ts'
import { PolicyError } from '../../errors.ts'
import { rowsOf, textOf } from '../send/inventory.ts'
import type { AcceptedCall, InventoryServer, Scope } from '../types/call.ts'
import type { TargetIds } from '../types/plan.ts'
import type { AnyTool } from '../types/tool.ts'
import { taggedArguments } from './targets.ts'

/** Labels that look the same to a person are the same. */
export const comparable = (label: string) => readable(label).toLowerCase()

export const isScoped = ({ servers, apps }: Scope) => servers.length > 0 || apps.length > 0

/**
 * Whether an entry of a list names this row. An entry of digits is an id and never a label. Otherwise anybody who may
 * rename a server could give it the id of a server within the scope.
 */
export function isNamed(entries: readonly string[], row: { id?: unknown; label?: unknown }): boolean {
  const id = textOf(row.id)
  const label = comparable(textOf(row.label))
  return entries.some((entry) => {
    const name = comparable(entry)
    return /^\d+$/.test(name) ? name === id : entry.trim() === id || name === label
  })
}

/** The rows of servers within the scope, with their apps within it. Under `apps`, a server without such an app goes. */
export function rowsInScope(servers: readonly Json[], { servers: ours, apps }: Scope): Json[] {
  const mine = ours.length === 0 ? servers : servers.filter((server) => isNamed(ours, server))
  if (apps.length === 0) return [...mine]
  return mine
    .map((server) => {
      const all = rowsOf(server.apps)
      const within = all.filter((app) => isNamed(apps, app))
      return { ...(within.length < all.length ? withoutKeys(server) : server), apps: within }
    })
    .filter((server) => server.apps.length > 0)
}

/** A scope of single apps must not show the server's own SSH keys and master credentials. */
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

/** The values of {@link fixedArguments}, for those that were left out. */
export async function fixedValues(
  tool: AnyTool,
  given: unknown,
  scope: Scope,
  ours: () => Promise<InventoryServer[]>,
): Promise<Json> {
  const missing = fixedArguments(tool, scope).filter((name) => !Object.hasOwn(Object(given), name))
  if (missing.length === 0) return {}
  const { server, app } = taggedArguments(tool)
  const [only] = scope.servers
  if (server && scope.apps.length === 0 && /^\d+$/.test(only ?? '')) return { [server]: only }
  const [owner, ...others] = await ours()
  if (!owner || others.length > 0 || (scope.apps.length === 1 && owner.apps.length !== 1)) throw ambiguous()
  return {
    ...(server && missing.includes(server) && { [server]: owner.id }),
    ...(app && missing.includes(app) && { [app]: owner.apps[0]?.id }),
  }
}

/** Whether the target of a call is within the scope, and with it all apps that would feel the call. @throws PolicyError */
export async function checkScope({
  kit,
  tool,
  ids,
  further,
  api,
}: Omit<AcceptedCall, 'input'>): Promise<void> {
  const { policy } = kit.rules
  if (!isScoped(policy)) return
  const isNamed = ids.server_id !== undefined || ids.app_id !== undefined
  const places = [...(isNamed ? [ids] : []), ...(further?.changes ?? []), ...(further?.reads ?? [])]
  if (places.length === 0) return
  const { ours, all } = await api.inventory()
  for (const place of places) {
    checkIds(place, ours)
    checkWholeServer(tool, place, policy, all)
  }
}

/**
 * @throws PolicyError that does not tell whether such a server or app exists.
 */
export function checkIds({ server_id, app_id }: TargetIds, ours: readonly InventoryServer[]): void {
  const server = server_id ? ours.find(({ id }) => id === server_id) : undefined
  if (server_id && !server) throw outside(`Server ${server_id}`)
  const among = server ? [server] : ours
  if (app_id && !among.some(({ apps }) => apps.some(({ id }) => id === app_id))) {
    throw outside(`App ${app_id}`, server && ` on server ${server.id}`)
  }
}

/** What is made or renamed must not get into the scope by its name, nor make that name ambiguous. */
export function checkNewName(tool: AnyTool, input: Readonly<Json>, { servers, apps }: Scope): void {
  if (!tool.creates && !Object.hasOwn(tool.input, 'label')) return
  const ids = Object.values(taggedArguments(tool))
  // An id is no label to the scope. It is refused as well, because people would take the copy for the other.
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

/** Under `apps`, a call about a whole server would also reach apps outside. What a tool with a list asks is checked later. */
export function checkWholeServer(
  tool: AnyTool,
  ids: TargetIds,
  scope: Scope,
  all: readonly InventoryServer[],
): void {
  if (tool.reach !== 'listed') checkWhole(tool, ids, scope, all)
}

/** The same, for one request of a tool: a list is cut to the scope, and everything else about a server is not. */
export function checkWhole(
  tool: AnyTool,
  ids: TargetIds,
  scope: Scope,
  all: readonly InventoryServer[],
): void {
  if (scope.apps.length === 0 || !ids.server_id || ids.app_id) return
  const server = all.find(({ id }) => id === ids.server_id)
  if (server?.apps.every((app) => isNamed(scope.apps, app))) return
  throw new PolicyError(
    'scope',
    `${tool.name} is about the whole server ${ids.server_id}, which also has apps outside of what this toolkit may touch.`,
  )
}

export const outside = (what: string, where = '') =>
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
