/**
 * Secrets never reach a model: one choke point over marks in the schemas, plus a net for what they miss.
 *
 * @module
 */
import type * as z from 'zod'
import type { Schema } from './define.ts'

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

/** Whether a schema was marked with {@link secret}, also inside optional, nullable and default wrappers. */
export function isSecret(schema: unknown): boolean {
  for (let at = schema as Wrapped | undefined; at; at = at._zod?.def.innerType) if (marks.has(at)) return true
  return false
}

interface Wrapped {
  _zod?: {
    def: { innerType?: Wrapped; shape?: Record<string, Wrapped>; element?: Wrapped; valueType?: Wrapped }
  }
}

export const hidden = '[hidden]'

// Field names that hold a secret wherever they occur. `key` alone is not here: public keys are named so.
const secretName =
  /pass(word|wd|phrase)|(^|_)pass$|secret|(api|private|access|ssl|encryption)_?key$|(^|_)token$|api_?token|bearer|authorization|webhook|credentials?$/i
// Names that only look like one: flags, dates and counts about a secret.
const harmless = /(_enabled|_at|_set|_count|_type|_status|_expires?(_in)?|_available)$/i

const secretText: readonly [RegExp, string][] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g, hidden],
  [/\bcw_[A-Za-z0-9_-]{6,}/g, hidden],
  [/\b([Bb]earer|[Bb]asic)\s+[A-Za-z0-9._~+/=-]{8,}/g, `$1 ${hidden}`],
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*):[^\s/@]+@/gi, `$1:${hidden}@`],
  [
    /(["']?\b(?:password|passwd|pwd|secret|api_?key|access_token|api_token)["']?\s*[=:]\s*["']?)[^\s"'&,;}]+/gi,
    `$1${hidden}`,
  ],
  [/https:\/\/hooks\.[^\s"']+/g, hidden],
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g, hidden],
]

/** Scrub free text: error messages, log lines, any string of an answer. */
export function redactText(text: string, known: readonly string[] = []): string {
  let safe = text
  for (const value of known) if (value.length >= 6) safe = safe.replaceAll(value, hidden)
  for (const [pattern, replacement] of secretText) safe = safe.replace(pattern, replacement)
  return safe
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
  return walk(value, options.schema as Wrapped | undefined, options)
}

function walk(value: unknown, schema: Wrapped | undefined, options: RedactOptions): unknown {
  if (typeof value === 'string') return redactText(value, options.known)
  if (typeof value !== 'object' || value === null) return value
  const def = unwrap(schema)
  if (Array.isArray(value)) return value.map((item) => walk(item, def?.element, options))
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const field = def?.shape?.[key] ?? def?.valueType
      if (isSecret(field)) return [key, options.reveal ? item : blank(item)]
      if (!field && looksSecret(key, item)) return [key, hidden]
      return [key, walk(item, field, options)]
    }),
  )
}

/** A field the schema names was thought about: the net by name is for what it does not know. */
function looksSecret(key: string, value: unknown): boolean {
  if (value === null || value === '' || typeof value === 'boolean') return false
  return secretName.test(key) && !harmless.test(key)
}

const blank = (value: unknown) => (value === null || value === '' ? value : hidden)

function unwrap(schema: Wrapped | undefined) {
  let at = schema
  while (at?._zod?.def.innerType) at = at._zod.def.innerType
  return at?._zod?.def
}
