/**
 * What a request does and names, read from the request itself.
 *
 * @module
 */

import { kinds } from '../platform.ts'
import type { ApiRequest } from '../types/api.ts'
import { textOf } from './inventory.ts'

/** Whether a request may change something: everything but a GET, and but a POST that is declared to read. */
export const isChange = ({ method, reads }: ApiRequest): boolean =>
  method !== 'GET' && !(method === 'POST' && reads)

/** Whether a request may be repeated, and shared by simultaneous callers: it changes nothing and starts no work. */
export const isRead = (request: ApiRequest): boolean => !isChange(request) && !request.startsJob

/** Every server and app that a request names: in its path, its query, its form and its JSON, at any depth. */
export function namedIn(request: ApiRequest): { servers: string[]; apps: string[] } {
  const { path, query, body, json } = request
  const all = ({ field, path: inPath }: { field: RegExp; path: RegExp }) => {
    const texts = [query, body, json].flatMap((part) => valuesOf(part, field))
    return [...new Set([...texts, inPath.exec(path)?.[1] ?? ''])].filter(Boolean)
  }
  return { servers: all(kinds.server), apps: all(kinds.app) }
}

/** `name[]` is how a form writes a list, and a dot or a blank in a name is an underscore to PHP. */
const plainName = (key: string) => key.replace(/\[.*/s, '').replace(/[.\s]/g, '_')

function valuesOf(part: unknown, field: RegExp): string[] {
  if (typeof part !== 'object' || part === null) return []
  return Object.entries(part).flatMap(([key, value]) =>
    field.test(plainName(key)) ? idsOf(value) : valuesOf(value, field),
  )
}

/** Ids come as one, as a list, as text with commas, as rows with an `id`, or as the names of a map. */
function idsOf(value: unknown): string[] {
  if (Array.isArray(value))
    return value.flatMap((item) => idsOf((item as { id?: unknown } | null)?.id ?? item))
  if (typeof value === 'object' && value !== null) return Object.keys(value)
  return textOf(value)
    .split(',')
    .map((text) => text.trim())
}
