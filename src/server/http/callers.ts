/**
 * Signed-in callers at the MCP endpoint: from a bearer token to the tools of its account, for one request.
 *
 * @module
 */
import type { Caller, McpHandlerOptions } from '../../adapters/mcp/http.ts'
import type { Cloudways } from '../../cloudways.ts'
import type { ToolMap } from '../../core/types/tool.ts'
import { isCloudwaysError } from '../../errors.ts'
import type { Approvals } from '../approval/approvals.ts'
import { isProxied } from '../attempts/address.ts'
import type { Session } from '../oauth/bearer.ts'
import type { Auth } from '../oauth/index.ts'
import { requestContext } from '../watch/request-context.ts'
import { aroundCalls } from './calls.ts'

/** How a request without credentials in headers finds its account. */
export interface CallerOptions<T extends ToolMap> {
  auth: Auth
  /** The tools and rules; the account is the caller's. */
  cloudways: Cloudways<T>
  /** Let a request without any credentials use the account of `cloudways`, instead of asking it to sign in. */
  anonymous: boolean
}

/** The `authenticate` of `createMcpHandler`. */
export function authenticateCallers<T extends ToolMap>(
  options: CallerOptions<T>,
): NonNullable<McpHandlerOptions<T>['authenticate']> {
  const { auth, cloudways, anonymous } = options
  return async (request, env) => {
    // Whoever comes through a proxy is not at this machine, and must not use its account unasked.
    if (anonymous && !request.headers.has('authorization') && !isProxied(request.headers)) return undefined
    const session = await auth.authenticate(request, env)
    if (session instanceof Response) return session
    const context = requestContext.getStore()
    if (context) context.account = session.account
    const caller: Caller<T> = {
      cloudways: endingWith(session, cloudways.withCredentials(session.credentials)),
      refuses: (message) => auth.requireToolScopes(session, message, cloudways.tools),
    }
    return caller
  }
}

/** The same tools, whose calls can reach a person past the model. */
export const withApprovals = <T extends ToolMap>(
  { openPage, onSecrets }: Approvals,
  cloudways: Cloudways<T>,
): Cloudways<T> =>
  aroundCalls(cloudways, (inner, name, input, options) =>
    inner.call(name, input, { openPage, onSecrets, ...options }),
  )

/** When Cloudways does not accept the token any more, the sign-in is over: the next request opens the browser. */
const endingWith = <T extends ToolMap>(session: Session, cloudways: Cloudways<T>): Cloudways<T> =>
  aroundCalls(cloudways, async (inner, name, input, options) => {
    try {
      return await inner.call(name, input, options)
    } catch (error) {
      if (isCloudwaysError(error) && error.code === 'credentials_refused' && error.details.status === 401) {
        await session.end().catch(() => {})
      }
      throw error
    }
  })
