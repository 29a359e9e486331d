/** The servers and apps of an account, as the reports over all of them read them. What nobody told is null. @module */
import * as z from 'zod'
import { aliasesOf, domainOf, type Json, noServer, readRows, textOf } from '../../core/send/inventory.ts'
import type { Each, RunContext } from '../../core/types/tool.ts'
import { isCloudwaysError } from '../../errors.ts'
import { isOn } from '../effects.ts'
import { id, row } from '../outputs.ts'
import { server } from '../params.ts'

export interface EstateServer {
  id: string
  label: string | null
  /** `null`: its status is neither running nor stopped, or nobody told. */
  isRunning: boolean | null
  status: string | null
  /** `null`: the apps could not be read. */
  apps: EstateApp[] | null
  row: Json
}

export interface EstateApp {
  id: string
  label: string | null
  /** The domain by which visitors reach it. */
  domain: string | null
  /** The domains that somebody set: the primary one and the aliases. The platform's own address is not among them. */
  domains: string[]
  server: EstateServer
  row: Json
}

/** The argument of reports that can be about one server. Without it they are about all. */
export const oneServer = { server_id: server().optional() }

/** The handle of an answer that had no time for everything. The same call with it goes on there. */
export const continueFrom = (form = /^\d+$/) =>
  z.string().max(40).regex(form, { error: 'must be the continue_from of an earlier answer' }).optional()

/** `null`: nothing is left. */
export const goOn = z.string().nullable().describe('Call again with it for what is left')

/**
 * What came of the items before the first one that is left, and that one. What comes after it is asked for again, so
 * that nothing is told twice.
 */
export function doneOf<Item, Value>(read: readonly Each<Item, Value>[]) {
  const left = read.findIndex((one) => 'why' in one && one.isLeft)
  return left < 0 ? { done: read } : { done: read.slice(0, left), left: read[left]?.item }
}

/**
 * The servers within the scope, by id. Rows without an id are left out: nothing could be asked about them.
 *
 * @throws UpstreamError when there is no such server.
 */
export async function readEstate({ rows }: RunContext, server_id?: string): Promise<EstateServer[]> {
  const all = (await rows()).map(readServer).filter(({ id }) => id !== '')
  const found = server_id === undefined ? all : all.filter(({ id }) => id === server_id)
  if (server_id !== undefined && found.length === 0) throw noServer(server_id)
  return found.sort((one, other) => Number(one.id) - Number(other.id))
}

export function readServer(row: Json): EstateServer {
  const status = textOf(row.status) || null
  const server: EstateServer = {
    id: textOf(row.id),
    label: textOf(row.label) || null,
    status,
    isRunning: isOn(status),
    apps: null,
    row,
  }
  server.apps = readRows(row.apps)?.map((app) => readApp(app, server)) ?? null
  return server
}

function readApp(row: Json, server: EstateServer): EstateApp {
  const cname = domainOf(row.cname)
  return {
    id: textOf(row.id),
    label: textOf(row.label) || null,
    domain: cname ?? domainOf(row.app_fqdn),
    domains: once([...(cname ? [cname] : []), ...(aliasesOf(row.aliases) ?? [])]),
    server,
    row,
  }
}

/** A domain is the same whatever its case, and with the dot of DNS behind it. */
const once = (domains: readonly string[]) =>
  [
    ...new Map(domains.toReversed().map((name) => [name.toLowerCase().replace(/\.$/, ''), name])).values(),
  ].reverse()

export const appsIn = (servers: readonly EstateServer[]): EstateApp[] =>
  servers.flatMap(({ apps }) => apps ?? [])

export const namedServer = ({ id, label }: EstateServer) => ({ id, label })
export const namedApp = ({ id, label, domain }: EstateApp) => ({ id, label, domain })

export const serverName = row({ id, label: z.string().nullable() })
export const appName = row({ id, label: z.string().nullable(), domain: z.string().nullable() })

/** What a report could not read, and why. */
export const notChecked = z
  .array(z.looseObject({ what: z.string(), why: z.string() }))
  .describe('Unknown, not fine')

/** Servers whose apps nobody told. */
export const unreadApps = (servers: readonly EstateServer[]) =>
  servers
    .filter(({ apps }) => apps === null)
    .map(({ id }) => ({ what: `the apps of server ${id}`, why: 'Cloudways did not tell them.' }))

type Missed = z.infer<typeof notChecked>[number]

/** What came of several reads of one thing, and which of them failed. */
interface Settled<Values> {
  values: Partial<Values>
  missed: Missed[]
}

/**
 * The reads of one server or app that are already under way.
 *
 * @throws UpstreamError when no request is left for one of them: the whole is then read by another call.
 */
export async function settledParts<Values extends Record<string, unknown>>(
  whose: string,
  asked: { [Name in keyof Values]: Promise<Values[Name]> },
): Promise<Settled<Values>> {
  const names = Object.keys(asked)
  const settled = await Promise.allSettled(Object.values(asked))
  const values: Record<string, unknown> = {}
  const missed: Missed[] = []
  settled.forEach((part, place) => {
    const name = names[place] as string
    if (part.status === 'fulfilled') values[name] = part.value
    else if (!isCloudwaysError(part.reason) || part.reason.details.reason === 'rate_limited')
      throw part.reason
    else missed.push({ what: `${name} of ${whose}`, why: part.reason.message })
  })
  return { values: values as Partial<Values>, missed }
}

/** What was not read of a server. */
export const missedOf = (one: Each<EstateServer, { missed: Missed[] }>): Missed[] =>
  'value' in one ? one.value.missed : [{ what: `server ${one.item.id}`, why: one.why }]
