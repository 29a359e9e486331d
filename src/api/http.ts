/** One HTTP exchange with the platform, on ofetch. No retries here. @module */
import { createFetch } from 'ofetch'
import { onAbort } from '../base/signal.ts'
import { version } from '../base/version.ts'
import type { ApiRequest, FormValue, SendOptions } from '../core/types/api.ts'
import { InputError } from '../errors.ts'
import { readText } from './body.ts'
import type { RawAnswer } from './failures.ts'
import { NoAnswer, noAnswer } from './no-answer.ts'

interface HttpOptions {
  baseUrl: string
  /** By default the runtime's own. */
  fetch?: typeof fetch
  /** Seconds for one exchange, body included. */
  timeout: number
  /** The largest body that is read, unpacked, in megabytes. */
  maxBodyMegabytes: number
}

/**
 * Send one request.
 *
 * @param token `undefined`: the request needs no sign-in.
 * @throws NoAnswer; InputError for a request that must not be sent; the signal's reason.
 */
export type HttpClient = (
  request: ApiRequest,
  token: string | undefined,
  options: SendOptions,
) => Promise<RawAnswer>

export function createHttpClient(options: HttpOptions): HttpClient {
  // Made at the first request: Node.js loads its HTTP client when `Headers` is named, and a start need not wait for that.
  let ofetch: ReturnType<typeof createFetch> | undefined

  return async (request, token, { signal, deadline, onSent }) => {
    signal.throwIfAborted()
    const url = urlOf(options.baseUrl, request)
    const body = bodyOf(request)
    const milliseconds = Math.max(1, Math.min(options.timeout * 1000, deadline - Date.now()))
    const abort = new AbortController()
    const unlisten = onAbort(signal, () => abort.abort(signal.reason))
    const timer = setTimeout(() => abort.abort(new NoAnswer('timeout', 'timeout')), milliseconds)
    let isAnswered = false
    try {
      onSent?.()
      ofetch ??= createFetch({ fetch: options.fetch ?? globalThis.fetch, Headers, AbortController })
      const response = await ofetch.raw(url, {
        method: request.method,
        body,
        headers: {
          accept: 'application/json',
          'user-agent': `cloudways-tools/${version}`,
          ...(request.json && { 'content-type': 'application/json' }),
          ...(token && { authorization: `Bearer ${token}` }),
        },
        responseType: 'stream',
        ignoreResponseError: true,
        // A redirect would carry the token elsewhere; the API has none.
        redirect: 'manual',
        retry: false,
        signal: abort.signal,
      })
      isAnswered = true
      const text = await readText(response._data, options.maxBodyMegabytes)
      return { status: response.status, headers: response.headers, text }
    } catch (error) {
      signal.throwIfAborted()
      if (abort.signal.aborted) throw abort.signal.reason
      throw isAnswered && !(error instanceof NoAnswer) ? new NoAnswer('network', 'broken') : noAnswer(error)
    } finally {
      clearTimeout(timer)
      unlisten()
    }
  }
}

/**
 * Each segment is as `encodeURIComponent` writes it, and none is `.` or `..`. So a URL parser finds no other host,
 * path or query in it. Encoded digits, dots and slashes are refused too, because the search for ids would miss them.
 */
const plainPath = /^(\/(?!\.{1,2}(\/|$))([\w.~!'()*-]|%(?!2e|2f|3[0-9])[0-9a-f]{2})+)+\/?$/i

/** @throws InputError for a path that would take the token elsewhere, or arguments past the rules. */
function urlOf(baseUrl: string, { path, query = {} }: ApiRequest): string {
  if (!plainPath.test(path)) {
    throw new InputError(
      'The path of the request is not a plain one below the API. Nothing was sent.',
      'The developer of the tool has to fix it: a path begins with /, arguments go into `query`, and what comes from outside through encodeURIComponent.',
    )
  }
  const search = form(query).toString()
  return `${baseUrl}${path}${search && `?${search}`}`
}

/** @throws InputError for a request with two bodies. */
function bodyOf({ body, json }: ApiRequest): URLSearchParams | string | undefined {
  if (!json) return body && form(body)
  if (!body) return JSON.stringify(json)
  throw new InputError(
    'The request has a form and a JSON body. Nothing was sent.',
    'The developer of the tool has to fix it: a request has `body` or `json`, not both.',
  )
}

/** The platform reads forms nearly everywhere. Booleans are words in them. */
function form(fields: NonNullable<ApiRequest['body']>): URLSearchParams {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(fields)) addField(params, name, value)
  return params
}

/** Objects and lists are written as PHP reads them: `name[field]` and `name[]`. */
function addField(params: URLSearchParams, name: string, value: FormValue | undefined): void {
  if (value === undefined) return
  if (typeof value !== 'object') params.append(name, String(value))
  else if (isList(value)) {
    // An empty value is the only way in which a form can say "the empty list".
    for (const item of value.length === 0 ? [''] : value) params.append(`${name}[]`, String(item))
  } else
    for (const [field, inner] of Object.entries(value)) addField(params, `${name}[${plain(field)}]`, inner)
}

const isList = (value: object): value is readonly unknown[] => Array.isArray(value)

/** @throws InputError for a field name that PHP would read as a place elsewhere in the form. */
function plain(field: string): string {
  if (/^[\w-]+$/.test(field)) return field
  throw new InputError(
    'An object in the form has a field whose name holds more than letters, digits, _ and -. Nothing was sent.',
  )
}
