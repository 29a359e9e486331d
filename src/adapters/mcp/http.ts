/**
 * MCP over HTTP as one function from `Request` to `Response`. Stateless: any replica answers any request.
 *
 * @module
 */
import { checkCredentials, type StaticCredentials } from '../../api/credentials.ts'
import { hostCheck, originCheck, readBody } from '../../base/http.ts'
import { checkNumber, checkOptions } from '../../base/options.ts'
import type { Cloudways } from '../../cloudways.ts'
import type { ToolMap } from '../../core/types/tool.ts'
import { errorText, InputError, isCloudwaysError } from '../../errors.ts'
import { answerRequest, type Caller, refuse } from './answer.ts'

/** Options of {@link createMcpHandler}. */
export interface McpHandlerOptions<T extends ToolMap> {
  /** The tools, and the account of requests that bring none of their own; it may have none either. */
  cloudways: Cloudways<T>
  /**
   * Whether a request may bring its own account: `x-cloudways-access-token`, or `x-cloudways-email` with
   * `x-cloudways-api-key`. Default `true`. When `false`, such a request is refused, because it must not run on
   * somebody else's account. A function makes the toolkit for such an account itself, for example to count wrong
   * credentials.
   */
  headerAuth?: boolean | ((credentials: StaticCredentials, request: Request, env?: unknown) => Cloudways<T>)
  /**
   * Hosts under which this server is reached, besides `localhost`, `127.0.0.1` and `[::1]`: `mcp.example.com` (any
   * port) or `mcp.example.com:8443`. Others are refused (DNS rebinding).
   */
  allowedHosts?: readonly string[]
  /** Web origins that may call, besides those of the hosts: `https://app.example.com`. */
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
 * The answer is JSON, or a stream of events when the client asked for progress. A client that goes away ends
 * its call. Requests of 2026-07-28 are served too when `@modelcontextprotocol/server` is installed, by the same
 * rules. The handler sends no CORS headers: for pages of another origin, the server around it has to send them.
 *
 * @throws InputError for an option that does not exist or can't work.
 *
 * @example
 * const handler = createMcpHandler({ cloudways, allowedHosts: ['mcp.example.com'] })
 * serve({ fetch: handler, port: 7000 })        // @hono/node-server
 */
export function createMcpHandler<T extends ToolMap>(
  options: McpHandlerOptions<T>,
): (request: Request, env?: unknown) => Promise<Response> {
  checkOptions('createMcpHandler', options, mcpHandlerOptions)
  const { cloudways, authenticate, headerAuth = true, maxBodyBytes = 1024 * 1024 } = options
  checkNumber('createMcpHandler', 'maxBodyBytes', maxBodyBytes)
  const isHost = hostCheck(options.allowedHosts ?? [])
  const isOrigin = originCheck(isHost, options.allowedOrigins ?? [])

  const byHeader =
    typeof headerAuth === 'function'
      ? headerAuth
      : (credentials: StaticCredentials) => cloudways.withCredentials(credentials)

  return async (request, env) => {
    const { headers } = request
    if (!isHost(headers.get('host') ?? new URL(request.url).host)) {
      return refuse(403, -32000, 'This server is not reached by that Host. allowedHosts names the hosts.')
    }
    const origin = headers.get('origin')
    if (origin !== null && !isOrigin(origin)) {
      return refuse(403, -32000, 'Pages of that Origin may not call this server. allowedOrigins names them.')
    }
    if (request.method !== 'POST') {
      return refuse(405, -32000, 'This server keeps no session: POST only.', { allow: 'POST' })
    }
    if (hasSecretInQuery(request.url)) {
      return refuse(400, -32600, 'Credentials do not go into the query string. Send them as headers.')
    }
    const credentials = credentialsOf(headers)
    if (credentials instanceof Response) return credentials
    if (credentials && !headerAuth) {
      return refuse(403, -32600, 'Credentials in headers are switched off on this server.')
    }
    if (credentials && authenticate && headers.has('authorization')) {
      return refuse(
        400,
        -32600,
        'Send a bearer token or credentials in headers, not both: whose account is meant?',
      )
    }
    const caller: Caller<T> | Response = credentials
      ? { cloudways: byHeader(credentials, request, env) }
      : ((await authenticate?.(request, env)) ?? { cloudways })
    if (caller instanceof Response) return caller
    // The body breaks off when the client goes away. Then nobody reads the answer.
    const body = await readBody(request, maxBodyBytes).catch(() => '')
    if (body === undefined) return refuse(413, -32000, `The body is larger than ${maxBodyBytes} bytes.`)
    return answerRequest(caller, request, body)
  }
}

/** The credentials in the headers; or the refusal, when they can't be credentials. */
function credentialsOf(headers: Headers): StaticCredentials | undefined | Response {
  try {
    const credentials = headerCredentials(headers)
    return credentials && checkCredentials(credentials)
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
} satisfies Record<keyof McpHandlerOptions<ToolMap>, true>)

/** Names of parameters that may hold a credential. */
const telling = /token|key|secret|passw|auth|credential|email/i

/** Whether a URL has a credential in its query, from where it would get into logs and browser histories. */
function hasSecretInQuery(url: string): boolean {
  const start = url.indexOf('?')
  if (start < 0) return false
  const parameters = [...new URLSearchParams(url.slice(start + 1))]
  return parameters.some(([name, value]) => telling.test(name) || /^cwt?_/.test(value))
}

/** The headers that bring the credentials of an account. */
export const credentialHeaders = {
  accessToken: 'x-cloudways-access-token',
  email: 'x-cloudways-email',
  apiKey: 'x-cloudways-api-key',
} as const

/**
 * The credentials in the headers of a request; `undefined` when there are none.
 *
 * @throws InputError for half a pair, or for both kinds at once.
 */
function headerCredentials(headers: Headers): StaticCredentials | undefined {
  const accessToken = headers.get(credentialHeaders.accessToken)
  const email = headers.get(credentialHeaders.email)
  const apiKey = headers.get(credentialHeaders.apiKey)
  if (accessToken === null && email === null && apiKey === null) return undefined
  if (accessToken !== null && (email !== null || apiKey !== null)) {
    throw new InputError(
      'Two kinds of credentials came at once.',
      `Send ${credentialHeaders.accessToken}, or ${credentialHeaders.email} with ${credentialHeaders.apiKey}.`,
    )
  }
  if (accessToken !== null) return { accessToken }
  if (email === null || apiKey === null) {
    const missing = email === null ? credentialHeaders.email : credentialHeaders.apiKey
    throw new InputError(
      `Half of the credentials came: ${missing} is missing.`,
      `Send ${credentialHeaders.email} with ${credentialHeaders.apiKey}, or ${credentialHeaders.accessToken} alone.`,
    )
  }
  return { email, apiKey }
}
