/**
 * Asks Cloudways whether credentials are right, and for a token of one hour in exchange for email and API key.
 *
 * @module
 */
import {
  type AccessTokenCredentials,
  type ApiKeyCredentials,
  accountOf,
  type ExchangedToken,
  type StaticCredentials,
} from '../../api/credentials.ts'
import { exchangeWith } from '../../api/exchange.ts'
import { createHttpClient } from '../../api/http.ts'
import { createLimits } from '../../api/limits.ts'
import { checkOptions } from '../../base/options.ts'
import { defaultApiUrl } from '../../cloudways-readers.ts'
import { isCloudwaysError, type UpstreamError } from '../../errors.ts'
import type { Settings } from '../oauth/options.ts'
import { refusedBecause } from '../watch/logging.ts'

export type Verdict =
  | {
      right: true
      /** The token to keep. Email and API key are never kept. */
      accessToken: string
      account: string
      /** Milliseconds since 1970, when Cloudways told. */
      expiresAt?: number
    }
  | {
      right: false
      /** `true`: Cloudways refused the credentials. `false`: Cloudways did not answer. */
      refused: boolean
      /** Seconds. */
      wait?: number
    }

/** A person waits for the answer. */
const verifySeconds = 20

export async function verify(
  { cloudways, exchange }: Pick<Settings, 'cloudways' | 'exchange'>,
  credentials: StaticCredentials,
): Promise<Verdict> {
  const signal = AbortSignal.timeout(verifySeconds * 1000)
  try {
    const account = await accountOf(credentials)
    const { token, expiresAt }: { token: string; expiresAt?: number } =
      'accessToken' in credentials ? { token: credentials.accessToken } : await exchange!(credentials)
    await ping(cloudways, { accessToken: token, account }, signal)
    return { right: true, accessToken: token, account, expiresAt }
  } catch (error) {
    if (isCloudwaysError(error) && error.code === 'credentials_refused')
      return { right: false, refused: true }
    if (isCloudwaysError(error) && error.code === 'upstream_failed') {
      refusedBecause(error.message)
      return { right: false, refused: false, wait: (error as UpstreamError).retryAfter }
    }
    if (signal.aborted) return { right: false, refused: false }
    throw error
  }
}

/** Whether Cloudways refuses a token that it has accepted before: it has expired or been deleted. */
export const isEnded = (error: unknown): boolean =>
  isCloudwaysError(error) && error.code === 'credentials_refused' && error.details.status === 401

async function ping(
  cloudways: Settings['cloudways'],
  credentials: AccessTokenCredentials,
  signal: AbortSignal,
): Promise<void> {
  await cloudways.withCredentials(credentials).call('ping', {}, { signal }).catch(unlessBeyondRole)
}

/** The token is right, but its role does not reach `ping`. Any other 403 may come from a firewall on the way. */
export function unlessBeyondRole(error: unknown): void {
  if (!isCloudwaysError(error) || error.details.reason !== 'insufficient_scope') throw error
}

/** Options of {@link createExchange}. An option that does not exist is refused. */
export interface ExchangeOptions {
  /** Base URL of the API. Default `https://api.cloudways.com/api/v2`. */
  apiUrl?: string
  /** Used instead of the runtime's own, for example a sandbox's. */
  fetch?: typeof fetch
  /** Seconds for the request. Default 15. */
  timeout?: number
  /** The largest answer that is read, in megabytes. Default 64. */
  maxBodyMegabytes?: number
}

/**
 * For the `exchange` of `createAuth`. It keeps neither the credentials nor the token; the toolkit's own exchange would
 * cache the token, sealed with the server's key alone.
 *
 * @returns a function that throws CredentialError when Cloudways refuses the pair, UpstreamError when it can't answer.
 * @throws InputError for an option that does not exist.
 */
export function createExchange(options: ExchangeOptions = {}) {
  checkOptions('createExchange', options, ['apiUrl', 'fetch', 'timeout', 'maxBodyMegabytes'])
  const { apiUrl = defaultApiUrl, fetch, timeout = 15, maxBodyMegabytes = 64 } = options
  const http = createHttpClient({ baseUrl: apiUrl.replace(/\/+$/, ''), fetch, timeout, maxBodyMegabytes })
  return async (credentials: ApiKeyCredentials): Promise<ExchangedToken> =>
    exchangeWith(http, createLimits({ seen: new Map() }), 'sign-in')(credentials)
}
