/** Waiting for a turn at a limiter: in order of arrival within this process, and never longer than a call may. @module */
import { longestTimerMilliseconds, onAbort } from '../base/signal.ts'
import type { RateLimit, RateLimiter, RateLimitSize } from '../types.ts'

/** One call that asks for its turn. */
export interface Ask {
  cost?: number
  size?: RateLimitSize
  /** The most seconds to wait; 0 refuses at once. */
  maxWait: number
  signal?: AbortSignal
  /** Told once, when the call begins to wait. @param seconds until its turn, as far as known. */
  onWait?: (seconds: number) => void
}

/**
 * A limiter at which calls wait.
 *
 * What can't pass within `maxWait` is refused at once, with the seconds until a call would pass that comes after those
 * who wait. A refused call takes nothing.
 */
export interface Line {
  take(key: string, ask: Ask): Promise<RateLimit>
}

/** The line of each limiter: all that share a limiter wait in one line. */
const lines = new WeakMap<RateLimiter, Line>()

export function lineOf(limiter: RateLimiter): Line {
  const known = lines.get(limiter) ?? createLine(limiter)
  lines.set(limiter, known)
  return known
}

/** Let a limiter that is made of another one share the line of that one. */
export const shareLine = (limiter: RateLimiter, inner: RateLimiter): void =>
  void lines.set(limiter, lineOf(inner))

/** What a line tells. */
interface LineEvents {
  /** A call got no turn. */
  refused(key: string): void
  /** A call begins to wait for its turn. */
  waits(key: string): void
}

/** The same limiter with the same line, which tells what becomes of the calls. A call that waits and passes is not refused. */
export function watchLine(limiter: RateLimiter, told: LineEvents): RateLimiter {
  const line = lineOf(limiter)
  const watched = { ...limiter }
  lines.set(watched, {
    async take(key, ask) {
      const onWait = (seconds: number) => {
        told.waits(key)
        ask.onWait?.(seconds)
      }
      const state = await line.take(key, { ...ask, onWait })
      if (!state.allowed) told.refused(key)
      return state
    },
  })
  return watched
}

interface Waiting {
  cost: number
  /** Milliseconds of `performance.now`, when the call has waited as long as it may. */
  until: number
  onWait?: Ask['onWait']
  settle(end: { answer: RateLimit } | { error: unknown }): void
}

/** The calls that wait for one bucket. The first of them asks the limiter. */
interface Queue {
  waiting: Waiting[]
  /** What the limiter last said: when to ask again, in milliseconds of `performance.now`. */
  next?: { at: number; limit: number; isClosed: boolean; secondsEach: number }
  /** Ends the pause between two questions. */
  wake?: () => void
}

/** In seconds. Where a limiter of one's own does not tell its window, it is taken for this one. */
const commonWindow = 60

/** In milliseconds. A turn that comes at the last moment is not refused because its timer was late. */
const grace = 10

function createLine(limiter: RateLimiter): Line {
  const queues = new Map<string, Queue>()

  /** Serve a queue until nobody waits. */
  async function serve(id: string, key: string, size: RateLimitSize | undefined): Promise<void> {
    const queue = queues.get(id) as Queue
    for (let first = queue.waiting[0]; first; first = queue.waiting[0]) {
      try {
        const answer = await limiter.take(key, first.cost, size)
        if (answer.allowed) {
          // If the first left meanwhile, what was taken is for the next one.
          queue.waiting[0]?.settle({ answer })
          continue
        }
        const own = size ?? limiter.size ?? { requests: answer.limit, window: commonWindow }
        const secondsEach = own.window / own.requests
        queue.next = {
          at: performance.now() + answer.retryAfter * 1000,
          limit: answer.limit,
          // An open bucket lacks the cost of one call at most. A closed key says nothing of its bucket.
          isClosed: answer.retryAfter > first.cost * secondsEach + 1e-3,
          secondsEach,
        }
        for (const one of [...queue.waiting]) judge(queue, one)
        // A timer may be early, and the bucket may have another clock: the next answer says how much is left.
        if (queue.waiting.length > 0) await pause(queue, answer.retryAfter)
      } catch (error) {
        queue.waiting[0]?.settle({ error })
      }
    }
    queues.delete(id)
  }

  return {
    async take(key, ask) {
      const { cost = 1, size, signal, maxWait } = ask
      signal?.throwIfAborted()
      const id = size === undefined ? key : `${key}\n${size.requests}/${size.window}`
      if (!queues.has(id)) {
        const answer = await limiter.take(key, cost, size, signal)
        if (answer.allowed || answer.retryAfter > maxWait) return answer
        signal?.throwIfAborted()
      }
      return new Promise<RateLimit>((resolve, reject) => {
        const queue = queues.get(id) ?? { waiting: [] }
        const timer = setTimeout(
          () => refuse(queue, mine),
          Math.min(maxWait * 1000 + grace, longestTimerMilliseconds),
        )
        const unlisten = signal && onAbort(signal, () => mine.settle({ error: signal.reason }))
        const mine: Waiting = {
          ...{ cost, until: performance.now() + maxWait * 1000, onWait: ask.onWait },
          settle(end) {
            clearTimeout(timer)
            unlisten?.()
            queue.waiting = queue.waiting.filter((one) => one !== mine)
            if (queue.waiting.length === 0) queue.wake?.()
            if ('error' in end) reject(end.error)
            else resolve(end.answer)
          },
        }
        queue.waiting.push(mine)
        if (queues.has(id)) judge(queue, mine)
        else {
          queues.set(id, queue)
          void serve(id, key, size)
        }
      })
    },
  }
}

/** Refuse a call at once whose turn comes too late, and tell another one that it waits. */
function judge(queue: Queue, one: Waiting): void {
  if (!queue.next) return
  const at = turnOf(queue, one)
  if (at > one.until) refuse(queue, one)
  else one.onWait?.(Math.max(0, at - performance.now()) / 1000)
  one.onWait = undefined
}

/** When the turn of a call comes, in milliseconds of `performance.now`, if nobody else takes from the bucket. */
function turnOf({ waiting, next }: Queue, one: Waiting): number {
  if (!next) return performance.now()
  if (next.isClosed) return next.at
  const ahead = waiting.slice(1, waiting.indexOf(one) + 1).reduce((sum, { cost }) => sum + cost, 0)
  return next.at + ahead * next.secondsEach * 1000
}

function refuse(queue: Queue, one: Waiting): void {
  const seconds = Math.max(0, turnOf(queue, one) - performance.now()) / 1000
  const retryAfter = Math.ceil(seconds * 1e6) / 1e6
  one.settle({ answer: { allowed: false, limit: queue.next?.limit ?? 0, remaining: 0, retryAfter } })
}

function pause(queue: Queue, seconds: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, Math.min(Math.ceil(seconds * 1000), longestTimerMilliseconds))
    function done(): void {
      clearTimeout(timer)
      queue.wake = undefined
      resolve()
    }
    queue.wake = done
  })
}
