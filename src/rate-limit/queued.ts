/** A limiter whose calls wait for their turn. @module */
import { checkNumber, checkOptions } from '../base/options.ts'
import type { RateLimiter } from '../types.ts'
import { lineOf, shareLine } from './line.ts'

/** Options of {@link queued}. */
export interface QueuedOptions {
  /** The most seconds a call waits for its turn. A call whose turn comes later is refused at once. */
  maxWait: number
}

/**
 * A limiter whose calls wait for their turn instead of being refused at once. A toolkit does so with every limiter, up
 * to its option `rateLimitWait`.
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
  const waiting: RateLimiter = {
    ...(limiter.size && { size: limiter.size }),
    take: (key, cost, size, signal) => lineOf(limiter).take(key, { cost, size, signal, maxWait }),
    peek: (key, size) => limiter.peek(key, size),
    block: (key, seconds) => limiter.block(key, seconds),
  }
  shareLine(waiting, limiter)
  return waiting
}
