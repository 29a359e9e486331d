/**
 * The server that people embed: the MCP endpoint, the sign-in and its pages, health and metrics, from one toolkit.
 *
 * @module
 */
import { type Context, type Handler, Hono, type MiddlewareHandler } from 'hono'
import { type RequestIdVariables, requestId } from 'hono/request-id'
import { refuse } from '../../adapters/mcp/answer.ts'
import { createCors } from '../../adapters/mcp/cors.ts'
import type { Listeners } from '../../adapters/mcp/listeners.ts'
import { notify } from '../../base/signal.ts'
import { version } from '../../base/version.ts'
import { type Cloudways, createCloudways } from '../../cloudways.ts'
import { readStop } from '../../core/control/stop.ts'
import type { ToolMap } from '../../core/types/tool.ts'
import { InputError } from '../../errors.ts'
import type { Cipher, Storage } from '../../types.ts'
import { isProxied } from '../attempts/address.ts'
import { createHeaderGuard } from '../attempts/header-guard.ts'
import { limitStrangers } from '../attempts/strangers.ts'
import { createExchange } from '../attempts/verify.ts'
import { createAuditSink } from '../audit/sink.ts'
import { createAuth } from '../oauth/auth.ts'
import type { AuthEvent } from '../oauth/events.ts'
import { basePathOf, pathBelow } from '../oauth/options.ts'
import { pageHeaders } from '../pages/http.ts'
import { createStorageCheck } from '../watch/health.ts'
import { type Logger, refusedBecause } from '../watch/logging.ts'
import { mayReadMetrics } from '../watch/metrics.ts'
import { loggedPath, watchRequests, wrongHost, wrongOrigin } from '../watch/request-log.ts'
import { createEndpoint, type EndpointParts, reachOf } from './endpoint.ts'
import { endpointPage, landingPage } from './landing.ts'
import { checkServerOptions, defaultBaseUrl, type ServerOptions, type SignInOptions } from './options.ts'

/** A server without a port: a function from `Request` to `Response`. */
export interface Server {
  /**
   * Answers a request to `/mcp`, `/health`, `/`, with a sign-in also to its paths, and with metrics to `/metrics`.
   * Everything else is 404.
   *
   * @param env what the runtime hands over beside the request. On `@hono/node-server` it has the client's address.
   */
  fetch(request: Request, env?: unknown): Response | Promise<Response>
  /** The same as a Hono application. Routes of your own can be added before the first request. */
  app: Hono<AppEnvironment>
  /**
   * Paths at the root of the host, where clients look for the documents of a `baseUrl` with a path: pass requests to
   * them on to `fetch` too, unchanged. Empty for a `baseUrl` without a path.
   */
  wellKnown: readonly string[]
  /** Close the storage of the toolkit, when no request will come any more. Safe to call twice. */
  close(): Promise<void>
}

/**
 * The self-hosted server for a program of your own. It listens on no port: mount it in your application, or export it.
 * Its storage, cipher and audit are those of the toolkit.
 *
 * @throws InputError for an option that does not exist or can't work, and for a sign-in without `crypto` in the toolkit.
 *
 * @example
 * const cloudways = createCloudways({ storage, crypto: fernet(process.env.ENCRYPTION_KEY!), onAudit })
 * const server = createServer({ cloudways, baseUrl: 'https://mcp.example.com', trustProxy: true })
 * export default { fetch: server.fetch }
 */
export function createServer<T extends ToolMap>(options: ServerOptions<T>): Server {
  const signIn = checkServerOptions(options)
  const { cloudways, logger, metrics } = options
  const { crypto: cipher, onAudit } = cloudways.adapter.services
  if (signIn && !cipher) {
    throw new InputError(
      "createServer: the toolkit has no 'crypto', which seals sign-ins.",
      'Pass crypto: fernet(key) to createCloudways, or signIn: false here.',
    )
  }
  const { onAuthEvent } = createAuditSink({ file: () => undefined, logger, metrics, onAudit })
  const onEvent = (event: AuthEvent) => {
    onAuthEvent(event)
    notify(options.onEvent, event)
  }
  return assembleServer({ ...options, signIn }, { cipher, onEvent })
}

/** What the toolkit does not tell about a server. */
interface ServerParts {
  /** Seals sign-ins. Required with `signIn`. */
  cipher?: Cipher
  /** Told of every event. */
  onEvent: (event: AuthEvent) => void
  /** Seconds a person has to sign in. Default 300. */
  sessionTimeout?: number
  /** The account is that of a sandbox. */
  sandbox?: boolean
  /** Holds the streams of clients that listen for changes. Whoever gives them ends them before the server stops. */
  listeners?: Listeners
}

export function assembleServer<T extends ToolMap>(
  options: ServerOptions<T>,
  { cipher, onEvent, ...parts }: ServerParts,
): Server {
  const { cloudways, signIn, headers = true, attempts = {}, trustProxy } = options
  const baseUrl = (options.baseUrl ?? defaultBaseUrl).replace(/\/+$/, '')
  const { storage, limits, upstream } = cloudways.adapter.services
  const { emailAndKey = true, ...signInOptions }: SignInOptions = signIn || {}
  const hasJournal = Object.hasOwn(cloudways.tools, 'list_changes')
  const counting = {
    storage,
    onEvent,
    trustProxy,
    sessionTimeout: parts.sessionTimeout ?? signInOptions.sessionTimeout,
    maxAttemptsPerSession: attempts.perLogin,
    maxAttemptsPerIp: attempts.perAddress,
    lockoutDuration: attempts.lockout,
  }
  const auth = signIn
    ? createAuth({
        ...signInOptions,
        ...counting,
        baseUrl,
        crypto: cipher as Cipher,
        allowedHosts: options.allowedHosts,
        headerAuth: headers,
        sandbox: parts.sandbox,
        // A toolkit with all tools: the visible tools may lack `ping`, which checks credentials.
        cloudways: createCloudways({ ...upstream, ...limits }),
        journal: hasJournal ? (cloudways as unknown as Cloudways) : undefined,
        exchange: emailAndKey ? createExchange(upstream) : undefined,
      })
    : undefined
  const headerGuard = headers ? createHeaderGuard(counting) : undefined
  const app = createApp({ ...options, baseUrl }, { auth, headerGuard, listeners: parts.listeners })
  let closing: Promise<void> | undefined
  return {
    app,
    wellKnown: auth?.wellKnown ?? [],
    fetch: (request, env) => app.fetch(request, env as object),
    close() {
      closing ??= storage.dispose()
      return closing
    },
  }
}

/** What the application hands from one handler to the next. */
interface AppEnvironment {
  Variables: RequestIdVariables
}

function createApp<T extends ToolMap>(
  options: ServerOptions<T> & { baseUrl: string },
  parts: EndpointParts,
): Hono<AppEnvironment> {
  const { cloudways, baseUrl, logger, metrics } = options
  const endpoint = createEndpoint(options, parts)
  const forPeople = {
    endpoint: `${baseUrl}/mcp`,
    anonymous: options.anonymous ?? false,
    signIn: parts.auth !== undefined,
    headers: parts.headerGuard !== undefined,
    journal: Object.hasOwn(cloudways.tools, 'list_changes'),
  }
  // A slash at the end of a path changes nothing: some clients add one to every URL.
  const app = new Hono<AppEnvironment>({ getPath: pathBelow(basePathOf(baseUrl)) })
  app.use(requestId({ limitLength: 64 }))
  app.use(standardHeaders)
  app.use(watchRequests(logger, metrics))
  if (!options.trustProxy && logger) app.use(warnOfProxy(logger))

  const cors = createCors(reachOf(options))
  // Refusals before the endpoint, and failures in it, can be read by the same pages as its answers.
  app.use('/mcp', async (context, next) => {
    const { headers, url } = context.req.raw
    const origin = headers.get('origin')
    if (!cors.isHost(headers.get('host') ?? new URL(url).host)) refusedBecause(wrongHost)
    else if (origin !== null && !cors.isOrigin(origin)) refusedBecause(wrongOrigin)
    await next()
    context.res = cors.open(context.req.raw, context.res)
  })
  app.use('/mcp', limitStrangers(options, strangersPerMinute, tooManyRequests))
  app.get('/mcp', async (context, next) => {
    const { headers } = context.req.raw
    if (!isForPerson(headers) || !cors.isHost(headers.get('host') ?? new URL(context.req.url).host))
      return next()
    return context.html(await endpointPage(forPeople), 200, { ...pageHeaders(), vary: 'accept' })
  })
  app.all('/mcp', ({ req, env }) => endpoint(req.raw, env))
  if (parts.auth) app.route('/', parts.auth.routes)
  app.get('/health', health(cloudways.adapter.services.storage, options.trustProxy ?? false))
  if (metrics) {
    const { storage } = cloudways.adapter.services
    metrics.stopped(async () => (await readStop(storage)) !== null)
    const { host } = new URL(baseUrl)
    app.get('/metrics', async (context) => {
      if (!mayReadMetrics(context.req.raw.headers, context.env, host)) return context.notFound()
      const { text, contentType } = await metrics.read()
      return context.body(text, 200, { 'content-type': contentType, 'cache-control': 'no-store' })
    })
  }
  app.get('/', async (context) => context.html(await landingPage(forPeople), 200, pageHeaders()))

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

/** Browsers ask for a page. Clients of the endpoint ask for JSON or a stream of events. */
function isForPerson(headers: Headers): boolean {
  const accept = headers.get('accept') ?? ''
  return /\btext\/html\b/.test(accept) && !/\btext\/event-stream\b/.test(accept)
}

/** The same as at `/token`. */
const strangersPerMinute = 600

const tooManyRequests = (_: Context, wait: number) =>
  refuse(429, -32000, `Too many requests from this address. Wait ${wait} s.`, { 'retry-after': String(wait) })

/** Told once, at the first request that shows a proxy. */
function warnOfProxy(logger: Logger): MiddlewareHandler<AppEnvironment> {
  let told = false
  return (context, next) => {
    if (!told && isProxied(context.req.raw.headers)) {
      told = true
      logger.warning(
        'A request came through a proxy, and TRUST_PROXY (trustProxy) is not set: all clients count as one address, so one who guesses credentials locks everybody out. Behind exactly one proxy that appends to X-Forwarded-For, set it to true.',
      )
    }
    return next()
  }
}

function health(storage: Storage, trustProxy: boolean): Handler<AppEnvironment> {
  const check = createStorageCheck(storage)
  const started = Date.now()
  return async (context) => {
    const { status: state, reason } = await check()
    if (reason !== undefined) refusedBecause(reason)
    const body = {
      status: state,
      version,
      uptime: Math.floor((Date.now() - started) / 1000),
      storage: state,
    }
    // How this request came. `doctor` asks by the public URL, and learns so whether a proxy is in front.
    const proxy = !isProxied(context.req.raw.headers) ? 'none' : trustProxy ? 'trusted' : 'ignored'
    const headers = { 'cache-control': 'no-store', 'x-proxy': proxy }
    return context.json(body, state === 'ok' ? 200 : 503, headers)
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
