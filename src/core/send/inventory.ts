/**
 * The inventory: the servers and apps of an account, as the rules need to know them. `GET /server` is the one list
 * that has them all.
 *
 * @module
 */
import { type Json, object } from '../../base/json.ts'
import { oneLine, plainId } from '../../base/text.ts'
import { UpstreamError } from '../../errors.ts'
import type { InventoryServer } from '../types/call.ts'

// Tools read bodies by these too.
export { type Json, object, oneLine }

/** Ids come as text or number. */
export const textOf = (value: unknown) =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : ''

/**
 * The rows of a list; `undefined` when the value is no list, or when none of its rows can be read. PHP writes a list
 * with gaps as a map with numbers as keys.
 */
export function readRows(value: unknown): Json[] | undefined {
  const map = object(value)
  const isList = map && Object.keys(map).length > 0 && Object.keys(map).every((key) => /^\d+$/.test(key))
  const items = Array.isArray(value) ? value : isList ? Object.values(map) : undefined
  const rows = items?.map(object).filter((row) => row !== undefined)
  return items && items.length > 0 && rows?.length === 0 ? undefined : rows
}

/** The texts of a list, as {@link readRows}. */
export function readTexts(value: unknown): string[] | undefined {
  if (!Array.isArray(value)) return undefined
  const texts = value.map(textOf).filter(Boolean)
  return value.length > 0 && texts.length === 0 ? undefined : texts
}

/** {@link readRows} for rules that refuse what they do not find: an unreadable list has nothing in it. */
export const rowsOf = (value: unknown): Json[] => readRows(value) ?? []

/**
 * The server rows of the answer of `GET /server`.
 *
 * @throws UpstreamError when they can't be read: an unknown list is not an empty one.
 */
export function serversOf(body: unknown): Json[] {
  const rows = readRows(object(body)?.servers)
  if (rows) return rows
  throw unknownShape('the list of servers')
}

/** What a read answered can't be read. */
export const unknownShape = (what: string) =>
  new UpstreamError(
    `Cloudways answered ${what} in a shape this version does not know.`,
    'Call again in a minute; report it when it stays so.',
  )

/** A domain as the platform writes it: a name, or in one source a URL. `null`: there is none, or nobody told. */
export function domainOf(value: unknown): string | null {
  const text = textOf(value).trim()
  const [, host] = /^https?:\/\/([^/?#:]+)/i.exec(text) ?? []
  return host ?? (text || null)
}

/** The other domains of an app: a list, or one text. */
export function aliasesOf(value: unknown): string[] | null {
  const list = typeof value === 'string' ? value.split(/[\s,;]+/) : value
  return Array.isArray(list) ? list.map(textOf).filter(Boolean) : null
}

/** Read the rows of {@link serversOf}. */
export function readServers(rows: readonly Json[]): InventoryServer[] {
  return rows.map((server) => {
    const apps = readRows(server.apps)
    return {
      id: textOf(server.id),
      label: textOf(server.label),
      status: textOf(server.status),
      apps: (apps ?? []).map((app) => {
        const cname = domainOf(app.cname)
        return {
          id: textOf(app.id),
          label: textOf(app.label),
          domain: cname ?? domainOf(app.app_fqdn),
          cname,
        }
      }),
      ...(!apps && { appsUnknown: true as const }),
    }
  })
}

export const noServer = (server_id: string) =>
  missing(`This account has no server ${server_id}.`, 'list_servers lists the servers.')

/** @param owner the server that has the app, if one does. */
export function noSuchApp(
  app_id: string,
  server_id: string | undefined,
  owner: string | undefined,
): UpstreamError {
  if (owner === undefined) return missing(`This account has no app ${app_id}.`, 'list_apps lists the apps.')
  const where = plainId(owner) ?? 'another'
  return missing(
    `App ${app_id} is on server ${where}, not on ${server_id}.`,
    `Call again with server_id ${where}.`,
  )
}

/** Nobody may conclude from an unreadable list that an app is not there, or that a server has no apps. */
export const appsUnknown = (server_id: string) =>
  new UpstreamError(
    `Cloudways did not tell which apps server ${plainId(server_id) ?? 'of this account'} has.`,
    'Call again in a minute; report it when it stays so.',
  )

const missing = (message: string, next: string) => new UpstreamError(message, next, { reason: 'not_found' })
