/** What a request does and names, read from the request itself. @module */
import { type KindName, kinds, readingPosts } from '../platform.ts'
import type { ApiRequest } from '../types/api.ts'
import { textOf } from './inventory.ts'

/** Whether a request may change something. Of all POSTs, only those that the contract knows as reads do not. */
export const isChange = ({ method, path, reads }: ApiRequest): boolean =>
  method !== 'GET' && !(method === 'POST' && reads && readingPosts.includes(path))

/** Whether a request may be repeated, and shared by simultaneous callers: it changes nothing and starts no work. */
export const isRead = (request: ApiRequest): boolean => !isChange(request) && !request.startsJob

/**
 * The path of a request, with `{id}` in place of every id. The platform counts its limits by such paths.
 *
 * What holds a digit is an id: no other part of a path has one. Some ids have none, and are known by their place.
 */
export function pathOf({ path }: Pick<ApiRequest, 'path'>): string {
  const placed = Object.values(kinds).reduce((at, kind) => {
    const id = 'path' in kind ? kind.path.exec(at)?.[1] : undefined
    return id ? at.replace(`/${id}`, id.startsWith('task/') ? '/task/{id}' : '/{id}') : at
  }, path)
  return placed
    .split('/')
    .map((part) => (/\d/.test(part) ? '{id}' : part))
    .join('/')
}

/** Every server and app that a request names: in its path, its query, its form and its JSON, at any depth. */
export const namedIn = (request: ApiRequest): { servers: string[]; apps: string[] } => ({
  servers: idsIn(request, kinds.server),
  apps: idsIn(request, kinds.app),
})

/** The kinds of things that a request names by their ids. */
export const kindsIn = (request: ApiRequest): KindName[] =>
  (Object.keys(kinds) as KindName[]).filter((name) => idsIn(request, kinds[name]).length > 0)

function idsIn(
  { path, query, body, json }: ApiRequest,
  { field, path: inPath }: { field: RegExp; path?: RegExp },
): string[] {
  const texts = [query, body, json].flatMap((part) => valuesOf(part, field))
  return [...new Set([...texts, inPath?.exec(path)?.[1] ?? ''])].filter(Boolean)
}

function valuesOf(part: unknown, field: RegExp): string[] {
  if (typeof part !== 'object' || part === null) return []
  return Object.entries(part).flatMap(([key, value]) => {
    const [name = '', inner] = unfold(key, value)
    return [...(field.test(name) ? idsOf(inner) : []), ...valuesOf(inner, field)]
  })
}

/**
 * A field of a form as PHP reads it: `a[b]` is the field `b` of `a`, `name[]` is a list, and a dot or a blank in a name
 * is an underscore.
 */
function unfold(key: string, value: unknown): [name: string, value: unknown] {
  const [name = '', ...inner] = key.split(/[[\]]+/).filter(Boolean)
  return [name.replace(/[.\s]/g, '_'), inner.reduceRight<unknown>((at, part) => ({ [part]: at }), value)]
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
