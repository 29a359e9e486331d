/**
 * Are these the credentials of a Cloudways account? Their form is checked here, the rest by Cloudways.
 *
 * @module
 */
import { accountOf, type ExchangedToken, type StaticCredentials } from '../../api/credentials.ts'
import { exchangeWith } from '../../api/exchange.ts'
import { createHttpClient } from '../../api/http.ts'
import { createLimits } from '../../api/limits.ts'
import { checkOptions } from '../../base/options.ts'
import { defaultApiUrl } from '../../cloudways-options.ts'
import { isCloudwaysError, type UpstreamError } from '../../errors.ts'
import type { Settings } from '../oauth/options.ts'

/** A field of the form that has to be fixed, with what to do. */
export interface FieldProblem {
  field: 'access_token' | 'email' | 'api_key'
  message: string
}

export interface TypedCredentials {
  accessToken: string
  email: string
  apiKey: string
}

/** The credentials to try, or what is wrong with them. Nothing is sent for this. */
export function readCredentials(
  typed: TypedCredentials,
  hasExchange: boolean,
): StaticCredentials | FieldProblem {
  const { accessToken, email, apiKey } = typed
  // A browser may have filled in the other two on its own.
  if (accessToken || !hasExchange || (!email && !apiKey)) {
    const field = 'access_token'
    if (!accessToken) return { field, message: 'Paste an access token.' }
    if (/^cw_[\w.~+/=-]{8,500}$/.test(accessToken)) return { accessToken }
    const message = accessToken.startsWith('cw_')
      ? 'This token is not complete. Copy it again, the whole of it.'
      : 'An access token begins with cw_. Check that it is the token and not its name, nor an API key.'
    return { field, message }
  }
  if (!/^[!-?A-~]{1,64}@([a-z0-9-]+\.)+[a-z0-9-]{2,}$/i.test(email) || email.length > 254) {
    return { field: 'email', message: 'Enter the email address of your Cloudways account.' }
  }
  if (apiKey.startsWith('cw_')) {
    return {
      field: 'api_key',
      message: 'This is an access token. Paste it above, and leave email and key empty.',
    }
  }
  if (!/^[!-~]{8,256}$/.test(apiKey)) {
    return { field: 'api_key', message: 'Paste the whole API key: letters and digits, without blanks.' }
  }
  return { email, apiKey }
}

export type Verdict =
  | {
      right: true
      /** What is kept: never email and API key. */
      accessToken: string
      account: string
      /** Milliseconds since 1970, when Cloudways told. */
      expiresAt?: number
    }
  | { right: false /** Cloudways said no; otherwise it said nothing. */; refused: boolean; wait?: number }

/** Seconds a person waits for Cloudways. */
const patience = 20

export async function verify(settings: Settings, credentials: StaticCredentials): Promise<Verdict> {
  const { cloudways, exchange } = settings
  const signal = AbortSignal.timeout(patience * 1000)
  try {
    const account = await accountOf(credentials)
    const kept: { token: string; expiresAt?: number } =
      'accessToken' in credentials ? { token: credentials.accessToken } : await exchange!(credentials)
    await ping(cloudways, kept.token, signal)
    return { right: true, accessToken: kept.token, account, expiresAt: kept.expiresAt }
  } catch (error) {
    if (isCloudwaysError(error) && error.code === 'credentials_refused')
      return { right: false, refused: true }
    if (isCloudwaysError(error) && error.code === 'upstream_failed') {
      return { right: false, refused: false, wait: (error as UpstreamError).retryAfter }
    }
    if (signal.aborted) return { right: false, refused: false }
    throw error
  }
}

async function ping(
  cloudways: Settings['cloudways'],
  accessToken: string,
  signal: AbortSignal,
): Promise<void> {
  try {
    await cloudways.withCredentials({ accessToken }).call('ping', {}, { signal })
  } catch (error) {
    // A good token of a role that does not reach this endpoint. Any other 403 may come from a firewall on the way.
    if (isCloudwaysError(error) && error.details.reason === 'insufficient_scope') return
    throw error
  }
}

export interface ExchangeOptions {
  /** Default `https://api.cloudways.com/api/v2`. */
  apiUrl?: string
  /** Used instead of the runtime's own, for example a sandbox's. */
  fetch?: typeof fetch
  /** Seconds for the request. Default 15. */
  timeout?: number
}

/**
 * The exchange of email and API key for a token of one hour, that keeps neither: not the toolkit's own one, which
 * caches its tokens under the server's key alone.
 */
export function createExchange(options: ExchangeOptions = {}) {
  checkOptions('createExchange', options, ['apiUrl', 'fetch', 'timeout'])
  const { apiUrl = defaultApiUrl, fetch, timeout = 15 } = options
  const http = createHttpClient({ baseUrl: apiUrl.replace(/\/+$/, ''), fetch, timeout })
  return async (credentials: { email: string; apiKey: string }): Promise<ExchangedToken> =>
    exchangeWith(http, createLimits(undefined, new Map()), 'sign-in')(credentials)
}
