/**
 * Texts with the moment at which they end, for drivers whose backend does not expire anything by itself.
 *
 * @module
 */

/** A text and when it ends: milliseconds since 1970, or `null` for never. */
export interface Entry {
  expires: number | null
  text: string
}

export function entryOf(text: string, ttl: number | undefined): Entry {
  return { expires: ttl === undefined ? null : Date.now() + ttl, text }
}

export function isExpired({ expires }: Entry, now = Date.now()): boolean {
  return expires !== null && expires <= now
}

/** The text, unless there is none or its time is over. */
export function textOf(entry: Entry | null): string | null {
  return entry === null || isExpired(entry) ? null : entry.text
}

/** The entry of a counter after one more; `null` when the text is not a whole number. */
export function addOne(entry: Entry | null, ttl: number): Entry | null {
  if (entry === null || isExpired(entry)) return entryOf('1', ttl)
  const count = Number(entry.text)
  return Number.isSafeInteger(count) ? { expires: entry.expires, text: String(count + 1) } : null
}
