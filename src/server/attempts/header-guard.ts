/**
 * Email and API key in headers can be guessed, as on the sign-in page. So wrong ones are counted in the same way.
 *
 * @module
 */
import type { StaticCredentials } from '../../api/credentials.ts'
import { anything, type Rows, readRows } from '../../base/options.ts'
import type { Cloudways } from '../../cloudways.ts'
import type { ToolMap } from '../../core/types/tool.ts'
import { CredentialError, isCloudwaysError } from '../../errors.ts'
import { aroundCalls } from '../http/calls.ts'
import { createEmit } from '../oauth/events.ts'
import type { AuthOptions } from '../oauth/options.ts'
import { digest } from '../oauth/secrets.ts'
import { clientAddress, unknownAddress } from './address.ts'
import { type AttemptOptions, attemptRows, createAttempts } from './attempts.ts'

/** The `headerAuth` of `createMcpHandler`, once it is given the toolkit. */
export type HeaderGuard = <T extends ToolMap>(
  cloudways: Cloudways<T>,
) => (credentials: StaticCredentials, request: Request, env?: unknown) => Cloudways<T>

/** Options of `createAuth`, with the same defaults. An option that does not exist is refused. */
export type HeaderGuardOptions = AttemptOptions & Pick<AuthOptions, 'storage' | 'onEvent' | 'now'>

const rows = {
  ...attemptRows,
  ...{ storage: anything, onEvent: anything, now: anything },
} satisfies Rows<HeaderGuardOptions>

/** Credentials that were right are remembered as digests. Their calls are not counted, however many run at once. */
const mostProven = 10_000

/**
 * Wrong pairs of email and API key lock out their address, over all replicas, together with wrong credentials on the
 * sign-in page. Access tokens are not counted: they are too long to guess. `createServer` brings this guard itself.
 *
 * @throws InputError for an option that does not exist or can't work.
 *
 * @example
 * const guard = createHeaderGuard({ storage, trustProxy: true })
 * const handler = createMcpHandler({ cloudways, headerAuth: guard(cloudways) })
 */
export function createHeaderGuard(options: HeaderGuardOptions): HeaderGuard {
  const { trustProxy, ...counting } = readRows('createHeaderGuard', options, rows)
  const { storage, now = Date.now } = options
  const attempts = createAttempts({ ...counting, storage, now })
  const emit = createEmit(options.onEvent, now)
  const proven = new Set<string>()

  return (cloudways) => (credentials, request, env) => {
    const account = cloudways.withCredentials(credentials)
    if ('accessToken' in credentials) return account
    const key = digest(JSON.stringify([credentials.email, credentials.apiKey])).slice(0, 32)
    const address = clientAddress(request.headers, env, trustProxy)
    // Where addresses are not known, all clients share one: a stranger must not lock everybody out.
    const counted = address === unknownAddress ? key : address

    return aroundCalls(account, async (inner, name, input, options) => {
      const attempt = proven.has(key) ? undefined : await attempts.begin(`header:${key}`, counted)
      if (attempt && !attempt.allowed) {
        emit({ type: 'refused', reason: `too many wrong credentials: ${attempt.by}`, address })
        throw tooManyAttempts(attempt.wait)
      }
      try {
        const answer = await inner.call(name, input, options)
        if (proven.size >= mostProven) proven.clear()
        proven.add(key)
        await attempt?.forget()
        return answer
      } catch (error) {
        const wrong =
          isCloudwaysError(error) && error.code === 'credentials_refused' && error.details.status !== 403
        if (!wrong) await attempt?.forget()
        else {
          proven.delete(key)
          const failed = attempt ?? (await attempts.begin(`header:${key}`, counted))
          const locked = failed.allowed && (await failed.fail()).address
          emit({ type: 'refused', reason: 'wrong credentials in headers', address })
          if (locked) emit({ type: 'locked_out', reason: 'address', address })
        }
        throw error
      }
    })
  }
}

function tooManyAttempts(wait: number): CredentialError {
  return new CredentialError(
    'Too many wrong credentials.',
    wait > 0
      ? `Nothing was sent. Wait ${wait} s, and fix the email and API key first.`
      : 'Nothing was sent. Fix the email and API key: these were refused too often.',
    wait > 0 ? { retryAfter: wait } : {},
  )
}
