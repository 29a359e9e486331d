/**
 * MCP over HTTP as one function from `Request` to `Response`. Stateless: any replica answers any request.
 *
 * @module
 */
import type { StaticCredentials } from '../../api/credentials.ts'
import { readBody } from '../../base/http.ts'
import { checkNumber, checkOptions } from '../../base/options.ts'
import type { Cloudways } from '../../cloudways.ts'
import type { ToolMap } from '../../core/types/tool.ts'
import { errorText, isCloudwaysError } from '../../errors.ts'
import { answerRequest, type Caller, refuse } from './answer.ts'
import { createCors, type Reach } from './cors.ts'
import {
  bearerProblem,
  either,
  hasSecretInUrl,
  headerCredentials,
  strayCredentials,
} from './credential-headers.ts'
import { type McpFace, readFace } from './describe.ts'
import type { Listeners } from './listeners.ts'

/** Options of {@link createMcpHandler}. */
export interface McpHandlerOptions<T extends ToolMap> extends McpFace, Reach {
  /** The tools, and the account of requests that bring none of their own; it may have none either. */
  cloudways: Cloudways<T>
  /**
   * Whether a request may bring its own account: `x-cloudways-access-token`, or `x-cloudways-email` with
   * `x-cloudways-api-key`. Default `true`. When `false`, such a request is refused, because it must not run on
   * somebody else's account. For the same reason a request with Cloudways credentials in any other header is refused.
   * A function makes the toolkit for such an account itself, for example to count wrong credentials.
   */
  headerAuth?: boolean | ((credentials: StaticCredentials, request: Request, env?: unknown) => Cloudways<T>)
  /**
   * Hosts under which this server is reached, besides `localhost`, `127.0.0.1` and `[::1]`: `mcp.example.com` (any
   * port) or `mcp.example.com:8443`. Others are refused (DNS rebinding).
   */
  allowedHosts?: readonly string[]
  /**
   * Web origins whose pages may call, besides those of the hosts: `https://app.example.com`. Pages of these origins get
   * CORS headers, and others are refused.
   */
  allowedOrigins?: readonly string[]
  /** Largest request body in bytes. Default 1 MiB. */
  maxBodyBytes?: number
  /**
   * Finds the account of a request that names none in its headers, for example by a bearer token.
   *
   * @param env what the runtime hands over beside the request.
   * @returns the caller; the answer that refuses it; or `undefined` for the account of `cloudways`.
   */
  authenticate?: (request: Request, env?: unknown) => Promise<Caller<T> | Response | undefined>
}

/**
 * A handler for the MCP endpoint, whatever its path. It keeps nothing of a request after the answer.
 *
 * The answer is JSON, or a stream of events when the client asked for progress and reads one. A client that goes away ends
 * its call. Requests of 2026-07-28 are served too when `@modelcontextprotocol/server` is installed, by the same
 * rules. Preflights of pages that may call are answered, and those pages may read the answers (CORS).
 *
 * @throws InputError for an option that does not exist or can't work.
 *
 * @example
 * const handler = createMcpHandler({ cloudways, allowedHosts: ['mcp.example.com'] })
 * serve({ fetch: handler, port: 7000 })        // @hono/node-server
 */
export const createMcpHandler = <T extends ToolMap>(
  options: McpHandlerOptions<T>,
): ((request: Request, env?: unknown) => Promise<Response>) => handlerWith(options)

/** @param listeners holds the streams of clients that listen for changes. Whoever gives them ends them. */
export function handlerWith<T extends ToolMap>(
  options: McpHandlerOptions<T>,
  listeners?: Listeners,
): (request: Request, env?: unknown) => Promise<Response> {
  checkOptions('createMcpHandler', options, mcpHandlerOptions)
  const { cloudways, authenticate, headerAuth = true, maxBodyBytes = 1024 * 1024 } = options
  const face = readFace('createMcpHandler', options)
  checkNumber('createMcpHandler', 'maxBodyBytes', maxBodyBytes)
  const cors = createCors(options)
  const leaveOut = authenticate
    ? 'Leave them out. Authorization: Bearer takes the token of a sign-in.'
    : 'Leave them out.'
  const switchedOff = `Credentials in headers are switched off on this server. ${leaveOut}`

  const byHeader =
    typeof headerAuth === 'function'
      ? headerAuth
      : (credentials: StaticCredentials) => cloudways.withCredentials(credentials)

  return async (request, env) => cors.open(request, await answer(request, env))

  async function answer(request: Request, env: unknown): Promise<Response> {
    const { headers } = request
    if (!cors.isHost(headers.get('host') ?? new URL(request.url).host)) {
      return refuse(
        403,
        -32000,
        'This server is not reached by that Host. Its operator names the hosts: in AUTH_BASE_URL, or with allowedHosts.',
      )
    }
    const origin = headers.get('origin')
    if (origin !== null && !cors.isOrigin(origin)) {
      return refuse(403, -32000, 'Pages of that Origin may not call this server. allowedOrigins names them.')
    }
    const preflight = cors.preflight(request)
    if (preflight) return preflight
    if (request.method !== 'POST') {
      return refuse(405, -32000, 'This server keeps no session: POST only.', { allow: 'POST' })
    }
    if (hasSecretInUrl(request.url)) {
      const right = headerAuth ? `Send ${either} as headers.` : leaveOut
      return refuse(400, -32600, `Credentials do not go into the URL. ${right}`)
    }
    const stray = strayCredentials(headers)
    if (stray) return refuse(400, -32600, headerAuth ? stray : switchedOff)
    const credentials = answering(() => headerCredentials(headers))
    if (credentials instanceof Response) return credentials
    if (credentials && !headerAuth) {
      return refuse(403, -32600, switchedOff)
    }
    if (credentials && authenticate && headers.has('authorization')) {
      return refuse(
        400,
        -32600,
        'Send a bearer token or credentials in headers, not both: whose account is meant?',
      )
    }
    const found = credentials
      ? answering(() => ({ cloudways: byHeader(credentials, request, env) }))
      : await authenticate?.(request, env)
    if (found instanceof Response) return found
    // Nothing has read `Authorization`, and what stands there may mean another account than the one that is used.
    const notRead = found && !credentials ? undefined : bearerProblem(headers)
    if (notRead) return refuse(400, -32600, headerAuth ? notRead : switchedOff)
    const caller = found ?? { cloudways }
    // The body breaks off when the client goes away. Then nobody reads the answer.
    const body = await readBody(request, maxBodyBytes).catch(() => '')
    if (body === undefined) return refuse(413, -32000, `The body is larger than ${maxBodyBytes} bytes.`)
    return answerRequest({ face, ...caller, listeners }, request, body)
  }
}

/** What `work` answers, or the refusal of the request when `work` throws an error of this package. */
function answering<Value>(work: () => Value): Value | Response {
  try {
    return work()
  } catch (error) {
    if (isCloudwaysError(error)) return refuse(400, -32600, errorText(error))
    throw error
  }
}

/** The names of the options, for a server that passes them on. */
export const mcpHandlerOptions = Object.keys({
  cloudways: true,
  headerAuth: true,
  allowedHosts: true,
  allowedOrigins: true,
  maxBodyBytes: true,
  authenticate: true,
  structuredContent: true,
} satisfies Record<keyof McpHandlerOptions<ToolMap>, true>)
