/** From configuration to running parts: storage, cipher, rate limit, tools, audit. @module */
import type { Cloudways } from '../../cloudways.ts'
import type { CloudwaysOptions } from '../../cloudways-options.ts'
import type { AuditEvent } from '../../core/types/audit.ts'
import type { Policy } from '../../core/types/call.ts'
import { fernet } from '../../crypto/fernet.ts'
import { InputError } from '../../errors.ts'
import type { Sandbox } from '../../sandbox/index.ts'
import type { Storage } from '../../types.ts'
import { type AuditFile, openAuditFile } from '../audit/file.ts'
import { createAuditSink } from '../audit/sink.ts'
import { accountsOf, type Config, hasAccount, keysOf, policyOf, secretsOf } from '../config/config.ts'
import { controlOf } from '../config/control.ts'
import type { AuthEvent } from '../oauth/events.ts'
import { createOutsideLook } from '../outside-look.ts'
import { createLogger, type Logger } from '../watch/logging.ts'
import type { Metrics } from '../watch/metrics.ts'
import type { Tracing } from '../watch/tracing.ts'
import { checkedCalls } from './checked-calls.ts'
import { createKeepAlive } from './keep-alive.ts'
import { countLimits, openState, type State } from './state.ts'
import { checkScope, createConfigured, namesTargets } from './tools.ts'
import { createUpstream } from './upstream.ts'

/** The account of a call that brings no credentials. */
export type DefaultAccount = 'sandbox' | 'environment' | 'none'

/** The parts of a running server or command. */
export interface Services extends Omit<State, 'rateLimit'> {
  cloudways: Cloudways
  account: DefaultAccount
  /** For the `onEvent` of the sign-in: tells the log and the metrics, and tells AUDIT_FILE of decisions. */
  onAuthEvent: (event: AuthEvent) => void
  /** Close connections and the audit file. */
  dispose(): Promise<void>
}

/** How a person is asked when the client of an agent can't ask. */
type Fallback = Policy['confirmFallback']

export interface ServiceOptions {
  /** Used when CONFIRM_FALLBACK is not set. Default `refuse`. CONFIRM_FALLBACK=page is allowed with `page` only. */
  fallback?: Fallback
  /** Opens a page on which a person approves, for a command with `fallback: 'page'` that is no server over HTTP. */
  openPage?: CloudwaysOptions['openPage']
  /** Takes the secrets that get_app_credentials keeps from the model. */
  onSecrets?: CloudwaysOptions['onSecrets']
  /** Opens the storage for the tokens of confirmations that another process brings back. Default: the main storage. */
  confirmations?: () => Storage
  /** Answers instead of Cloudways. Its account is used, whatever credentials the configuration names. */
  sandbox?: Pick<Sandbox, 'fetch' | 'url' | 'credentials'>
  /** Told of every call. */
  logger?: Logger
  /** Told, in one line each, of odd entries in SERVERS, APPS and PROTECT. Default: a warning of `logger`. */
  tell?: (line: string) => void
  /**
   * Start although the account can't be asked whether it has what SERVERS, APPS and PROTECT name. While PROTECT is
   * unchecked, nothing is changed. Default `false`.
   */
  startsUnchecked?: boolean
  metrics?: Metrics
  tracing?: Pick<Tracing, 'fetch'>
  /** Told of work that goes on after its call, on an account of the configuration. */
  onWork?: CloudwaysOptions['onWork']
  /** Told of every decision, besides the log. */
  onAudit?: (event: AuditEvent) => void
}

/**
 * @throws InputError for toolsets and tools that do not exist, for servers and apps that the account of the
 * configuration does not have, for values that a driver can't work with, for a CONFIRM_FALLBACK that this command does
 * not have, and for an AUDIT_FILE that can't be written.
 * @throws CredentialError, UpstreamError when the account can't be asked whether it has what PROTECT names, unless
 * the server `startsUnchecked`.
 */
export async function openServices(config: Config, options: ServiceOptions = {}): Promise<Services> {
  const { fallback = 'refuse', sandbox, logger } = options
  if (fallback !== 'page') checkNoPage(config)
  const accounts = sandbox
    ? { credentials: { accessToken: sandbox.credentials.accessToken } }
    : accountsOf(config)
  const isOurs = sandbox !== undefined || hasAccount(config)
  const state = await openState(config, options.confirmations)
  state.storage.onDamaged = tellDamage(logger)
  let auditFile: AuditFile | undefined
  try {
    const services = servicesOf(config, { ...options, accounts }, state, () => auditFile)
    if (isOurs && namesTargets(config)) {
      const { upstream, limits } = services.cloudways.adapter.services
      const warn = options.tell ?? ((line: string) => logger?.warning(line))
      const check = () => checkScope(config, { ...upstream, ...limits, ...accounts }, warn)
      if (!options.startsUnchecked) await check()
      else services.cloudways = await checkedCalls(services.cloudways, check)
    }
    // The audit file comes last: its lock would stay behind if another part failed after it.
    if (config.auditFile !== undefined) auditFile = openAuditFile(config.auditFile, logger)
    return services
  } catch (error) {
    await state.dispose()
    throw error
  }
}

/** Each record that can't be read is told once by this process. So is a key that does not fit, whatever it does not open. */
function tellDamage(logger: Logger | undefined): Storage['onDamaged'] {
  const told = new Set<string>()
  return (key, counts) => {
    const once = counts === 'sealed' ? counts : key
    if (told.has(once) || told.size >= mostTold) return
    told.add(once)
    if (counts === 'sealed') {
      logger?.warning(
        'ENCRYPTION_KEY does not open a record in the storage: the key was changed, or the record is damaged. Such records count as absent. After a change of the key, put the old one behind the new one.',
      )
    } else {
      logger?.warning('A record in the storage is damaged, or of another version.', { record: key, counts })
    }
  }
}

/** A storage that is damaged as a whole must not fill the log. */
const mostTold = 1000

/** @throws InputError for a configuration that asks for a page, which this command does not have. */
function checkNoPage({ confirmFallback, confirmBy }: Config): void {
  const wanted =
    confirmBy === 'page'
      ? 'CONFIRM_BY=page'
      : confirmFallback === 'page'
        ? 'CONFIRM_FALLBACK=page'
        : undefined
  if (!wanted) return
  throw new InputError(
    `${wanted} needs the page of cloudways-tools http or stdio; this command has none.`,
    confirmBy === 'page'
      ? 'Unset CONFIRM_BY here, or make the change through one of the two.'
      : 'Unset CONFIRM_FALLBACK here, or set it to two-step or refuse.',
  )
}

function servicesOf(
  config: Config,
  options: ServiceOptions & { accounts: Pick<CloudwaysOptions, 'credentials' | 'accounts'> },
  state: State,
  auditFile: () => AuditFile | undefined,
): Services {
  const { sandbox, logger, metrics, tracing, accounts, fallback = 'refuse' } = options
  const audit = createAuditSink({ file: auditFile, logger, metrics, onAudit: options.onAudit })
  const keys = keysOf(config.encryptionKey)
  const connections = createKeepAlive()
  const send = sandbox?.fetch ?? connections.fetch
  const rateLimit = metrics ? countLimits(state.rateLimit, metrics) : state.rateLimit
  const fetch = createUpstream({
    fetch: tracing ? tracing.fetch(send) : send,
    pool: config.httpPoolSize,
    wait: config.httpTimeout,
    logger,
    metrics,
  })
  const cloudways = createConfigured(config, {
    apiUrl: sandbox ? sandbox.url : config.cloudwaysApiUrl,
    fetch,
    timeout: config.httpTimeout,
    ...policyOf(config, fallback),
    ...controlOf(config),
    ...accounts,
    waitSeconds: config.waitSeconds,
    answerTokens: config.answerTokens,
    revealSecrets: config.revealSecrets,
    storage: state.storage,
    crypto: keys.length > 0 ? fernet(keys) : undefined,
    rateLimit,
    rateLimitTotal: config.rateLimitTotal,
    rateLimitWait: config.rateLimitWait,
    journalDays: config.journalDays,
    // The domains of the sandbox lead nowhere.
    outsideLook: config.outsideChecks && !sandbox ? createOutsideLook() : undefined,
    auditArguments: config.auditArguments,
    openPage: options.openPage,
    onSecrets: options.onSecrets,
    beforeChange: audit.beforeChange,
    onWork: options.onWork,
    onAudit: audit.onAudit,
  })
  return {
    storage: state.storage,
    async dispose() {
      auditFile()?.close()
      connections.close()
      await state.dispose()
    },
    cloudways,
    account: sandbox ? 'sandbox' : hasAccount(config) ? 'environment' : 'none',
    onAuthEvent: audit.onAuthEvent,
  }
}

/** The logger of a configuration. It removes the secrets of the configuration from every line. */
export function loggerOf(config: Config): Logger {
  return createLogger({
    level: config.logLevel,
    format: config.logFormat,
    file: config.logFile,
    secrets: secretsOf(config),
  })
}
