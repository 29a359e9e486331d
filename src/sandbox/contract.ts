import data from './contract.json' with { type: 'json' }

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type Kind = 'read' | 'write' | 'destructive'
export type Place = 'path' | 'query' | 'form' | 'json'
type BodyKind = 'form' | 'json'
export type Version = 'v1' | 'v2'

/** One parameter of a call, under the name it has on the wire (`ip[]`, not `ip`). */
export interface Parameter {
  name: string
  in: Place
  /** `any`: the sources say nothing about the type. */
  type: string | string[]
  /** Type of one element, when the type is `array`. */
  items?: string | string[]
  enum?: (string | number)[]
  /** Values that were seen. The platform takes others as well. */
  known?: string[]
  format?: 'email' | 'ip' | 'uri' | 'password' | (string & {})
  default?: Json
  required?: boolean
  sensitive?: boolean
}

/** One operation of the reference contract. */
export interface Operation {
  id: string
  method: string
  path: string
  tag: string
  kind: Kind
  params?: Parameter[]
  body?: BodyKind
  /** The body types that known clients of the platform use. */
  bodyEvidence?: (BodyKind | 'query')[]
  async?: boolean
  startsJob?: boolean
  disruptive?: boolean
  cost?: boolean
  /** The list that is sent replaces the old one. */
  replacesWhole?: boolean
  /** Where the answer holds the id to poll: `operation_id`, `server.operations[0].id`. */
  operationIdPath?: string
  /** The versions in which the operation was seen. */
  versions: Version[]
  confidence: 'high' | 'medium' | 'low'
  /** Every form of the call that a client of the platform uses, this one included: each client knows one of them. */
  otherCalls?: { path: string; fields: string[] }[]
  deprecated?: boolean
  /** Paths in the answer that hold secrets: `servers[].master_password`. */
  secrets?: string[]
  /** One example of the 200 answer. */
  example: Json
  /** An example of the second form of the 200 answer. */
  otherAnswer?: Json
}

interface Contract {
  note: { title: string; version: string; sha256: string; official: boolean; text: string }
  servers: string[]
  rateLimit: {
    perMinute: number
    /** `path`: each path of the API has a limit of its own. */
    countedBy: string
    /** Limits of single paths. */
    overrides: Record<string, number>
    /** Paths whose window is longer than a minute, with what is known of it. */
    longerWindows: Record<string, string>
    retryHeader: string
  }
  catchAll: string
  polling: {
    operation: string
    field: string
    running: Json[]
    done: Json[]
    failed: Json[]
    failureWords: string[]
    intervalSeconds: number
  }
  operations: Operation[]
}

/** The reference contract: facts about the platform that the sandbox enforces. */
export const contract = data as unknown as Contract
/** Every operation of the contract. */
export const operations: readonly Operation[] = contract.operations

interface Route {
  segments: string[]
  methods: Map<string, Operation>
}

const routes = new Map<string, Route>()
for (const operation of operations) {
  const route = routes.get(operation.path) ?? { segments: operation.path.split('/'), methods: new Map() }
  route.methods.set(operation.method, operation)
  routes.set(operation.path, route)
}

const routesByLength = new Map<number, Route[]>()
for (const route of routes.values()) {
  const { length } = route.segments
  routesByLength.set(length, [...(routesByLength.get(length) ?? []), route])
}

const isPlaceholder = (segment: string) => segment.startsWith('{')

function pathValues(route: Route, segments: string[]): Record<string, string> | undefined {
  const values: Record<string, string> = {}
  for (const [index, expected] of route.segments.entries()) {
    const actual = segments[index]!
    if (!isPlaceholder(expected)) {
      if (expected !== actual) return undefined
    } else if (actual === '') return undefined
    else values[expected.slice(1, -1)] = actual
  }
  return values
}

/** Orders routes. An earlier literal segment decides: `/app/manage/x` beats `/app/{id}/x`. */
const literalness = (route: Route) =>
  route.segments.map((segment) => (isPlaceholder(segment) ? '0' : '1')).join('')

export type Found =
  | { operation: Operation; path: Record<string, string> }
  | { operation: undefined; allowed: string[] }
  | undefined

/**
 * The operation behind a method and a path (without the base). A trailing slash counts.
 *
 * Literal segments beat placeholders over all methods, so `GET /server/start` is a wrong method on
 * `/server/start` and not server `start`. `undefined`: no operation has that path.
 */
export function findOperation(method: string, path: string): Found {
  const segments = path.split('/').map((segment) => {
    try {
      return decodeURIComponent(segment)
    } catch {
      return segment
    }
  })
  let best: { route: Route; values: Record<string, string> } | undefined
  for (const route of routesByLength.get(segments.length) ?? []) {
    const values = pathValues(route, segments)
    if (values && (!best || literalness(route) > literalness(best.route))) best = { route, values }
  }
  if (!best) return undefined
  const operation = best.route.methods.get(method)
  return operation
    ? { operation, path: best.values }
    : { operation: undefined, allowed: [...best.route.methods.keys()] }
}
