import { type Operation, operations } from './contract.ts'
import { type Oddity, oddities, oddly, withValues } from './edits.ts'
import { nearest, refuseUnknown } from './options.ts'
import { answers } from './wrong-answers.ts'

/** How an operation can tell that it failed. */
export const failedWays = ['is_completed', 'status', 'is_failed', 'words'] as const
export type FailedBy = (typeof failedWays)[number]

/** What goes wrong, where, and how often. */
export interface Fault {
  /** Only this operation of the contract, by id (`server_restart`). */
  operation?: string
  /** Only this method. */
  method?: string
  /** Only this path without the base: as sent (`/servers/70011`) or as in the contract (`/servers/{server_id}`). */
  path?: string
  /** How many requests. Default 1; `Infinity`: until undone. */
  times?: number
  /** Seconds until the answer. The work is done at once, also for a caller that gives up meanwhile. */
  latency?: number
  /** A wrong answer by name. */
  answer?: keyof typeof answers
  /** Status of a wrong answer. */
  status?: number
  /** Body of a wrong answer: text as it is, anything else as JSON. Default: a message that fits the status. */
  body?: unknown
  /**
   * Single values of the right answer that are replaced, by their path: `{ 'servers[0].label': null }`. `[]` stands for
   * every row, and `undefined` takes the field out. The work is done.
   */
  set?: Record<string, unknown>
  /** An odd value wherever the right answer can have it: a null row, a row without its name, `[]` in place of a map. */
  odd?: Oddity
  /** Headers of a wrong answer, for example `Retry-After`. Alone, they are added to the right answer. */
  headers?: Record<string, string>
  /** Whether the work is done although the answer is wrong. Default false. */
  done?: boolean
  /** The connection breaks, before or after the work was done. */
  reset?: 'before' | 'after'
  /** Answer 401. An exchanged token is then gone for good. An access token is refused once. */
  expireToken?: boolean
  /** The operation that the request starts fails in the end. A text is its message. */
  failOperation?: boolean | string
  /** How the failed operation tells it. Default `is_completed`: -1. `words`: in its status only, beside `is_completed` 1. */
  failedBy?: FailedBy
}

const names = [
  'operation',
  'method',
  'path',
  'times',
  'latency',
  'answer',
  'status',
  'body',
  'headers',
  'done',
  'reset',
  'expireToken',
  'failOperation',
  'failedBy',
  'set',
  'odd',
] as const satisfies (keyof Fault)[]

function refuse(what: string, value: unknown, known: readonly string[]): void {
  if (typeof value === 'string' && known.includes(value)) return
  throw new TypeError(`fail: unknown ${what} '${value}', did you mean '${nearest(String(value), known)}'?`)
}

function check(fault: Fault): void {
  refuseUnknown('fail', fault, names)
  const {
    operation,
    method,
    path,
    answer,
    reset,
    odd,
    failedBy,
    times = 1,
    latency = 0,
    status = 200,
  } = fault
  const all = (pick: (one: Operation) => string) => [...new Set(operations.map(pick))]
  if (operation !== undefined)
    refuse(
      'operation',
      operation,
      all((one) => one.id),
    )
  if (method !== undefined)
    refuse(
      'method',
      method.toUpperCase(),
      all((one) => one.method),
    )
  if (path !== undefined && !path.startsWith('/'))
    throw new TypeError(`fail: path '${path}' has to begin with /`)
  if (answer !== undefined) refuse('answer', answer, Object.keys(answers))
  if (reset !== undefined) refuse('reset', reset, ['before', 'after'])
  if (odd !== undefined) refuse('odd value', odd, oddities)
  if (failedBy !== undefined) refuse('failedBy', failedBy, failedWays)
  if (failedBy !== undefined && !fault.failOperation)
    throw new TypeError('fail: failedBy needs failOperation')
  if (!(times >= 1)) throw new TypeError('fail: times has to be 1 or more')
  if (!(latency >= 0)) throw new TypeError('fail: latency has to be a number of seconds')
  if (!(Number.isInteger(status) && status >= 200 && status <= 599))
    throw new TypeError('fail: status has to be 200 to 599')
  const effects = names.filter((name) => !['operation', 'method', 'path', 'times', 'done'].includes(name))
  if (effects.every((name) => fault[name] === undefined)) {
    throw new TypeError(`fail: say what goes wrong, one of ${effects.join(', ')}`)
  }
}

const messages: Record<number, string> = {
  400: 'Access token missing',
  401: 'Unauthorized',
  403: 'Token may not use this endpoint',
  404: 'Not found',
  429: 'Too Many Attempts.',
}

interface WrongAnswer {
  status: number
  headers: Record<string, string>
  body: string
}

/** The answer that replaces the right one, or `undefined` when the fault leaves the answer as it is. */
export function wrongAnswer(fault: Fault): WrongAnswer | undefined {
  const named = fault.answer && answers[fault.answer]
  if (!named && fault.status === undefined && fault.body === undefined) return undefined
  const status = fault.status ?? named?.status ?? 200
  const fallback = named?.body ?? { message: messages[status] ?? 'Server Error' }
  const body = fault.body === undefined ? fallback : fault.body
  const type = typeof body === 'string' ? (named?.type ?? 'text/plain') : 'application/json'
  return {
    status,
    headers: { 'content-type': type, ...lowerCase(fault.headers) },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  }
}

/** The right answer with what the fault changes in it. */
export function altered(fault: Fault | undefined, body: unknown): unknown {
  const odd = fault?.odd ? oddly(body, fault.odd) : body
  return fault?.set ? withValues(odd, fault.set) : odd
}

export const lowerCase = (headers: Record<string, string> = {}) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))

/** The faults that are still to happen, in the order in which they were added. */
export function createFaults() {
  let waiting: { fault: Fault; left: number }[] = []
  return {
    /** @returns a function that takes the fault back. @throws TypeError when it is not one. */
    add(fault: Fault): () => void {
      check(fault)
      const entry = { fault, left: fault.times ?? 1 }
      waiting.push(entry)
      return () => {
        waiting = waiting.filter((one) => one !== entry)
      }
    },
    /** The first fault for this request. It is counted as used once. */
    take(method: string, path: string, operation: Operation | undefined): Fault | undefined {
      const entry = waiting.find(
        ({ fault }) =>
          (fault.operation === undefined || fault.operation === operation?.id) &&
          (fault.method === undefined || fault.method.toUpperCase() === method) &&
          // A request for a token carries no token that could expire.
          !(fault.expireToken && operation?.tag === 'auth') &&
          (fault.path === undefined || fault.path === path || fault.path === operation?.path),
      )
      if (!entry) return undefined
      entry.left -= 1
      if (entry.left <= 0) waiting = waiting.filter((one) => one !== entry)
      return entry.fault
    },
  }
}

export type Faults = ReturnType<typeof createFaults>
