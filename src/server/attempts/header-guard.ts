/**
 * Email and API key in headers can be guessed, as on the sign-in page. So wrong ones are counted in the same way.
 *
 * @module
 */
import type { StaticCredentials } from '../../api/credentials.ts'
import { isLoopback } from '../../base/http.ts'
import { anything, type Rows, readRows } from '../../base/options.ts'
import { type Cloudways, createCloudways } from '../../cloudways.ts'
import type { ToolMap } from '../../core/types/tool.ts'
import { CredentialError, isCloudwaysError, UpstreamError } from '../../errors.ts'
import { aroundCalls } from '../http/calls.ts'
import { createEmit } from '../oauth/events.ts'
import type { AuthOptions } from '../oauth/options.ts'
import { digest } from '../oauth/secrets.ts'
import { clientAddress, isProxied, unknownAddress } from './address.ts'
import { type AttemptOptions, attemptRows, createAttempts } from './attempts.ts'
import { unlessBeyondRole } from './verify.ts'

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

/** Credentials that were right are remembered as digests. Their calls are not checked, however many run at once. */
const mostProven = 10_000

/** A check follows no caller's signal, because many callers may wait for it. */
const checkSeconds = 20

/**
 * Wrong credentials lock out their address, over all replicas, together with wrong credentials on the sign-in page. On
 * this computer every program has one address, so there they lock out themselves alone.
 * `createServer` brings this guard itself.
 *
 * Before the first call with credentials that this process does not know, Cloudways is asked whether they are right, with
 * the tool `ping`. All calls with the same credentials wait for that one answer.
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
  const checks = new Map<string, Promise<void>>()

  function prove(key: string): void {
    if (proven.size >= mostProven) proven.clear()
    proven.add(key)
  }

  /** @throws the refusal, when the credentials are wrong or too many were. */
  async function check(
    ping: () => Promise<unknown>,
    key: string,
    { counted, address }: Place,
  ): Promise<void> {
    const attempt = await attempts.begin(`header:${key}`, counted)
    if (!attempt.allowed) {
      emit({ type: 'refused', reason: `too many wrong credentials: ${attempt.by}`, address })
      throw attempt.by === 'busy' ? tooManyAtOnce(attempt.wait) : tooManyAttempts(attempt.wait)
    }
    try {
      await ping().catch(unlessBeyondRole)
      prove(key)
      await attempt.forget()
    } catch (error) {
      if (!isWrong(error)) await attempt.forget()
      else {
        const { address: locks } = await attempt.fail()
        emit({ type: 'refused', reason: 'wrong credentials in headers', address })
        if (locks) emit({ type: 'locked_out', reason: 'address', address })
      }
      throw error
    }
  }

  return (cloudways) => {
    const { upstream, limits, storage, crypto } = cloudways.adapter.services
    // A toolkit with all tools: the visible tools may lack `ping`. With the same storage, what it exchanged is kept.
    const prober = createCloudways({ ...upstream, ...limits, storage, crypto })

    return (credentials, request, env) => {
      const account = cloudways.withCredentials(credentials)
      const key = digest(JSON.stringify(credentials)).slice(0, 32)
      const address = clientAddress(request.headers, env, trustProxy)
      // Where addresses are not known, and on this computer, many share one: a stranger must not lock the others out.
      const isShared = address === unknownAddress || (isLoopback(address) && !isProxied(request.headers))
      const place = { address, counted: isShared ? key : address }
      const ping = async () => {
        const signal = AbortSignal.timeout(checkSeconds * 1000)
        const answer = prober.withCredentials(credentials).call('ping', {}, { signal })
        await answer.catch((error: unknown) => {
          throw signal.aborted ? unanswered() : error
        })
      }

      /** One check for all who wait. There must be no `await` between reading and storing. */
      function checked(): Promise<void> {
        const flight = `${key} ${place.counted}`
        const running =
          checks.get(flight) ?? check(ping, key, place).finally(() => void checks.delete(flight))
        checks.set(flight, running)
        return running
      }

      return aroundCalls(account, async (inner, name, input, options) => {
        try {
          if (proven.has(key)) return await inner.call(name, input, options)
          // Credentials from a function are asked for within the call, so the audit is told of a refusal.
          let asked: Promise<StaticCredentials> | undefined
          const bring = () => (asked ??= checked().then(() => credentials))
          return await inner.withCredentials(bring).call(name, input, options)
        } catch (error) {
          // They were right once. Before the next call they are checked, and counted, again.
          if (isWrong(error)) proven.delete(key)
          throw error
        }
      })
    }
  }
}

interface Place {
  address: string
  /** What is counted: the address, or the credentials where many share the address. */
  counted: string
}

/** Whether Cloudways refused the credentials themselves. A 403 with a reason is about their role, or from a firewall. */
const isWrong = (error: unknown): boolean =>
  isCloudwaysError(error) && error.code === 'credentials_refused' && error.details.reason === undefined

const unanswered = () =>
  new UpstreamError(
    'Cloudways did not answer whether the credentials are right.',
    'Nothing was sent. Call again in a minute.',
    { reason: 'timeout' },
  )

function tooManyAtOnce(wait: number): UpstreamError {
  return new UpstreamError(
    'Too many credentials of this address are being checked at once.',
    `Nothing was sent. Wait ${wait} s, then call again.`,
    { retryAfter: wait },
  )
}

function tooManyAttempts(wait: number): CredentialError {
  return new CredentialError(
    'Too many wrong credentials.',
    wait > 0
      ? `Nothing was sent. Wait ${wait} s, and fix the credentials first.`
      : 'Nothing was sent. Fix the credentials: these were refused too often.',
    wait > 0 ? { retryAfter: wait } : {},
  )
}
