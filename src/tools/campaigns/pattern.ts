/** Labels with `*` for any text, as PROTECT has them. @module */
import { readable } from '../../base/text.ts'
import { matchesWildcard } from '../../base/wildcard.ts'

/** Whether an id, or a label with `*`, fits this row. Digits alone are an id. */
export function fits(entry: string, { id, label }: { id: string; label: string | null }): boolean {
  const pattern = readable(entry).toLowerCase()
  if (/^\d+$/.test(pattern)) return pattern === id
  return matchesWildcard(pattern, readable(label ?? '').toLowerCase())
}
