/** Answers that fit a model: chosen fields of the rows of a list. @module */
import { nearest } from '../../base/options.ts'
import { plainName } from '../../base/text.ts'
import { InputError } from '../../errors.ts'

type Row = Record<string, unknown>

/**
 * Keep the named fields of each row. A dot reaches into lists and objects: `apps.domain`.
 *
 * @throws InputError naming the nearest field when no row has a field of that name.
 */
export function pickFields(rows: readonly unknown[], fields: readonly string[]): unknown[] {
  for (const field of fields) {
    if (rows.length === 0 || rows.some((row) => reach(row, field.split('.')))) continue
    const known = [...new Set(rows.flatMap((row) => names(row)))].filter((name) => plainName(name))
    const near = nearest(field, known)
    const hint = near ? `did you mean ${near}?` : `there are ${known.slice(0, 60).join(', ')}.`
    throw new InputError(`fields: no row has ${field.slice(0, 60)}; ${hint}`)
  }
  const paths = fields.map((field) => field.split('.'))
  return rows.map((row) => pick(row, paths))
}

function pick(value: unknown, paths: readonly string[][]): unknown {
  if (Array.isArray(value)) return value.map((item) => pick(item, paths))
  if (typeof value !== 'object' || value === null) return value
  const picked: Row = {}
  for (const [key, item] of Object.entries(value)) {
    const deeper = paths.filter((path) => path[0] === key).map((path) => path.slice(1))
    if (deeper.length === 0) continue
    picked[key] = deeper.some((path) => path.length === 0) ? item : pick(item, deeper)
  }
  return picked
}

function reach(value: unknown, path: readonly string[]): boolean {
  const [key, ...rest] = path
  if (key === undefined) return true
  if (Array.isArray(value)) return value.some((item) => reach(item, path))
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.hasOwn(value, key) &&
    reach((value as Row)[key], rest)
  )
}

/** Every field path of a row, two levels deep. */
function names(value: unknown, prefix = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => names(item, prefix))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, item]) => [
    `${prefix}${key}`,
    ...(prefix === '' ? names(item, `${key}.`) : []),
  ])
}
