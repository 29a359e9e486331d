/**
 * From configuration to running parts: storage, cipher, rate limit, tools.
 *
 * @module
 */
import { type Cloudways, createCloudways } from '../../cloudways.ts'
import type { CloudwaysOptions } from '../../cloudways-options.ts'
import type { AuditEvent } from '../../core/types/audit.ts'
import type { Policy, Selection } from '../../core/types/call.ts'
import { fernet } from '../../crypto/fernet.ts'
import {
  type CloudwaysError,
  CredentialError,
  InputError,
  isCloudwaysError,
  UpstreamError,
} from '../../errors.ts'
import { memoryRateLimit } from '../../rate-limit/memory.ts'
import type { Sandbox } from '../../sandbox/index.ts'
import { memoryStorage } from '../../storage/memory.ts'
import type { Cipher, RateLimiter, Storage } from '../../types.ts'
import { type AuditFile, openAuditFile } from '../audit/file.ts'
import { createAuditSink } from '../audit/sink.ts'
import { type Config, credentialsOf, keysOf, policyOf, secretsOf, selectionOf } from '../config/config.ts'
import type { AuthEvent } from '../oauth/events.ts'
import { createLogger, type Logger } from '../watch/logging.ts'
import type { Metrics } from '../watch/metrics.ts'
import type { Tracing } from '../watch/tracing.ts'
import { checkTargets, namesTargets } from './check-targets.ts'
import { withConfirmations } from './confirm-storage.ts'
import { createUpstream } from './upstream.ts'

/** Whose account answers a call that brings no credentials of its own. */
export type DefaultAccount = 'sandbox' | 'environment' | 'none'

/** The parts of a running server or command. */
export interface Services {
  cloudways: Cloudways
  /** How Cloudways is reached, whatever tools are visible. */
  upstream: Required<Pick<CloudwaysOptions, 'apiUrl' | 'fetch' | 'timeout'>>
  account: DefaultAccount
  storage: Storage
  /** `undefined` while everything stays in this process. */
  cipher: Cipher | undefined
  rateLimit: RateLimiter
  /** For the `onEvent` of the sign-in: tells the log, the metrics and, of decisions, AUDIT_FILE. */
  onAuthEvent: (event: AuthEvent) => void
  /** Close connections and give files back. */
  dispose(): Promise<void>
}

/** How a person can be asked, where the client of an agent can't. */
export type Fallback = Policy['confirmFallback']

export interface ServiceOptions {
  /** Where CONFIRM_FALLBACK is not set. Default `refuse`. The approval page is there with `page` only. */
  fallback?: Fallback
  /** Takes the secrets that get_app_credentials keeps from the model. */
  onSecrets?: CloudwaysOptions['onSecrets']
  /** Opens the storage for the tokens of confirmations that another process brings back. Default: with all else. */
  confirmations?: () => Storage
  /** Answers instead of Cloudways; its account is used whatever credentials the configuration names. */
  sandbox?: Pick<Sandbox, 'fetch' | 'url' | 'credentials'>
  /** Told of every call. */
  logger?: Logger
  /** Told, on one line, what is odd about SERVERS, APPS and PROTECT. Default: a warning of `logger`. */
  tell?: (line: string) => void
  metrics?: Metrics
  tracing?: Pick<Tracing, 'fetch'>
  /** Told of every decision, besides the log. */
  onAudit?: (event: AuditEvent) => void
}

/**
 * @throws InputError for toolsets and tools that do not exist, for servers and apps that the account of the
 * configuration does not have, for what the drivers can't work with, for a fallback
 * that is not there, and for an AUDIT_FILE that can't be written.
 * @throws CredentialError, UpstreamError when that account can't be asked whether PROTECT names what is there.
 */
export async function openServices(config: Config, options: ServiceOptions = {}): Promise<Services> {
  const { fallback = 'refuse' } = options
  if (config.confirmFallback === 'page' && fallback !== 'page') {
    throw new InputError(
      'CONFIRM_FALLBACK=page needs the page of cloudways-tools http; this command has none.',
      'Unset CONFIRM_FALLBACK here, or set it to two-step or refuse.',
    )
  }
  const state = await openState(config, options)
  let auditFile: AuditFile | undefined
  try {
    const services = servicesOf(config, options, state, () => auditFile)
    await checkScope(config, services, options)
    // Last: a lock that is taken before another part fails would stay behind.
    if (config.auditFile !== undefined) auditFile = openAuditFile(config.auditFile, options.logger)
    return services
  } catch (error) {
    await state.dispose()
    throw error
  }
}

/** With credentials of its own, a server can check the names of the scope at startup. */
async function checkScope(
  config: Config,
  services: Services,
  { sandbox, logger, ...options }: ServiceOptions,
) {
  const credentials = sandbox ? { accessToken: sandbox.credentials.accessToken } : credentialsOf(config)
  if (!credentials || !namesTargets(config)) return
  const { upstream, rateLimit } = services
  const tell = options.tell ?? ((line: string) => logger?.warning(line))
  try {
    for (const line of await checkTargets(config, createCloudways({ ...upstream, credentials, rateLimit }))) {
      tell(line)
    }
  } catch (error) {
    if (error instanceof InputError || !isCloudwaysError(error)) throw error
    if (config.protect !== undefined) throw unchecked(error)
    // A scope that fits nothing lets nothing through, so this is no reason not to start.
    tell(`SERVERS and APPS could not be checked: ${error.message}`)
  }
}

/** A name in PROTECT that fits nothing protects nothing, and would not be noticed later. */
function unchecked(error: CloudwaysError): CloudwaysError {
  const message = `PROTECT could not be checked, so nothing was started: ${error.message}`
  if (error.code === 'credentials_refused') return new CredentialError(message, error.next, error.details)
  const next = 'Start again in a minute; cloudways-tools doctor tells what is wrong.'
  return new UpstreamError(message, next, error.details)
}

type State = Pick<Services, 'storage' | 'rateLimit' | 'dispose'>

function servicesOf(
  config: Config,
  options: ServiceOptions,
  state: State,
  auditFile: () => AuditFile | undefined,
): Services {
  const { sandbox, logger, metrics, tracing, fallback = 'refuse' } = options
  const audit = createAuditSink({ file: auditFile, logger, metrics, onAudit: options.onAudit })
  const keys = keysOf(config.encryptionKey)
  const cipher = keys.length > 0 ? fernet(keys) : undefined
  const own = credentialsOf(config)
  // Looked up at each request, so that whoever instruments the global one is not passed by.
  const send: typeof fetch = sandbox?.fetch ?? ((input, init) => globalThis.fetch(input, init))
  const rateLimit = metrics ? countRefusals(state.rateLimit, metrics) : state.rateLimit
  const upstream = {
    apiUrl: sandbox ? sandbox.url : config.cloudwaysApiUrl,
    fetch: createUpstream({
      fetch: tracing ? tracing.fetch(send) : send,
      pool: config.httpPoolSize,
      wait: config.httpTimeout,
      logger,
      metrics,
    }),
    timeout: config.httpTimeout,
  }
  const cloudways = configured(config, {
    ...upstream,
    ...policyOf(config, fallback),
    credentials: sandbox ? { accessToken: sandbox.credentials.accessToken } : own,
    waitSeconds: config.waitSeconds,
    revealSecrets: config.revealSecrets,
    storage: state.storage,
    crypto: cipher,
    rateLimit,
    auditArguments: config.auditArguments,
    onSecrets: options.onSecrets,
    beforeChange: audit.beforeChange,
    onAudit: audit.onAudit,
  })
  return {
    ...state,
    async dispose() {
      auditFile()?.close()
      await state.dispose()
    },
    cloudways,
    upstream,
    account: sandbox ? 'sandbox' : own ? 'environment' : 'none',
    cipher,
    rateLimit,
    onAuthEvent: audit.onAuthEvent,
  }
}

/** The visible tools alone, without connections: enough to list and describe. */
export function visibleTools(config: Config): Cloudways {
  return configured(config, { ...policyOf(config, 'refuse'), rateLimit: null })
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

async function openState(config: Config, { confirmations }: ServiceOptions): Promise<State> {
  const size = { requests: config.rateLimitRequests, window: config.rateLimitWindow }
  if (config.redisUrl) {
    const [{ redisStorage }, { redisClient }, { redisRateLimit }] = await Promise.all([
      import('../../storage/redis.ts'),
      import('../../storage/redis-client.ts'),
      import('../../rate-limit/redis.ts'),
    ])
    const client = redisClient({ url: config.redisUrl, pool: config.redisPoolSize })
    const storage = redisStorage({ client })
    const dispose = async () => {
      await storage.dispose()
      await client.close()
    }
    return { storage, rateLimit: redisRateLimit({ client, ...size }), dispose }
  }
  const kept = config.storageDir
    ? (await import('../../storage/fs.ts')).fsStorage({ dir: config.storageDir })
    : memoryStorage()
  // In memory they would be gone before another process can bring them back.
  const storage = confirmations && !config.storageDir ? withConfirmations(kept, confirmations) : kept
  return { storage, rateLimit: memoryRateLimit(size), dispose: () => storage.dispose() }
}

/** Only limits of a single endpoint bring a size of their own. */
function countRefusals(limiter: RateLimiter, metrics: Pick<Metrics, 'limited'>): RateLimiter {
  return {
    ...limiter,
    async take(key, cost, size, signal) {
      const state = await limiter.take(key, cost, size, signal)
      if (!state.allowed) metrics.limited(size ? 'endpoint' : 'account')
      return state
    },
  }
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
