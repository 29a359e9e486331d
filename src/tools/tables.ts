/** Tables of the analytics as rows with named columns: `{ <resource>: { header, body, footer, from, until }, created_at }`. @module */
import { type Json, object, textOf } from '../core/send/inventory.ts'
import { assumed, numberOf, timeFields, timeOfSeconds } from './values.ts'

/** Columns that are known, by their header; a time is seconds, which no answer says. */
const columns: Readonly<Record<string, string>> = {
  'max time': 'longest_seconds',
  'avg. duration': 'mean_seconds',
  'execution time': 'seconds',
  duration: 'seconds',
  time: 'seconds',
  occurrences: 'count',
}
const numeric = new Set(['count', 'seconds', 'longest_seconds', 'mean_seconds'])

const nameOf = (header: string, place: number) =>
  columns[header.toLowerCase()] ??
  (header
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_|_$/g, '') ||
    `column_${place + 1}`)

/** Two columns of one name are told apart by their place. */
function namesOf(header: readonly unknown[]): string[] {
  const names = header.map((name, place) => nameOf(textOf(name).trim(), place))
  return names.map((name, place) => (names.indexOf(name) === place ? name : `${name}_${place + 1}`))
}

/** A number that can be read as one is one; any other cell stays as it is written. */
const cell = (name: string, value: unknown) => (numeric.has(name) ? (numberOf(value) ?? value) : value)

function rowOf(names: readonly string[], cells: unknown): Json {
  if (!Array.isArray(cells)) return { unreadable: cells }
  const entries = cells.map((value, place) => {
    const name = names[place] ?? `column_${place + 1}`
    return [name, cell(name, value)]
  })
  return Object.fromEntries(entries)
}

function tableOf(table: Json) {
  const { header, body, footer, from, until, ...rest } = table
  const names = namesOf(header as unknown[])
  const hasFooter = Array.isArray(footer) ? footer.length > 0 : footer !== undefined && footer !== null
  return {
    ...rest,
    // What can't be read is unknown, and not an empty table.
    rows: Array.isArray(body) ? body.map((cells) => rowOf(names, cells)) : null,
    ...(hasFooter && { footer }),
    from: timeOfSeconds(from),
    until: timeOfSeconds(until),
  }
}

export function tablesOf(result: unknown): unknown {
  const tables = object(result)
  if (!tables) return result
  const isTable = (table: unknown) => Array.isArray(object(table)?.header)
  if (!Object.values(tables).some(isTable)) return result
  const { created_at, ...rest } = tables
  const entries = Object.entries(rest).map(([name, table]) => [
    name,
    isTable(table) ? tableOf(table as Json) : table,
  ])
  const created = created_at === undefined ? undefined : timeFields({ created_at })
  return { ...Object.fromEntries(entries), ...created, ...(created?.created_at && { times: assumed }) }
}
