/**
 * The server that people embed: the MCP endpoint, the sign-in and its pages, health and metrics, from one toolkit.
 *
 * @module
 */
import type { Hono } from 'hono'
import { createCloudways } from '../../cloudways.ts'
import type { ToolMap } from '../../core/types/tool.ts'
import { InputError } from '../../errors.ts'
import type { Cipher } from '../../types.ts'
import { createHeaderGuard } from '../attempts/header-guard.ts'
import { createAuditSink } from '../audit/sink.ts'
import { createAuth } from '../oauth/auth.ts'
import type { AuthEvent } from '../oauth/events.ts'
import { createExchange } from '../oauth/exchange.ts'
import { type AppEnvironment, createApp } from './app.ts'
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
    options.onEvent?.(event)
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
}

export function assembleServer<T extends ToolMap>(
  options: ServerOptions<T>,
  { cipher, onEvent, ...parts }: ServerParts,
): Server {
  const { cloudways, signIn, headers = true, attempts = {}, trustProxy } = options
  const baseUrl = (options.baseUrl ?? defaultBaseUrl).replace(/\/+$/, '')
  const { storage, rateLimit, upstream } = cloudways.adapter.services
  const { emailAndKey = true, ...signInOptions }: SignInOptions = signIn || {}
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
        // A toolkit with all tools: the visible tools may lack `ping`, which checks credentials.
        cloudways: createCloudways({ ...upstream, rateLimit }),
        exchange: emailAndKey ? createExchange(upstream) : undefined,
      })
    : undefined
  const headerGuard = headers ? createHeaderGuard(counting) : undefined
  const app = createApp({ ...options, baseUrl }, { auth, headerGuard })
  let closing: Promise<void> | undefined
  return {
    app,
    fetch: (request, env) => app.fetch(request, env as object),
    close() {
      closing ??= storage.dispose()
      return closing
    },
  }
}
