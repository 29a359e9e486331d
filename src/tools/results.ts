/**
 * The results of finished operations, in a form that can be read: figures with their unit in the name of the field,
 * times in ISO 8601, applications by id and label. A result of an unknown form stays as it is.
 *
 * @module
 */
import { type Json, object, readRows, textOf, unknownShape } from '../core/send/inventory.ts'
import type { RunContext } from '../core/types/tool.ts'
import { seriesIn, seriesOf } from './graphs.ts'
import { named, ownersOf, withSizes } from './inventory.ts'
import { tablesOf } from './tables.ts'

import { assumed, megabytes, numberOf, sizeWithUnit, timeOfSeconds, timeOfText } from './values.ts'
import { inWords } from './words.ts'

/** Rows that begin with the system user of an application: `{ applications: { body: [[user, ...], ...] } }`. */
function rowsByUser(result: unknown): [user: string, ...cells: unknown[]][] | undefined {
  const body = object(object(result)?.applications)?.body
  return Array.isArray(body)
    ? body.filter(Array.isArray).map(([user, ...cells]) => [textOf(user), ...cells])
    : undefined
}

/** Sizes as text with a unit: `{ total: '60G' }` is `{ total_mb: 61440 }`. */
export function sizesIn(row: Json): Json {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      const size = sizeWithUnit(value)
      return size === null ? [name, value] : [`${name}_mb`, size]
    }),
  )
}

const isSize = (cell: unknown) => sizeWithUnit(cell) !== null

async function appRows(result: unknown, context: RunContext): Promise<unknown> {
  const rows = rowsByUser(result)
  if (!rows) return result
  const owners = await ownersOf(context)
  const { applications: _, ...rest } = result as Json
  const sized = Object.entries(rest).map(([name, value]) => [
    name,
    object(value) ? sizesIn(value as Json) : value,
  ])
  const isDisk = rows.some(([, ...cells]) => cells.some(isSize))
  const apps = rows.map(([user, ...cells]) => ({
    ...named(user, owners),
    ...(isDisk
      ? { sizes_mb: cells.map(sizeWithUnit) }
      : { cpu: numberOf(cells[0]), memory: numberOf(cells[1]) }),
  }))
  const unit = isDisk
    ? { columns: 'Cloudways does not name the columns of sizes_mb' }
    : { units: 'Cloudways does not name the units of cpu and memory' }
  return { ...Object.fromEntries(sized), apps, ...unit }
}

/** The rows of `GET /server/monitor/summary`. @throws UpstreamError when there are none to read. */
export function summaryRows(body: unknown): Json[] {
  const rows = readRows(object(body)?.content)
  if (!rows) throw unknownShape('the measurements')
  return rows
}

/** A measured value, once a day: `[value, unix time]`, or null. */
const datapoint = (row: Json) => (Array.isArray(row.datapoint) ? row.datapoint : [])

/** No source documents the unit. */
export const bandwidthRow = (row: Json) => ({
  name: textOf(row.name) || null,
  value: numberOf(datapoint(row)[0]),
  measured_at: timeOfSeconds(datapoint(row)[1]),
})

/** The platform measures MB here, and names an app by its system user. */
export const diskRow = (row: Json, owners: Map<string, Json> | null) => ({
  ...named(textOf(row.name), owners),
  size_mb: megabytes(datapoint(row)[0], 'M'),
  measured_at: timeOfSeconds(datapoint(row)[1]),
})

/** @throws UpstreamError */
export function volumesOf(body: unknown): Json {
  const row = object(body)
  if (!row) throw unknownShape('the volumes')
  return { ...inWords(withSizes(row)), id: textOf(row.id) || null }
}

/** The disk size of one app; the platform measures KB here. @throws UpstreamError */
export function appDisk(body: unknown) {
  const content = object(object(body)?.content)
  if (!content) throw unknownShape('the disk sizes')
  const { app_home, app_mysql, total, ...rest } = content
  return {
    ...rest,
    files_mb: megabytes(app_home, 'K'),
    database_mb: megabytes(app_mysql, 'K'),
    total_mb: megabytes(total, 'K'),
  }
}

/** The largest tables of an app. @throws UpstreamError */
export function appTables(body: unknown) {
  const rows = readRows(object(body)?.content)
  if (!rows) throw unknownShape('the tables')
  return rows.map(({ size, ...row }) => ({
    ...row,
    name: textOf(row.name) || null,
    size_mb: megabytes(size, 'K', 2),
  }))
}

/** The restore points of an app. Each is the time that restore_app takes. */
function restorePoints(result: unknown): unknown {
  const found = object(result)
  if (!Array.isArray(found?.backup_dates)) return result
  const backup_dates = found.backup_dates.map((date) => timeOfText(date) ?? date)
  return { ...found, backup_dates, times: assumed }
}

/** The result of any operation, by its form. */
export async function readable(result: unknown, context: RunContext): Promise<unknown> {
  const rows = seriesIn(result)
  if (rows) return { series: rows.map((row) => seriesOf(row)) }
  return appRows(restorePoints(tablesOf(result)), context)
}
