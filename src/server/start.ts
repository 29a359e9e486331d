/**
 * From configuration to a server that runs.
 *
 * @module
 */
import { checkOptions } from '../options.ts'
import { createApp } from './app.ts'
import { type Config, checkExposure } from './config.ts'
import { listen } from './listen.ts'
import type { Logger } from './logging.ts'
import { type DefaultAccount, loggerOf, openServices, type ServiceOptions } from './services.ts'

/** Options of {@link startServer}. */
export interface StartOptions {
  /** From {@link readConfig}. */
  config: Config
  /** From `createSandbox()`: answers instead of Cloudways. */
  sandbox?: ServiceOptions['sandbox']
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
  checkOptions('startServer', options, ['config', 'sandbox', 'logger'])
  const { config, sandbox } = options
  if (!sandbox) checkExposure(config)
  const logger = options.logger ?? loggerOf(config)
  const services = await openServices(config, { sandbox, logger })
  try {
    // A missing package shows here; a Redis that is away for now does not keep the server from starting.
    await services.storage.get('health:start').catch((error: unknown) => {
      if ((error as { code?: unknown }).code === 'invalid_input') throw error
      logger.warning('storage does not answer', { error })
    })
    const baseUrl = config.authBaseUrl
    const app = createApp({
      cloudways: services.cloudways,
      storage: services.storage,
      headerAuth: config.enableHeaderAuth,
      baseUrl,
      logger,
    })
    const listener = await listen({ fetch: app.fetch, host: config.host, port: config.port })
    const url = `http://${localName(config.host)}:${listener.port}/mcp`
    let closing: Promise<void> | undefined
    const stop = async () => {
      logger.info('stopping')
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

/** How this machine reaches a host that was listened on. */
function localName(host: string): string {
  if (['0.0.0.0', '::', '127.0.0.1', '::1'].includes(host)) return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}
