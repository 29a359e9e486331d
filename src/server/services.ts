/**
 * From configuration to running parts: storage, cipher, rate limit, tools.
 *
 * @module
 */
import { type Cloudways, type CloudwaysOptions, createCloudways } from '../cloudways.ts'
import type { AuditEvent } from '../core/audit.ts'
import type { Selection } from '../core/select.ts'
import { fernet } from '../crypto/fernet.ts'
import { InputError } from '../errors.ts'
import { memoryRateLimit } from '../rate-limit/memory.ts'
import type { Sandbox } from '../sandbox/index.ts'
import { memoryStorage } from '../storage/memory.ts'
import type { Cipher, RateLimiter, Storage } from '../types.ts'
import { type Config, credentialsOf, keysOf, secretsOf, selectionOf } from './config.ts'
import { requestContext } from './context.ts'
import { createLogger, type Logger } from './logging.ts'
import { createUpstream } from './upstream.ts'

/** Whose account answers a call that brings no credentials of its own. */
export type DefaultAccount = 'sandbox' | 'environment' | 'none'

/** The parts of a running server or command. */
export interface Services {
  cloudways: Cloudways
  account: DefaultAccount
  storage: Storage
  /** `undefined` while everything stays in this process. */
  cipher: Cipher | undefined
  rateLimit: RateLimiter
  /** Close connections and give files back. */
  dispose(): Promise<void>
}

export interface ServiceOptions {
  /** Answers instead of Cloudways; its account is used whatever credentials the configuration names. */
  sandbox?: Pick<Sandbox, 'fetch' | 'url' | 'credentials'>
  /** Told of every call. */
  logger?: Logger
  /** Told of every call, besides the log. */
  onAudit?: (event: AuditEvent) => void
}

/** @throws InputError for toolsets and tools that do not exist, and for what the drivers can't work with. */
export async function openServices(config: Config, options: ServiceOptions = {}): Promise<Services> {
  const { sandbox, logger } = options
  const state = await openState(config)
  const keys = keysOf(config.encryptionKey)
  const cipher = keys.length > 0 ? fernet(keys) : undefined
  const own = credentialsOf(config)
  const cloudways = configured(config, {
    credentials: sandbox ? { accessToken: sandbox.credentials.accessToken } : own,
    apiUrl: sandbox ? sandbox.url : config.cloudwaysApiUrl,
    fetch: createUpstream({
      // Looked up at each request, so that whoever instruments the global one is not passed by.
      fetch: sandbox?.fetch ?? ((input, init) => globalThis.fetch(input, init)),
      pool: config.httpPoolSize,
      wait: config.httpTimeout,
      logger,
    }),
    timeout: config.httpTimeout,
    waitSeconds: config.waitSeconds,
    revealSecrets: config.revealSecrets,
    storage: state.storage,
    crypto: cipher,
    rateLimit: state.rateLimit,
    onAudit: (event) => {
      options.onAudit?.(event)
      if (logger) logCall(logger, event)
    },
  })
  return { cloudways, account: sandbox ? 'sandbox' : own ? 'environment' : 'none', cipher, ...state }
}

/** The visible tools alone, without connections: enough to list and describe. */
export function visibleTools(config: Config): Cloudways {
  return configured(config, { rateLimit: null })
}

function configured(config: Config, options: CloudwaysOptions): Cloudways {
  const all = createCloudways(options)
  const selection = selectionOf(config)
  checkNames(all, 'TOOLSETS', { toolsets: selection.toolsets })
  checkNames(all, 'TOOLS', { tools: selection.tools })
  checkNames(all, 'EXCLUDE_TOOLS', { excludeTools: selection.excludeTools })
  const cloudways = all.select(selection)
  if (Object.keys(cloudways.tools).length > 0) return cloudways
  throw new InputError(
    'TOOLSETS, TOOLS, EXCLUDE_TOOLS and READ_ONLY together leave no tool.',
    'Choose at least one tool; READ_ONLY leaves out all that change something.',
  )
}

/** One variable at a time, so that an error can name it. */
function checkNames(all: Cloudways, variable: string, selection: Selection): void {
  try {
    all.select(selection)
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    throw new InputError(`${variable}: ${error.message}`, error.next, { ...error.details, variable })
  }
}

async function openState(config: Config): Promise<Pick<Services, 'storage' | 'rateLimit' | 'dispose'>> {
  const size = { requests: config.rateLimitRequests, window: config.rateLimitWindow }
  if (config.redisUrl) {
    const [{ redisStorage }, { redisClient }, { redisRateLimit }] = await Promise.all([
      import('../storage/redis.ts'),
      import('../storage/redis-client.ts'),
      import('../rate-limit/redis.ts'),
    ])
    const client = redisClient({ url: config.redisUrl, pool: config.redisPoolSize })
    const storage = redisStorage({ client })
    const dispose = async () => {
      await storage.dispose()
      await client.close()
    }
    return { storage, rateLimit: redisRateLimit({ client, ...size }), dispose }
  }
  const storage = config.storageDir
    ? (await import('../storage/fs.ts')).fsStorage({ dir: config.storageDir })
    : memoryStorage()
  return { storage, rateLimit: memoryRateLimit(size), dispose: () => storage.dispose() }
}

/** The logger that a configuration asks for; it knows the configuration's own secrets. */
export function loggerOf(config: Config): Logger {
  return createLogger({
    level: config.logLevel,
    format: config.logFormat,
    file: config.logFile,
    secrets: secretsOf(config),
  })
}

/** One line per call. It also tells the request's own line which tool and account it was. */
function logCall(logger: Logger, { tool, account, outcome, code, risk, duration }: AuditEvent): void {
  const context = requestContext.getStore()
  if (context) Object.assign(context, { tool, account })
  const failed = outcome !== 'ok' && outcome !== 'cancelled'
  logger[failed ? 'warning' : 'info']('call', { tool, risk, account, outcome, code, ms: duration })
}
