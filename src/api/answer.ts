/**
 * Reading the answers of the platform. A 200 is no proof of success, and errors have several shapes. Only this file
 * knows them.
 *
 * Words of the platform go into `details.said` and `details.fields`, never into a message, because they may repeat
 * what a stranger wrote.
 *
 * @module
 */
import { type Json, object } from '../base/json.ts'
import { oneLine, plainId, plainName } from '../base/text.ts'
import { isChange } from '../core/send/request.ts'
import type { ApiRequest } from '../core/types/api.ts'
import { type CloudwaysError, CredentialError, type UpstreamDetails, UpstreamError } from '../errors.ts'
import { tokenHelp } from './help.ts'

/** An HTTP answer, read to its end. */
export interface RawAnswer {
  status: number
  headers: Headers
  text: string
}

/** The text with which the platform answers an unknown path. The status is 200. */
const catchAll = 'You have reached Cloudways API.'

/**
 * The body of a good answer: parsed JSON, or `null` when it is empty.
 *
 * @throws the error that a bad answer means.
 */
export function readAnswer(request: ApiRequest, answer: RawAnswer): unknown {
  const text = answer.text.trim()
  if (answer.status >= 400) throw refusal(request, answer, parse(text))
  if (answer.status < 200 || answer.status >= 300) throw redirected(request, answer.status)
  if (text === '') return null
  if (text.startsWith(catchAll)) throw unknownPath(request)
  const body = parse(text)
  if (body === undefined) throw unreadable(request, answer.status)
  const row = object(body)
  // The answer about an operation says `status: false` for good operations too. There, `is_completed` decides.
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

/** Request Timeout and Client Closed Request. A proxy says so, and the platform may still have got the request. */
const givenUp = new Set([408, 499])

function refusal(request: ApiRequest, answer: RawAnswer, parsed: unknown): CloudwaysError {
  const { status } = answer
  const body = object(parsed) ?? {}
  if (status === 401) {
    const what = 'Cloudways refused the access token: it is invalid or has expired.'
    return new CredentialError(what, tokenHelp, { status, ...said(body) })
  }
  if (status === 400 && /token/i.test(String(body.message))) {
    const what = 'Cloudways says that the request carried no access token.'
    return new CredentialError(what, tokenHelp, { status, ...said(body) })
  }
  if (status === 403) return forbidden(request, body)
  if (status === 422) return unprocessable(request, body)
  if (status === 429) return tooMany(retryAfter(answer.headers))
  if (status === 404) {
    return upstream(
      'Cloudways has nothing with these ids',
      'Take the ids from list_servers; an app belongs to one server.',
      { status, reason: 'not_found', ...said(body) },
    )
  }
  if (givenUp.has(status)) {
    return lost(request, `Cloudways did not wait for the end of the call (HTTP ${status})`, {
      status,
      reason: 'timeout',
      ...said(body),
    })
  }
  if (status >= 500) {
    return lost(request, `Cloudways failed (HTTP ${status})`, {
      status,
      reason: 'server_error',
      ...said(body),
    })
  }
  return upstream(`Cloudways refused the call (HTTP ${status})`, 'Do not repeat it unchanged.', {
    status,
    reason: 'refused',
    ...said(body),
  })
}

function forbidden(request: ApiRequest, body: Json): CredentialError {
  const needed = !isChange(request)
    ? 'READ or FULL ACCESS, or LIMITED with this group of endpoints'
    : 'FULL ACCESS, or LIMITED with this group of endpoints'
  const scope = body.code === 'insufficient_scope' || body.error === 'insufficient_scope'
  return new CredentialError(
    scope
      ? `The role of the access token does not reach ${nameOf(request)}: it needs ${needed}.`
      : `Cloudways does not allow this account or member to call ${nameOf(request)}.`,
    'Do not retry. The primary account owner can make a token with that role.',
    { status: 403, reason: scope ? 'insufficient_scope' : 'forbidden', needed, ...said(body) },
  )
}

/** A 422 has three shapes: the operation that holds the server, problems by field, or a message. */
function unprocessable(request: ApiRequest, body: Json): UpstreamError {
  const running = object(body.operation)
  if (running) return busy(running, body)
  const fields = fieldProblems(body)
  if (fields) {
    return upstream(`Cloudways did not accept ${named(fields)}`, 'Fix the arguments and call again.', {
      status: 422,
      reason: 'validation',
      fields,
    })
  }
  return refused(request, 422, body)
}

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

/** The fields in words. A field whose name has not the form of one is only counted. */
function named(fields: Record<string, string>): string {
  const names = Object.keys(fields)
  const known = names.filter(plainName)
  const others = names.length - known.length
  const all = others > 0 ? [...known, `${others} more`] : known
  return known.length === 0 ? 'some values' : `these values: ${all.join(', ')}`
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
    `Cloudways refused ${nameOf(request)}`,
    'Do not repeat it unchanged; read the current state first.',
    { status, reason: 'refused', ...said(body) },
  )

const unknownPath = (request: ApiRequest) =>
  upstream(
    `Cloudways does not know ${nameOf(request)}`,
    'Nothing was done. Report this: the API may have changed.',
    { status: 200, reason: 'unknown_path' },
  )

/** The API has no redirects, and following one would carry the token elsewhere. The work may be done nevertheless. */
function redirected(request: ApiRequest, status: number): UpstreamError {
  const what = `Cloudways answered with a redirect (HTTP ${status}), which was not followed`
  const hint = 'A person has to check the API URL.'
  if (!isChange(request)) return upstream(what, `Nothing was done. ${hint}`, { status, reason: 'refused' })
  const error = lost(request, what, { status })
  error.next = `${error.next} ${hint}`
  return error
}

/** A change is not sent when the call would end before its answer comes. */
export const tooLate = (request: ApiRequest) =>
  upstream(`Too little time was left for the answer of ${nameOf(request)}`, 'Nothing was sent. Call again.', {
    reason: 'timeout',
  })

export function tooMany(seconds: number | undefined): UpstreamError {
  const wait = seconds ?? 60
  return upstream(
    `Cloudways' limit of calls a minute is used up`,
    `Nothing was done. Wait ${wait} s, then call again.`,
    { status: 429, reason: 'rate_limited', retryAfter: wait },
  )
}

function unreadable(request: ApiRequest, status: number): UpstreamError {
  return lost(request, 'Cloudways answered something that is not JSON', { status, reason: 'not_json' })
}

/** An error after which nobody knows whether a change happened. */
export function lost(request: ApiRequest, what: string, details: UpstreamDetails): UpstreamError {
  return !isChange(request)
    ? upstream(what, 'Call again in a minute.', details)
    : new UpstreamError(
        `${what}, and whether ${nameOf(request)} was carried out is unknown.`,
        'Do not repeat it.',
        { ...details, outcome: 'unknown' },
      )
}

function upstream(what: string, next: string, details: UpstreamDetails): UpstreamError {
  return new UpstreamError(`${what}.`, next, { ...details, outcome: 'failed' })
}

/** Method and path, for a message. A part of the path that is no plain name may hold words from outside. */
function nameOf({ method, path }: ApiRequest): string {
  const parts = path.split('/').map((part) => (part === '' || plainName(part) ? part : '...'))
  return `${method} ${parts.join('/')}`
}

/** What the platform said about the problem, if anything. */
function said(body: Json): { said?: string } {
  const words = [body.message, body.error_description, body.error].map(tame).find((text) => text !== '')
  return words ? { said: words } : {}
}

/** Words of the platform as one visible line of at most 200 characters, to be shown inside a boundary. */
function tame(text: unknown): string {
  return typeof text === 'string' || typeof text === 'number' ? oneLine(String(text), 200) : ''
}

/** Seconds of a Retry-After header, which holds a number or a date. At most an hour. */
export function retryAfter(headers: Headers): number | undefined {
  const value = headers.get('retry-after')
  if (!value) return undefined
  const seconds = Number(value)
  const wait = Number.isFinite(seconds) ? seconds : (Date.parse(value) - Date.now()) / 1000
  // A date from a wrong clock must not close the account for years.
  return Number.isFinite(wait) ? Math.min(3600, Math.max(0, Math.ceil(wait))) : undefined
}
