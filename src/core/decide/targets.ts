/** What a call names: servers, apps, operations and the other kinds that have ids. @module */
import { tagOf } from '../declare/marks.ts'
import { type KindName, kinds } from '../platform.ts'
import { appsUnknown, noServer, noSuchApp } from '../send/inventory.ts'
import type { InventoryApp, InventoryServer, Target } from '../types/call.ts'
import type { NamedApp, NamedServer, TargetIds } from '../types/plan.ts'
import type { AnyTool } from '../types/tool.ts'

/** The tagged arguments of a tool: the kind of thing, and the name of the argument. */
type TaggedArguments = Partial<Record<KindName, string>>

const found = new WeakMap<AnyTool, TaggedArguments>()

export function taggedArguments(tool: AnyTool): TaggedArguments {
  const known = found.get(tool)
  if (known) return known
  const entries = Object.entries(tool.input).flatMap(([name, schema]) => {
    const tag = tagOf(schema)
    return tag && !tag.besides ? [[tag.names, name] as const] : []
  })
  const tagged: TaggedArguments = Object.fromEntries(entries)
  found.set(tool, tagged)
  return tagged
}

/** The arguments that name a server besides the one that the call is about. */
export const otherServers = (tool: AnyTool): string[] =>
  Object.entries(tool.input).flatMap(([name, schema]) => {
    const tag = tagOf(schema)
    return tag?.besides && tag.names === 'server' ? [name] : []
  })

export function targetIds(tool: AnyTool, input: Readonly<Record<string, unknown>>): TargetIds {
  const named = Object.entries(taggedArguments(tool)).filter(([, name]) => input[name] !== undefined)
  return Object.fromEntries(named.map(([kind, name]) => [kinds[kind as KindName].argument, input[name]]))
}

/** @throws UpstreamError when there is no such server or app, the app is on another server, or the apps are unknown. */
export function locate(ids: TargetIds, servers: readonly InventoryServer[]): Target {
  const { server_id, app_id } = ids
  const owner = app_id ? servers.find(({ apps }) => apps.some(({ id }) => id === app_id)) : undefined
  const server = server_id ? servers.find(({ id }) => id === server_id) : owner
  if (server_id && !server) throw noServer(server_id)
  const unread = owner ? undefined : (server ? [server] : servers).find((one) => one.appsUnknown)
  if (unread) throw appsUnknown(unread.id)
  if (app_id && (!owner || owner !== server)) throw noSuchApp(app_id, server_id, owner?.id)
  const app = app_id ? owner?.apps.find(({ id }) => id === app_id) : undefined
  return {
    ...(server && { server: named(server) }),
    ...(app && { app }),
    affected: (app ? [app] : (server?.apps ?? [])).map(withoutCname),
  }
}

const named = ({ id, label, status }: InventoryServer): NamedServer => ({ id, label, status })
export const withoutCname = ({ id, label, domain }: InventoryApp): NamedApp => ({ id, label, domain })
