/**
 * createCloudways(): options in, toolkit out.
 *
 * @module
 */
import { createClient } from './api/client.ts'
import { type Credentials, checkCredentials } from './api/credentials.ts'
import type { AuditEvent } from './core/audit.ts'
import type { Tool, ToolMap } from './core/define.ts'
import type { Rules } from './core/pipeline.ts'
import { type Selection, selectTools } from './core/select.ts'
import { createToolkit, type Toolkit } from './core/toolkit.ts'
import type { Transport } from './core/transport.ts'
import { sealTo } from './crypto/seal-to.ts'
import { InputError } from './errors.ts'
import { checkOptions } from './options.ts'
import { memoryRateLimit } from './rate-limit/memory.ts'
import { memoryStorage } from './storage/memory.ts'
import { type CoreTools, coreTools } from './tools/index.ts'
import type { Cipher, RateLimiter, Storage } from './types.ts'

/** Options of {@link createCloudways}. An option that does not exist is refused. */
export interface CloudwaysOptions<Extra extends ToolMap = Record<never, Tool>> extends Selection {
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
  /** Where exchanged tokens are kept. Default: this process's memory. */
  storage?: Storage
  /** Seals what is kept in storage. Needed when the storage is outside the process. */
  crypto?: Cipher
  /** The bucket of calls for each account. Default: 90 in 60 seconds, in this process. `null`: none. */
  rateLimit?: RateLimiter | null
  /** Told of every call of a visible tool. What it throws is passed over: the call has been made. */
  onAudit?: (event: AuditEvent) => void
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
  'toolsets',
  'tools',
  'excludeTools',
  'readOnly',
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
  for (const name of ['revealSecrets', 'readOnly'] as const) {
    // 'false' from an environment variable is true: a guard must not be off by accident.
    if (![true, false, undefined].includes(options[name])) {
      throw new InputError(`${name}: must be true or false.`, 'Mend the option.')
    }
  }

  const shared = {
    baseUrl: apiUrl(options.apiUrl ?? defaultApiUrl),
    fetch: options.fetch,
    timeout: seconds('timeout', options.timeout ?? 15, 0.001, 300),
    storage: options.storage ?? memoryStorage(),
    cipherFor: options.crypto && ((secret: string) => sealTo(options.crypto as Cipher, secret)),
    platformLimits: new Map(),
    rateLimit:
      options.rateLimit === null
        ? undefined
        : (options.rateLimit ?? memoryRateLimit({ requests: 90, window: 60 })),
  }
  const rules: Rules = {
    waitSeconds: seconds('waitSeconds', options.waitSeconds ?? 25, 0, 3600),
    pollSeconds: seconds('pollSeconds', options.pollSeconds ?? 3, 0.001, 60),
    revealSecrets: options.revealSecrets ?? false,
    onAudit: options.onAudit,
  }
  const tools = selectTools({ ...coreTools, ...options.extraTools } as ToolMap, options)
  const client = (credentials: Credentials | undefined) => createClient({ ...shared, credentials })

  // Untyped maps inside, exact types at the door: spelling out 67 tools at every step is too much for TypeScript.
  const build = (tools: ToolMap, transport: Transport): Cloudways<ToolMap> => ({
    ...createToolkit(tools, transport, rules),
    withCredentials: (credentials) => {
      if (typeof credentials !== 'function') checkCredentials(credentials)
      return build(tools, client(credentials))
    },
    select: (selection) => {
      checkOptions('select', selection, ['toolsets', 'tools', 'excludeTools', 'readOnly'])
      return build(selectTools(tools, selection), transport)
    },
  })
  return build(tools, client(options.credentials)) as unknown as Cloudways<CoreTools & Extra>
}

function apiUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const local = url && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  if (
    !url ||
    !(url.protocol === 'https:' || (url.protocol === 'http:' && local)) ||
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
