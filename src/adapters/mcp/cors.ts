/**
 * CORS for the MCP endpoint: pages in a browser may call from the origins that the check of Origin lets through, and from
 * no other. Credentials come in headers that the page sets itself. The browser's cookies are never sent along.
 *
 * @module
 */
import { hostCheck, originCheck } from '../../base/http.ts'

/** Where requests may be sent to, and pages may call from. */
export interface Reach {
  /** Hosts under which the server is reached, besides those of this machine. */
  allowedHosts?: readonly string[]
  /** Web origins that may call, besides those of the hosts. */
  allowedOrigins?: readonly string[]
}

/** What a page may read of an answer, besides the headers that every page may read. */
const readable = 'www-authenticate, mcp-session-id, retry-after, x-request-id'

/** The endpoint takes POST. The client libraries also try GET and DELETE, and have to be able to read the 405. */
const methods = 'POST, GET, DELETE'

/** Seconds. Chromium remembers no preflight for longer. */
const remembered = '7200'

/** Names of headers in a list. */
const names = /^[\w\s,-]{1,2000}$/

export function createCors({ allowedHosts = [], allowedOrigins = [] }: Reach) {
  const isHost = hostCheck(allowedHosts)
  const isOrigin = originCheck(isHost, allowedOrigins)

  /** The same answer, which the page that asked may read if its origin may call. */
  function open(request: Request, response: Response): Response {
    const origin = request.headers.get('origin')
    if (origin === null || !isOrigin(origin)) return response
    // The headers of an answer that came from `fetch` can't be changed.
    const opened = new Response(response.body, response)
    opened.headers.set('access-control-allow-origin', origin)
    opened.headers.set('access-control-expose-headers', readable)
    opened.headers.set('vary', 'origin, access-control-request-headers')
    return opened
  }

  return {
    isHost,
    isOrigin,
    open,
    /** The answer to a preflight of an origin that may call. A preflight never brings credentials. */
    preflight(request: Request): Response | undefined {
      const { headers } = request
      if (request.method !== 'OPTIONS' || !headers.has('access-control-request-method')) return undefined
      const wanted = headers.get('access-control-request-headers') ?? ''
      return new Response(null, {
        status: 204,
        headers: {
          'access-control-allow-methods': methods,
          'access-control-max-age': remembered,
          // The headers are only names here. What they bring is judged when they come.
          ...(names.test(wanted) && { 'access-control-allow-headers': wanted }),
        },
      })
    },
  }
}
