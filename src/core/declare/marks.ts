/**
 * Marks on schemas: which argument names a server or an app, and which field of an answer is secret. This is the one
 * file that looks inside zod.
 *
 * @module
 */
import * as z from 'zod'
import { parseWritten } from '../../base/json.ts'
import type { KindName } from '../platform.ts'

/** What a tagged argument names. */
interface Tag {
  names: KindName
  /** The call is about another one of that kind, and touches this one besides: the server that gets a copy. */
  besides?: true
}

/** Arguments that name a resource. */
export const tags = z.registry<Tag>()

const secrets = new WeakSet<object>()
const shown = new WeakSet<object>()

/**
 * Mark a field of an output schema as secret. A note replaces its value, unless the operator allows secrets and the
 * tool declares `reveals`.
 *
 * @example output: z.looseObject({ user: z.string(), password: secret(z.string()) })
 */
export function secret<S extends z.ZodType>(schema: S): S {
  const marked = schema.clone() as S
  secrets.add(marked)
  return marked
}

/** Stands for what will be made, in the plan. No argument can be given like this: it has blanks. */
export const toBeMade = '(made when it is sent)'

const madeSecrets = new WeakSet<object>()

/** Mark an argument as a secret that the toolkit makes where a call leaves it out. It is hidden like every secret. */
export function madeSecret<S extends z.ZodType>(schema: S): S {
  const marked = secret(schema)
  madeSecrets.add(marked)
  return marked
}

/** Whether a schema was marked with {@link madeSecret}, also inside a wrapper (optional). */
export function isMadeSecret(schema: unknown): boolean {
  for (let at = schema as Inside | undefined; at?._zod; at = at._zod.def.innerType) {
    if (isMarked(madeSecrets, at)) return true
  }
  return false
}

const jsonTexts = new WeakSet<object>()

/**
 * Free-form arguments: an object, or a text with its JSON. Models are told of the text, because some providers refuse
 * an object without properties, and the strict mode of others knows no open object. It is the only argument whose text
 * is parsed.
 *
 * @example input: { arguments: json().optional().describe('Arguments of the tool') }
 */
export function json() {
  const error = 'must be an object, or the JSON text of one'
  const schema = z
    .union([z.string().max(100_000), z.record(z.string(), z.unknown())], { error })
    .transform((given, context): Record<string, unknown> => {
      const found = typeof given === 'string' ? (given.trim() === '' ? {} : parseWritten(given)) : given
      if (found) return found
      context.addIssue({ code: 'custom', message: error })
      return z.NEVER
    })
  jsonTexts.add(schema)
  return schema
}

/** Whether a schema was made by {@link json}. */
export const isJson = (schema: unknown): boolean => isMarked(jsonTexts, schema)

/** `.describe()` and similar methods answer a clone, whose parent is the marked schema. */
function isMarked(marked: WeakSet<object>, schema: unknown): boolean {
  for (let at = schema as Inside | undefined; at; at = at._zod?.parent) if (marked.has(at)) return true
  return false
}

/** Kinds of text that somebody wrote and the platform passes on: they hold secrets without a telling name. */
export type WrittenKind = 'query' | 'address' | 'settings'

const written = new WeakMap<object, WrittenKind>()

const writtenAs =
  (kind: WrittenKind) =>
  <S extends z.ZodType>(schema: S): S => {
    const marked = schema.clone() as S
    written.set(marked, kind)
    return marked
  }

/** Mark queries in an output schema, or whatever holds them: every literal leaves as `?`. */
export const queryText = writtenAs('query')

/** Mark addresses that visitors asked for, or whatever holds them: what may be a token in them is hidden. */
export const addressText = writtenAs('address')

/** Mark settings of a PHP-FPM pool or of a web server: values of environment variables and passwords are hidden. */
export const settingsText = writtenAs('settings')

const further = new WeakMap<object, Inside>()

/** Marks inside a value of any form: where it has the parts of `parts`, their marks hold. Clients see none of it. */
export function markedInside(parts: z.ZodObject): z.ZodUnknown {
  const schema = z.unknown()
  further.set(schema, parts as Inside)
  return schema
}

/** Mark an output whose secrets were taken out when it was made. The net for secrets leaves it as it is. */
export function asShown<S extends z.ZodType>(schema: S): S {
  shown.add(schema)
  return schema
}

export const isAsShown = (schema: unknown): boolean => shown.has(schema as object)

/** The part of a zod 4 schema that matters here. */
export interface Inside {
  _zod?: { def: Definition; parent?: Inside }
}

/** The definition inside a zod 4 schema: its parts, by what they are to it. */
export interface Definition {
  innerType?: Inside
  in?: Inside
  out?: Inside
  left?: Inside
  right?: Inside
  getter?: () => Inside
  options?: Inside[]
  element?: Inside
  items?: Inside[]
  rest?: Inside
  keyType?: Inside
  valueType?: Inside
  shape?: Record<string, Inside>
  catchall?: Inside
}

const present = (parts: (Inside | undefined)[]) => parts.filter((part) => part !== undefined)

/** The schemas that describe the same value: what a wrapper holds, the options of a union. */
function sameValue({ innerType, in: before, out, left, right, getter, options = [] }: Definition): Inside[] {
  return present([innerType, before, out, left, right, getter?.(), ...options])
}

/** All schemas directly inside. */
function parts(def: Definition): Inside[] {
  const { element, items = [], keyType, valueType, shape = {} } = def
  return [...sameValue(def), ...present([element, keyType, valueType]), ...items, ...Object.values(shape)]
}

/** The tag of an argument. A wrapper (optional, nullable, default) has the tag of its inside. */
export function tagOf(schema: unknown): Tag | undefined {
  for (let at = schema as Inside | undefined; at?._zod; at = at._zod.def.innerType) {
    const tag = tags.get(at as never)
    if (tag) return tag
  }
  return undefined
}

/** Whether a tag is inside where {@link tagOf} does not find it. No rule would guard what it names. */
export function hidesTag(schema: unknown, seen = new Set<unknown>()): boolean {
  // A schema may hold itself.
  if (seen.has(schema)) return false
  seen.add(schema)
  const def = (schema as Inside | undefined)?._zod?.def
  if (!def || tagOf(schema)) return false
  return parts(def).some((part) => tagOf(part) !== undefined || hidesTag(part, seen))
}

/** Whether a schema was marked with {@link secret}, also inside wrappers (optional, ...) and unions. */
export function isSecret(schema: unknown): boolean {
  if (isMarked(secrets, schema)) return true
  const def = (schema as Inside | undefined)?._zod?.def
  return def !== undefined && sameValue(def).some(isSecret)
}

/** What a schema was marked as with {@link queryText} and its like, also inside wrappers and unions. */
export function writtenKind(schema: Inside): WrittenKind | undefined {
  for (let at: Inside | undefined = schema; at; at = at._zod?.parent) {
    const kind = written.get(at)
    if (kind) return kind
  }
  const def = schema._zod?.def
  return def && sameValue(def).map(writtenKind).find(Boolean)
}

const known = new WeakMap<Inside, Definition[]>()

/** The definitions that a value can have: wrappers and unions are taken apart. Found once for each schema. */
export function definitions(schema: Inside): Definition[] {
  const before = known.get(schema)
  if (before) return before
  const def = schema._zod?.def
  const parts = further.get(schema)
  const inside = parts ? [parts] : def ? sameValue(def) : []
  const found = inside.length > 0 ? inside.flatMap(definitions) : def ? [def] : []
  known.set(schema, found)
  return found
}
