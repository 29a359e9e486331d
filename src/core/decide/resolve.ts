/**
 * Names in place of ids. What a call names by a label, a domain, an address or a system user becomes an id here, before
 * any rule looks at it: scope, protection, plan and audit see ids only.
 *
 * @module
 */
import { type Json, object } from '../../base/json.ts'
import { byName, isName, serverByApp, withoutNames } from '../declare/named.ts'
import { isRequired } from '../declare/schema.ts'
import { proposed } from '../platform.ts'
import { appsUnknown, noSuchApp, readRows, textOf } from '../send/inventory.ts'
import type { Call } from '../types/call.ts'
import type { AnyTool } from '../types/tool.ts'
import { listedNames } from './listed-names.ts'
import { appEntries, candidateRow, type Entry, matching, serverEntries } from './names.ts'
import { type Asked, onlyOne } from './only-one.ts'
import { nothing, parseInput } from './parse.ts'
import { isScoped, outside } from './scope.ts'
import { otherServers, taggedArguments } from './targets.ts'

const way = { by: 'id, label, domain, address or system user', row: candidateRow }
const aServer = { ...way, noun: 'server', list: proposed.servers }
const anApp = { ...way, noun: 'app', list: proposed.apps }

const isGiven = (value: unknown) => value !== undefined && value !== null && value !== ''

/**
 * The arguments with ids in place of names, and with the server of the app where only the app is named.
 *
 * @throws InputError when a name fits nothing, or more than one thing: with what it comes near to, or fits.
 */
export async function resolveNames(call: Call, given: unknown): Promise<unknown> {
  const values = object(given)
  if (!values) return given
  const isLeftOut = leavesServerOut(call.tool, values)
  if (byName(call.tool, values).length === 0 && !isLeftOut) return given
  // What is wrong with the other arguments is told without a request.
  const placeholders = withoutNames(call.tool, values) as Json
  parseInput(call.tool, { ...placeholders, ...(isLeftOut && { [isLeftOut]: '1' }) })
  return { ...(await placedNames(call, values)), ...(await listedNames(call, values)) }
}

/** The argument for the server, where only the app is named. */
function leavesServerOut(tool: AnyTool, values: Json): string | undefined {
  const { server, app } = taggedArguments(tool)
  const isAlone = server && app && !isGiven(values[server]) && isGiven(values[app])
  return isAlone ? serverByApp(tool) : undefined
}

/** {@link resolveNames} for servers and apps. */
async function placedNames(call: Call, values: Json): Promise<Json> {
  const { server, app } = taggedArguments(call.tool)
  const named = { server: server && values[server], app: app && values[app] }
  const isLeftOut = leavesServerOut(call.tool, values) !== undefined
  const others = otherServers(call.tool).filter((name) => isName(values[name]))
  if (!isName(named.server) && !isName(named.app) && !isLeftOut && others.length === 0) return values
  const rows = await call.api.rows()
  const empty = wordForNothing(call.tool, rows, values)
  if (empty) return placedNames(call, { ...values, [empty]: undefined })
  const found: Json = {}
  for (const name of [...(server && isName(named.server) ? [server] : []), ...others])
    found[name] = serverNamed(call.tool, rows, { argument: name, name: String(values[name]) })
  if (app && (isName(named.app) || isLeftOut)) {
    const server_id = server && textOf(found[server] ?? named.server).trim()
    const owner = isName(named.app)
      ? appNamed(call.tool, { rows, server_id }, named.app)
      : appOf(call, rows, textOf(named.app))
    found[app] = owner.id
    if (server && isLeftOut) found[server] = owner.server_id
  }
  return { ...values, ...found }
}

/**
 * The argument that holds a word for nothing (`null`, `None`) where it may be left out, and nothing is called so. A name
 * may be any text, so only the list of what there is tells such a word from a name.
 */
function wordForNothing(tool: AnyTool, rows: readonly Json[], values: Json): string | undefined {
  const { server, app } = taggedArguments(tool)
  const isEmpty = (name: string, entries: readonly Entry[]) => {
    const value = values[name]
    const isSpare = name === serverByApp(tool) ? isGiven(app && values[app]) : !isRequired(tool.input[name])
    return isName(value) && nothing.test(value) && isSpare && matching(value, entries).length === 0
  }
  if (server && isEmpty(server, serverEntries(rows))) return server
  return app && isEmpty(app, appEntries(rows)) ? app : undefined
}

function serverNamed(tool: AnyTool, rows: readonly Json[], { argument, name }: Asked): string {
  const entries = serverEntries(rows)
  const fits = matching(name, entries)
  // It may be the domain of an app that could not be read.
  if (fits.length === 0) checkRead(rows)
  const instead = fits.length === 0 ? otherKind(name, appEntries(rows)) : ''
  return onlyOne(tool, aServer, { argument, name, fits, entries, instead }).id
}

interface Among {
  rows: readonly Json[]
  /** The server that the call names besides. */
  server_id: string | undefined
}

function appNamed(tool: AnyTool, { rows, server_id }: Among, name: string): Entry {
  const among = server_id ? rows.filter(({ id }) => textOf(id) === server_id) : rows
  // The name may fit an app that could not be read as well.
  checkRead(among)
  const entries = appEntries(among)
  const argument = taggedArguments(tool).app as string
  const fits = matching(name, entries)
  const instead = fits.length === 0 ? otherKind(name, serverEntries(rows)) : ''
  return onlyOne(tool, anApp, { argument, name, fits, entries, instead })
}

/** The server of an app that is named by its id. @throws PolicyError, UpstreamError */
function appOf({ kit }: Call, rows: readonly Json[], given: string): { id: string; server_id: string } {
  const id = given.trim()
  const owner = appEntries(rows).find((entry) => entry.id === id)
  if (owner) return owner
  checkRead(rows)
  throw isScoped(kit.rules.policy) ? outside(`App ${id}`) : noSuchApp(id, undefined, undefined)
}

function checkRead(rows: readonly Json[]): void {
  const unread = rows.find(({ apps }) => !readRows(apps))
  if (unread) throw appsUnknown(textOf(unread.id))
}

/** What a name that fits nothing says of the other kind. */
function otherKind(name: string, others: readonly Entry[]): string {
  const [one, ...more] = matching(name, others)
  if (!one || more.length > 0) return ''
  return one.kind === 'server'
    ? `It fits a server, ${one.id}: ${proposed.apps} with this server_id lists its apps. `
    : `It fits an app, ${one.id}, which is on server ${one.server_id}. `
}
