/**
 * Secrets never reach a model: one choke point over the marks in the schemas, and a net for secrets without a mark.
 *
 * @module
 */
import { type Definition, definitions, type Inside, isSecret } from '../declare/marks.ts'
import type { Schema } from '../types/tool.ts'
import { looksSecret, redacted, redactText } from './secret-net.ts'

interface RedactOptions {
  /** The schema whose marks apply. */
  schema?: Schema
  /** Leave marked fields in clear: the operator allowed it, and the tool is meant for it. */
  reveal?: boolean
  /** Values that are secret by themselves: the caller's own credential. */
  known?: readonly string[]
}

/** A copy of `value` without secrets. */
export function redact(value: unknown, options: RedactOptions = {}): unknown {
  return walk(value, options.schema ? [options.schema as Inside] : [], options)
}

function walk(value: unknown, schemas: readonly Inside[], options: RedactOptions): unknown {
  if (schemas.some(isSecret)) return options.reveal ? value : blank(value)
  if (typeof value === 'string') return redactText(value, options.known)
  if (typeof value !== 'object' || value === null) return value
  const defs = schemas.flatMap(definitions)
  if (Array.isArray(value)) {
    const ofItem = (index: number) =>
      defs.flatMap((def) => def.element ?? def.items?.[index] ?? def.rest ?? [])
    return value.map((item, index) => walk(item, ofItem(index), options))
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => field(key, item, defs, options)))
}

function field(key: string, item: unknown, defs: readonly Definition[], options: RedactOptions) {
  const named = defs.flatMap(({ shape }) => (shape && Object.hasOwn(shape, key) ? (shape[key] ?? []) : []))
  const safeKey = redactText(key, options.known)
  // A field that a schema names was declared on purpose. The net by name is for all others, a record's included.
  if (named.length === 0 && looksSecret(key, item)) return [safeKey, redacted]
  const schemas = named.length > 0 ? named : defs.flatMap((def) => def.valueType ?? def.catchall ?? [])
  return [safeKey, walk(item, schemas, options)]
}

const blank = (value: unknown) => (value === null || value === '' ? value : redacted)
