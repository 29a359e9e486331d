/** Options of the authorization server, checked once. @module */
import type { LookupFunction } from 'node:net'
import type { Context } from 'hono'
import type { ApiKeyCredentials, ExchangedToken } from '../../api/credentials.ts'
import { hostCheck, isIssuer } from '../../base/http.ts'
import { anything, atLeastOne, type Rows, readRows, trueOrFalse } from '../../base/options.ts'
import type { Cloudways } from '../../cloudways.ts'
import { InputError } from '../../errors.ts'
import type { Cipher, Storage } from '../../types.ts'
import type { WaitingApproval } from '../approval/waiting.ts'
import { clientAddress } from '../attempts/address.ts'
import { type AttemptOptions, attemptRows } from '../attempts/attempts.ts'
import { type AuthEvent, createEmit, type Emit } from './events.ts'

/** Options of {@link createAuth}. An option that does not exist is refused. */
export interface AuthOptions extends AttemptOptions {
  /**
   * The public URL of this server: `https://tools.example.com`, or with the path below which its routes are mounted,
   * `https://example.com/cloudways`. It is the issuer, and clients compare it character by character. `http` is for
   * loopback only.
   */
  baseUrl: string
  /**
   * Keeps codes, sessions, counters of attempts, and what waits for a person. All replicas share it. It must be the
   * storage of the toolkit whose calls people approve: with another one, a call never finds the approval.
   */
  storage: Storage
  /**
   * Seals client ids, pending logins, and (together with the bearer token) sessions. It must be the same on all
   * replicas and after a restart, because clients keep their ids. It must not have a maximum age.
   */
  crypto: Cipher
  /**
   * Its tool `ping` checks credentials before a code is issued. Where two people approve, `list_servers` tells whether the
   * credentials of the second one are of the same account; a toolkit that hides it lets no second one in.
   */
  cloudways: Pick<Cloudways, 'tools' | 'withCredentials'>
  /** Its tool `list_changes` fills the page `/changes`. Default: there is no such page. */
  journal?: Pick<Cloudways, 'tools' | 'withCredentials'>
  /**
   * Turns email and API key into a token of one hour, which is kept in their place: `createExchange()`. Default: none,
   * and the page takes access tokens only.
   */
  exchange?: (credentials: ApiKeyCredentials) => Promise<ExchangedToken>
  /**
   * Longest life of a bearer token, in seconds. Default 3600; shorter when the Cloudways token ends before. It is also
   * how long the pages of `approvals` know a browser in which somebody signed in.
   */
  tokenLifetime?: number
  /**
   * Whether the MCP endpoint also takes credentials in headers, as `createMcpHandler` does by default. Only the words of
   * refusals depend on it. Default `true`.
   */
  headerAuth?: boolean
  /**
   * Whether the account is that of a sandbox, whose access token your program prints for the person. Pages and answers
   * then say where it stands. Default `false`.
   */
  sandbox?: boolean
  /** Hosts this server is reached by, besides the host of `baseUrl` and loopback. */
  allowedHosts?: readonly string[]
  /** Told of every sign-in, refusal, lockout, revocation and expiry, and of what a person decides on a page. */
  onEvent?: (event: AuthEvent) => void
  /**
   * Fetches client-id metadata documents. Default: a fetch that connects to public addresses only. A fetch of your own
   * has to refuse private addresses itself, because anyone who opens the sign-in page chooses the URL.
   */
  fetch?: typeof fetch
  /** Resolves the hosts of client-id metadata documents. Default: DNS. */
  lookup?: LookupFunction
  /**
   * Shows a URL in the browser of this computer, and answers whether that worked. For a server on `http://localhost`:
   * a page that waits for a person then opens by itself, by an address that works once and that no answer holds. The
   * address is a secret: as an argument of a program, every user of the computer could read it.
   * Default: none, and each page there asks for the credentials of the account.
   */
  openBrowser?: (url: string) => Promise<boolean>
  /**
   * Told of each plan whose page was opened, once: `createApprovalWebhook(...).tell`, for example. It is not waited for.
   */
  onWaiting?: (waiting: WaitingApproval) => void
  /** The clock: milliseconds since 1970. Default `Date.now`. */
  now?: () => number
}

/** What each option takes, and its default. */
const rows = {
  baseUrl: (given, _name, where) => issuerOf(where, given),
  storage: present,
  // `crypto` may be the global of that name by mistake, which is an object as well.
  crypto(given, name, where) {
    present(given, name, where)
    if (typeof (given as Cipher).encrypt === 'function') return
    throw new InputError(`${where}: 'crypto' is no cipher.`, 'Pass `fernet(key)`.', { option: 'crypto' })
  },
  cloudways(given, name, where) {
    present(given, name, where)
    if ((given as AuthOptions['cloudways']).tools.ping) return
    throw new InputError(
      `${where}: cloudways has no tool 'ping', which checks credentials.`,
      'Pass a toolkit that does not hide it: this one is never shown to a client.',
    )
  },
  journal: anything,
  exchange: anything,
  tokenLifetime: atLeastOne(3600),
  ...attemptRows,
  headerAuth: trueOrFalse(true),
  sandbox: trueOrFalse(false),
  allowedHosts: anything,
  onEvent: anything,
  fetch: anything,
  lookup: anything,
  openBrowser: anything,
  onWaiting: anything,
  now: anything,
} satisfies Rows<AuthOptions>

function present(given: unknown, name: string, where: string): void {
  if (typeof given === 'object' && given !== null) return
  throw new InputError(`${where}: '${name}' is missing.`, `Pass '${name}'.`, { option: name })
}

/** The checked options, and what follows from them. */
export interface Settings
  extends Required<
      Pick<
        AuthOptions,
        keyof AttemptOptions | 'storage' | 'cloudways' | 'tokenLifetime' | 'headerAuth' | 'sandbox' | 'now'
      >
    >,
    Pick<AuthOptions, 'journal' | 'exchange' | 'fetch' | 'lookup' | 'openBrowser' | 'onWaiting'> {
  cipher: Cipher
  /** Without a trailing slash. */
  issuer: string
  /** What browsers call it. */
  origin: string
  /** The path of the issuer: `/cloudways`, or empty. */
  basePath: string
  /** What tokens are for: the MCP endpoint. */
  resource: string
  /**
   * Whether the server is reached by https. Otherwise it is on this computer, where a cookie goes to every port: any
   * local program can receive it, the client of an agent after a sign-in for example. So no cookie is a proof there.
   */
  secure: boolean
  isHost: (host: string | null) => boolean
  /** The address of the client. */
  addressOf: (c: Context) => string
  emit: Emit
}

/** @throws InputError that names the option. */
export function readOptions(options: AuthOptions): Settings {
  const { baseUrl: issuer, ...values } = readRows('createAuth', options, rows)
  const { trustProxy } = values
  const { storage, crypto: cipher, cloudways, journal, exchange, now = Date.now } = options
  const { fetch, lookup, openBrowser, onWaiting } = options
  return {
    ...values,
    ...{ storage, cipher, cloudways, journal, exchange, fetch, lookup, openBrowser, onWaiting, now, issuer },
    origin: new URL(issuer).origin,
    basePath: basePathOf(issuer),
    resource: `${issuer}/mcp`,
    secure: issuer.startsWith('https:'),
    addressOf: (c) => clientAddress(c.req.raw.headers, c.env, trustProxy),
    isHost: hostCheck([new URL(issuer).host, ...(options.allowedHosts ?? [])]),
    emit: createEmit(options.onEvent, now),
  }
}

/**
 * Clients compare the issuer exactly, so it is one text everywhere: origin and path, without a trailing slash.
 *
 * @throws InputError for a `baseUrl` that `where` can't work with.
 */
export function issuerOf(where: string, baseUrl: unknown): string {
  const url = typeof baseUrl === 'string' && URL.canParse(baseUrl) ? new URL(baseUrl) : undefined
  if (url && isIssuer(url)) return `${url.origin}${basePathOf(url.href)}`
  throw new InputError(
    `${where}: 'baseUrl' must be an https URL without query, and without the /mcp that this server adds; http is for localhost only.`,
    'Set it to the address that clients use, for example https://tools.example.com or https://example.com/cloudways.',
    { option: 'baseUrl' },
  )
}

/**
 * How a router finds the path of a request: whoever mounts the server below a path may leave that path in the URL, or cut
 * it off.
 */
export const pathBelow =
  (basePath: string) =>
  (request: Request): string => {
    const { pathname } = new URL(request.url)
    const isBelow = pathname === basePath || pathname.startsWith(`${basePath}/`)
    const path = isBelow ? pathname.slice(basePath.length) : pathname
    // A slash at the end changes nothing: some clients add one to every URL.
    return path.replace(/\/$/, '') || '/'
  }

/** The path of a URL, without a slash at its end. */
export const basePathOf = (baseUrl: string): string => new URL(baseUrl).pathname.replace(/\/+$/, '')
