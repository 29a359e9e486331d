/** The errors that answers of the platform come to: what is known to have happened, and what is not. @module */
import { plainName } from '../base/text.ts'
import { isChange } from '../core/send/request.ts'
import type { ApiRequest } from '../core/types/api.ts'
import { type UpstreamDetails, UpstreamError } from '../errors.ts'

/** An HTTP answer, read to its end. */
export interface RawAnswer {
  status: number
  headers: Headers
  text: string
}

/** The exchange of email and API key for a token. It is a POST of our own, and changes nothing that anybody asked for. */
export const signInPath = '/oauth/access_token'

/** Whether somebody's change may have been made by a request. */
const isTheirs = (request: ApiRequest) => isChange(request) && request.path !== signInPath

/** An error after which nobody knows whether a change happened. */
export function lost(request: ApiRequest, what: string, details: UpstreamDetails): UpstreamError {
  return !isTheirs(request)
    ? upstream(what, 'Call again in a minute.', details)
    : new UpstreamError(
        `${what}, and whether ${nameOf(request)} was carried out is unknown.`,
        'Do not repeat it.',
        { ...details, outcome: 'unknown' },
      )
}

/** An error after which it is known that nothing happened. */
export function upstream(what: string, next: string, details: UpstreamDetails): UpstreamError {
  return new UpstreamError(`${what}.`, next, { ...details, outcome: 'failed' })
}

/** Method and path, for a message. A part of the path that is no plain name may hold words from outside. */
export function nameOf({ method, path }: ApiRequest): string {
  const parts = path.split('/').map((part) => (part === '' || plainName(part) ? part : '...'))
  return `${method} ${parts.join('/')}`
}

/** The API has no redirects, and following one would carry the token elsewhere. The work may be done nevertheless. */
export function redirected(request: ApiRequest, status: number): UpstreamError {
  const what = `The answer was a redirect (HTTP ${status}), which was not followed`
  const hint = 'A person has to check the API URL. The sign-in page of a network answers so too.'
  if (!isTheirs(request)) return upstream(what, `Nothing was done. ${hint}`, { status, reason: 'refused' })
  const error = lost(request, what, { status })
  error.next = `${error.next} ${hint}`
  return error
}

/** A change is not sent when the call would end before its answer comes. */
export const tooLate = (request: ApiRequest) =>
  upstream(`Too little time was left for the answer of ${nameOf(request)}`, 'Nothing was sent. Call again.', {
    reason: 'timeout',
  })

/** The platform refused one call too many, on one of its paths. */
export function tooMany(request: ApiRequest, seconds: number | undefined): UpstreamError {
  const wait = seconds ?? 60
  return upstream(
    `Cloudways' limit of calls to ${nameOf(request)} is used up`,
    `Nothing was done. Wait ${wait} s, then call again.`,
    { status: 429, reason: 'rate_limited', retryAfter: wait },
  )
}

/** Statuses that say by themselves that the request went no further: a proxy's sign-in, a limit, a network's sign-in. */
const heldBack = new Set([407, 429, 511])

/**
 * The page of a firewall, a proxy or a network. The page is not shown: it is not for a model, and it is no word of the
 * platform on role, ids or token.
 */
export function notTheirs(request: ApiRequest, { status, headers }: RawAnswer): UpstreamError {
  const what = `Something between here and Cloudways answered (HTTP ${status}), with what is not JSON`
  const hint = 'A person has to look at the firewall or proxy on the way; it may refuse this address.'
  const wait = retryAfter(headers)
  const details = { status, reason: 'not_json', ...(wait !== undefined && { retryAfter: wait }) } as const
  if (!isTheirs(request) || heldBack.has(status)) return upstream(what, `Nothing was done. ${hint}`, details)
  const error = lost(request, what, details)
  error.next = `${error.next} ${hint}`
  return error
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
