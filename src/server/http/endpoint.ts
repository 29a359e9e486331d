/** The MCP endpoint: whose account a request uses, and how its calls reach a person. @module */
import type { Reach } from '../../adapters/mcp/cors.ts'
import { handlerWith, type McpHandlerOptions } from '../../adapters/mcp/http.ts'
import type { Listeners } from '../../adapters/mcp/listeners.ts'
import { traceIdOf } from '../../base/trace.ts'
import type { Cloudways } from '../../cloudways.ts'
import type { CallOptions } from '../../core/types/call.ts'
import type { PendingPlan } from '../../core/types/plan.ts'
import type { ToolMap } from '../../core/types/tool.ts'
import { isProxied } from '../attempts/address.ts'
import type { HeaderGuard } from '../attempts/header-guard.ts'
import { isEnded } from '../attempts/verify.ts'
import type { Approvals, Auth } from '../oauth/auth.ts'
import type { Session } from '../oauth/bearer.ts'
import { requestContext } from '../watch/logging.ts'
import { closesInSession } from '../work/session.ts'
import { aroundCalls } from './calls.ts'
import type { ServerOptions } from './options.ts'

export interface EndpointParts {
  auth?: Auth
  /** Takes credentials in headers. Without it they are refused. */
  headerGuard?: HeaderGuard
  /** Holds the streams of clients that listen for changes. Without it, none is opened. */
  listeners?: Listeners
}

export function createEndpoint<T extends ToolMap>(
  options: ServerOptions<T> & { baseUrl: string },
  { auth, headerGuard, listeners }: EndpointParts,
): (request: Request, env?: unknown) => Promise<Response> {
  const { tracing } = options
  const watched = knownByCalls(watchedTools(options))
  const cloudways = auth ? withApprovals(auth.approvals, watched) : watched
  const settings = {
    cloudways,
    headerAuth: headerGuard?.(cloudways) ?? false,
    ...reachOf(options),
    maxBodyBytes: options.maxBodyBytes,
    structuredContent: options.structuredContent,
    authenticate: auth ? bySession(auth, cloudways, options) : options.authenticate,
  }
  const handler = handlerWith(settings, listeners)
  return (request, env) =>
    tracing ? tracing.within(request.headers, () => handler(request, env)) : handler(request, env)
}

/** Where the server is reached, and whose pages may call. */
export const reachOf = ({
  baseUrl,
  allowedHosts = [],
  allowedOrigins,
}: Pick<ServerOptions<ToolMap>, 'allowedHosts' | 'allowedOrigins'> & { baseUrl: string }): Reach => ({
  allowedHosts: [new URL(baseUrl).host, ...allowedHosts],
  allowedOrigins,
})

/** @param anonymous lets a request without any credentials use the account of `cloudways`. */
function bySession<T extends ToolMap>(
  auth: Auth,
  cloudways: Cloudways<T>,
  { anonymous = false, logger }: Pick<ServerOptions<T>, 'anonymous' | 'logger'>,
): McpHandlerOptions<T>['authenticate'] {
  return async (request, env) => {
    // A request through a proxy does not come from this machine, so it must not use this machine's account.
    if (anonymous && !request.headers.has('authorization') && !isProxied(request.headers)) {
      requestContext.getStore()?.known?.()
      return undefined
    }
    const session = await auth.authenticate(request, env)
    if (session instanceof Response) return session
    const context = requestContext.getStore()
    if (context) context.account = session.account
    context?.known?.()
    return {
      cloudways: ofSession(cloudways.withCredentials(session.credentials, session.accounts), session, {
        auth,
        later: closesInSession(session.expiresAt, logger),
      }),
      refuses: (message) => auth.requireToolScopes(session, message, cloudways.tools),
      async isOver() {
        const again = await auth.authenticate(request, env)
        // Another answer tells of a storage that is down.
        return again instanceof Response && again.status === 401
      },
    }
  }
}

/** The same tools, whose calls reach a person on the pages of this server. */
const withApprovals = <T extends ToolMap>({ openPage, onSecrets }: Approvals, cloudways: Cloudways<T>) =>
  aroundCalls(cloudways, (inner, name, input, options) =>
    inner.call(name, input, { openPage, onSecrets, ...options }),
  )

/**
 * The page of a change says which client asks. And the session ends when Cloudways refuses its token: the client's next
 * request then opens the browser.
 */
const ofSession = <T extends ToolMap>(
  cloudways: Cloudways<T>,
  session: Session,
  { auth: { approvals }, later }: { auth: Auth; later: CallOptions['later'] },
) =>
  aroundCalls(cloudways, async (inner, name, input, options) => {
    try {
      const openPage = (pending: PendingPlan) => approvals.openPage(pending, session.client)
      return await inner.call(name, input, { openPage, later, ...options })
    } catch (error) {
      if (isEnded(error)) await session.end().catch(() => {})
      throw error
    }
  })

/** Whoever gets an answer of Cloudways has an account, and is no stranger. The log names the trace of the caller. */
const knownByCalls = <T extends ToolMap>(cloudways: Cloudways<T>) =>
  aroundCalls(cloudways, async (inner, name, input, options) => {
    const context = requestContext.getStore()
    if (context && options?.trace) context.trace = traceIdOf(options.trace)
    const answer = await inner.call(name, input, options)
    context?.known?.()
    return answer
  })

/** Calls of unknown tools are counted here. How the call of a known tool ended is told by the toolkit's `onAudit`. */
function watchedTools<T extends ToolMap>({ cloudways, metrics, tracing }: ServerOptions<T>) {
  if (!metrics && !tracing) return cloudways
  return aroundCalls(cloudways, (inner, name, input, options) => {
    // Callers must not choose the names of spans and series, so an unknown tool has no name here.
    const tool = Object.hasOwn(inner.tools, name) ? name : undefined
    if (tool === undefined) metrics?.unknownTool()
    const work = () => inner.call(name, input, options)
    return tracing ? tracing.call(tool, work, options) : work()
  })
}
