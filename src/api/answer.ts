/**
 * Reading what the platform answers. A 200 is no proof of success, and an error has several shapes; this is
 * the one place that knows them.
 *
 * @module
 */
import type { ApiRequest } from '../core/define.ts'
import { type CloudwaysError, CredentialError, type UpstreamDetails, UpstreamError } from '../errors.ts'
import { oneLine } from '../text.ts'
import { tokenHelp } from './help.ts'

/** An HTTP answer, read to its end. */
export interface RawAnswer {
  status: number
  headers: Headers
  text: string
}

/** What the platform says, with 200, on an address it does not know. */
const catchAll = 'You have reached Cloudways API.'

type Json = Record<string, unknown>
const object = (value: unknown): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined

/**
 * The body of a good answer: parsed JSON, or `null` when it is empty.
 *
 * @throws the error that a bad answer means.
 */
export function readAnswer(request: ApiRequest, answer: RawAnswer): unknown {
  const text = answer.text.trim()
  if (answer.status >= 400) throw refusal(request, answer, parse(text))
  if (answer.status < 200 || answer.status >= 300) throw redirected(answer.status)
  if (text === '') return null
  if (text.startsWith(catchAll)) throw unknownPath(request)
  const body = parse(text)
  if (body === undefined) throw unreadable(request, answer.status)
  const row = object(body)
  // The envelope of an operation says false on good ones too: there `is_completed` decides.
  if (row && !object(row.operation) && isFalse(row.status)) throw refused(request, answer.status, row)
  return body
}

const isFalse = (status: unknown) => status === false || status === 'false'

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function refusal(request: ApiRequest, answer: RawAnswer, parsed: unknown): CloudwaysError {
  const { status } = answer
  const body = object(parsed) ?? {}
  if (status === 401) {
    const what = 'Cloudways refused the access token: it is wrong or over its time.'
    return new CredentialError(what, tokenHelp, { status })
  }
  if (status === 400 && /token/i.test(String(body.message))) {
    return new CredentialError('Cloudways says that the request carried no access token.', tokenHelp)
  }
  if (status === 403) return forbidden(request, body)
  if (status === 422) return unprocessable(request, body)
  if (status === 429) return tooMany(retryAfter(answer.headers))
  if (status === 404) {
    return upstream(
      'Cloudways has nothing with these ids',
      'Take the ids from list_servers; an app belongs to one server.',
      { status, reason: 'not_found' },
    )
  }
  if (status >= 500) return serverError(request, status)
  return upstream(`Cloudways refused the call (HTTP ${status})${says(body)}`, 'Do not repeat it unchanged.', {
    status,
    reason: 'refused',
  })
}

function forbidden(request: ApiRequest, body: Json): CredentialError {
  const needed =
    request.method === 'GET'
      ? 'READ or FULL ACCESS, or LIMITED with this group of endpoints'
      : 'FULL ACCESS, or LIMITED with this group of endpoints'
  const scope = body.code === 'insufficient_scope' || body.error === 'insufficient_scope'
  return new CredentialError(
    scope
      ? `The role of the access token does not reach ${request.method} ${request.path}: it needs ${needed}.`
      : `Cloudways does not allow this account or member to call ${request.method} ${request.path}${says(body)}.`,
    'Do not retry. The primary account owner can make a token with that role.',
    { status: 403, reason: scope ? 'insufficient_scope' : 'forbidden', needed },
  )
}

/** 422 has three shapes: another operation holds the server, a message, or problems by field. */
function unprocessable(request: ApiRequest, body: Json): UpstreamError {
  const running = object(body.operation)
  if (running) {
    const id = tame(running.id)
    const minutes = Number(running.estimated_time_remaining)
    return upstream(
      `The server is busy with another operation (${tame(running.type) || 'unknown type'}${Number.isFinite(minutes) ? `, about ${minutes} min left` : ''})`,
      `Wait: call get_operation with operation_id ${id} until it is completed, then repeat this call.`,
      { status: 422, reason: 'busy', operation: { id, type: tame(running.type) } },
    )
  }
  const fields = fieldProblems(body)
  if (fields) {
    const list = Object.entries(fields).map(([field, problem]) => `${field}: ${problem}`)
    return upstream(
      `Cloudways did not accept these values: ${list.join('; ')}`,
      'Mend the arguments and call again.',
      { status: 422, reason: 'validation', fields },
    )
  }
  return refused(request, 422, body)
}

function fieldProblems(body: Json): Record<string, string> | undefined {
  const lists = Object.entries(body)
    .filter(([, value]) => Array.isArray(value) && value.length > 0)
    .slice(0, 20)
  if (lists.length === 0) return undefined
  return Object.fromEntries(
    lists.map(([field, problems]) => [
      tame(field),
      (problems as unknown[])
        .slice(0, 5)
        .map((problem) => tame(object(problem)?.message ?? problem))
        .join(', '),
    ]),
  )
}

const refused = (request: ApiRequest, status: number, body: Json) =>
  upstream(
    `Cloudways refused ${request.method} ${request.path}${says(body)}`,
    'Do not repeat it unchanged; read the present state first.',
    { status, reason: 'refused' },
  )

const unknownPath = (request: ApiRequest) =>
  upstream(
    `Cloudways does not know ${request.method} ${request.path}`,
    'Nothing was done. Report this: the API may have changed.',
    { status: 200, reason: 'unknown_path' },
  )

/** The API has no redirects, and following one would carry the token elsewhere. */
const redirected = (status: number) =>
  upstream(
    `Cloudways answered with a redirect (HTTP ${status}), which was not followed`,
    'Nothing was done. A person has to check the API URL.',
    { status, reason: 'refused' },
  )

export function tooMany(seconds: number | undefined): UpstreamError {
  const wait = seconds ?? 60
  return upstream(
    `Cloudways' limit of calls a minute is used up`,
    `Nothing was done. Wait ${wait} s, then call again.`,
    { status: 429, reason: 'rate_limited', retryAfter: wait },
  )
}

function serverError(request: ApiRequest, status: number): UpstreamError {
  return lost(request, `Cloudways failed (HTTP ${status})`, { status, reason: 'server_error' })
}

function unreadable(request: ApiRequest, status: number): UpstreamError {
  return lost(request, 'Cloudways answered something that is not JSON', { status, reason: 'not_json' })
}

/** An error after which nobody knows whether a change happened. */
export function lost(request: ApiRequest, what: string, details: UpstreamDetails): UpstreamError {
  return request.method === 'GET'
    ? upstream(what, 'Call again in a minute.', details)
    : new UpstreamError(
        `${what}, and whether ${request.method} ${request.path} was carried out is unknown.`,
        'Do not repeat it. First read the present state, then decide.',
        { ...details, outcome: 'unknown' },
      )
}

function upstream(what: string, next: string, details: UpstreamDetails): UpstreamError {
  return new UpstreamError(`${what}.`, next, { ...details, outcome: 'failed' })
}

/** Upstream words, quoted; or nothing. */
const says = (body: Json): string => {
  const message = tame(
    body.message ?? body.error_description ?? (typeof body.error === 'string' ? body.error : ''),
  )
  return message ? `: "${message}"` : ''
}

/** Upstream words that can be quoted: one line, at most 200 characters. */
export function tame(text: unknown): string {
  if (typeof text !== 'string' && typeof text !== 'number') return ''
  return oneLine(String(text), 200).replaceAll('"', "'").replace(/\.$/, '')
}

/** Seconds of a Retry-After header: a number or a date. */
export function retryAfter(headers: Headers): number | undefined {
  const value = headers.get('retry-after')
  if (!value) return undefined
  const seconds = Number(value)
  const wait = Number.isFinite(seconds) ? seconds : (Date.parse(value) - Date.now()) / 1000
  // A wrong clock must not close an account for years.
  return Number.isFinite(wait) ? Math.min(3600, Math.max(0, Math.ceil(wait))) : undefined
}
