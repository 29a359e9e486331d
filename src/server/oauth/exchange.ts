/**
 * Email and API key in, a token of one hour out.
 *
 * @module
 */
import type { ApiKeyCredentials, ExchangedToken } from '../../api/credentials.ts'
import { exchangeWith } from '../../api/exchange.ts'
import { createHttpClient } from '../../api/http.ts'
import { createLimits } from '../../api/limits.ts'
import { checkOptions } from '../../base/options.ts'
import { defaultApiUrl } from '../../cloudways-options.ts'

/** Options of {@link createExchange}. An option that does not exist is refused. */
export interface ExchangeOptions {
  /** Base URL of the API. Default `https://api.cloudways.com/api/v2`. */
  apiUrl?: string
  /** Used instead of the runtime's own, for example a sandbox's. */
  fetch?: typeof fetch
  /** Seconds for the request. Default 15. */
  timeout?: number
}

/**
 * For the `exchange` of `createAuth`. It keeps neither the credentials nor the token; the toolkit's own exchange would
 * cache the token, sealed with the server's key alone.
 *
 * @returns a function that throws CredentialError when Cloudways refuses the pair, UpstreamError when it can't answer.
 * @throws InputError for an option that does not exist.
 */
export function createExchange(options: ExchangeOptions = {}) {
  checkOptions('createExchange', options, ['apiUrl', 'fetch', 'timeout'])
  const { apiUrl = defaultApiUrl, fetch, timeout = 15 } = options
  const http = createHttpClient({ baseUrl: apiUrl.replace(/\/+$/, ''), fetch, timeout })
  return async (credentials: ApiKeyCredentials): Promise<ExchangedToken> =>
    exchangeWith(http, createLimits(undefined, new Map()), 'sign-in')(credentials)
}
