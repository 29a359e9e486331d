/**
 * Email and API key in headers can be guessed like those of the sign-in page, so they are counted like them.
 *
 * @module
 */
import type { StaticCredentials } from '../../api/credentials.ts'
import { checkOptions } from '../../base/options.ts'
import type { Cloudways } from '../../cloudways.ts'
import type { ToolMap } from '../../core/types/tool.ts'
import { CredentialError, isCloudwaysError } from '../../errors.ts'
import { aroundCalls } from '../http/calls.ts'
import { createEmit } from '../oauth/events.ts'
import { type AttemptOptions, type AuthOptions, readAttemptOptions } from '../oauth/options.ts'
import { hashOf } from '../oauth/secrets.ts'
import { clientAddress, unknownAddress } from './address.ts'
import { createAttempts } from './attempts.ts'

/** The `headerAuth` of `createMcpHandler`. */
export type HeaderGuard = <T extends ToolMap>(
  cloudways: Cloudways<T>,
) => (credentials: StaticCredentials, request: Request, env?: unknown) => Cloudways<T>

/** Those of `createAuth`, with the same defaults. An option that does not exist is refused. */
export type HeaderGuardOptions = AttemptOptions & Pick<AuthOptions, 'storage' | 'onEvent' | 'now'>

const optionNames = Object.keys({
  storage: true,
  sessionTimeout: true,
  maxAttemptsPerSession: true,
  maxAttemptsPerIp: true,
  lockoutDuration: true,
  trustProxy: true,
  onEvent: true,
  now: true,
} satisfies Record<keyof HeaderGuardOptions, true>)

/** Right credentials remembered, as hashes: their calls need no counting, however many run at once. */
const mostProven = 10_000

/**
 * Wrong credentials lock out their address, over all replicas, together with wrong ones on the sign-in page.
 * Access tokens are not counted: nobody guesses those.
 *
 * @throws InputError for an option that does not exist or can't work.
 */
export function createHeaderGuard(options: HeaderGuardOptions): HeaderGuard {
  checkOptions('createHeaderGuard', options, optionNames)
  const { storage, now = Date.now } = options
  const counting = readAttemptOptions('createHeaderGuard', options)
  const { trustProxy } = counting
  const attempts = createAttempts({ ...counting, storage, now })
  const emit = createEmit(options.onEvent, now)
  const proven = new Set<string>()

  return (cloudways) => (credentials, request, env) => {
    const account = cloudways.withCredentials(credentials)
    if ('accessToken' in credentials) return account
    const key = hashOf(JSON.stringify([credentials.email, credentials.apiKey])).slice(0, 32)
    const address = clientAddress(request.headers, env, trustProxy)
    // Where addresses are not known, a stranger must not lock everybody out.
    const place = address === unknownAddress ? key : address

    return aroundCalls(account, async (inner, name, input, options) => {
      const known = proven.has(key)
      const attempt = known ? undefined : await attempts.begin(`header:${key}`, place)
      if (attempt && !attempt.allowed) {
        emit({ type: 'refused', reason: `too many wrong credentials: ${attempt.by}`, address })
        throw tooMany(attempt.wait)
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
          const counted = attempt ?? (await attempts.begin(`header:${key}`, place))
          const locked = counted.allowed && (await counted.fail()).address
          emit({ type: 'refused', reason: 'wrong credentials in headers', address })
          if (locked) emit({ type: 'locked_out', reason: 'address', address })
        }
        throw error
      }
    })
  }
}

function tooMany(wait: number): CredentialError {
  return new CredentialError(
    'Too many wrong credentials.',
    wait > 0
      ? `Nothing was sent. Wait ${wait} s, and fix the email and API key first.`
      : 'Nothing was sent. Fix the email and API key: these were refused too often.',
    wait > 0 ? { retryAfter: wait } : {},
  )
}
