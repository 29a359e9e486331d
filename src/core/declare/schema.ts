/**
 * The only place where schemas become JSON Schema, and where values meet schemas.
 *
 * zod 4 converts its own schemas. `zod-to-json-schema` serves zod 3 only: for a schema of zod 4 it answers an empty
 * schema, without an error.
 *
 * @module
 */
import * as z from 'zod'
import * as z3 from 'zod/v3'
import { zodToJsonSchema } from 'zod-to-json-schema'
import { InputError } from '../../errors.ts'
import type { InputShape, Schema } from '../types/tool.ts'
import { isJson } from './marks.ts'
import type { JsonSchema } from './node.ts'
import { forProviders } from './providers.ts'

const isZod4 = (schema: unknown): schema is z.ZodType =>
  typeof schema === 'object' && schema !== null && '_zod' in schema
const isZod3 = (schema: unknown): schema is z3.ZodTypeAny =>
  typeof schema === 'object' && schema !== null && '_def' in schema && !('_zod' in schema)

/** The strict object of a shape. All schemas of one shape come from the same zod. */
export function objectSchema(name: string, shape: InputShape): z.ZodType | z3.ZodTypeAny {
  const schemas = Object.values(shape)
  if (schemas.every(isZod4)) return z.strictObject(shape as Record<string, z.ZodType>)
  if (schemas.every(isZod3)) return z3.object(shape as unknown as z3.ZodRawShape).strict()
  throw new InputError(
    `Tool ${name}: its arguments are not all zod 4 or all zod 3 schemas.`,
    'Import one zod for the whole map of arguments.',
  )
}

/** An optional text, made with the same zod as the other arguments. */
export function optionalText(shape: InputShape, about: string): Schema {
  const old = Object.values(shape).some(isZod3)
  return (old ? z3.string().optional() : z.string().optional()).describe(about) as unknown as Schema
}

/** One of some words, made with the same zod as the other arguments. */
export function choice(shape: InputShape, words: readonly string[], isNeeded: boolean): Schema {
  const old = Object.values(shape).some(isZod3)
  const schema = old ? z3.enum(words as [string]) : z.enum(words)
  return (isNeeded ? schema : schema.optional()) as unknown as Schema
}

/** The same for true or false, without a description. */
export const optionalFlag = (shape: InputShape): Schema =>
  (Object.values(shape).some(isZod3) ? z3 : z).boolean().optional() as unknown as Schema

/** Whether a schema refuses an argument that is left out. */
export const isRequired = (schema: Schema): boolean => !checkValue(schema, undefined).ok

/** The same schema for an argument that may be left out. */
export const optional = (schema: Schema): Schema =>
  (schema as unknown as z.ZodType).optional() as unknown as Schema

type AnySchema = Schema | z.ZodType | z3.ZodTypeAny

/** Convert a schema. `io` says whether the value before or after parsing is described. */
export const toJsonSchema = (name: string, schema: AnySchema, io: 'input' | 'output'): JsonSchema =>
  io === 'input' ? forProviders(name, fullSchema(name, schema)) : convert(name, schema, io)

/** An input schema with all that the parser has to know, and some providers do not take. */
export const fullSchema = (name: string, schema: AnySchema): JsonSchema => convert(name, schema, 'input')

function convert(name: string, schema: AnySchema, io: 'input' | 'output'): JsonSchema {
  const json = isZod4(schema) ? fromZod4(name, schema, io) : isZod3(schema) ? fromZod3(schema) : undefined
  if (json?.type !== 'object') {
    throw new InputError(
      `Tool ${name}: its ${io} is not an object schema of zod 4 or zod 3.`,
      'Declare arguments as a map of schemas, and the output as z.looseObject({...}).',
    )
  }
  return json as JsonSchema
}

type Override = NonNullable<Parameters<typeof z.toJSONSchema>[1]>['override']

function fromZod4(name: string, schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  try {
    const override: Override = ({ zodSchema, jsonSchema }) => {
      if (isJson(zodSchema)) {
        const [text] = jsonSchema.anyOf ?? []
        delete jsonSchema.anyOf
        Object.assign(jsonSchema, text)
      }
      trim(jsonSchema)
    }
    const json = z.toJSONSchema(schema, { io, override })
    delete json.$schema
    return json
  } catch (cause) {
    // One unrepresentable schema (a date, a transform) would break the whole list of an MCP server.
    throw new InputError(
      `Tool ${name}: its ${io} has no JSON Schema: ${(cause as Error).message}`,
      'Change the schema.',
    )
  }
}

/** Drop keywords that cost tokens and tell a model nothing, such as a pattern beside a `format`. */
function trim(json: Record<string, unknown>): void {
  // `default: null` of a schema that catches: what takes the place of an unreadable value.
  if (json.default === null) delete json.default
  if (json.format || json.type === 'string') delete json.pattern
  if ((json.propertyNames as { type?: string } | undefined)?.type === 'string') delete json.propertyNames
  if (json.additionalProperties && typeof json.additionalProperties === 'object')
    delete json.additionalProperties
  for (const bound of ['minimum', 'maximum']) {
    // Nobody means a value beyond it, and who sends one is told.
    if (Math.abs((json[bound] as number) ?? 0) >= 10_000) delete json[bound]
  }
}

function fromZod3(schema: z3.ZodTypeAny): Record<string, unknown> {
  const { $schema: _, ...json } = zodToJsonSchema(schema as never, { $refStrategy: 'none' }) as Record<
    string,
    unknown
  >
  return json
}

/** One problem of a value, in one vocabulary for zod 3 and zod 4. */
export interface Issue {
  path: string
  /** Keys that the schema does not have. */
  unknownKeys?: string[]
  /** The values that are accepted. */
  options?: string[]
  missing: boolean
  message: string
}

export type Checked = { ok: true; value: Record<string, unknown> } | { ok: false; issues: Issue[] }

/** Check a value against a schema of either zod. Never throws for a bad value, never repeats it. */
export function checkValue(schema: Schema | z.ZodType | z3.ZodTypeAny, value: unknown): Checked {
  try {
    const result = (schema as z.ZodType).safeParse(value)
    if (result.success) return { ok: true, value: result.data as Record<string, unknown> }
    return { ok: false, issues: (result.error.issues as RawIssue[]).map((issue) => describe(issue, value)) }
  } catch (error) {
    if (!isOfValue(error)) throw error
    return { ok: false, issues: [{ path: stumbleOf(schema, value), missing: false, message: unreadable }] }
  }
}

const unreadable = 'is a value that cannot be read'

/** Whether an error is one that the language itself throws for a value: a date that does not exist, a broken pattern. */
export const isOfValue = (error: unknown): boolean =>
  [RangeError, TypeError, SyntaxError, URIError].some((kind) => error instanceof kind)

/** The argument over which the code of a schema stumbles; an empty path where it is none by itself. */
function stumbleOf(schema: unknown, value: unknown): string {
  const shape = (schema as { shape?: Record<string, z.ZodType> }).shape ?? {}
  const stumbles = ([name, part]: [string, z.ZodType]) => {
    try {
      part.safeParse((value as Record<string, unknown> | null)?.[name])
      return false
    } catch {
      return true
    }
  }
  return Object.entries(shape).find(stumbles)?.[0] ?? ''
}

interface RawIssue {
  code: string
  path: PropertyKey[]
  message: string
  keys?: string[]
  values?: unknown[]
  options?: unknown[]
}

function describe(issue: RawIssue, value: unknown): Issue {
  const found = issue.path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown>)?.[key], value)
  const options = issue.values ?? (issue.code === 'invalid_enum_value' ? issue.options : undefined)
  return {
    path: issue.path.map(String).join('.'),
    unknownKeys: issue.keys,
    options: options?.map(String),
    missing: found === undefined && issue.code !== 'unrecognized_keys',
    message: issue.message,
  }
}
