/**
 * The MCP endpoint: whose account a request uses, and how its calls reach a person.
 *
 * @module
 */
import { createMcpHandler } from '../../adapters/mcp/http.ts'
import type { ToolMap } from '../../core/types/tool.ts'
import type { HeaderGuard } from '../attempts/header-guard.ts'
import type { Auth } from '../oauth/auth.ts'
import { authenticateCallers, withApprovals } from './callers.ts'
import { watchCalls } from './calls.ts'
import { defaultBaseUrl, type ServerOptions } from './options.ts'

/** @param parts.headerGuard takes credentials in headers. Without it they are refused. */
export function createEndpoint<T extends ToolMap>(
  options: ServerOptions<T>,
  { auth, headerGuard }: { auth?: Auth; headerGuard?: HeaderGuard },
): (request: Request, env?: unknown) => Promise<Response> {
  const { baseUrl = defaultBaseUrl, anonymous = false, allowedHosts = [], tracing } = options
  const watched = watchedTools(options)
  const cloudways = auth ? withApprovals(auth.approvals, watched) : watched
  const handler = createMcpHandler({
    cloudways,
    headerAuth: headerGuard?.(cloudways) ?? false,
    allowedHosts: [new URL(baseUrl).host, ...allowedHosts],
    allowedOrigins: options.allowedOrigins,
    maxBodyBytes: options.maxBodyBytes,
    authenticate: auth ? authenticateCallers({ auth, cloudways, anonymous }) : options.authenticate,
  })
  return (request, env) =>
    tracing ? tracing.within(request.headers, () => handler(request, env)) : handler(request, env)
}

/** Calls of unknown tools are counted here. How the call of a known tool ended is told by the toolkit's `onAudit`. */
function watchedTools<T extends ToolMap>({ cloudways, metrics, tracing }: ServerOptions<T>) {
  if (!metrics && !tracing) return cloudways
  return watchCalls(cloudways, (tool, work, signal) => {
    if (tool === undefined) metrics?.unknownTool()
    return tracing ? tracing.call(tool, work, signal) : work()
  })
}
