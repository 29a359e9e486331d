/**
 * Shared answers. Loose at every level: a field that is not named here passes through, for a client must not
 * reject an answer because the platform has grown.
 *
 * @module
 */
import * as z from 'zod'

/**
 * An id as the platform writes it, text or number; always text in answers. Coercion makes text of a missing value
 * too; the pattern refuses it.
 */
export const id = z.coerce.string().regex(/^(?!(?:undefined|null)$)/, { error: 'is missing' })

/** A field the platform may leave out or set to null. */
export const maybe = <S extends z.ZodType>(schema: S) => schema.nullable().optional()

/** Which parts of a composite answer came back: `ok`, or why not. */
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
  // Partial: of a big estate only their ids and labels, or the chosen fields.
  apps: z.array(appRow.partial()).optional(),
})
