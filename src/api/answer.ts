/**
 * Reading the answers of the platform. A 200 is no proof of success, and errors have several shapes.
 *
 * @module
 */
import { type Json, object } from '../base/json.ts'
import { plainId, plainName } from '../base/text.ts'
import { isChange } from '../core/send/request.ts'
import type { ApiRequest } from '../core/types/api.ts'
import { type CloudwaysError, CredentialError, type UpstreamError } from '../errors.ts'
import {
  lost,
  nameOf,
  notTheirs,
  type RawAnswer,
  redirected,
  retryAfter,
  tooMany,
  upstream,
} from './failures.ts'
import { tokenHelp } from './help.ts'
import { fieldProblems, said, wordsOf } from './words.ts'

/**
 * The body of a good answer: parsed JSON, or `null` when it is empty.
 *
 * @throws the error that a bad answer means.
 */
export function readAnswer(request: ApiRequest, answer: RawAnswer): unknown {
  const { status } = answer
  const text = answer.text.trim()
  const body = parse(text)
  if (status >= 300 && status < 400) throw redirected(request, status)
  if (isCatchAll(text, body)) throw unknownPath(request, status)
  if (isForeign(text, body)) throw notTheirs(request, answer)
  if (status >= 400) throw refusal(request, answer, body)
  if (text === '') return null
  if (body === undefined)
    throw lost(request, 'Cloudways answered something that is not JSON', notJson(status))
  const row = object(body)
  if (row && isRefusal(request, row)) throw refusedWith200(request, status, row)
  return body
}

const notJson = (status: number) => ({ status, reason: 'not_json' }) as const

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Whether a body is not the platform's, which answers JSON or nothing. JSON that breaks off was the platform's. */
export function isForeign(text: string, body: unknown = parse(text)): boolean {
  return body === undefined && text.trim() !== '' && !/^\s*[[{"]/.test(text)
}

/** The text with which the platform answers an unknown path, with 200. It comes bare, as JSON, and within a page. */
function isCatchAll(text: string, body: unknown): boolean {
  if (text.length > 10_000) return false
  const row = object(body)
  const bare = row ? wordsOf(row) : typeof body === 'string' ? body : text
  const words = bare
    .replace(/<head[\s\S]*?<\/head>|<[^>]*>|[[\]"]/gi, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  return /^you have reached (?:the )?cloudways api\b.{0,20}$/i.test(words)
}

const no = new Set(['false', '0', '-1', 'error', 'failed', 'failure', 'fail'])

/** A flag or a word that says no, or an HTTP status of a refusal. */
const saysNo = (value: unknown) =>
  (['string', 'number', 'boolean'].includes(typeof value) && no.has(String(value).trim().toLowerCase())) ||
  (/^[45]\d\d$/.test(String(value)) && typeof value !== 'object')

/** Whether a field that tells of errors holds any. */
const isFilled = (value: unknown) =>
  typeof value === 'object' && value !== null
    ? Object.keys(value).length > 0
    : !['', '0', 'false', 'null', 'none', 'undefined'].includes(
        String(value ?? '')
          .trim()
          .toLowerCase(),
      )

/** Reads whose `status` is what they read, not an envelope. */
const statusIsValue =
  /^\/(app\/manage\/cron_setting|dme\/domains\/\d+\/status|copilot\/plans\/status|app\/security\/\d+\/scans(\/status|\/\d+)|kb\/search)$/

/**
 * Whether the envelope of an answer says no. A row may have fields of the same names which say something about the row:
 * a row has an id. About an operation `status: false` is said when all is well: there, `is_completed` decides.
 */
function isRefusal(request: ApiRequest, body: Json): boolean {
  const running = object(body.operation)
  // A change that is refused because of an operation which runs already.
  if (running && !isDone(running)) return isChange(request) && saysNo(body.status)
  if (running || object(body.task) || body.is_completed !== undefined) return false
  const isFailed = [true, 'true', 1, '1'].includes(body.is_failed as never) || saysNo(body.success)
  // A number of errors is a count.
  if (isFailed || isFilled(body.error) || (typeof body.errors !== 'number' && isFilled(body.errors)))
    return true
  const isRow = body.id !== undefined && wordsOf(body) === ''
  const isValue = request.method === 'GET' && statusIsValue.test(request.path) && body.message === undefined
  return !isRow && !isValue && saysNo(body.status)
}

const isDone = ({ is_completed }: Json) => ['1', 'true'].includes(String(is_completed))

/** Request Timeout and Client Closed Request. A proxy says so, and the platform may still have got the request. */
const givenUp = new Set([408, 499])

function refusal(request: ApiRequest, answer: RawAnswer, parsed: unknown): CloudwaysError {
  const { status } = answer
  const body = object(parsed) ?? {}
  const words = said(parsed)
  if (status === 401) {
    const what = 'Cloudways refused the access token: it is invalid or has expired.'
    return new CredentialError(what, tokenHelp, { status, ...words })
  }
  if (status === 400 && /token/i.test(String(body.message))) {
    const what = 'Cloudways says that the request carried no access token.'
    return new CredentialError(what, tokenHelp, { status, ...words })
  }
  if (status === 403) return forbidden(request, body)
  if (status === 422 || status === 400) return unprocessable(request, status, body, words)
  if (status === 429) return tooMany(request, retryAfter(answer.headers))
  if (status === 404) {
    // The core knows what the request named, and puts a better advice in this place.
    const next = 'Do not repeat it unchanged.'
    return upstream('Cloudways has nothing with these ids', next, { status, reason: 'not_found', ...words })
  }
  if (givenUp.has(status)) {
    return lost(request, `Cloudways did not wait for the end of the call (HTTP ${status})`, {
      status,
      reason: 'timeout',
      ...words,
    })
  }
  if (status >= 500) {
    return lost(request, `Cloudways failed (HTTP ${status})`, { status, reason: 'server_error', ...words })
  }
  return refusedByStatus(status, words)
}

const refusedByStatus = (status: number, words: object) =>
  upstream(`Cloudways refused the call (HTTP ${status})`, 'Do not repeat it unchanged.', {
    status,
    reason: 'refused',
    ...words,
  })

const isBeyondScope = ({ code, error }: Json) =>
  [code, error, object(error)?.code].includes('insufficient_scope')

function forbidden(request: ApiRequest, body: Json): CredentialError {
  const needed = !isChange(request)
    ? 'READ or FULL ACCESS, or LIMITED with this group of endpoints'
    : 'FULL ACCESS, or LIMITED with this group of endpoints'
  const scope = isBeyondScope(body)
  return new CredentialError(
    scope
      ? `The role of the access token does not reach ${nameOf(request)}: it needs ${needed}.`
      : `Cloudways does not allow this account or member to call ${nameOf(request)}.`,
    'Do not retry. The primary account owner can make a token with that role.',
    { status: 403, reason: scope ? 'insufficient_scope' : 'forbidden', needed, ...said(body) },
  )
}

/** A 200 that says no in its envelope. */
function refusedWith200(request: ApiRequest, status: number, body: Json): CloudwaysError {
  if (isBeyondScope(body)) return forbidden(request, body)
  const running = object(body.operation)
  if (running) return busy(running, body)
  const fields = fieldProblems(body)
  return fields && object(body.errors) ? invalid(status, fields) : refused(request, status, said(body))
}

/** A 422 has three shapes: the operation that holds the server, problems by field, or a message. */
function unprocessable(request: ApiRequest, status: number, body: Json, words: object): UpstreamError {
  const running = object(body.operation)
  if (running) return busy(running, body)
  const fields = fieldProblems(body)
  if (fields) return invalid(status, fields)
  return status === 422 ? refused(request, status, words) : refusedByStatus(status, words)
}

const invalid = (status: number, fields: Record<string, string>) =>
  upstream('Cloudways did not accept some values', 'Fix the arguments and call again.', {
    status,
    reason: 'validation',
    fields,
  })

function busy(running: Json, body: Json): UpstreamError {
  const id = plainId(running.id)
  const type = plainName(running.type)
  const minutes = Number(running.estimated_time_remaining)
  const left = Number.isFinite(minutes) ? `, about ${minutes} min left` : ''
  const wait = id ? `call get_operation with operation_id ${id} until it is completed` : 'give it a minute'
  return upstream(
    `The server is busy with another operation (${type ?? 'unknown type'}${left})`,
    `Wait: ${wait}, then repeat this call.`,
    { status: 422, reason: 'busy', operation: { id, type }, ...said(body) },
  )
}

const refused = (request: ApiRequest, status: number, words: object) =>
  upstream(
    `Cloudways refused ${nameOf(request)}`,
    'Do not repeat it unchanged; read the current state first.',
    { status, reason: 'refused', ...words },
  )

const unknownPath = (request: ApiRequest, status: number) =>
  upstream(
    `Cloudways does not know ${nameOf(request)}`,
    'Nothing was done. Report this: the API may have changed.',
    { status, reason: 'unknown_path' },
  )
