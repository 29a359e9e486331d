/** A limiter whose calls wait for their turn. @module */
import { checkNumber, checkOptions } from '../base/options.ts'
import { onAbort, sleep } from '../base/signal.ts'
import type { RateLimiter } from '../types.ts'

/** Options of {@link queued}. */
export interface QueuedOptions {
  /** The most seconds a call waits for its turn. A call is refused then, or at once when its turn comes later. */
  maxWait: number
}

/**
 * A limiter whose calls wait for their turn instead of being refused at once.
 *
 * First come, first served, for each key and size, within this process. Between processes the order is not known. A
 * refused call takes nothing, and its `retryAfter` counts from the moment of the refusal. A call whose signal aborts
 * leaves the line at once and throws the reason of the signal.
 *
 * @throws InputError for an unknown or wrong option.
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
      // A failed call does not hold up the calls behind it.
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
        // A call in the middle of the line leaves at once. For the first in line a take may be under way: its answer
        // counts.
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
