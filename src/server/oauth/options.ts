/**
 * Options of the authorization server, checked once.
 *
 * @module
 */
import type { LookupFunction } from 'node:net'
import type { ApiKeyCredentials, ExchangedToken } from '../../api/credentials.ts'
import { hostCheck } from '../../base/http.ts'
import { mayCarrySecrets } from '../../base/loopback.ts'
import { checkNumber, checkOptions } from '../../base/options.ts'
import type { Cloudways } from '../../cloudways.ts'
import { InputError } from '../../errors.ts'
import type { Cipher, Storage } from '../../types.ts'
import { type AuthEvent, createEmit, type Emit } from './events.ts'

/** Options of {@link createAuth}. An option that does not exist is refused. */
export interface AuthOptions {
  /**
   * The public URL of this server, without a path: `https://tools.example.com`. It is the issuer, and clients
   * compare it character by character. `http` is for loopback only.
   */
  baseUrl: string
  /**
   * Where codes, sessions, counters of attempts, and what waits for a person live; shared by all replicas, and with
   * the toolkit whose calls people approve.
   */
  storage: Storage
  /**
   * Seals client ids, pending logins, and (together with the bearer) sessions. The same on all replicas and over
   * restarts, as clients keep their ids; and without a maximum age.
   */
  crypto: Cipher
  /** Credentials are checked with its tool `ping` before a code is issued. */
  cloudways: Pick<Cloudways, 'tools' | 'withCredentials'>
  /**
   * Turns email and API key into the one-hour token that is kept in their place: `createExchange()`. Without
   * it, the page offers access tokens only.
   */
  exchange?: (credentials: ApiKeyCredentials) => Promise<ExchangedToken>
  /** Seconds a person has to sign in. Default 300. */
  sessionTimeout?: number
  /**
   * Longest life of a bearer token, in seconds. Default 3600; shorter when the Cloudways token ends before. Also how
   * long a browser in which somebody signed in is known to the pages of `approvals`.
   */
  tokenLifetime?: number
  /** Wrong credentials that one login may send. Default 3. */
  maxAttemptsPerSession?: number
  /** Wrong credentials that may come from one address within `lockoutDuration`. Default 10. */
  maxAttemptsPerIp?: number
  /** Seconds an address is locked out. Default 300. */
  lockoutDuration?: number
  /**
   * Whether the last entry of X-Forwarded-For is the client's address. Default `false`. Only right behind
   * exactly one proxy that appends to the header: without one, anybody writes what he likes.
   */
  trustProxy?: boolean
  /** Hosts this server is reached by, besides that of `baseUrl` and loopback. */
  allowedHosts?: readonly string[]
  /** Told of every sign-in, refusal, lockout, revocation and expiry, and of what a person decides on a page. */
  onEvent?: (event: AuthEvent) => void
  /**
   * Fetches client-id metadata documents. Default: a fetch that connects to public addresses only. One of your
   * own has to see to that itself, as whoever opens the sign-in page names the URL.
   */
  fetch?: typeof fetch
  /** Resolves the hosts of client-id metadata documents. Default: the system's. */
  lookup?: LookupFunction
  /** The clock: milliseconds since 1970. Default `Date.now`. */
  now?: () => number
}

const optionNames = Object.keys({
  baseUrl: true,
  storage: true,
  crypto: true,
  cloudways: true,
  exchange: true,
  sessionTimeout: true,
  tokenLifetime: true,
  maxAttemptsPerSession: true,
  maxAttemptsPerIp: true,
  lockoutDuration: true,
  trustProxy: true,
  allowedHosts: true,
  onEvent: true,
  fetch: true,
  lookup: true,
  now: true,
} satisfies Record<keyof AuthOptions, true>)

/** Checked options, with what follows from them. */
export interface Settings
  extends Required<
      Omit<AuthOptions, 'baseUrl' | 'crypto' | 'exchange' | 'fetch' | 'lookup' | 'onEvent' | 'allowedHosts'>
    >,
    Pick<AuthOptions, 'exchange' | 'fetch' | 'lookup'> {
  cipher: Cipher
  /** Without a trailing slash. */
  issuer: string
  /** What tokens are for: the MCP endpoint. */
  resource: string
  secure: boolean
  isHost: (host: string | null) => boolean
  emit: Emit
}

const where = 'createAuth'

/** @throws InputError that names the option. */
export function readOptions(options: AuthOptions): Settings {
  checkOptions(where, options, optionNames)
  const issuer = issuerOf(options.baseUrl)
  for (const name of ['storage', 'crypto', 'cloudways'] as const) {
    if (typeof options[name] !== 'object' || options[name] === null) throw missing(name)
  }
  // The global `crypto` is an object as well.
  if (typeof options.crypto.encrypt !== 'function') {
    throw new InputError(`${where}: 'crypto' is no cipher.`, 'Pass `fernet(key)`.', { option: 'crypto' })
  }
  if (!options.cloudways.tools.ping) {
    throw new InputError(
      `${where}: cloudways has no tool 'ping', which checks credentials.`,
      'Pass a toolkit that does not hide it: this one is never shown to a client.',
    )
  }
  const { storage, crypto: cipher, cloudways, exchange, tokenLifetime = 3600, now = Date.now } = options
  checkNumber(where, 'tokenLifetime', tokenLifetime, 1)
  return {
    ...readAttemptOptions(where, options),
    tokenLifetime,
    storage,
    cipher,
    cloudways,
    exchange,
    now,
    fetch: options.fetch,
    lookup: options.lookup,
    issuer,
    resource: `${issuer}/mcp`,
    secure: issuer.startsWith('https:'),
    isHost: hostCheck([new URL(issuer).host, ...(options.allowedHosts ?? [])]),
    emit: createEmit(options.onEvent, now),
  }
}

/** How wrong credentials are counted. */
export type AttemptOptions = Pick<
  AuthOptions,
  'sessionTimeout' | 'maxAttemptsPerSession' | 'maxAttemptsPerIp' | 'lockoutDuration' | 'trustProxy'
>

/** @throws InputError that names the option. */
export function readAttemptOptions(where: string, options: AttemptOptions): Required<AttemptOptions> {
  const numbers = {
    sessionTimeout: options.sessionTimeout ?? 300,
    maxAttemptsPerSession: options.maxAttemptsPerSession ?? 3,
    maxAttemptsPerIp: options.maxAttemptsPerIp ?? 10,
    lockoutDuration: options.lockoutDuration ?? 300,
  }
  for (const [name, value] of Object.entries(numbers)) checkNumber(where, name, value, 1)
  const { trustProxy = false } = options
  if (typeof trustProxy !== 'boolean') throw new InputError(`${where}: 'trustProxy' must be true or false.`)
  return { ...numbers, trustProxy }
}

/** Clients compare the issuer exactly, so it is one text everywhere: the origin, without a trailing slash. */
function issuerOf(baseUrl: unknown): string {
  const url = typeof baseUrl === 'string' && URL.canParse(baseUrl) ? new URL(baseUrl) : undefined
  const isRoot = url && url.pathname === '/' && !url.search && !url.hash && !url.username && !url.password
  if (isRoot && mayCarrySecrets(url)) return url.origin
  throw new InputError(
    `${where}: 'baseUrl' must be an https URL without path and query; http is for localhost only.`,
    'Set it to the address that clients use, for example https://tools.example.com.',
    { option: 'baseUrl' },
  )
}

function missing(name: string): InputError {
  return new InputError(`${where}: '${name}' is missing.`, `Pass '${name}'.`, { option: name })
}
