/** The rows of `list_apps`: found by what people call an app, and filtered by what they ask for. @module */
import { appEntries, matching, nearTo } from '../core/decide/names.ts'
import { serverList } from '../core/platform.ts'
import { type Json, noServer, readRows, serversOf, textOf } from '../core/send/inventory.ts'
import type { RunContext } from '../core/types/tool.ts'
import { type CertificateKind, coverageOf } from './estate/coverage.ts'
import { mostHttps, readHttps } from './estate/https.ts'
import { appsIn, doneOf, type EstateApp, readServer } from './estate/rows.ts'
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
  https?: boolean
  running?: boolean
  limit: number
  offset: number
  detail: 'compact' | 'full'
  fields?: string[]
}

const mostNear = 5

/** @throws UpstreamError when there is no such server. */
export async function listApps(asked: Asked, context: RunContext) {
  const { server_id, search, certificate, running, limit, offset, detail, fields } = asked
  const all = serversOf(await context.send(serverList))
  const servers = all.filter(({ id }) => server_id === undefined || textOf(id) === server_id)
  if (server_id !== undefined && servers.length === 0) throw noServer(server_id)
  const project = detail === 'full' || fields?.length ? fullApp : compactApp
  const rows = servers.flatMap((row) => {
    const server = readServer(row)
    return appsIn([server]).map((app) => ({
      app,
      row: {
        ...project(app.row),
        server_id: server.id || null,
        server: server.label,
        running: server.isRunning,
        certificate: coverageOf(app).kind,
      },
    }))
  })
  const wanted = search === undefined ? undefined : new Set(found(search, servers))
  const left = rows.filter(
    ({ row }) =>
      (!wanted || wanted.has(row.id ?? '')) &&
      (certificate === undefined || row.certificate === certificate) &&
      (running === undefined || row.running === running),
  )
  const unread = servers
    .filter(({ apps }) => !readRows(apps))
    .map(({ id }) => textOf(id).slice(0, 20) || 'without id')
  const isAsked = asked.https !== undefined || fields?.includes('https')
  const page = left.slice(offset, offset + (isAsked ? Math.min(limit, mostHttps) : limit))
  const { not_read, ...shown } = isAsked
    ? await withHttps(page, { wanted: asked.https, of: left.length }, context)
    : { apps: page.map(({ row }) => row), done: page.length, not_read: [] }
  const { done, ...answer } = shown
  const end = offset + done
  const missed = [...(unread.length > 0 ? [`the apps of server ${unread.join(', ')}`] : []), ...not_read]
  return {
    total: left.length,
    ...answer,
    next_offset: end < left.length ? end : null,
    ...zoneOf(detail, fields),
    ...(wanted?.size === 0 && near(search as string, rows, servers)),
    ...(missed.length > 0 && { not_read: missed.join('; ') }),
  }
}

interface Listed {
  app: EstateApp
  row: object
}

/**
 * The rows with their HTTPS redirect. Of a page that there was no time for as a whole, the rest comes with the next
 * offset.
 */
async function withHttps(
  page: readonly Listed[],
  { wanted, of }: { wanted: boolean | undefined; of: number },
  context: RunContext,
) {
  const read = await context.each(page, ({ app }, own) => readHttps(app, own))
  const { done } = doneOf(read)
  const failed = done.flatMap((one) => ('why' in one ? [one] : []))
  const apps = done
    .map((one) => ({ ...one.item.row, https: 'value' in one ? one.value : null }))
    .filter(({ https }) => wanted === undefined || https === wanted)
  const rest = read[done.length]
  const why = rest && 'why' in rest ? rest.why : ''
  return {
    apps,
    done: done.length,
    // A filter knows of no more apps than it looked at.
    ...(wanted !== undefined && { total: apps.length, looked_at: { apps: done.length, total: of } }),
    not_read: [
      ...(failed[0]
        ? [`HTTPS of app ${failed.map(({ item }) => item.app.id).join(', ')}: ${failed[0].why}`]
        : []),
      ...(why ? [`HTTPS of ${read.length - done.length} apps, which next_offset brings: ${why}`] : []),
    ],
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
  rows: readonly { row: Row }[],
  servers: readonly Json[],
) {
  const ids = nearTo(search, appEntries(servers), mostNear).map(({ id }) => id)
  const close = ids.flatMap((id) => rows.find(({ row }) => row.id === id)?.row ?? [])
  return close.length > 0 && { near: close }
}
