/**
 * What a request does and what it names, read from the request itself.
 *
 * @module
 */

import type { ApiRequest } from '../types/api.ts'

/** Whether a request may change something: everything but a GET, and but a POST that is declared to read. */
export const isChange = ({ method, reads }: ApiRequest): boolean =>
  method !== 'GET' && !(method === 'POST' && reads)

/** Whether a request may be repeated, and shared by simultaneous callers: it changes nothing and starts no work. */
export const isRead = (request: ApiRequest): boolean => !isChange(request) && !request.startsJob

/** One value that a request sends, and the names it stands under: its own, and those of the objects around it. */
export interface SentValue {
  names: readonly string[]
  value: unknown
}

/** Every value in the query and the body of a request, however deep. */
export const sentValues = ({ query, body, json }: ApiRequest): SentValue[] =>
  [query, body, json].flatMap((fields) => leavesOf(fields, []))

function leavesOf(value: unknown, names: readonly string[]): SentValue[] {
  if (typeof value !== 'object' || value === null) return [{ names, value }]
  return Object.entries(value).flatMap(([name, inner]) => leavesOf(inner, [...names, name]))
}
