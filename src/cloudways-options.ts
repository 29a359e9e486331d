/**
 * The options of a toolkit: what they are, and what is accepted. A guard that is misspelt, or of a kind that can't
 * work, must not be off unseen.
 *
 * @module
 */
import { type Credentials, checkCredentials } from './api/credentials.ts'
import { mayCarrySecrets } from './base/loopback.ts'
import { checkOptions } from './base/options.ts'
import { readPolicy } from './core/decide/policy.ts'
import type { AuditEvent, Change } from './core/types/audit.ts'
import type { Policy, Rules, Selection } from './core/types/call.ts'
import type { Confirm, KeepSecrets, OpenPage } from './core/types/plan.ts'
import type { Tool, ToolMap } from './core/types/tool.ts'
import { InputError } from './errors.ts'
import { memoryRateLimit } from './rate-limit/memory.ts'
import { memoryStorage } from './storage/memory.ts'
import { type CoreToolName, coreTools, type ToolsetName } from './tools/index.ts'
import type { Cipher, RateLimiter, Storage } from './types.ts'

/** No tools of one's own. */
export type NoTools = { [Name in never]: Tool }

/** Any text, of which editors complete the names `N`. */
type Known<N extends string> = N | (string & {})

/** Which tools are listed. Tools of one's own are named beside the built-in ones. */
export interface ToolSelection extends Selection {
  toolsets?: readonly Known<ToolsetName>[]
  tools?: readonly Known<CoreToolName>[]
  excludeTools?: readonly Known<CoreToolName>[]
}

/** Options of {@link createCloudways}. An option that does not exist is refused. */
export interface CloudwaysOptions<Extra extends ToolMap = NoTools>
  extends ToolSelection,
    Partial<Policy> {
  /**
   * `{ accessToken }` (recommended), `{ email, apiKey }`, or a function that brings one of them.
   * Without credentials the tools can be listed, and a call says what is missing.
   */
  credentials?: Credentials
  /** Base URL of the API. Default `https://api.cloudways.com/api/v2`; `.../api/v1` is the retired version. */
  apiUrl?: string
  /** Used instead of the runtime's own, for example a sandbox's. */
  fetch?: typeof fetch
  /** Tools of your own, made with `defineTools`; they pass through the same rules. */
  extraTools?: Extra
  /** Seconds for one request to Cloudways. Default 15. A call with its retries stays under 45. */
  timeout?: number
  /** Seconds a call waits for the operation it started, before it answers the handle. Default 25; 0 never waits. */
  waitSeconds?: number
  /** Seconds until the first look at an operation; later looks come more slowly. Default 3. */
  pollSeconds?: number
  /** Let `get_app_credentials` answer passwords. Default `false`. They then are in the model's context. */
  revealSecrets?: boolean
  /**
   * State of this toolkit: exchanged tokens, confirmations that wait, calls that must not be repeated, operations that
   * were started. Processes that share it act as one. Default: this process's memory.
   */
  storage?: Storage
  /** Encrypts exchanged tokens before they are stored. Needed when the storage is outside the process. */
  crypto?: Cipher
  /** The bucket of calls for each account. Default: 90 in 60 seconds, in this process. `null`: none. */
  rateLimit?: RateLimiter | null
  /** Called for every decision. It is not waited for, and what it throws is ignored: the call has been made. */
  onAudit?: (event: AuditEvent) => void
  /** Whether audit events carry the arguments, redacted. Default `false`: their hash alone. */
  auditArguments?: boolean
  /** Asks a person, in the host's own way, before what {@link Policy.confirm} names. Before every other way. */
  onConfirm?: Confirm
  /** Opens a page on which a person can approve, for `confirmFallback: 'page'`. The self-hosted server brings it. */
  openPage?: OpenPage
  /**
   * Takes the secrets that `get_app_credentials` keeps from the model, and answers where a person finds them; that
   * text goes to the model. Default: they are hidden, and nothing takes them.
   */
  onSecrets?: KeepSecrets
  /**
   * Asked before a change is sent, and told which; what it throws refuses the change. For maintenance windows of a
   * server, and for a record that is there also when this process is killed before `onAudit` is called.
   */
  beforeChange?: (change: Change) => void | Promise<void>
}

/** Every name of an interface: one that is missing here, or too many, does not compile. */
const selectionNames = {
  toolsets: true,
  tools: true,
  excludeTools: true,
  readOnly: true,
} satisfies Record<keyof Selection, true>

const optionNames = {
  credentials: true,
  apiUrl: true,
  fetch: true,
  extraTools: true,
  timeout: true,
  waitSeconds: true,
  pollSeconds: true,
  revealSecrets: true,
  storage: true,
  crypto: true,
  rateLimit: true,
  onAudit: true,
  auditArguments: true,
  onConfirm: true,
  openPage: true,
  onSecrets: true,
  beforeChange: true,
  ...selectionNames,
  servers: true,
  apps: true,
  protect: true,
  confirm: true,
  confirmFallback: true,
  backupHours: true,
} satisfies Record<keyof CloudwaysOptions, true>

/** The pluggable ones, by their methods. */
const methods = {
  storage: {
    get: true,
    set: true,
    delete: true,
    take: true,
    increment: true,
    lock: true,
    dispose: true,
  } satisfies Record<keyof Storage, true>,
  crypto: { encrypt: true, decrypt: true } satisfies Record<keyof Cipher, true>,
  rateLimit: { take: true, peek: true, block: true } satisfies Record<keyof RateLimiter, true>,
}

const functions = ['fetch', 'onAudit', 'onConfirm', 'openPage', 'onSecrets', 'beforeChange'] as const

/** What the options come to, with the defaults of those that were left out. */
export interface Settings {
  rules: Rules
  baseUrl: string
  fetch: typeof fetch | undefined
  timeout: number
  cipher: Cipher | undefined
  rateLimit: RateLimiter | undefined
}

/** @throws InputError that names the option which does not exist, or whose value can't work. */
export function readOptions(options: CloudwaysOptions<ToolMap>): Settings {
  checkOptions('createCloudways', options, Object.keys(optionNames))
  if (options.credentials !== undefined && typeof options.credentials !== 'function') {
    checkCredentials(options.credentials)
  }
  checkKinds(options)
  checkExtraTools(options.extraTools)
  const { onAudit, onConfirm, openPage, onSecrets, beforeChange } = options
  return {
    rules: {
      policy: readPolicy(options),
      waitSeconds: seconds('waitSeconds', options.waitSeconds ?? 25, 0, 3600),
      pollSeconds: seconds('pollSeconds', options.pollSeconds ?? 3, 0.001, 60),
      revealSecrets: options.revealSecrets ?? false,
      storage: options.storage ?? memoryStorage(),
      auditArguments: options.auditArguments ?? false,
      ...{ onAudit, onConfirm, openPage, onSecrets, beforeChange },
    },
    baseUrl: apiUrl(options.apiUrl ?? defaultApiUrl),
    fetch: options.fetch,
    timeout: seconds('timeout', options.timeout ?? 15, 0.001, 300),
    cipher: options.crypto,
    rateLimit:
      options.rateLimit === null
        ? undefined
        : (options.rateLimit ?? memoryRateLimit({ requests: 90, window: 60 })),
  }
}

export const checkSelection = (selection: Selection): void =>
  checkOptions('select', selection, Object.keys(selectionNames))

export const defaultApiUrl = 'https://api.cloudways.com/api/v2'

function checkKinds(options: CloudwaysOptions<ToolMap>): void {
  for (const name of ['revealSecrets', 'readOnly', 'auditArguments'] as const) {
    // 'false' from an environment variable is true: a guard must not be off by accident.
    if (![true, false, undefined].includes(options[name])) throw wrong(name, 'must be true or false.')
  }
  for (const name of functions) {
    // Found out at the first change, it would be too late: who was to be asked was not.
    if (!['function', 'undefined'].includes(typeof options[name])) throw wrong(name, 'must be a function.')
  }
  for (const [name, needed] of Object.entries(methods)) {
    const given: unknown = options[name as keyof typeof methods]
    if (given === undefined || (given === null && name === 'rateLimit')) continue
    const names = Object.keys(needed)
    const missing = names.find((method) => typeof Object(given)[method] !== 'function')
    if (missing) throw wrong(name, `has no method ${missing}; it needs ${names.join(', ')}.`)
  }
}

function checkExtraTools(extraTools: ToolMap = {}): void {
  if (typeof extraTools !== 'object' || extraTools === null) {
    throw wrong('extraTools', 'must be what defineTools answered.')
  }
  const clash = Object.keys(extraTools).find((name) => Object.hasOwn(coreTools, name))
  if (clash)
    throw new InputError(`extraTools: ${clash} is the name of a built-in tool.`, 'Choose another name.')
  const odd = Object.entries(extraTools).find(([name, tool]) => tool?.name !== name)
  if (odd)
    throw new InputError(
      `extraTools: ${odd[0]} was not made with defineTools.`,
      'Declare it with defineTools.',
    )
}

const wrong = (option: string, problem: string) =>
  new InputError(`${option}: ${problem}`, 'Fix the option, or leave it out.', { option })

function apiUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !mayCarrySecrets(url) || url.search || url.username || url.password) {
    throw new InputError(
      'apiUrl: must be an https URL (http for localhost only), without user, password and query.',
      `The default is ${defaultApiUrl}.`,
    )
  }
  return text.replace(/\/+$/, '')
}

function seconds(name: string, value: number, least: number, most: number): number {
  if (typeof value === 'number' && value >= least && value <= most) return value
  throw new InputError(`${name}: must be a number of seconds from ${least} to ${most}.`, 'Fix the option.')
}
