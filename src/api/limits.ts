/**
 * Staying within the limits: our own bucket before each request, and the headers of the platform after it.
 *
 * @module
 */
import type { AccountStatus, ApiRequest } from '../core/types/api.ts'
import { UpstreamError } from '../errors.ts'
import type { RateLimiter, RateLimitSize } from '../types.ts'
import { type RawAnswer, retryAfter } from './failures.ts'

/** Paths whose own limit is below that of the account. */
const ownLimits: Readonly<Record<string, RateLimitSize>> = {
  '/app/analytics/traffic': { requests: 20, window: 60 },
}

export interface Limits {
  /** Take one call from the bucket. @throws UpstreamError with the seconds to wait, when the bucket is empty. */
  take(account: string, request: ApiRequest, signal: AbortSignal): Promise<void>
  /** Remember the limits that an answer tells, and close the bucket when the platform asks to wait. */
  learn(account: string, request: ApiRequest, answer: RawAnswer): Promise<void>
  bucket(account: string): Promise<AccountStatus['bucket']>
  platform(account: string): AccountStatus['platform']
}

/** What the headers of the platform last said, by account. All clients of a toolkit share it. */
export type PlatformLimits = Map<string, NonNullable<AccountStatus['platform']>>

/**
 * The pause when the platform says that no call is left. It does not say for how long. If the pause is too short, the
 * next call gets a 429, which says so.
 */
const emptySeconds = 5

/** How many accounts are remembered. The oldest is forgotten first. */
const mostAccounts = 1000

export function createLimits(limiter: RateLimiter | undefined, seen: PlatformLimits): Limits {
  const bucketOf = (account: string, request: ApiRequest) =>
    ownLimits[request.path] ? `${account}:${request.path}` : account

  async function takeOne(key: string, what: string, signal: AbortSignal, size?: RateLimitSize) {
    const state = await limiter?.take(key, 1, size, signal)
    if (!state || state.allowed) return
    const seconds = Math.ceil(state.retryAfter)
    throw new UpstreamError(
      `${what} (${state.limit} calls) is used up, or Cloudways asked to wait.`,
      `Nothing was sent. Wait ${seconds} s, then call again.`,
      { status: 429, reason: 'rate_limited', retryAfter: seconds },
    )
  }

  return {
    async take(account, request, signal) {
      const size = ownLimits[request.path]
      if (size) await takeOne(`${account}:${request.path}`, `The limit of ${request.path}`, signal, size)
      await takeOne(account, "This toolkit's limit for the account", signal)
    },
    async learn(account, request, answer) {
      const limit = number(answer.headers.get('x-ratelimit-limit'))
      const remaining = number(answer.headers.get('x-ratelimit-remaining'))
      if ((limit !== null || remaining !== null) && !ownLimits[request.path]) {
        seen.delete(account)
        seen.set(account, { limit, remaining, at: new Date().toISOString() })
        if (seen.size > mostAccounts) seen.delete(seen.keys().next().value as string)
      }
      const wait =
        answer.status === 429 ? retryAfter(answer.headers) : remaining === 0 ? emptySeconds : undefined
      // A 429 without the header does not say how long to wait. A read is tried again, and a change is told.
      if (!wait) return
      try {
        await limiter?.block(bucketOf(account, request), wait)
      } catch {
        // The call was answered. It must not fail because its bucket could not be closed.
      }
    },
    bucket: async (account) => {
      if (!limiter) return null
      const { limit, remaining, retryAfter } = await limiter.peek(account)
      return { limit, remaining, retryAfter }
    },
    platform: (account) => seen.get(account) ?? null,
  }
}

function number(header: string | null): number | null {
  return header === null || header === '' || !Number.isFinite(Number(header)) ? null : Number(header)
}
