/**
 * Operations: the work that most changes start on a server, and waiting for it.
 *
 * @module
 */
import * as z from 'zod'
import { type Json, object } from '../../base/json.ts'
import { sleep } from '../../base/signal.ts'
import { oneLine, plainId, plainName } from '../../base/text.ts'
import { isCloudwaysError, UpstreamError } from '../../errors.ts'
import type { ApiRequest } from '../types/api.ts'

/**
 * The answer of every tool that starts an operation. Declaring it as `output` makes the call wait for the
 * operation, up to the toolkit's `waitSeconds`.
 */
export const operation = z.looseObject({
  state: z.enum(['completed', 'running', 'failed']).describe('running: not finished yet, ask get_operation'),
  operation_id: z.string().nullable().describe('For get_operation; null when it was finished at once'),
  type: z.string().optional(),
  message: z.string().optional(),
  minutes_left: z.number().optional().describe('Minutes, as the platform estimates'),
  result: z.unknown().optional(),
})

export type Operation = z.infer<typeof operation>

/** Words of the platform. */
const text = (value: unknown) => (typeof value === 'string' && oneLine(value, 300)) || undefined
const id = (value: unknown) =>
  (typeof value === 'string' && value !== '') || typeof value === 'number' ? String(value) : undefined

/** Where the platform puts the id of what it started; every shape has been seen. */
function findId(body: Json): string | undefined {
  const first = object(body.server)?.operations
  return (
    id(body.operation_id) ??
    id(body.task_id) ??
    id(object(body.response)?.operation_id) ??
    id(object(body.operation)?.id) ??
    id(object(Array.isArray(first) ? first[0] : undefined)?.id) ??
    id(body.source_operation_id) ??
    id(body.destination_operation_id)
  )
}

/** Read the answer of a call that starts work. An empty answer means it was finished at once; not so for tools with `creates`, see `once.ts`. */
export function startedOperation(body: unknown): Operation {
  const answer = object(body) ?? {}
  const operation_id = findId(answer)
  if (!operation_id) {
    const message = text(answer.message)
    return { state: 'completed', operation_id: null, ...(message && { message }), ...ids(answer) }
  }
  const row = object(answer.operation)
  const message = text(row?.message) ?? text(row?.status)
  return { state: row ? stateOf(row) : 'running', operation_id, ...(message && { message }), ...ids(answer) }
}

/** New ids that came with the answer, for example of a cloned app. */
function ids(answer: Json): Json {
  const app_id = id(answer.app_id) ?? id(object(answer.app)?.id)
  return app_id ? { app_id } : {}
}

const failure = /\b(failed|error|cancell?ed)\b/i

/** `is_completed` decides; a failure word in the status is a failure even then. */
function stateOf(row: Json): Operation['state'] {
  const done = String(row.is_completed)
  if (done === '-1' || failure.test(String(row.status ?? ''))) return 'failed'
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

/** Results are often JSON inside a string, graphs even twice. */
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

export const operationRequest = (operation_id: string): ApiRequest => ({
  method: 'GET',
  path: `/operation/${encodeURIComponent(operation_id)}`,
})

export interface WaitOptions {
  send: (request: ApiRequest) => Promise<unknown>
  signal: AbortSignal
  /** Seconds; 0 answers the handle at once. */
  waitSeconds: number
  /** Seconds until the first look; the pause grows by half each time. */
  pollSeconds: number
  /** Told after each look; the operation has words of the platform. */
  progress?: (elapsed: number, operation: Operation) => void
}

/**
 * Wait for an operation, up to `waitSeconds`; then answer its handle.
 *
 * A look that fails does not fail the call: the work was started, and the handle is what must not be lost.
 *
 * @throws UpstreamError when the platform says that the operation failed.
 */
export async function waitForOperation(started: Operation, options: WaitOptions): Promise<Operation> {
  const { operation_id } = started
  if (started.state === 'failed') throw failed(started)
  if (started.state !== 'running' || operation_id === null) return started
  const { app_id } = started as { app_id?: string }
  const begin = Date.now()
  const elapsed = () => (Date.now() - begin) / 1000
  let latest: Operation = started
  for (let pause = options.pollSeconds; ; pause *= 1.5) {
    if (elapsed() + pause > options.waitSeconds) return latest
    await sleep(pause, options.signal)
    const seen = await options.send(operationRequest(operation_id)).then(
      (body) => readOperation(operation_id, body),
      (error: unknown) => {
        options.signal.throwIfAborted()
        return { ...latest, message: unread(error) }
      },
    )
    latest = { ...seen, ...(app_id && { app_id }) }
    if (latest.state === 'failed') throw failed(latest)
    if (latest.state === 'completed') return latest
    options.progress?.(elapsed(), latest)
  }
}

/** That an operation is running, in words of our own: progress is shown outside of any boundary. */
export function progressText({ type, minutes_left = 0 }: Operation): string {
  const name = plainName(type)
  const left = minutes_left > 0 ? `, about ${minutes_left} min left` : ''
  return `The operation${name ? ` (${name})` : ''} is running${left}.`
}

/** Only our own errors are known to have no words of others in their message. */
const unread = (error: unknown) =>
  `Its state could not be read${isCloudwaysError(error) ? `: ${error.message}` : '.'}`

function failed({ operation_id, type, message }: Operation): UpstreamError {
  return new UpstreamError(
    'Cloudways started this, but the operation failed.',
    'Read the current state before trying again; tell the person what failed.',
    {
      reason: 'operation_failed',
      outcome: 'failed',
      operation: { id: plainId(operation_id), type: plainName(type) },
      ...(message && { said: message }),
    },
  )
}
