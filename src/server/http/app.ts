/**
 * The server as one web-standard application: mount it anywhere that speaks `Request` and `Response`.
 *
 * @module
 */
import { Hono, type MiddlewareHandler } from 'hono'
import { requestId } from 'hono/request-id'
import { createMcpHandler, type McpHandlerOptions, mcpHandlerOptions } from '../../adapters/mcp/http.ts'
import { checkOptions } from '../../base/options.ts'
import { version } from '../../base/version.ts'
import type { ToolMap } from '../../core/types/tool.ts'
import { InputError } from '../../errors.ts'
import type { Storage } from '../../types.ts'
import { createHeaderGuard, type HeaderGuard } from '../attempts/header-guard.ts'
import type { Auth } from '../oauth/index.ts'
import { createStorageCheck } from '../watch/health.ts'
import type { Logger } from '../watch/logging.ts'
import type { Metrics } from '../watch/metrics.ts'
import { mayReadMetrics } from '../watch/metrics-access.ts'
import { loggedPath, watchRequests } from '../watch/request-log.ts'
import type { Tracing } from '../watch/tracing.ts'
import { authenticateCallers, withApprovals } from './callers.ts'
import { watchCalls } from './calls.ts'
import { landingPage, landingPolicy } from './landing.ts'

/** Options of {@link createApp}. */
export interface AppOptions<T extends ToolMap> extends McpHandlerOptions<T> {
  /**
   * From `createAuth()`: people sign in with a browser, and calls ask them on its pages (`auth.approvals`) instead of
   * where the toolkit would. For that, `cloudways` has to use the same storage. Default: no sign-in, and no pages.
   */
  auth?: Auth
  /**
   * With `auth`: let a request without any credentials use the account of `cloudways`, instead of asking it to sign
   * in. Default `false`.
   */
  anonymous?: boolean
  /**
   * Counts wrong credentials in headers, and locks out whoever guesses. Default `createHeaderGuard({ storage })`;
   * behind a proxy pass one with `trustProxy`, or all clients are one address.
   */
  headerGuard?: HeaderGuard
  /** Checked by `/health`. */
  storage: Storage
  /** URL by which clients reach this server; its host is answered to. Default `http://localhost:7000`. */
  baseUrl?: string
  /** One line per request. Default: no log. */
  logger?: Logger
  /**
   * From `createMetrics()`: counts requests and calls, and answers them at `/metrics` in the form of Prometheus.
   * Default: none, and no such path.
   *
   * `/metrics` has no password. It is answered to loopback, private and link-local addresses that come without
   * a proxy, and is 404 to all others; the address is known on `@hono/node-server` only. Do not let a proxy pass
   * it on. Requests to Cloudways are counted where the toolkit is made, as `startServer` does.
   */
  metrics?: Metrics
  /** Spans around calls. Default: none. */
  tracing?: Tracing
}

/** What the application hands from one handler to the next. */
export interface AppEnvironment {
  Variables: { requestId: string }
}

const ownOptions = {
  auth: true,
  anonymous: true,
  headerGuard: true,
  storage: true,
  baseUrl: true,
  logger: true,
  metrics: true,
  tracing: true,
} satisfies Record<Exclude<keyof AppOptions<ToolMap>, keyof McpHandlerOptions<ToolMap>>, true>

/**
 * The application: `/mcp`, `/health`, `/` and, with metrics, `/metrics`. Further routes can be added to what it
 * answers.
 *
 * @throws InputError for an option that does not exist or can't work.
 *
 * @example
 * const app = createApp({ cloudways, storage, baseUrl: 'https://mcp.example.com' })
 * export default { fetch: app.fetch }
 */
export function createApp<T extends ToolMap>(options: AppOptions<T>): Hono<AppEnvironment> {
  checkOptions('createApp', options, [...mcpHandlerOptions, ...Object.keys(ownOptions)])
  if (options.auth && options.authenticate) {
    throw new InputError(
      'createApp: auth and authenticate are both given, and each finds the account of a request.',
      'Pass one of them.',
    )
  }
  const { storage, logger, metrics, tracing, auth, anonymous = false, ...rest } = options
  const {
    baseUrl = 'http://localhost:7000',
    headerGuard = createHeaderGuard({ storage }),
    ...handling
  } = rest
  const { host } = new URL(baseUrl)
  const watched = watchedTools(options)
  const cloudways = auth ? withApprovals(auth.approvals, watched) : watched
  const handler = createMcpHandler({
    ...handling,
    ...(auth && { authenticate: authenticateCallers({ auth, cloudways, anonymous }) }),
    headerAuth:
      typeof handling.headerAuth === 'function'
        ? handling.headerAuth
        : handling.headerAuth !== false && headerGuard(cloudways),
    cloudways,
    allowedHosts: [host, ...(handling.allowedHosts ?? [])],
  })
  const ways = { signIn: auth !== undefined, headers: handling.headerAuth !== false }
  const storageHealth = createStorageCheck(storage)
  const started = Date.now()

  const app = new Hono<AppEnvironment>()
  app.use(requestId({ limitLength: 64 }))
  app.use(standardHeaders)
  app.use(watchRequests({ logger, metrics }))

  app.all('/mcp', ({ req: { raw }, env }) =>
    tracing ? tracing.within(raw.headers, () => handler(raw, env)) : handler(raw, env),
  )
  if (auth) app.route('/', auth.routes)
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
  if (metrics) {
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

/** Known tools are counted by whoever made the toolkit: it alone knows how a call ended. */
function watchedTools<T extends ToolMap>({ cloudways, metrics, tracing }: AppOptions<T>) {
  if (!metrics && !tracing) return cloudways
  return watchCalls(cloudways, (tool, work, signal) => {
    if (tool === undefined) metrics?.unknownTool()
    return tracing ? tracing.call(tool, work, signal) : work()
  })
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
