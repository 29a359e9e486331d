/** What the security suite answers. No source documents its rows: what they have is passed on in readable words. @module */
import { type Json, object, readRows, textOf, unknownShape } from '../core/send/inventory.ts'
import { inWords } from './words.ts'

/** The rows of a list: a text alone is the path, domain or message that the row is about. @throws UpstreamError */
export function suiteRows(body: unknown, field: string, name: string): Json[] {
  const value = object(body)?.[field]
  if (!Array.isArray(value) && !readRows(value)) throw unknownShape(`the list of ${field}`)
  const items: unknown[] = Array.isArray(value) ? value : (readRows(value) ?? [])
  const rows = items
    .map((item) => object(item) ?? (textOf(item) ? { [name]: textOf(item) } : undefined))
    .filter((row) => row !== undefined)
  if (items.length > 0 && rows.length === 0) throw unknownShape(`the list of ${field}`)
  return rows.map((row) => inWords(withTextIds(row)))
}

/** Ids are texts, whatever the platform writes. */
const withTextIds = (row: Json): Json =>
  Object.fromEntries(
    Object.entries(row).map(([key, value]) => [key, /(?:^|_)id$/.test(key) ? textOf(value) || null : value]),
  )

/** The entries of a list of addresses: texts, or rows with an address in them. `undefined`: they can't be read. */
export function addressesIn(value: unknown): string[] | undefined {
  if (!Array.isArray(value)) return undefined
  const entries = value.map((item) => {
    const row = object(item)
    return textOf(row ? (row.ip ?? row.ip_address ?? row.address) : item).trim()
  })
  // A blank entry is none; a row without an address is one that can't be read.
  const isUnread = (item: unknown, place: number) => entries[place] === '' && item !== '' && item !== null
  return value.some(isUnread) ? undefined : [...new Set(entries.filter(Boolean))]
}
