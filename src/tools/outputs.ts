/**
 * Shared output schemas. They are loose at every level: a client must not reject an answer because the platform added
 * a field.
 *
 * @module
 */
import * as z from 'zod'

/**
 * An id. The platform writes text or a number; answers always have text. Coercion also makes the text "undefined" of a
 * missing value, which the pattern refuses.
 */
export const id = z.coerce.string().regex(/^(?!(?:undefined|null)$)/, { error: 'is missing' })

/** A field that the platform may leave out or set to null. */
export const maybe = <S extends z.ZodType>(schema: S) => schema.nullable().optional()

/** For each part of a composite answer: `ok`, or why the part is missing. */
export const parts = z.record(z.string(), z.string()).describe('ok, or why that part is missing')

/**
 * A row that the type calls whole, and the schema lets be any part of one: the schema describes also the answers from
 * which `fields` picked. Our own code makes the row, and gives it every field.
 */
export const anyPart = <Row extends z.ZodObject>(row: Row) => row.partial() as unknown as Row

export const appRow = z.looseObject({
  id,
  label: z.string(),
  type: z.string().describe('For example wordpress'),
  domain: z.string().nullable(),
})

export const serverRow = z.looseObject({
  id,
  label: z.string(),
  status: z.string(),
  provider: z.string(),
  region: z.string(),
  address: z.string().nullable(),
  size: z.string().nullable(),
  app_count: z.number(),
  // Partial: a long list has only id and label of each app, and `fields` chooses others.
  apps: z.array(appRow.partial()).optional(),
})
