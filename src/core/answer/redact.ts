/**
 * Secrets never reach a model: one choke point over the marks in the schemas, and a net for secrets without a mark.
 *
 * @module
 */
import {
  type Definition,
  definitions,
  type Inside,
  isAsShown,
  isSecret,
  toBeMade,
  writtenKind,
} from '../declare/marks.ts'
import type { Schema } from '../types/tool.ts'
import { isHarmless, looksSecret, secretFieldsOf } from './secret-names.ts'
import { redacted, redactText, withoutKnown } from './secret-net.ts'
import { writtenAs } from './written.ts'

interface RedactOptions {
  /** The schema whose marks apply. */
  schema?: Schema
  /** Leave marked fields in clear: the operator allowed it, and the tool is meant for it. */
  reveal?: boolean
  /** Values that are secret by themselves: the caller's own credential. */
  known?: readonly string[]
  /**
   * Hide known values and marked fields only, and guess nothing by name or form: for a person who decides, who must see
   * what decides as it is.
   */
  exact?: boolean
}

/** A copy of `value` without secrets. */
export function redact(value: unknown, options: RedactOptions = {}): unknown {
  return walk(value, options.schema ? [options.schema as Inside] : [], options)
}

/** The texts in `value` that a schema marks as secret. */
export function markedTexts(value: unknown, schemas: readonly Inside[]): string[] {
  if (schemas.some(isSecret)) return textsIn(value)
  // Where no schema reaches, nothing is marked; and a walk of what no schema bounds might never end.
  if (schemas.length === 0 || typeof value !== 'object' || value === null) return []
  const defs = schemas.flatMap(definitions)
  return Object.entries(value).flatMap(([key, item]) => markedTexts(item, schemasOf(value, key, defs)))
}

/** The texts of fields that are called like a secret. */
export function namedSecrets(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, item]) =>
    !Array.isArray(value) && looksSecret(name, item) ? textsIn(item) : namedSecrets(item),
  )
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return value === toBeMade ? [] : [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}

function walk(value: unknown, schemas: readonly Inside[], options: RedactOptions): unknown {
  if (schemas.some(isSecret)) return options.reveal ? value : blank(value)
  if (schemas.some(isAsShown)) return value
  if (typeof value === 'string') return text(value, schemas, options)
  if (typeof value !== 'object' || value === null) return value
  // What a mark says of a whole table holds for its cells.
  const defs = schemas.some(writtenKind) ? undefined : schemas.flatMap(definitions)
  const inside = (key: string) => (defs ? schemasOf(value, key, defs) : schemas)
  if (Array.isArray(value)) {
    const list = options.exact ? value : value.every(isPair) ? value.map(withoutSecretPair) : value
    return list.map((item, index) => walk(item, inside(String(index)), options))
  }
  const ofRow = options.exact ? [] : secretFieldsOf(value as Readonly<Record<string, unknown>>)
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const safeKey = text(key, [], options)
      // A field that a schema names was declared on purpose. The net by name is for all others, a record's included.
      const named = defs?.some(({ shape }) => shape && Object.hasOwn(shape, key))
      const hides = ofRow.includes(key) || (!options.exact && !named && looksSecret(key, item))
      return [safeKey, hides ? redacted : walk(item, inside(key), options)]
    }),
  )
}

function text(value: string, schemas: readonly Inside[], { exact, known }: RedactOptions): string {
  const kind = schemas.map(writtenKind).find(Boolean)
  const open = kind ? writtenAs[kind](value) : value
  return exact ? withoutKnown(open, known) : redactText(open, known)
}

/** The schemas of one item or field. */
function schemasOf(value: object, key: string, defs: readonly Definition[]): readonly Inside[] {
  if (Array.isArray(value)) {
    return defs.flatMap((def) => def.element ?? def.items?.[Number(key)] ?? def.rest ?? [])
  }
  const named = defs.flatMap(({ shape }) => (shape && Object.hasOwn(shape, key) ? (shape[key] ?? []) : []))
  return named.length > 0 ? named : defs.flatMap((def) => def.valueType ?? def.catchall ?? [])
}

/** A row of a table of two columns: the name of a setting, and its value. */
const isPair = (row: unknown): row is [string, string] =>
  Array.isArray(row) && row.length === 2 && row.every((cell) => typeof cell === 'string')

const withoutSecretPair = ([name, value]: [string, string]) =>
  looksSecret(name, value) && value !== '' && !isHarmless(value) ? [name, redacted] : [name, value]

const blank = (value: unknown) => (value === null || value === '' || value === toBeMade ? value : redacted)
