/** Options of a server that people embed. @module */
import { type McpHandlerOptions, mcpHandlerOptions } from '../../adapters/mcp/http.ts'
import {
  anything,
  atLeastOne,
  checkOptions,
  type Reader,
  type Rows,
  readRows,
  trueOrFalse,
} from '../../base/options.ts'
import type { Cloudways } from '../../cloudways.ts'
import type { ToolMap } from '../../core/types/tool.ts'
import { InputError } from '../../errors.ts'
import type { AuthEvent } from '../oauth/events.ts'
import { type AuthOptions, issuerOf } from '../oauth/options.ts'
import type { Logger } from '../watch/logging.ts'
import type { Metrics } from '../watch/metrics.ts'
import type { Tracing } from '../watch/tracing.ts'

/** Options of {@link createServer}. An option that does not exist is refused. */
export interface ServerOptions<T extends ToolMap> extends Omit<McpHandlerOptions<T>, 'headerAuth'> {
  /**
   * The tools and their rules. The server keeps its state in the toolkit's `storage`, seals sign-ins with its `crypto`,
   * and tells its `onAudit` what people decide on a page. So none of them is passed here.
   */
  cloudways: Cloudways<T>
  /**
   * URL by which clients reach this server, with the path below which it is mounted, if any:
   * `https://example.com/cloudways`. Default `http://localhost:7000`.
   */
  baseUrl?: string
  /**
   * People sign in with a browser, and approve changes on a page of this server. `false`: no sign-in and no pages; a
   * request without credentials then uses the account of `cloudways`. Default `{}`, or `false` with `authenticate`.
   */
  signIn?: SignInOptions | false
  /**
   * Whether a request may name its account in headers: `x-cloudways-access-token`, or `x-cloudways-email` with
   * `x-cloudways-api-key`. Default `true`.
   */
  headers?: boolean
  /**
   * Let a request without credentials use the account of `cloudways` instead of asking for a sign-in. Requests through
   * a proxy have to sign in all the same. Default `false`.
   */
  anonymous?: boolean
  /** Limits on guessing, on the sign-in page and in headers together. */
  attempts?: AttemptLimits
  /**
   * Whether the last entry of X-Forwarded-For is the client's address. Default `false`. Set it behind exactly one proxy
   * that appends to the header: without `true` there, all clients are one address to the limits; without such a proxy,
   * any client can name any address.
   */
  trustProxy?: boolean
  /** Told of every sign-in, refusal, lockout, revocation and expiry, and of what a person decides on a page. */
  onEvent?: (event: AuthEvent) => void
  /** Writes one line per request, and one per event of the sign-in. Default: no log. */
  logger?: Logger
  /**
   * From `createMetrics()`: counts requests and events of the sign-in, and answers them at `/metrics` in the form of
   * Prometheus. Default: none, and no such path. Calls of tools are counted by the toolkit's `onAudit`, which can pass
   * its events to `metrics.call`.
   *
   * `/metrics` has no password. It answers loopback, private and link-local addresses that come without a proxy, and
   * is 404 to all others. The address is known on `@hono/node-server` only. Do not let a proxy pass the path on.
   */
  metrics?: Metrics
  /** Spans around calls. Default: none. */
  tracing?: Tracing
}

/** How people sign in. An option that does not exist is refused. */
export interface SignInOptions
  extends Pick<
    AuthOptions,
    'sessionTimeout' | 'tokenLifetime' | 'fetch' | 'lookup' | 'openBrowser' | 'onWaiting'
  > {
  /** Whether the page takes email and API key, besides access tokens. Default `true`. */
  emailAndKey?: boolean
}

/** How many wrong credentials are taken. An option that does not exist is refused. */
export interface AttemptLimits {
  /** Wrong credentials that one login may send. Default 3. */
  perLogin?: number
  /** Wrong credentials that may come from one address within `lockout`. Default 10. */
  perAddress?: number
  /** Seconds an address is locked out. Default 300. */
  lockout?: number
}

const where = 'createServer'

export const defaultBaseUrl = 'http://localhost:7000'

/** An option that is an object of options, which are read by `rows`. */
function nested(given: unknown, name: string, rows: Record<string, Reader<unknown>>): void {
  if (given === undefined) return
  checkOptions(`${where}: ${name}`, given as object, Object.keys(rows))
  const values = given as Record<string, unknown>
  for (const [key, read] of Object.entries(rows)) read(values[key], `${name}.${key}`, where)
}

const signInRows = {
  sessionTimeout: atLeastOne(300),
  tokenLifetime: atLeastOne(3600),
  emailAndKey: trueOrFalse(true),
  fetch: anything,
  lookup: anything,
  openBrowser: anything,
  onWaiting: anything,
} satisfies Rows<SignInOptions>

const attemptRows = {
  perLogin: atLeastOne(3),
  perAddress: atLeastOne(10),
  lockout: atLeastOne(300),
} satisfies Rows<AttemptLimits>

/** What each option takes. The options of the MCP endpoint are read by its handler. */
const rows = {
  ...Object.fromEntries(
    mcpHandlerOptions.filter((name) => name !== 'headerAuth').map((name) => [name, anything]),
  ),
  baseUrl: anything,
  signIn: (given, name) => given !== false && nested(given, name, signInRows),
  headers: trueOrFalse(true),
  anonymous: trueOrFalse(false),
  attempts: (given, name) => nested(given, name, attemptRows),
  trustProxy: trueOrFalse(false),
  onEvent: anything,
  logger: anything,
  metrics: anything,
  tracing: anything,
} satisfies Rows<Omit<ServerOptions<ToolMap>, keyof McpHandlerOptions<ToolMap>>>

/**
 * @returns how people sign in.
 * @throws InputError that names the option which does not exist, or whose value can't work.
 */
export function checkServerOptions<T extends ToolMap>(options: ServerOptions<T>): SignInOptions | false {
  readRows(where, options, rows)
  const { cloudways, baseUrl = defaultBaseUrl, authenticate } = options
  const { signIn = authenticate ? false : {} } = options
  if (!cloudways?.adapter) {
    throw new InputError(`${where}: 'cloudways' is missing.`, 'Pass what createCloudways answered.')
  }
  if (signIn && authenticate) {
    throw new InputError(
      `${where}: signIn and authenticate are both given, and each finds the account of a request.`,
      'Pass one of them.',
    )
  }
  if (signIn) issuerOf(where, baseUrl)
  else if (!URL.canParse(baseUrl))
    throw new InputError(`${where}: 'baseUrl' must be a URL.`, "Fix 'baseUrl'.")
  return signIn
}
