/**
 * The server as one web-standard application: mount it anywhere that speaks `Request` and `Response`.
 *
 * @module
 */
import { Hono, type MiddlewareHandler } from 'hono'
import { requestId } from 'hono/request-id'
import { createMcpHandler, type McpHandlerOptions } from '../adapters/mcp/http.ts'
import type { ToolMap } from '../core/define.ts'
import { checkOptions } from '../options.ts'
import type { Storage } from '../types.ts'
import { version } from '../version.ts'
import { createStorageCheck } from './health.ts'
import { landingPage, landingPolicy } from './landing.ts'
import type { Logger } from './logging.ts'
import { logRequests } from './request-log.ts'

/** Options of {@link createApp}. */
export interface AppOptions<T extends ToolMap> extends McpHandlerOptions<T> {
  /** Checked by `/health`. */
  storage: Storage
  /** URL by which clients reach this server; its host is answered to. Default `http://localhost:7000`. */
  baseUrl?: string
  /** One line per request. Default: no log. */
  logger?: Logger
}

/** What the application hands from one handler to the next. */
export interface AppEnvironment {
  Variables: { requestId: string }
}

const optionNames = [
  'cloudways',
  'headerAuth',
  'allowedHosts',
  'allowedOrigins',
  'maxBodyBytes',
  'storage',
  'baseUrl',
  'logger',
] as const

/**
 * The application: `/mcp`, `/health` and `/`. Further routes can be added to what it answers.
 *
 * @throws InputError for an option that does not exist or can't work.
 *
 * @example
 * const app = createApp({ cloudways, storage, baseUrl: 'https://mcp.example.com' })
 * export default { fetch: app.fetch }
 */
export function createApp<T extends ToolMap>(options: AppOptions<T>): Hono<AppEnvironment> {
  checkOptions('createApp', options, optionNames)
  const { storage, logger, baseUrl = 'http://localhost:7000', ...mcp } = options
  const { host } = new URL(baseUrl)
  const handler = createMcpHandler({ ...mcp, allowedHosts: [host, ...(mcp.allowedHosts ?? [])] })
  const storageHealth = createStorageCheck(storage)
  const started = Date.now()

  const app = new Hono<AppEnvironment>()
  app.use(requestId({ limitLength: 64 }))
  app.use(standardHeaders)
  if (logger) app.use(logRequests(logger))

  app.all('/mcp', (context) => handler(context.req.raw))
  app.get('/health', async (context) => {
    const state = await storageHealth()
    const body = {
      status: state === 'ok' ? 'ok' : 'failing',
      version,
      uptime: Math.floor((Date.now() - started) / 1000),
      storage: state,
    }
    return context.json(body, state === 'ok' ? 200 : 503, { 'cache-control': 'no-store' })
  })
  app.get('/', (context) => {
    context.header('content-security-policy', landingPolicy)
    return context.html(landingPage(`${baseUrl}/mcp`))
  })

  app.notFound((context) =>
    context.json({ error: 'not_found', message: 'There is nothing here. The MCP endpoint is /mcp.' }, 404),
  )
  app.onError((error, context) => {
    logger?.error('request failed', { method: context.req.method, path: context.req.path, error })
    const message = `Something failed in this server. Its log has the details under ${context.var.requestId}.`
    return context.json({ jsonrpc: '2.0', error: { code: -32603, message }, id: null }, 500)
  })
  return app
}

/** Headers that every answer has, unless its own handler knows better. */
const defaults = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  // `no-referrer` would make browsers send `Origin: null` with the forms of a sign-in page.
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const

const standardHeaders: MiddlewareHandler<AppEnvironment> = async (context, next) => {
  await next()
  const { headers } = context.res
  // Hono's own middleware loses it where a handler answers a bare Response.
  headers.set('x-request-id', context.var.requestId)
  for (const [name, value] of Object.entries(defaults)) if (!headers.has(name)) headers.set(name, value)
}
