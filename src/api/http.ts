/**
 * One HTTP exchange with the platform, on ofetch. No retries here.
 *
 * @module
 */
import { createFetch } from 'ofetch'
import { onAbort } from '../base/signal.ts'
import { version } from '../base/version.ts'
import type { ApiRequest } from '../core/types/api.ts'
import { InputError } from '../errors.ts'
import type { RawAnswer } from './answer.ts'

export interface HttpOptions {
  baseUrl: string
  /** By default the runtime's own. */
  fetch?: typeof fetch
  /** Seconds for one exchange, body included. */
  timeout: number
}

/** Why an exchange brought no answer. Holds no request: ofetch's own error carries the headers, token included. */
export class NoAnswer extends Error {
  /** `unsent`: no connection was made, so nothing happened. */
  readonly kind: 'unsent' | 'timeout' | 'network'
  constructor(kind: NoAnswer['kind'], code: string) {
    super(code)
    this.kind = kind
  }
}

export type HttpClient = (
  request: ApiRequest,
  token: string | undefined,
  signal: AbortSignal,
  deadline: number,
  onSent?: () => void,
) => Promise<RawAnswer>

export function createHttpClient(options: HttpOptions): HttpClient {
  const ofetch = createFetch({ fetch: options.fetch ?? globalThis.fetch, Headers, AbortController })

  return async (request, token, signal, deadline, onSent) => {
    signal.throwIfAborted()
    const url = urlOf(options.baseUrl, request)
    const body = request.body && form(request.body)
    const milliseconds = Math.max(1, Math.min(options.timeout * 1000, deadline - Date.now()))
    const abort = new AbortController()
    const unlisten = onAbort(signal, () => abort.abort(signal.reason))
    const timer = setTimeout(() => abort.abort(new NoAnswer('timeout', 'timeout')), milliseconds)
    try {
      onSent?.()
      const response = await ofetch.raw(url, {
        method: request.method,
        body,
        headers: {
          accept: 'application/json',
          'user-agent': `cloudways-tools/${version}`,
          ...(token && { authorization: `Bearer ${token}` }),
        },
        responseType: 'text',
        ignoreResponseError: true,
        // A redirect would carry the token elsewhere; the API has none.
        redirect: 'manual',
        retry: false,
        signal: abort.signal,
      })
      return { status: response.status, headers: response.headers, text: String(response._data ?? '') }
    } catch (error) {
      signal.throwIfAborted()
      throw abort.signal.aborted ? abort.signal.reason : noAnswer(error)
    } finally {
      clearTimeout(timer)
      unlisten()
    }
  }
}

/**
 * Segments as `encodeURIComponent` writes them, none of them a dot or two: nothing that a URL parser would take for
 * another host, path or query, and no encoded digit, dot or slash, which a look at the ids would not see.
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

/** The platform reads forms everywhere; lists are repeated under `name[]`, booleans are words. */
function form(body: NonNullable<ApiRequest['body']>): URLSearchParams {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(body)) {
    if (value === undefined) continue
    if (typeof value !== 'object') params.set(name, String(value))
    // A form has no other way to say the empty list.
    else if (value.length === 0) params.append(`${name}[]`, '')
    else for (const item of value) params.append(`${name}[]`, String(item))
  }
  return params
}

const neverSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

function noAnswer(error: unknown): NoAnswer {
  let code = ''
  for (
    let at = error as { code?: unknown; cause?: unknown; errors?: { code?: unknown }[] } | undefined;
    at;
    at = at.cause as typeof at
  ) {
    const found = at.code ?? at.errors?.[0]?.code
    if (typeof found === 'string') code = found
  }
  return new NoAnswer(neverSent.has(code) ? 'unsent' : 'network', code || 'no connection')
}
