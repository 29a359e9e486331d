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

export function watchRequests(
  logger: Logger | undefined,
  metrics: Pick<Metrics, 'request'> | undefined,
): MiddlewareHandler<{ Variables: RequestIdVariables }> {
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
          end,
        }),
      )
    }

    await requestContext.run(facts, next)
    const { body, headers } = context.res
    if (body && headers.get('content-type')?.startsWith('text/event-stream')) {
      context.res = new Response(watchStream(body, write), context.res)
    } else write()
  }
}

/** A path for the log, without the id of a page: this id, together with a sign-in, opens the page. */
export function loggedPath(path: string): string {
  return path.replace(/^(\/+(?:confirm|secret)\/+).+/is, '$1:id').slice(0, 200)
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
