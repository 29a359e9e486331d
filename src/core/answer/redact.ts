/**
 * Secrets never reach a model: one choke point over marks in the schemas, plus a net for what they miss.
 *
 * @module
 */
import type * as z from 'zod'
import type { Schema } from '../types/tool.ts'
import { hidden, looksSecret, redactText } from './secret-net.ts'

export { hidden, redactText }

const marks = new WeakSet<object>()

/**
 * Mark a field of an output schema as secret. Its value is replaced by a note unless the operator allows it
 * and the tool is meant for it.
 *
 * @example output: z.looseObject({ user: z.string(), password: secret(z.string()) })
 */
export function secret<S extends z.ZodType>(schema: S): S {
  const marked = schema.clone() as S
  marks.add(marked)
  return marked
}

/** Whether a schema was marked with {@link secret}, also inside wrappers (optional, ...) and unions. */
export function isSecret(schema: unknown): boolean {
  // What `.describe()` and the like answer is a clone of the marked schema, which is its parent then.
  for (let at = schema as Wrapped | undefined; at; at = at._zod?.parent) if (marks.has(at)) return true
  return inside(schema as Wrapped | undefined).some(isSecret)
}

/** The part of a zod 4 schema that matters here. */
interface Wrapped {
  _zod?: { def: Definition; parent?: Wrapped }
}

interface Definition {
  innerType?: Wrapped
  options?: Wrapped[]
  left?: Wrapped
  right?: Wrapped
  in?: Wrapped
  out?: Wrapped
  getter?: () => Wrapped
  shape?: Record<string, Wrapped>
  catchall?: Wrapped
  valueType?: Wrapped
  element?: Wrapped
  items?: Wrapped[]
  rest?: Wrapped
}

/** The schemas that describe the same value: what a wrapper holds, the options of a union. */
function inside(schema: Wrapped | undefined): Wrapped[] {
  const def = schema?._zod?.def
  if (!def) return []
  const { innerType, left, right, in: before, out, getter, options = [] } = def
  return [innerType, left, right, before, out, getter?.(), ...options].filter((one) => one !== undefined)
}

const taken = new WeakMap<Wrapped, Definition[]>()

/** The definitions a value can have, wrappers and unions taken apart; once for each schema. */
function definitions(schema: Wrapped): Definition[] {
  const known = taken.get(schema)
  if (known) return known
  const parts = inside(schema)
  const found = parts.length > 0 ? parts.flatMap(definitions) : schema._zod ? [schema._zod.def] : []
  taken.set(schema, found)
  return found
}

export interface RedactOptions {
  /** The schema whose marks apply. */
  schema?: Schema
  /** Leave marked fields in clear: the operator allowed it, and the tool is meant for it. */
  reveal?: boolean
  /** Values that are secret by themselves: the caller's own credential. */
  known?: readonly string[]
}

/** A copy of `value` without secrets. */
export function redact(value: unknown, options: RedactOptions = {}): unknown {
  return walk(value, options.schema ? [options.schema as Wrapped] : [], options)
}

function walk(value: unknown, schemas: readonly Wrapped[], options: RedactOptions): unknown {
  if (schemas.some(isSecret)) return options.reveal ? value : blank(value)
  if (typeof value === 'string') return redactText(value, options.known)
  if (typeof value !== 'object' || value === null) return value
  const defs = schemas.flatMap(definitions)
  if (Array.isArray(value)) {
    return value.map((item, index) =>
      walk(
        item,
        defs.flatMap((def) => def.element ?? def.items?.[index] ?? def.rest ?? []),
        options,
      ),
    )
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      // A field that a schema names was thought about; the net by name is for all others, a record's included.
      const named = defs.flatMap(({ shape }) =>
        shape && Object.hasOwn(shape, key) ? (shape[key] ?? []) : [],
      )
      const safeKey = redactText(key, options.known)
      if (named.length === 0 && looksSecret(key, item)) return [safeKey, hidden]
      const field = named.length > 0 ? named : defs.flatMap((def) => def.valueType ?? def.catchall ?? [])
      return [safeKey, walk(item, field, options)]
    }),
  )
}

const blank = (value: unknown) => (value === null || value === '' ? value : hidden)
