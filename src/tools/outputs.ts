/**
 * Shared output schemas. They are loose at every level: a client must not reject an answer because the platform added
 * a field.
 *
 * @module
 */
import * as z from 'zod'

/** A value of an answer. Where the platform gave nothing that can be read as one, it is null: nothing else is lost. */
export const told = <S extends z.ZodType>(schema: S) => schema.nullable().catch(null)

/** An id. The platform writes text or a number; answers always have text. A missing value or a list is no id. */
export const id = z.coerce
  .string()
  .regex(/^(?!(?:undefined|null|true|false|NaN)$)[\w.:,-]{1,200}$/, { error: 'is missing' })

/**
 * A row of the platform. Each field that it names is {@link told} by itself. The type is that of the documented row:
 * programs need no check for what every row has, and an odd row has null in place of what could not be read.
 */
export function row<Shape extends Record<string, z.ZodType>>(shape: Shape) {
  const fields = Object.entries(shape).map(([name, schema]) => [name, told(schema)])
  return z.looseObject(Object.fromEntries(fields)) as unknown as z.ZodObject<Shape, z.core.$loose>
}

/** A map by name. PHP writes an empty one as `[]`. */
export const mapOf = <S extends z.ZodType>(schema: S) =>
  z
    .record(z.string(), schema)
    .nullable()
    .catch((odd) => (Array.isArray(odd?.input) && odd.input.length === 0 ? {} : null))

/** A field that the platform may leave out or set to null. */
export const maybe = <S extends z.ZodType>(schema: S) => schema.nullable().optional()

/** For each part of a composite answer: `ok`, or why the part is missing. */
export const parts = z.record(z.string(), z.string()).describe('ok, or why that part is missing')

/**
 * A row that the type calls whole, and the schema lets be any part of one: the schema describes also the answers from
 * which `fields` picked. Our own code makes the row, and gives it every field.
 */
export const anyPart = <Row extends z.ZodObject>(row: Row) => row.partial() as unknown as Row

export const appRow = row({
  id,
  label: z.string(),
  type: z.string().describe('For example wordpress'),
  domain: z.string().nullable(),
})

export const serverRow = row({
  id,
  label: z.string(),
  status: z.string(),
  running: told(z.boolean()),
  provider: z.string(),
  region: z.string(),
  address: z.string().nullable(),
  size: z.string().nullable(),
  app_count: z.number(),
  // Partial: a long list has only id and label of each app, and `fields` chooses others.
  apps: z.array(appRow.partial()).optional(),
})

/** The disk size of one app. */
export const diskSize = row({
  files_mb: z.number().nullable(),
  database_mb: z.number().nullable(),
  total_mb: z.number().nullable(),
})

/** The answer of an edit: the state before and after it. */
export const edited = <S extends z.ZodType>(state: S) =>
  z.looseObject({
    before: state,
    after: state.nullable().describe('Read again after the change; null: not known yet'),
    changed: z.boolean(),
  })
