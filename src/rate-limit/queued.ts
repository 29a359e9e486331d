/**
 * A limiter whose calls wait for their turn.
 *
 * @module
 */
import { checkNumber, checkOptions } from '../base/options.ts'
import { onAbort, sleep } from '../base/signal.ts'
import type { RateLimiter } from '../types.ts'

/** Options of {@link queued}. */
export interface QueuedOptions {
  /** Longest time a call waits for its turn, in seconds. After it, or when it can't be enough, it is refused. */
  maxWait: number
}

/**
 * A limiter whose calls wait for their turn instead of being refused at once.
 *
 * First come, first served, per key and size and within this process; between processes luck decides. A refused
 * call has taken nothing, and learns the seconds from then on. A call whose signal aborts leaves the line at once, and
 * throws the signal's reason.
 *
 * @throws InputError for wrong options.
 */
export function queued(limiter: RateLimiter, options: QueuedOptions): RateLimiter {
  checkOptions('queued', options, ['maxWait'])
  const { maxWait } = options
  checkNumber('queued', 'maxWait', maxWait, 0)
  const lines = new Map<string, Promise<unknown>>()

  return {
    async take(key, cost, size, signal) {
      signal?.throwIfAborted()
      const deadline = performance.now() + maxWait * 1000
      const id = size === undefined ? key : `${key}\n${size.requests}/${size.window}`
      // One that failed does not hold up those behind it.
      const ahead = (lines.get(id) ?? Promise.resolve()).catch(() => {})
      const over = new AbortController()
      const giveUp = () => over.abort()
      let first = false
      const mine = ahead.then(async () => {
        first = true
        while (!over.signal.aborted) {
          const answer = await limiter.take(key, cost, size)
          const left = (deadline - performance.now()) / 1000
          if (answer.allowed || answer.retryAfter > left) return answer
          await sleep(answer.retryAfter, over.signal).catch(() => {})
        }
        return undefined
      })
      lines.set(id, mine)
      const leave = () => {
        if (lines.get(id) === mine) lines.delete(id)
      }
      mine.then(leave, leave)

      const timer = setTimeout(giveUp, maxWait * 1000)
      signal?.addEventListener('abort', giveUp, { once: true })
      try {
        // In the middle of the line it leaves at once. At its head a take may be under way, and its answer counts.
        const gone = new Promise<void>((resolve) => onAbort(over.signal, resolve)).then(() =>
          first ? mine : undefined,
        )
        const answer = await Promise.race([mine, gone])
        if (answer?.allowed) return answer
        signal?.throwIfAborted()
        return answer ?? { ...(await limiter.peek(key, size)), allowed: false }
      } finally {
        clearTimeout(timer)
        signal?.removeEventListener('abort', giveUp)
      }
    },
    peek: (key, size) => limiter.peek(key, size),
    block: (key, seconds) => limiter.block(key, seconds),
  }
}
