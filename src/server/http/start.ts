/** From configuration to a server that listens. @module */
import { createListeners } from '../../adapters/mcp/listeners.ts'
import { checkOptions } from '../../base/options.ts'
import { fernet } from '../../crypto/fernet.ts'
import { generateKey } from '../../crypto/key.ts'
import { InputError } from '../../errors.ts'
import { storedDeliveries } from '../approval/deliveries.ts'
import type { PlanKeeper } from '../approval/plans.ts'
import { type DeliveryLine, deliveriesAtOnce, webhookOf } from '../approval/webhook.ts'
import { type Config, checkExposure, hasAccount } from '../config/config.ts'
import { logResources } from '../watch/health.ts'
import type { Logger } from '../watch/logging.ts'
import { createMetrics } from '../watch/metrics.ts'
import { loadTracing } from '../watch/tracing.ts'
import { openBackground, openQueue } from '../work/open.ts'
import { listen } from './listen.ts'
import { checkFolderAnswers, tryStorage } from './reach-state.ts'
import { assembleServer } from './server.ts'
import { type DefaultAccount, loggerOf, openServices, type ServiceOptions } from './services.ts'

/** Options of {@link startServer}. */
export interface StartOptions {
  /** From {@link readConfig}. */
  config: Config
  /** From `createSandbox()`: it answers instead of Cloudways. */
  sandbox?: ServiceOptions['sandbox']
  /** Ask every client to sign in, even when the configuration has an account. Default `false`. */
  login?: boolean
  /** Default: a log to stderr, by LOG_LEVEL, LOG_FORMAT and LOG_FILE. */
  logger?: Logger
  /**
   * Shows a URL in the browser of this computer. With an AUTH_BASE_URL on localhost, pages that wait for a person then
   * open by themselves. Default: none, and each page asks for the credentials of the account.
   */
  openBrowser?: (url: string) => Promise<boolean>
}

/** A server that listens. */
export interface RunningServer {
  /** The MCP endpoint, as this machine reaches it. */
  readonly url: string
  readonly port: number
  /** The account that a request without credentials uses. */
  readonly account: DefaultAccount
  /** Whether a request without credentials is asked to sign in. */
  readonly login: boolean
  /**
   * Stop listening, wait for the calls under way (WAIT_SECONDS and five more), and close the storage. Safe to call
   * twice.
   */
  close(): Promise<void>
}

/**
 * Start the self-hosted server: `createServer` for a configuration, on a port. It handles no signals; call `close()` when
 * your process ends.
 *
 * @throws InputError when the address is taken, when a variable names something that does not exist, when the storage can't
 * be used (a Redis that is down for now may come back later), or when strangers could use the credentials of the
 * environment.
 *
 * @example
 * const server = await startServer({ config: readConfig(process.env) })
 */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  checkOptions('startServer', options, ['config', 'sandbox', 'login', 'logger', 'openBrowser'])
  const { config, sandbox, login = false, openBrowser } = options
  if (!sandbox) checkExposure(config)
  if (login && !config.enableOauthAuth) {
    throw new InputError(
      '--login asks for a sign-in that ENABLE_OAUTH_AUTH=false switches off.',
      'Choose one.',
    )
  }
  if (!config.enableHeaderAuth && !config.enableOauthAuth && !sandbox && !hasAccount(config)) {
    throw new InputError(
      'ENABLE_HEADER_AUTH and ENABLE_OAUTH_AUTH are both false, and there is no account: nobody could use this server.',
      'Switch one of them on, or set CLOUDWAYS_ACCESS_TOKEN.',
    )
  }
  const logger = options.logger ?? loggerOf(config)
  const metrics = config.metrics ? await createMetrics() : undefined
  const tracing = await loadTracing()
  await checkFolderAnswers(config)
  // Work in the background needs an account that is there when its time comes.
  const background = sandbox || hasAccount(config) ? await openBackground(config.redisUrl, logger) : undefined
  const services = await openServices(config, {
    ...{ fallback: 'page', sandbox, logger, metrics, tracing },
    onWork: background?.onWork,
  }).catch(async (error: unknown) => {
    await background?.close()
    throw error
  })
  let webhook: ReturnType<typeof webhookOf>
  try {
    const reason = await tryStorage(config, services.storage)
    if (reason !== undefined) logger.warning('storage does not answer', { reason })
    // Without ENCRYPTION_KEY all state is in this process, so its key may be too.
    const cipher = services.cloudways.adapter.services.crypto ?? fernet(generateKey())
    webhook = webhookOf(config, { logger, metrics }, await lineOf(config, logger, { ...services, cipher }))
    const listeners = createListeners()
    const anonymous = services.account !== 'none' && !login
    const server = assembleServer(
      {
        cloudways: services.cloudways,
        baseUrl: config.authBaseUrl,
        trustProxy: config.trustProxy,
        headers: config.enableHeaderAuth,
        structuredContent: config.structuredContent,
        signIn: config.enableOauthAuth && {
          ...{ tokenLifetime: config.authTokenLifetime, openBrowser, onWaiting: webhook?.tell },
        },
        attempts: {
          perLogin: config.maxAuthAttemptsPerSession,
          perAddress: config.maxAuthAttemptsPerIp,
          lockout: config.authLockoutDuration,
        },
        ...{ anonymous, logger, metrics, tracing },
      },
      {
        cipher,
        onEvent: services.onAuthEvent,
        sessionTimeout: config.authSessionTimeout,
        sandbox: sandbox !== undefined,
        listeners,
      },
    )
    const listener = await listen({ fetch: server.fetch, host: config.host, port: config.port })
    const url = `http://${localName(config.host)}:${listener.port}/mcp`
    const stopResources = await logResources({ logger, sockets: listener.sockets })
    let closing: Promise<void> | undefined
    background?.start(services.cloudways)
    const stop = async () => {
      logger.info('stopping')
      const finished = Promise.all([background?.close(), webhook?.close()])
      stopResources()
      // These streams never end by themselves.
      listeners.close()
      // A call waits for its operation for at most `waitSeconds`.
      const drained = await listener.close(config.waitSeconds + 5)
      if (!drained) logger.warning('calls were aborted to stop')
      await finished
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
    await Promise.all([background?.close(), webhook?.close()])
    await services.dispose()
    throw error
  }
}

/** Where the deliveries of the webhook wait: any replica makes them. */
async function lineOf(
  { approvalWebhook, redisUrl }: Config,
  logger: Logger,
  { storage, cipher }: Omit<PlanKeeper, 'now'>,
): Promise<DeliveryLine | undefined> {
  if (approvalWebhook === undefined) return undefined
  const queue = { name: 'webhook', atOnce: deliveriesAtOnce, lockSeconds: 20 }
  return {
    queue: await openQueue({ redisUrl, logger, ...queue }),
    deliveries: storedDeliveries({ storage, cipher, now: Date.now }),
  }
}

/** The name by which this machine reaches a host that the server listens on. */
function localName(host: string): string {
  if (['0.0.0.0', '::', '127.0.0.1', '::1'].includes(host)) return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}
