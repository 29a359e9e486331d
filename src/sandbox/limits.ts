import { contract, type Operation } from './contract.ts'

export interface Quota {
  limit: number
  remaining: number
  /** Seconds until the next request is allowed. 0: this request was allowed. */
  retryAfter: number
}

/** How many tokens can be asked for in a minute. The platform has such a limit and does not tell it. */
const exchangesPerMinute = 10
const minuteMs = 60_000
/** The window of the paths of which more than a minute is known: a Retry-After of 88 was seen. */
const longerMs = 90_000

/** Times of the requests in the window. Those before `first` have left it. */
interface Window {
  times: number[]
  first: number
}

const keyOf = ({ method, path }: Operation) => `${method} ${path}`

/** A sliding window for each account and path. Changes and reads of one path share the window. */
export function createLimits(requestsPerMinute: number) {
  const windows = new Map<string, Window>()

  function windowOf(key: string, start: number): Window {
    const window = windows.get(key) ?? { times: [], first: 0 }
    windows.set(key, window)
    while (window.first < window.times.length && window.times[window.first]! <= start) window.first += 1
    // Old times are removed in large steps: a benchmark sends a hundred thousand requests in a minute.
    if (window.first > 1000) Object.assign(window, { times: window.times.slice(window.first), first: 0 })
    return window
  }

  function limitOf(operation: Operation | undefined): number {
    const own = operation && contract.rateLimit.overrides[keyOf(operation)]
    return own ?? (operation?.tag === 'auth' ? exchangesPerMinute : requestsPerMinute)
  }

  return {
    /** Count one request. A refused request is not counted. Paths that do not exist are counted as one path. */
    take(account: string, operation: Operation | undefined, now: number): Quota {
      const longer = operation && Object.hasOwn(contract.rateLimit.longerWindows, keyOf(operation))
      const length = longer ? longerMs : minuteMs
      const limit = limitOf(operation)
      const window = windowOf(`${account} ${operation?.path ?? ''}`, now - length)
      const used = window.times.length - window.first
      if (used >= limit) {
        // The oldest request of the window has to leave it before one more fits in.
        const retryAfter = Math.max(1, Math.ceil((window.times[window.first]! + length - now) / 1000))
        return { limit, remaining: 0, retryAfter }
      }
      window.times.push(now)
      return { limit, remaining: limit - used - 1, retryAfter: 0 }
    },
  }
}

export type Limits = ReturnType<typeof createLimits>
