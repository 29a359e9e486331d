import type { Json, Operation, Version } from './contract.ts'
import type { Forms } from './forms.ts'
import { operationRow, type Work } from './operations.ts'
import type { Planter } from './plant.ts'
import type { AccountState, App, OperationState, Server } from './state.ts'

/** The answer of a route. A body that is `undefined` is sent empty. */
export interface Answer {
  status: number
  body: unknown
}

export const ok = (body?: unknown): Answer => ({ status: 200, body })
export const notFound = (): Answer => ({ status: 404, body: { message: 'Not found' } })
/** The platform refuses a well-formed request: `{ status: false, message }`. */
export const refused = (message: string): Answer => ({ status: 422, body: { status: false, message } })
export const invalid = (field: string, code: string, message: string): Answer => ({
  status: 422,
  body: { [field]: [{ code, message }] },
})

/** One accepted request, as the route that does the work gets it. */
export interface Call {
  operation: Operation
  version: Version
  account: AccountState
  planter: Planter
  forms: Forms
  /** Unix time in milliseconds by the sandbox's clock. */
  now: number
  input: Record<string, unknown>
  /** The server and the application that the request names; both belong to the account. */
  readonly server: Server
  readonly app: App
  /** Another server of the account, by the parameter that names it. */
  serverAt(parameter: string): Server
  appAt(parameter: string): App
  has(name: string): boolean
  text(name: string): string
  number(name: string): number
  flag(name: string): boolean
  list(name: string): string[]
  /** Start an operation; by default about the request's own server and application. */
  start(work?: Work): OperationState
  /** A number that no other row has as its id. */
  newId(): number
}

export type Route = (call: Call) => Answer
export type Routes = Record<string, Route>

/** `YYYY-MM-DD HH:mm:ss`, without a zone: as the platform writes times. */
export const stamp = (now: number) => new Date(now).toISOString().slice(0, 19).replace('T', ' ')
/** The same with a T, as restore points have it. */
export const pointInTime = (now: number) => new Date(now).toISOString().slice(0, 19)

/** Write `value` at `server.operations[0].id`. */
function put(target: Json, path: string, value: Json): void {
  const keys = path.split(/[.[\]]+/).filter(Boolean)
  const last = keys.pop()!
  let node = target as Record<string, Json>
  for (const key of keys) node = node[key] as Record<string, Json>
  node[last] = value
}

function at(source: Json, path: string): Json | undefined {
  let node: Json | undefined = source
  for (const key of path.split(/[.[\]]+/).filter(Boolean)) node = (node as Record<string, Json> | null)?.[key]
  return node
}

/** The id in the example of the contract. A new id gets the same form. */
export const exampleId = ({ operationIdPath, example, otherAnswer }: Operation): Json | undefined =>
  operationIdPath ? at(example, operationIdPath) : otherAnswer && at(otherAnswer, 'task_id')

/** The example of the contract, with the ids of the request instead of the ids of the example. */
export function echo(call: Call): Json {
  const { operation, input } = call
  const own = new Map<string, string>()
  if (input.server_id !== undefined) own.set('70011', String(input.server_id))
  if (input.app_id !== undefined) {
    own.set('90021', String(input.app_id))
    own.set('abcdefghij', call.app.sys_user)
  }
  const replace = (value: Json): Json => {
    if (typeof value === 'string') return own.get(value) ?? value
    if (typeof value === 'number') return own.has(String(value)) ? Number(own.get(String(value))) : value
    if (Array.isArray(value)) return value.map(replace)
    if (value === null || typeof value !== 'object') return value
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [own.get(key) ?? key, replace(one)]))
  }
  return replace(operation.example ?? [])
}

/** Most calls that start an operation answer an id of digits as a number. */
export const wireId = ({ id }: OperationState): number | string => (/^\d+$/.test(id) ? Number(id) : id)

/** The example of the contract with the id of a started operation. Fields of `more` replace those of the example. */
export function started(call: Call, state: OperationState, more: Record<string, Json> = {}): Answer {
  const { operation, version } = call
  const id = typeof exampleId(operation) === 'number' ? wireId(state) : state.id
  // v1 had no tasks, only operations.
  if (version === 'v1' && operation.operationIdPath === 'task_id') {
    return ok({ status: true, operation_id: state.id, ...more })
  }
  const body = echo(call)
  const place = operation.operationIdPath
  // If the answer holds the whole row, the row is the same as in the answer to a poll.
  if (place?.includes('.id') || place?.includes('].id'))
    put(body, place.slice(0, -3), operationRow(state, call.now) as Json)
  else if (place) put(body, place, id)
  return ok({ ...(body as Record<string, Json>), ...more })
}

/** Start work and answer its id. Most asynchronous routes do no more. */
export const begin = (call: Call, work: Work = {}, more: Record<string, Json> = {}): Answer =>
  started(call, call.start(work), more)

/** Start work that changes the state when it has finished. */
export const change = (call: Call, type: string, finish: () => void): Answer => begin(call, { type, finish })
