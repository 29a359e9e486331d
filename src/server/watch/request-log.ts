/**
 * One log line per request, and one count for the metrics, when its answer has been given in full.
 *
 * @module
 */
import type { Context, MiddlewareHandler } from 'hono'
import type { RequestIdVariables } from 'hono/request-id'
import { routePath } from 'hono/route'
import { credentialHeaders } from '../../adapters/mcp/guard.ts'
import { type RequestContext, requestContext } from './context.ts'
import type { Logger } from './logging.ts'
import type { Metrics } from './metrics.ts'

/** Probes and scrapes come every few seconds: only what they find is news. */
const quiet = new Set(['/health', '/metrics'])

export interface RequestWatchers {
  logger?: Logger
  metrics?: Pick<Metrics, 'request'>
}

export function watchRequests({
  logger,
  metrics,
}: RequestWatchers): MiddlewareHandler<{ Variables: RequestIdVariables }> {
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
        logger?.[quiet.has(req.path) && ok ? 'debug' : 'info']('request', {
          method,
          // Never the query: whoever put a token there should not find it here.
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
      context.res = new Response(watched(body, write), context.res)
    } else write()
  }
}

/** What follows is half of what opens the page, and stays out of the log. */
export function loggedPath(path: string): string {
  return path.replace(/^(\/+(?:confirm|secret)\/+).+/is, '$1:id').slice(0, 200)
}

/** The pattern of the route that answered: paths are of anybody's making, patterns are few. */
function routeOf(context: Context): string {
  const route = routePath(context, -1)
  return route === '*' || route === '/*' ? 'other' : route
}

function secretsIn(headers: Headers): string[] {
  const names = [credentialHeaders.accessToken, credentialHeaders.apiKey, 'authorization']
  const values = names.flatMap((name) => headers.get(name)?.replace(/^Bearer\s+/i, '') ?? [])
  // Real ones are longer. A short one would erase ordinary words from the lines of its own sender.
  return values.filter((value) => value.length >= 16)
}

/** The same stream; `done` is called once, when it ended or its reader went away. */
function watched(stream: ReadableStream<Uint8Array>, done: (end?: 'aborted') => void) {
  const reader = stream.getReader()
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const chunk = await reader.read()
        if (!chunk.done) return controller.enqueue(chunk.value)
        controller.close()
        done()
      } catch (error) {
        controller.error(error)
        done('aborted')
      }
    },
    cancel(reason) {
      done('aborted')
      return reader.cancel(reason)
    },
  })
}
