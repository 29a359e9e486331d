/** The rows of `list_apps`: found by what people call an app, and filtered by what they ask for. @module */
import { appEntries, matching, nearTo } from '../core/decide/names.ts'
import { type Json, noServer, readRows, serversOf, textOf } from '../core/send/inventory.ts'
import { type CertificateKind, coverageOf } from './estate/coverage.ts'
import { appsIn, readServer } from './estate/rows.ts'
import { compactApp, fullApp } from './inventory.ts'
import { zoneOf } from './words.ts'

export const certificateKinds = [
  'none',
  'letsencrypt',
  'wildcard',
  'own',
  'unknown',
] as const satisfies CertificateKind[]

interface Asked {
  server_id?: string
  search?: string
  certificate?: CertificateKind
  running?: boolean
  limit: number
  offset: number
  detail: 'compact' | 'full'
  fields?: string[]
}

const mostNear = 5

/** @throws UpstreamError when there is no such server. */
export function listApps(body: unknown, asked: Asked) {
  const { server_id, search, certificate, running, limit, offset, detail, fields } = asked
  const servers = serversOf(body).filter(({ id }) => server_id === undefined || textOf(id) === server_id)
  if (server_id !== undefined && servers.length === 0) throw noServer(server_id)
  const project = detail === 'full' || fields?.length ? fullApp : compactApp
  const rows = servers.flatMap((row) => {
    const server = readServer(row)
    return appsIn([server]).map((app) => ({
      ...project(app.row),
      server_id: server.id || null,
      server: server.label,
      running: server.isRunning,
      certificate: coverageOf(app).kind,
    }))
  })
  const wanted = search === undefined ? undefined : new Set(found(search, servers))
  const left = rows.filter(
    (row) =>
      (!wanted || wanted.has(row.id ?? '')) &&
      (certificate === undefined || row.certificate === certificate) &&
      (running === undefined || row.running === running),
  )
  const unread = servers
    .filter(({ apps }) => !readRows(apps))
    .map(({ id }) => textOf(id).slice(0, 20) || 'without id')
  const end = offset + limit
  return {
    apps: left.slice(offset, end),
    total: left.length,
    next_offset: end < left.length ? end : null,
    ...zoneOf(detail, fields),
    ...(wanted?.size === 0 && near(search as string, rows, servers)),
    ...(unread.length > 0 && { not_read: `the apps of server ${unread.join(', ')}` }),
  }
}

/** By names as a call takes them, else by any part of an id, a label or a domain. */
function found(search: string, servers: readonly Json[]): string[] {
  const entries = appEntries(servers)
  const named = matching(search, entries)
  if (named.length > 0) return named.map(({ id }) => id)
  const part = search.trim().toLowerCase()
  const has = (text: string | null) => text?.toLowerCase().includes(part)
  return entries.filter(({ id, label, domain }) => [id, label, domain].some(has)).map(({ id }) => id)
}

/** What comes near to a search that found nothing. */
function near<Row extends { id: string | null }>(
  search: string,
  rows: readonly Row[],
  servers: readonly Json[],
) {
  const ids = nearTo(search, appEntries(servers), mostNear).map(({ id }) => id)
  const close = ids.flatMap((id) => rows.find((row) => row.id === id) ?? [])
  return close.length > 0 && { near: close }
}
