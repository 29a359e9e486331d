/**
 * One log line and one count in the metrics for each request, when its answer has been sent in full.
 *
 * @module
 */
import type { Context, MiddlewareHandler } from 'hono'
import type { RequestIdVariables } from 'hono/request-id'
import { routePath } from 'hono/route'
import { credentialHeaders } from '../../adapters/mcp/credential-headers.ts'
import { watchStream } from '../../base/http.ts'
import { type Logger, type RequestContext, requestContext } from './logging.ts'
import type { Metrics } from './metrics.ts'

/** Monitors ask these paths every few seconds, so only a failure is worth a line at INFO. */
const quietPaths = new Set(['/health', '/metrics'])

/** Reasons of a refusal at the door, in the words of an operator. */
export const wrongHost =
  'The request came for another host. AUTH_BASE_URL, or allowedHosts of createServer, names the hosts of this server.'
export const wrongOrigin =
  'The request came from the page of another site. allowedOrigins of createServer names the sites whose pages may call.'

export function watchRequests(
  logger: Logger | undefined,
  metrics: Pick<Metrics, 'request'> | undefined,
): MiddlewareHandler<{ Variables: RequestIdVariables }> {
  const warn = warnSometimes(logger)
  return async (context, next) => {
    const { req } = context
    const facts: RequestContext = { id: context.var.requestId, secrets: secretsIn(req.raw.headers) }
    const started = performance.now()
    const write = (end?: 'aborted') => {
      const { method } = req
      const { status, ok } = context.res
      const ms = performance.now() - started
      metrics?.request({ method, route: routeOf(context), status, ms })
      requestContext.run(facts, () =>
        logger?.[quietPaths.has(req.path) && ok ? 'debug' : 'info']('request', {
          method,
          // Without the query: a client may have put a token there.
          path: loggedPath(req.path),
          status,
          ms: Math.round(ms),
          tool: facts.tool,
          account: facts.account,
          reason: facts.reason,
          end,
        }),
      )
      if (facts.reason && !ok) warn(facts.reason, { status, host: req.header('host')?.slice(0, 100) })
    }

    await requestContext.run(facts, next)
    const { body, headers } = context.res
    if (body && headers.get('content-type')?.startsWith('text/event-stream')) {
      context.res = new Response(watchStream(body, write), context.res)
    } else write()
  }
}

const minute = 60_000

/** Requests that fail may be many, and each cause is told once a minute. The causes are sentences of ours, so they are few. */
function warnSometimes(logger: Logger | undefined) {
  const told = new Map<string, number>()
  return (reason: string, facts: { status: number; host: string | undefined }) => {
    const now = performance.now()
    if (now - (told.get(reason) ?? Number.NEGATIVE_INFINITY) < minute) return
    told.set(reason, now)
    logger?.warning('requests are refused', { ...facts, reason })
  }
}

/** A path for the log, without the id of a page: this id, together with a sign-in, opens the page. */
export function loggedPath(path: string): string {
  return path.replace(/^(.*?\/+(?:confirm|secret)\/+).+/is, '$1:id').slice(0, 200)
}

/** The pattern of the route that answered. Anybody can make up paths, but there are few patterns. */
function routeOf(context: Context): string {
  const route = routePath(context, -1)
  return route === '*' || route === '/*' ? 'other' : route
}

function secretsIn(headers: Headers): string[] {
  const names = [credentialHeaders.accessToken, credentialHeaders.apiKey, 'authorization']
  const values = names.flatMap((name) => headers.get(name)?.replace(/^Bearer\s+/i, '') ?? [])
  // Real credentials are longer. Hiding a short one would erase ordinary words from the log lines.
  return values.filter((value) => value.length >= 16)
}
