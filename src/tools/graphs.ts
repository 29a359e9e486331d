/** Monitoring graphs: what was measured, with its unit, and a summary of each series. @module */
import { type Json, object, readRows, textOf, unknownShape } from '../core/send/inventory.ts'
import { megabytes, numberOf, timeOfSeconds } from './values.ts'

/** How the values of a monitoring target are told. A target that is not here has a unit that nobody documents. */
const units: Record<string, { field: string; from?: 'B' | 'G' }> = {
  'Idle CPU': { field: 'value_percent' },
  'Free Disk': { field: 'value_mb', from: 'G' },
  'Reads per second': { field: 'value_operations_per_second' },
  'Writes per second': { field: 'value_operations_per_second' },
  'Free memory': { field: 'value_mb', from: 'B' },
  'Incoming network traffic': { field: 'value_mbps' },
  'Outgoing network traffic': { field: 'value_mbps' },
  'Monthly Bandwidth': { field: 'value_mb', from: 'G' },
  'Memcached Fill Ratio': { field: 'value_percent' },
  'Varnish Hit Rate': { field: 'value_percent' },
  'Varnish Nuked': { field: 'value_items' },
  'Auto-healing Restarts': { field: 'value_restarts' },
  'MySQL Connections': { field: 'value_connections' },
}

/** A list of series, perhaps inside `content`. */
export const seriesIn = (result: unknown) => {
  const rows = readRows(object(result)?.content ?? object(result)?.contents ?? result)
  return rows?.some((row) => Object.hasOwn(row, 'datapoints')) ? rows : undefined
}

interface Point {
  time: string | null
  value: number | null
}

/** How a graph is told. */
interface Telling {
  /** The target that was asked for, where the answer does not name one. */
  asked?: string
  /** `false`: the summary alone. */
  points?: boolean
}

/** Points are `[value, unix time]`. A value that was not measured is null. */
export function seriesOf({ target, datapoints }: Json, { asked, points: isWhole = true }: Telling = {}) {
  const name = textOf(target) || asked || null
  const { field, from } = units[name ?? ''] ?? { field: 'value' }
  const points = Array.isArray(datapoints)
    ? datapoints.filter(Array.isArray).map(([value, at]: unknown[]): Point => {
        return { time: timeOfSeconds(at), value: from ? megabytes(value, from) : numberOf(value) }
      })
    : null
  return {
    target: name,
    unit: unitNames[field] ?? field.replace('value_', '').replaceAll('_', ' '),
    summary: points && summaryOf(points),
    ...(isWhole && { points: points?.map(({ time, value }) => ({ time, [field]: value })) ?? null }),
  }
}

const unitNames: Record<string, string> = { value: 'not documented', value_mb: 'MB', value_mbps: 'Mbps' }

type Known = Point & { value: number }

/** What was measured, in a line; the trend is the second half of the time beside the first. `null`: nothing was. */
function summaryOf(points: readonly Point[]) {
  const known = points.filter((point): point is Known => point.value !== null)
  const last = known.at(-1)
  if (!last) return null
  const values = known.map(({ value }) => value)
  const [before, after] = halvesOf(points).map((half) => meanOf(half))
  return {
    latest: last.value,
    latest_at: last.time,
    min: Math.min(...values),
    max: Math.max(...values),
    mean: meanOf(known),
    mean_first_half: before ?? null,
    mean_second_half: after ?? null,
    change_percent: before && after != null ? rounded(((after - before) / Math.abs(before)) * 100, 1) : null,
    not_measured: points.length - known.length,
  }
}

/** The points of the first and of the second half of the time that the graph covers. */
function halvesOf(points: readonly Point[]): [Point[], Point[]] {
  const times = points.flatMap(({ time }) => (time === null ? [] : [Date.parse(time)]))
  const middle = (Math.min(...times) + Math.max(...times)) / 2
  const isIn = (test: (at: number) => boolean) =>
    points.filter(({ time }) => time !== null && test(Date.parse(time)))
  return [isIn((at) => at < middle), isIn((at) => at >= middle)]
}

/** `null`: fewer than two values, which are no mean. */
function meanOf(points: readonly Point[]): number | null {
  const values = points.flatMap(({ value }) => value ?? [])
  return values.length < 2 ? null : rounded(values.reduce((sum, value) => sum + value, 0) / values.length, 2)
}

const rounded = (value: number, digits: number) => Math.round(value * 10 ** digits) / 10 ** digits

/** @throws UpstreamError when the answer has no series: there is no data, which must not look like an answer. */
export function graphOf(result: unknown, format: string | undefined, telling: Telling): unknown {
  if (format === 'svg' && typeof result === 'string') return result
  const { parts } = object(result) ?? {}
  const rows = seriesIn(result)
  if (rows)
    return { series: rows.map((row) => seriesOf(row, telling)), ...(parts !== undefined && { parts }) }
  if (Array.isArray(result) && result.length === 0) return { series: [] }
  throw unknownShape('the graph')
}
