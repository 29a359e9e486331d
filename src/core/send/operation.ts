/** Reading what the platform says of an operation: the work that most changes start on a server. @module */
import { type Json, object } from '../../base/json.ts'
import { oneLine, plainId } from '../../base/text.ts'
import { UpstreamError } from '../../errors.ts'
import type { Operation } from '../declare/operation.ts'
import type { AnyTool } from '../types/tool.ts'

/** Words of the platform. */
const text = (value: unknown) => (typeof value === 'string' && oneLine(value, 300)) || undefined
// Half of a surrogate pair can't stand in the path of a request.
const id = (value: unknown) =>
  (typeof value === 'string' && value !== '' && !/\p{Cs}/u.test(value)) || typeof value === 'number'
    ? String(value)
    : undefined

/** The platform puts the id of an operation in one of these places. Each has been seen. */
function findId(body: Json): string | undefined {
  const first = object(body.server)?.operations
  return (
    id(body.operation_id) ??
    id(body.task_id) ??
    id(object(body.response)?.operation_id) ??
    id(object(body.operation)?.id) ??
    id(object(Array.isArray(first) ? first[0] : undefined)?.id) ??
    // Of the two ends of a copy, the copy is made at this one.
    id(body.destination_operation_id) ??
    id(body.source_operation_id)
  )
}

/** What {@link startedOperation} has to know of the tool that was called. */
type Starter = Pick<AnyTool, 'name' | 'risk' | 'mayEndAtOnce'>

/**
 * Read the answer of a call that starts work. Some reads answer their result in place of an operation. An answer with
 * neither means "finished at once" only for a tool with `mayEndAtOnce`.
 *
 * @throws UpstreamError when the answer does not tell what came of the call.
 */
export function startedOperation(body: unknown, tool: Starter): Operation {
  const answer = object(body) ?? {}
  const operation_id = findId(answer) ?? null
  const row = object(answer.operation)
  const message = text(row?.message) ?? text(row?.status) ?? text(answer.message)
  const more = { ...(message && { message }), ...ids(answer) }
  if (operation_id) return { state: row ? stateOf(row) : 'running', operation_id, ...more }
  const result =
    decode(answer.content) ?? decode(answer.contents) ?? (tool.risk === 'read' ? dataOf(answer) : undefined)
  if (result === undefined && !tool.mayEndAtOnce) throw untold(tool, body, message)
  return { state: 'completed', operation_id, ...more, ...(result !== undefined && { result }) }
}

const started = ['operation_id', 'task_id', 'operation', 'response', 'content', 'contents']

/** The data that a read answers at once, beside no word of an operation. Clients have seen both. */
function dataOf(answer: Json): Json | undefined {
  const { status: _, message: __, ...data } = answer
  const isTold = Object.values(data).some((value) => typeof value === 'object' && value !== null)
  return isTold && !started.some((name) => Object.hasOwn(data, name)) ? data : undefined
}

function untold({ name, risk }: Starter, body: unknown, said: string | undefined): UpstreamError {
  const isEmpty = Object.keys(Object(body)).length === 0
  const answered = `${name}: Cloudways answered ${isEmpty ? 'nothing' : 'without an operation'}`
  if (risk === 'read') {
    const next = 'Call again in a minute; report it when it stays so.'
    return new UpstreamError(`${answered}, so that there is no result.`, next, { ...(said && { said }) })
  }
  return new UpstreamError(`${answered}, and whether it was carried out is unknown.`, 'Do not repeat it.', {
    outcome: 'unknown',
    ...(said && { said }),
  })
}

/**
 * New ids that came with the answer, for example of a cloned app or of a server that is being set up; and the work at the
 * other end of a copy.
 */
function ids(answer: Json): Json {
  const app_id = id(answer.app_id) ?? id(answer.application_id) ?? id(object(answer.app)?.id)
  const server_id = id(object(answer.server)?.id)
  const source_operation_id = id(answer.destination_operation_id) && id(answer.source_operation_id)
  return {
    ...(app_id && { app_id }),
    ...(server_id && { server_id }),
    ...(source_operation_id && { source_operation_id }),
  }
}

const failure = /\b(failed|failure|error|cancell?ed)\b|^\s*-\d+\s*$/i

/** `is_completed` decides, except that a word, a number or a flag of failure is always a failure. */
function stateOf(row: Json): Operation['state'] {
  const done = String(row.is_completed)
  const isFailed = ['1', 'true'].includes(String(row.is_failed))
  if (isFailed || failure.test(done) || failure.test(String(row.status ?? ''))) return 'failed'
  return done === '1' || done === 'true' ? 'completed' : 'running'
}

/** Read the answer of `GET /operation/{id}`. Some payloads nest the row, some do not. */
export function readOperation(operation_id: string, body: unknown): Operation {
  const outer = object(body) ?? {}
  const row = object(outer.operation) ?? outer
  if (row.is_completed === undefined) {
    const which = plainId(operation_id)
    throw new UpstreamError(
      `Cloudways answered something that is not the state of ${which ? `operation ${which}` : 'the operation'}.`,
      'Call get_operation again in a minute.',
    )
  }
  const state = stateOf(row)
  const minutes = Number.parseFloat(String(row.estimated_time_remaining))
  const { parameters, content, data, result: plain, contents } = row
  const result = [parameters, content, data, plain, contents]
    .map((one) => decode(one))
    .find((one) => one !== undefined)
  const type = text(row.type)
  const message = text(row.message) ?? text(row.status)
  return {
    state,
    operation_id,
    ...(type && { type }),
    ...(message && { message }),
    ...(state === 'running' && Number.isFinite(minutes) && { minutes_left: minutes }),
    ...(result !== undefined && state === 'completed' && { result }),
  }
}

/** Results are often JSON inside a string. Graphs are so twice. */
function decode(value: unknown, depth = 0): unknown {
  if (value === null || value === undefined || value === '') return undefined
  if (typeof value === 'string' && depth < 3 && /^\s*[[{"]/.test(value)) {
    try {
      return decode(JSON.parse(value), depth + 1)
    } catch {
      return value
    }
  }
  const row = object(value)
  if (!row || depth > 3) return value
  return Object.fromEntries(
    Object.entries(row).map(([key, item]) => [
      key,
      typeof item === 'string' ? (decode(item, depth + 1) ?? '') : item,
    ]),
  )
}
