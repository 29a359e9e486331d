/**
 * createCloudways(): options in, toolkit out.
 *
 * @module
 */
import { createClient } from './api/client.ts'
import { type Credentials, checkCredentials } from './api/credentials.ts'
import { createRoles } from './api/roles.ts'
import type { AuditEvent } from './core/audit.ts'
import type { Confirm, OpenPage } from './core/confirm.ts'
import type { Rules } from './core/context.ts'
import type { Tool, ToolMap } from './core/define.ts'
import { type Policy, readPolicy } from './core/policy.ts'
import type { KeepSecrets } from './core/secret.ts'
import { type Selected, type Selection, selectTools } from './core/select.ts'
import { createToolkit, createView, type Toolkit, type View } from './core/toolkit.ts'
import type { Transport } from './core/transport.ts'
import { sealTo } from './crypto/seal-to.ts'
import { InputError } from './errors.ts'
import { isLoopback } from './loopback.ts'
import { checkOptions } from './options.ts'
import { memoryRateLimit } from './rate-limit/memory.ts'
import { memoryStorage } from './storage/memory.ts'
import { type CoreTools, coreTools } from './tools/index.ts'
import type { Cipher, RateLimiter, Storage } from './types.ts'

/** Options of {@link createCloudways}. An option that does not exist is refused. */
export interface CloudwaysOptions<Extra extends ToolMap = Record<never, Tool>>
  extends Selection,
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
  /** Asked before a change is sent; what it throws refuses the change. For maintenance windows and the like. */
  beforeChange?: () => void | Promise<void>
}

/** The tools of an account, ready to be called or handed to an adapter. */
export interface Cloudways<T extends ToolMap = CoreTools> extends Toolkit<T> {
  /** The same tools and rules for another account; storage and limits are shared. Cheap. */
  withCredentials(credentials: Credentials): Cloudways<T>
  /** The same account and rules with fewer tools; what is hidden here stays hidden. */
  select(selection: Selection): Cloudways<T>
}

const optionNames = [
  'credentials',
  'apiUrl',
  'fetch',
  'extraTools',
  'timeout',
  'waitSeconds',
  'pollSeconds',
  'revealSecrets',
  'storage',
  'crypto',
  'rateLimit',
  'onAudit',
  'auditArguments',
  'onConfirm',
  'openPage',
  'onSecrets',
  'beforeChange',
  'toolsets',
  'tools',
  'excludeTools',
  'readOnly',
  'servers',
  'apps',
  'protect',
  'confirm',
  'confirmFallback',
  'backupHours',
] as const

export const defaultApiUrl = 'https://api.cloudways.com/api/v2'

/**
 * Make a toolkit for a Cloudways account. Synchronous; the first call signs in.
 *
 * @throws InputError for an option that does not exist, or a value that can't work.
 *
 * @example
 * const cloudways = createCloudways({ credentials: { accessToken: process.env.CLOUDWAYS_ACCESS_TOKEN! } })
 * const { servers } = await cloudways.call('list_servers', {})
 */
export function createCloudways<Extra extends ToolMap = Record<never, Tool>>(
  options: CloudwaysOptions<Extra> = {},
): Cloudways<CoreTools & Extra> {
  checkOptions('createCloudways', options, optionNames)
  if (options.credentials !== undefined && typeof options.credentials !== 'function') {
    checkCredentials(options.credentials)
  }
  const clash = Object.keys(options.extraTools ?? {}).find((name) => Object.hasOwn(coreTools, name))
  if (clash)
    throw new InputError(`extraTools: ${clash} is the name of a built-in tool.`, 'Choose another name.')
  const odd = Object.entries(options.extraTools ?? {}).find(([name, tool]) => tool?.name !== name)
  if (odd)
    throw new InputError(
      `extraTools: ${odd[0]} was not made with defineTools.`,
      'Declare it with defineTools.',
    )
  for (const name of ['revealSecrets', 'readOnly', 'auditArguments'] as const) {
    // 'false' from an environment variable is true: a guard must not be off by accident.
    if (![true, false, undefined].includes(options[name])) {
      throw new InputError(`${name}: must be true or false.`, 'Mend the option.')
    }
  }
  const policy = readPolicy(options)

  const storage = options.storage ?? memoryStorage()
  const shared = {
    baseUrl: apiUrl(options.apiUrl ?? defaultApiUrl),
    fetch: options.fetch,
    timeout: seconds('timeout', options.timeout ?? 15, 0.001, 300),
    storage,
    cipherFor: options.crypto && ((secret: string) => sealTo(options.crypto as Cipher, secret)),
    platformLimits: new Map(),
    roles: createRoles(),
    rateLimit:
      options.rateLimit === null
        ? undefined
        : (options.rateLimit ?? memoryRateLimit({ requests: 90, window: 60 })),
  }
  const { onAudit, onConfirm, openPage, onSecrets, beforeChange } = options
  const rules: Rules = {
    policy,
    waitSeconds: seconds('waitSeconds', options.waitSeconds ?? 25, 0, 3600),
    pollSeconds: seconds('pollSeconds', options.pollSeconds ?? 3, 0.001, 60),
    revealSecrets: options.revealSecrets ?? false,
    storage,
    auditArguments: options.auditArguments ?? false,
    ...{ onAudit, onConfirm, openPage, onSecrets, beforeChange },
  }
  const client = (credentials: Credentials | undefined) => createClient({ ...shared, credentials })

  // Untyped maps inside, exact types at the door: spelling out 68 tools at every step is too much for TypeScript.
  const build = (view: View, transport: Transport): Cloudways<ToolMap> => ({
    ...createToolkit(view, transport, rules),
    withCredentials: (credentials) => {
      if (typeof credentials !== 'function') checkCredentials(credentials)
      return build(view, client(credentials))
    },
    select: (selection) => {
      checkOptions('select', selection, ['toolsets', 'tools', 'excludeTools', 'readOnly'])
      return build(viewOf(view.tools, selection, view.hidden), transport)
    },
  })
  const viewOf = (tools: ToolMap, selection: Selection, before: Selected['hidden'] = new Map()) => {
    const { tools: left, hidden } = selectTools(tools, selection, policy)
    return createView({ tools: left, hidden: new Map([...before, ...hidden]) }, policy)
  }
  const view = viewOf({ ...coreTools, ...options.extraTools } as ToolMap, options)
  return build(view, client(options.credentials)) as unknown as Cloudways<CoreTools & Extra>
}

function apiUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (
    !url ||
    !(url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))) ||
    url.search ||
    url.username ||
    url.password
  ) {
    throw new InputError(
      'apiUrl: must be an https URL (http for localhost only), without user, password and query.',
      `The default is ${defaultApiUrl}.`,
    )
  }
  return text.replace(/\/+$/, '')
}

function seconds(name: string, value: number, least: number, most: number): number {
  if (typeof value === 'number' && value >= least && value <= most) return value
  throw new InputError(`${name}: must be a number of seconds from ${least} to ${most}.`, 'Mend the option.')
}
