/**
 * From configuration to a server that runs.
 *
 * @module
 */

import { checkOptions } from '../../base/options.ts'
import { createCloudways } from '../../cloudways.ts'
import { fernet } from '../../crypto/fernet.ts'
import { generateKey } from '../../crypto/key.ts'
import { InputError } from '../../errors.ts'
import { createHeaderGuard } from '../attempts/header-guard.ts'
import { createExchange } from '../attempts/verify.ts'
import { type Config, checkExposure, credentialsOf } from '../config/config.ts'
import { type Auth, createAuth } from '../oauth/auth.ts'
import type { Logger } from '../watch/logging.ts'
import { createMetrics } from '../watch/metrics.ts'
import { logResources } from '../watch/resources.ts'
import { loadTracing } from '../watch/tracing.ts'
import { createApp } from './app.ts'
import { listen } from './listen.ts'
import {
  type DefaultAccount,
  loggerOf,
  openServices,
  type ServiceOptions,
  type Services,
} from './services.ts'

/** Options of {@link startServer}. */
export interface StartOptions {
  /** From {@link readConfig}. */
  config: Config
  /** From `createSandbox()`: answers instead of Cloudways. */
  sandbox?: ServiceOptions['sandbox']
  /**
   * Ask every client to sign in, also when there is an account for those that do not. Default `false`.
   */
  login?: boolean
  /** Default: made of LOG_LEVEL, LOG_FORMAT and LOG_FILE, to stderr. */
  logger?: Logger
}

/** A server that runs. */
export interface RunningServer {
  /** The MCP endpoint as this machine reaches it. */
  readonly url: string
  readonly port: number
  /** Whose account answers a request that brings no credentials. */
  readonly account: DefaultAccount
  /** Whether a request that brings no credentials is asked to sign in. */
  readonly login: boolean
  /** Stop listening, let the calls under way end (up to a bound), and close the storage. Safe to call twice. */
  close(): Promise<void>
}

/**
 * Start the self-hosted server. It handles no signals: `close()` is for whoever does.
 *
 * @throws InputError when the address is taken, when a variable names what does not exist, or when strangers
 * could use the credentials of the environment.
 *
 * @example
 * const server = await startServer({ config: readConfig(process.env) })
 */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  checkOptions('startServer', options, ['config', 'sandbox', 'login', 'logger'])
  const { config, sandbox, login = false } = options
  if (!sandbox) checkExposure(config)
  if (login && !config.enableOauthAuth) {
    throw new InputError(
      '--login asks for a sign-in that ENABLE_OAUTH_AUTH=false switches off.',
      'Choose one.',
    )
  }
  if (!config.enableHeaderAuth && !config.enableOauthAuth && !sandbox && !credentialsOf(config)) {
    throw new InputError(
      'ENABLE_HEADER_AUTH and ENABLE_OAUTH_AUTH are both false, and there is no account: nobody could use this server.',
      'Switch one of them on, or set CLOUDWAYS_ACCESS_TOKEN.',
    )
  }
  const logger = options.logger ?? loggerOf(config)
  const metrics = config.metrics ? await createMetrics() : undefined
  const tracing = await loadTracing()
  const services = await openServices(config, { fallback: 'page', sandbox, logger, metrics, tracing })
  try {
    // A missing package shows here; a Redis that is away for now does not keep the server from starting.
    await services.storage.get('health:start').catch((error: unknown) => {
      if ((error as { code?: unknown }).code === 'invalid_input') throw error
      logger.warning('storage does not answer', { error })
    })
    const baseUrl = config.authBaseUrl
    const anonymous = services.account !== 'none' && !login
    const app = createApp({
      cloudways: services.cloudways,
      storage: services.storage,
      headerAuth: config.enableHeaderAuth,
      auth: config.enableOauthAuth ? authOf(config, services) : undefined,
      anonymous,
      headerGuard: createHeaderGuard(attemptsOf(config, services)),
      baseUrl,
      logger,
      metrics,
      tracing,
    })
    const listener = await listen({ fetch: app.fetch, host: config.host, port: config.port })
    const url = `http://${localName(config.host)}:${listener.port}/mcp`
    const stopResources = logResources({ logger, sockets: listener.sockets })
    let closing: Promise<void> | undefined
    const stop = async () => {
      logger.info('stopping')
      stopResources()
      // No call waits for its operation longer than this.
      const drained = await listener.close(config.waitSeconds + 5)
      if (!drained) logger.warning('calls were aborted to stop')
      await services.dispose()
      logger.info('stopped')
      if (!options.logger) logger.close()
    }
    return {
      url,
      port: listener.port,
      account: services.account,
      login: config.enableOauthAuth && !anonymous,
      close() {
        closing ??= stop()
        return closing
      },
    }
  } catch (error) {
    await services.dispose()
    throw error
  }
}

/** The sign-in. Without ENCRYPTION_KEY its key lives as long as this process, like everything else here. */
function authOf(config: Config, services: Services): Auth {
  const { upstream, rateLimit } = services
  return createAuth({
    baseUrl: config.authBaseUrl,
    crypto: services.cipher ?? fernet(generateKey()),
    // A toolkit of its own: the visible tools may lack the one that checks credentials.
    cloudways: createCloudways({ ...upstream, rateLimit }),
    exchange: createExchange(upstream),
    tokenLifetime: config.authTokenLifetime,
    ...attemptsOf(config, services),
  })
}

/** How wrong credentials are counted, on the page and in headers. */
function attemptsOf(config: Config, { storage, onAuthEvent }: Services) {
  return {
    storage,
    sessionTimeout: config.authSessionTimeout,
    maxAttemptsPerSession: config.maxAuthAttemptsPerSession,
    maxAttemptsPerIp: config.maxAuthAttemptsPerIp,
    lockoutDuration: config.authLockoutDuration,
    trustProxy: config.trustProxy,
    onEvent: onAuthEvent,
  }
}

/** How this machine reaches a host that was listened on. */
function localName(host: string): string {
  if (['0.0.0.0', '::', '127.0.0.1', '::1'].includes(host)) return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}
