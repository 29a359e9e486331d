/** What is read of one app to tell what is wrong with it, and what of it counts. @module */
import { type Json, object, readRows, textOf } from '../../core/send/inventory.ts'
import type { RunContext } from '../../core/types/tool.ts'
import { UpstreamError } from '../../errors.ts'
import { isOn } from '../effects.ts'
import { numberOf, timeOfSeconds, timeOfText } from '../values.ts'
import { readSeries } from './readings.ts'
import type { EstateApp } from './rows.ts'

/** A value now, and in the days before. */
export interface Trend {
  latest: number
  at: string | null
  last_day: number | null
  day_before: number | null
}

const mean = (values: readonly number[]) =>
  values.length === 0
    ? null
    : Math.round((values.reduce((sum, value) => sum + value, 0) / values.length) * 10) / 10

/** The mean of the last day beside that of the day before, over a graph of seven days. @throws UpstreamError */
export async function readTrend(context: RunContext, server_id: string, target: string): Promise<Trend> {
  const points = await readSeries(context, { server_id, target, duration: '7 Days' })
  const last = points.at(-1)
  if (!last) throw new UpstreamError(`Cloudways has no value of ${target}.`, 'It stays unknown.')
  const end = Date.parse(last.at ?? '')
  const within = (from: number, until: number) =>
    points
      .filter(({ at }) => end - Date.parse(at ?? '') >= from && end - Date.parse(at ?? '') < until)
      .map(({ value }) => value)
  const day = 86_400_000
  return {
    latest: last.value,
    at: last.at,
    last_day: mean(within(0, day)),
    day_before: mean(within(day, 2 * day)),
  }
}

export interface Deployment {
  at: string | null
  branch: string | null
  result: 'ok' | 'failed' | 'unknown'
  description: string | null
}

/** The last deployment; `null`: there was none. @throws UpstreamError when the history can't be read. */
export async function readDeployment({ send }: RunContext, app: EstateApp): Promise<Deployment | null> {
  const body = object(await send({ method: 'GET', path: '/git/history', query: queryOf(app) }))
  const logs = readRows(body?.logs)
  if (!logs) throw new UpstreamError('Cloudways did not tell the deployments.', 'They stay unknown.')
  const times = logs.map((log) => ({ log, at: timeOfText(log.datetime) }))
  const [last] = times.sort((one, other) => (other.at ?? '').localeCompare(one.at ?? ''))
  if (!last) return null
  const { branch_name, result, description } = last.log
  const isGood = isOn(result)
  return {
    at: last.at,
    branch: textOf(branch_name) || null,
    result: isGood === null ? 'unknown' : isGood ? 'ok' : 'failed',
    description: textOf(description) || null,
  }
}

/** What this toolkit last changed of an app or its whole server. @throws UpstreamError */
export async function readChanges({ changes }: RunContext, { id, server }: EstateApp) {
  const { rows } = await changes({ server_id: server.id, limit: 30 })
  return rows
    .filter(({ app_id }) => app_id === undefined || app_id === id)
    .slice(0, 5)
    .map(({ at, tool, state, app_id, input }) => ({ at, tool, state, ...(app_id && { app_id }), input }))
}

export const queryOf = ({ server, id }: EstateApp) => ({ server_id: server.id, app_id: id })

export const readVarnish = async ({ send }: RunContext, app: EstateApp): Promise<boolean | null> =>
  isOn(
    object(object(await send({ method: 'GET', path: '/service/appVarnish', query: queryOf(app) }))?.response)
      ?.varnish_enabled,
  )

/** The rows of a table of the analytics, by the names of its columns. @throws UpstreamError */
export async function readTable(
  context: RunContext,
  app: EstateApp,
  { kind, resource, duration }: { kind: 'php' | 'mysql' | 'traffic'; resource: string; duration: string },
) {
  const query = { ...queryOf(app), resource, duration }
  const result = object(
    await context.job({ method: 'GET', path: `/app/analytics/${kind}`, query, startsJob: true }),
  )
  const table = object(result?.[resource])
  const { header, body } = table ?? {}
  if (!Array.isArray(header) || !Array.isArray(body)) {
    throw new UpstreamError(`Cloudways did not tell ${resource}.`, 'It stays unknown.')
  }
  const names = header.map((name) => textOf(name).toLowerCase())
  const rows = body
    .filter(Array.isArray)
    .map((cells: unknown[]) => Object.fromEntries(names.map((name, place) => [name, cells[place]])))
  return { rows: rows as Json[], from: timeOfSeconds(table?.from), until: timeOfSeconds(table?.until) }
}

export type Table = Awaited<ReturnType<typeof readTable>>

const cell = (row: Json, name: RegExp) => Object.entries(row).find(([key]) => name.test(key))?.[1]

/** How many answers began with 2, 3, 4 and 5. */
export function statusesOf({ rows }: Table) {
  const counts = { '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0 }
  for (const row of rows) {
    const name = `${textOf(cell(row, /status/))[0]}xx`
    if (Object.hasOwn(counts, name)) counts[name as keyof typeof counts] += numberOf(cell(row, /count/)) ?? 0
  }
  return counts
}

/** The bots that came most often, in the window. */
export const busiestBots = ({ rows }: Table) =>
  rows.slice(0, 5).map((row) => ({
    bot: textOf(cell(row, /bot|agent|name/)) || null,
    count: numberOf(cell(row, /count|requests|hits/)),
  }))

export const slowPages = ({ rows }: Table) =>
  rows.map((row) => ({
    url: textOf(cell(row, /url/)) || null,
    count: numberOf(cell(row, /occurrences|count/)),
    longest_seconds: numberOf(cell(row, /max/)),
    mean_seconds: numberOf(cell(row, /avg|average/)),
  }))

export const slowQueries = ({ rows }: Table) =>
  rows.map((row) => ({
    query: textOf(cell(row, /query/)) || null,
    seconds: numberOf(cell(row, /time/)),
    count: numberOf(cell(row, /occurrences|count/)),
  }))
