/**
 * Staying within the limits: our own buckets before each request, and the headers of the platform after it. Both count
 * by path, as the platform does. A path with an id in it is one path, whichever id it is.
 *
 * @module
 */
import { pathOf } from '../core/send/request.ts'
import type { AccountStatus, ApiRequest, PathLimit } from '../core/types/api.ts'
import { UpstreamError } from '../errors.ts'
import type { RateLimit, RateLimiter, RateLimitSize } from '../types.ts'
import { type RawAnswer, retryAfter } from './failures.ts'

/**
 * Paths whose own limit is below that of the others. The platform counts 20 calls of traffic for more than a minute: it
 * was seen to ask for a wait of 88 seconds. Two minutes is the shortest whole number of minutes that fits.
 */
const ownLimits: Readonly<Record<string, RateLimitSize>> = {
  '/app/analytics/traffic': { requests: 20, window: 120 },
}

/** How long a request may wait for its turn. */
export interface Turn {
  /** Seconds; 0 refuses at once. */
  maxWait: number
  signal: AbortSignal
  /** Told once when the wait begins. @param seconds until the turn, as far as known. */
  onWait?: (seconds: number) => void
}

/** Takes turns at a limiter, in order of arrival. */
interface Line {
  take(key: string, ask: Turn & { size?: RateLimitSize }): Promise<RateLimit>
}

export interface Limits {
  /** Take one call from the bucket of its path and from that of the account. @throws UpstreamError when it can't be. */
  take(account: string, request: ApiRequest, turn: Turn): Promise<void>
  /** Remember the limits that an answer tells, and close its path when the platform asks to wait. */
  learn(account: string, request: ApiRequest, answer: RawAnswer): Promise<void>
  bucket(account: string): Promise<AccountStatus['bucket']>
  /** What the headers last said of each path, the latest first. */
  paths(account: string): PathLimit[]
}

/** What the headers of the platform last said, by account and path. All clients of a toolkit share it. */
export type PlatformLimits = Map<string, Map<string, PathLimit>>

export interface LimitsOptions {
  /** Left out: nothing is limited. */
  limiter?: RateLimiter
  line?: Line
  /** Calls of one account in one window, over all paths. */
  total?: number
  seen: PlatformLimits
}

/**
 * The pause when the platform says that no call is left. It does not say for how long. If the pause is too short, the
 * next call gets a 429, which says so.
 */
const emptySeconds = 5

/** How many accounts, and paths of each, are remembered. The oldest is forgotten first. */
const mostAccounts = 1000
const mostPaths = 50

/** The least total that is assumed, where none is given. */
const commonTotal = 200
const commonSize: RateLimitSize = { requests: 90, window: 60 }

export function createLimits({ limiter, line, total, seen }: LimitsOptions): Limits {
  const common = limiter?.size ?? commonSize
  const all = { requests: total ?? Math.max(commonTotal, common.requests), window: common.window }

  async function takeOne(key: string, what: string, turn: Turn, size?: RateLimitSize): Promise<void> {
    const state = await line?.take(key, { ...turn, size })
    if (!state || state.allowed) return
    const { window } = size ?? limiter?.size ?? {}
    const limit = size?.requests ?? limiter?.size?.requests ?? state.limit
    const seconds = Math.max(1, Math.ceil(state.retryAfter))
    const within = window === undefined ? '' : ` in ${window} s`
    throw new UpstreamError(
      `The limit of ${limit} requests${within} for ${what} is used up, or Cloudways asked to wait.`,
      `Nothing was sent. Wait ${seconds} s, then call again.`,
      { status: 429, reason: 'rate_limited', retryAfter: seconds },
    )
  }

  return {
    async take(account, request, turn) {
      const path = pathOf(request)
      const until = performance.now() + turn.maxWait * 1000
      await takeOne(`${account}:${path}`, path, turn, ownLimits[path])
      const left = Math.max(0, (until - performance.now()) / 1000)
      await takeOne(account, 'the whole account', { ...turn, maxWait: left }, all)
    },
    async learn(account, request, answer) {
      const path = pathOf(request)
      const limit = number(answer.headers.get('x-ratelimit-limit'))
      const remaining = number(answer.headers.get('x-ratelimit-remaining'))
      if (limit !== null || remaining !== null) {
        const paths = seen.get(account) ?? new Map<string, PathLimit>()
        keepLatest(paths, path, { path, limit, remaining, at: new Date().toISOString() }, mostPaths)
        keepLatest(seen, account, paths, mostAccounts)
      }
      const wait =
        answer.status === 429 ? retryAfter(answer.headers) : remaining === 0 ? emptySeconds : undefined
      // A 429 without the header does not say how long to wait. A read is tried again, and a change is told.
      if (!wait) return
      try {
        await limiter?.block(`${account}:${path}`, wait)
      } catch {
        // The call was answered. It must not fail because its bucket could not be closed.
      }
    },
    bucket: async (account) => {
      if (!limiter) return null
      const { limit, remaining, retryAfter } = await limiter.peek(account, all)
      return { limit, remaining, retryAfter }
    },
    paths: (account) => [...(seen.get(account)?.values() ?? [])].reverse(),
  }
}

/** Set an entry as the latest one, and forget the oldest when there are more than `most`. */
function keepLatest<Value>(map: Map<string, Value>, key: string, value: Value, most: number): void {
  map.delete(key)
  map.set(key, value)
  if (map.size > most) map.delete(map.keys().next().value as string)
}

function number(header: string | null): number | null {
  return header === null || header === '' || !Number.isFinite(Number(header)) ? null : Number(header)
}
