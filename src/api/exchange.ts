/** The older way to sign in: email and API key are exchanged for a token of one hour. @module */
import { never } from '../base/signal.ts'
import type { ApiRequest } from '../core/types/api.ts'
import { CredentialError, UpstreamError } from '../errors.ts'
import { isForeign, readAnswer } from './answer.ts'
import type { ApiKeyCredentials, ExchangedToken } from './credentials.ts'
import { type RawAnswer, signInPath } from './failures.ts'
import { tokenHelp } from './help.ts'
import type { HttpClient } from './http.ts'
import type { Limits } from './limits.ts'
import { isUnsent, NoAnswer, withoutAnswer } from './no-answer.ts'

/** How long an exchange may take. It follows no caller's signal, because many callers may wait for it. */
const exchangeSeconds = 20

export function exchangeWith(http: HttpClient, limits: Limits, account: string) {
  return async ({ email, apiKey }: ApiKeyCredentials): Promise<ExchangedToken> => {
    const request: ApiRequest = {
      method: 'POST',
      path: signInPath,
      body: { email, api_key: apiKey },
    }
    const signal = never()
    const deadline = Date.now() + exchangeSeconds * 1000
    await limits.take(account, request, { maxWait: exchangeSeconds / 2, signal })
    const answer = await http(request, undefined, { signal, deadline }).catch((error: unknown) => {
      if (!(error instanceof NoAnswer)) throw error
      if (isUnsent(error)) throw withoutAnswer(request, error)
      throw new UpstreamError('Cloudways did not answer the sign-in.', 'Call again in a minute.', {
        reason: 'network',
      })
    })
    await limits.learn(account, request, answer)
    return readToken(request, answer)
  }
}

function readToken(request: ApiRequest, answer: RawAnswer): ExchangedToken {
  const isTheirs = !isForeign(answer.text)
  if (isTheirs && [400, 401, 403, 422].includes(answer.status)) {
    throw new CredentialError(
      'Cloudways refused the email and API key. Keys of this kind were announced to end on 2026-10-15.',
      tokenHelp,
      { status: answer.status },
    )
  }
  if (isTheirs && answer.status >= 500) {
    throw new UpstreamError(
      `The sign-in at Cloudways failed (HTTP ${answer.status}).`,
      'Call again in a minute.',
      {
        status: answer.status,
        reason: 'server_error',
      },
    )
  }
  const body = readAnswer(request, answer) as { access_token?: unknown; expires_in?: unknown } | null
  if (typeof body?.access_token !== 'string' || body.access_token === '') {
    throw new UpstreamError('The sign-in at Cloudways brought no token.', 'Call again in a minute.', {
      reason: 'not_json',
    })
  }
  const stated = Number(body.expires_in)
  // At most a day: no storage keeps a token for ever.
  const seconds = Number.isFinite(stated) && stated > 0 ? Math.min(stated, 86_400) : 3600
  const now = Date.now()
  return {
    token: body.access_token,
    // Five minutes before the end. A token of less than ten minutes is renewed after half its time.
    renewAt: now + Math.max(seconds - 300, seconds / 2) * 1000,
    expiresAt: now + seconds * 1000,
  }
}
