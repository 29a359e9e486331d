/**
 * The paths of the server as one application, with the headers, the log and the errors that they share.
 *
 * @module
 */
import { type Handler, Hono, type MiddlewareHandler } from 'hono'
import { type RequestIdVariables, requestId } from 'hono/request-id'
import { version } from '../../base/version.ts'
import type { ToolMap } from '../../core/types/tool.ts'
import type { Storage } from '../../types.ts'
import { createStorageCheck } from '../watch/health.ts'
import { mayReadMetrics } from '../watch/metrics-access.ts'
import { loggedPath, watchRequests } from '../watch/request-log.ts'
import { createEndpoint, type EndpointParts } from './endpoint.ts'
import { landingPage, landingPolicy } from './landing.ts'
import type { ServerOptions } from './options.ts'

/** What the application hands from one handler to the next. */
export interface AppEnvironment {
  Variables: RequestIdVariables
}

export function createApp<T extends ToolMap>(
  options: ServerOptions<T> & { baseUrl: string },
  parts: EndpointParts,
): Hono<AppEnvironment> {
  const { cloudways, baseUrl, logger, metrics } = options
  const endpoint = createEndpoint(options, parts)
  const ways = { signIn: parts.auth !== undefined, headers: parts.headerGuard !== undefined }
  const app = new Hono<AppEnvironment>()
  app.use(requestId({ limitLength: 64 }))
  app.use(standardHeaders)
  app.use(watchRequests({ logger, metrics }))

  app.all('/mcp', ({ req, env }) => endpoint(req.raw, env))
  if (parts.auth) app.route('/', parts.auth.routes)
  app.get('/health', health(cloudways.adapter.services.storage))
  if (metrics) {
    const { host } = new URL(baseUrl)
    app.get('/metrics', async (context) => {
      if (!mayReadMetrics(context.req.raw.headers, context.env, host)) return context.notFound()
      const { text, contentType } = await metrics.read()
      return context.body(text, 200, { 'content-type': contentType, 'cache-control': 'no-store' })
    })
  }
  app.get('/', (context) => {
    context.header('content-security-policy', landingPolicy)
    return context.html(landingPage(`${baseUrl}/mcp`, ways))
  })

  app.notFound((context) =>
    context.json({ error: 'not_found', message: 'There is nothing here. The MCP endpoint is /mcp.' }, 404),
  )
  app.onError((error, context) => {
    logger?.error('request failed', { method: context.req.method, path: loggedPath(context.req.path), error })
    const message = `Something failed in this server. Its log has the details under ${context.var.requestId}.`
    return context.json({ jsonrpc: '2.0', error: { code: -32603, message }, id: null }, 500)
  })
  return app
}

function health(storage: Storage): Handler<AppEnvironment> {
  const check = createStorageCheck(storage)
  const started = Date.now()
  return async (context) => {
    const state = await check()
    const body = {
      status: state === 'ok' ? 'ok' : 'failing',
      version,
      uptime: Math.floor((Date.now() - started) / 1000),
      storage: state,
    }
    return context.json(body, state === 'ok' ? 200 : 503, { 'cache-control': 'no-store' })
  }
}

/** Headers of every answer whose own handler does not set them. */
const defaultHeaders = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  // With `no-referrer`, browsers would send `Origin: null` with the forms of a sign-in page.
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const

const standardHeaders: MiddlewareHandler<AppEnvironment> = async (context, next) => {
  await next()
  const { headers } = context.res
  // Hono's own middleware loses this header when a handler answers a bare Response.
  headers.set('x-request-id', context.var.requestId)
  for (const [name, value] of Object.entries(defaultHeaders)) {
    if (!headers.has(name)) headers.set(name, value)
  }
}
