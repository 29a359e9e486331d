/**
 * The inventory: the servers and apps of an account, as the rules need to know them. `GET /server` is the one list
 * that has them all.
 *
 * @module
 */
import type { Json } from '../../base/json.ts'
import { plainId } from '../../base/text.ts'
import { UpstreamError } from '../../errors.ts'
import type { InventoryServer } from '../types/call.ts'

/** Ids come as text or number. */
export const textOf = (value: unknown) =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : ''

export const rowsOf = (value: unknown): Json[] =>
  Array.isArray(value) ? value.filter((row): row is Json => typeof row === 'object' && row !== null) : []

/** The server rows of the answer of `GET /server`. */
export const serversOf = (body: unknown): Json[] => rowsOf((body as Json | null)?.servers)

/** Read the rows of {@link serversOf}. */
export function readServers(rows: readonly Json[]): InventoryServer[] {
  return rows.map((server) => ({
    id: textOf(server.id),
    label: textOf(server.label),
    status: textOf(server.status),
    apps: rowsOf(server.apps).map((app) => {
      const cname = textOf(app.cname) || null
      return {
        id: textOf(app.id),
        label: textOf(app.label),
        domain: cname ?? (textOf(app.app_fqdn) || null),
        cname,
      }
    }),
  }))
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

const missing = (message: string, next: string) => new UpstreamError(message, next, { reason: 'not_found' })
