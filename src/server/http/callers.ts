/**
 * Signed-in callers at the MCP endpoint: a bearer token leads to the tools of its account, for one request.
 *
 * @module
 */
import type { Caller } from '../../adapters/mcp/answer.ts'
import type { McpHandlerOptions } from '../../adapters/mcp/http.ts'
import type { Cloudways } from '../../cloudways.ts'
import type { ToolMap } from '../../core/types/tool.ts'
import { isCloudwaysError } from '../../errors.ts'
import type { Approvals } from '../approval/approvals.ts'
import { isProxied } from '../attempts/address.ts'
import type { Auth } from '../oauth/auth.ts'
import type { Session } from '../oauth/bearer.ts'
import { requestContext } from '../watch/request-context.ts'
import { aroundCalls } from './calls.ts'

/** How a request without credentials in headers finds its account. */
interface CallerOptions<T extends ToolMap> {
  auth: Auth
  /** The tools and rules. The account is the account of the caller. */
  cloudways: Cloudways<T>
  /** Let a request without any credentials use the account of `cloudways` instead of asking for a sign-in. */
  anonymous: boolean
}

/** The `authenticate` of `createMcpHandler`. */
export function authenticateCallers<T extends ToolMap>(
  options: CallerOptions<T>,
): NonNullable<McpHandlerOptions<T>['authenticate']> {
  const { auth, cloudways, anonymous } = options
  return async (request, env) => {
    // A request through a proxy does not come from this machine, so it must not use this machine's account.
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

/** The same tools, whose calls reach a person on the pages of this server. */
export const withApprovals = <T extends ToolMap>(
  { openPage, onSecrets }: Approvals,
  cloudways: Cloudways<T>,
): Cloudways<T> =>
  aroundCalls(cloudways, (inner, name, input, options) =>
    inner.call(name, input, { openPage, onSecrets, ...options }),
  )

/** Ends the session when Cloudways refuses its token. The client's next request then opens the browser. */
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
