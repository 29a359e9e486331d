import { contract, type Operation } from './contract.ts'

export interface Quota {
  limit: number
  remaining: number
  /** Seconds until the next request is allowed. 0: this request was allowed. */
  retryAfter: number
}

/** How many tokens can be asked for in a minute. The platform has such a limit and does not tell it. */
const exchangesPerMinute = 10
const windowMs = 60_000

/** Times of the requests in the window. Those before `first` have left it. */
interface Window {
  times: number[]
  first: number
}

/** A sliding window of one minute for each account, and further windows for operations with their own limit. */
export function createLimits(requestsPerMinute: number) {
  const windows = new Map<string, Window>()

  function windowOf(key: string, now: number): Window {
    const window = windows.get(key) ?? { times: [], first: 0 }
    windows.set(key, window)
    while (window.first < window.times.length && window.times[window.first]! <= now - windowMs)
      window.first += 1
    // Old times are removed in large steps: a benchmark sends a hundred thousand requests in a minute.
    if (window.first > 1000) Object.assign(window, { times: window.times.slice(window.first), first: 0 })
    return window
  }

  return {
    /** Count one request. A refused request is not counted. */
    take(account: string, operation: Operation | undefined, now: number): Quota {
      const own = operation && contract.rateLimit.overrides[`${operation.method} ${operation.path}`]
      const special = own ?? (operation?.tag === 'auth' ? exchangesPerMinute : undefined)
      const all = [{ window: windowOf(account, now), limit: requestsPerMinute }]
      if (special !== undefined)
        all.push({ window: windowOf(`${account} ${operation!.id}`, now), limit: special })
      const used = ({ times, first }: Window) => times.length - first
      const full = all.find(({ window, limit }) => used(window) >= limit)
      if (full) {
        // The oldest request of the window has to leave it before one more fits in.
        const { times, first } = full.window
        const retryAfter = Math.max(1, Math.ceil((times[first]! + windowMs - now) / 1000))
        return { limit: full.limit, remaining: 0, retryAfter }
      }
      for (const { window } of all) window.times.push(now)
      const { window, limit } = all.at(-1)!
      return { limit, remaining: limit - used(window), retryAfter: 0 }
    },
  }
}

export type Limits = ReturnType<typeof createLimits>
