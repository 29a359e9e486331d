import { expect, vi } from 'vitest'
import { type Ask, lineOf } from '../../src/rate-limit/line.ts'
import { memoryRateLimit } from '../../src/rate-limit/memory.ts'
import type { RateLimit, RateLimiter } from '../../src/types.ts'

/** What became of a call in a line. */
interface Call {
  /** Each time it was told that it waits: the seconds until its turn. */
  told: number[]
  end?: RateLimit | Error
  /** Seconds from its arrival to its end. */
  after?: number
}

/** Call at the line of a limiter, in the name of `key` and for a minute at most, unless it is said otherwise. */
export function call(limiter: RateLimiter, ask: Partial<Ask> & { key?: string } = {}): Call {
  const came = performance.now()
  const one: Call = { told: [] }
  const ends = (end: RateLimit | Error) => {
    one.end = end
    one.after = (performance.now() - came) / 1000
  }
  const onWait = (seconds: number) => void one.told.push(seconds)
  lineOf(limiter)
    .take(ask.key ?? 'key', { maxWait: 60, onWait, ...ask })
    .then(ends, ends)
  return one
}

/** A limiter of ten calls in twenty seconds, whose bucket of `key` is empty: each call needs two seconds. */
export async function emptied(): Promise<RateLimiter> {
  const limiter = memoryRateLimit({ requests: 10, window: 20 })
  await limiter.take('key', 10)
  return limiter
}

/** A limiter of one's own, which answers what a test says, and does not tell its size. */
export function scripted() {
  const take = vi.fn<RateLimiter['take']>()
  const limiter: RateLimiter = { take, peek: (key) => take(key), block: async () => {} }
  return { take, limiter }
}

/** An answer that comes when a test says so. */
export function pending() {
  let answer!: (state: RateLimit) => void
  let fail!: (error: Error) => void
  const promise = new Promise<RateLimit>((resolve, reject) => {
    answer = resolve
    fail = reject
  })
  return { promise, answer, fail }
}

export const passed: RateLimit = { allowed: true, limit: 30, remaining: 0, retryAfter: 2 }
export const refused = (retryAfter: number): RateLimit => ({
  allowed: false,
  limit: 30,
  remaining: 0,
  retryAfter,
})

/** Fake timers that do not begin at 0, where a difference of times looks like their sum. */
export function fakeTimers(): void {
  vi.useFakeTimers()
  vi.advanceTimersByTime(5000)
}

/** Checks that no timer stays behind, and gives the real ones back. */
export function realTimers(): void {
  const left = vi.getTimerCount()
  vi.useRealTimers()
  expect(left, 'no timer stays behind').toBe(0)
}

/** Let everything happen that needs no time. */
export const now = () => vi.advanceTimersByTimeAsync(0)
export const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1000)
