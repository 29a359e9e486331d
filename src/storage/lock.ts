/**
 * Waiting in line: a limit on the work under way at once, and locks that callers wait for. A driver only says how a lock
 * is taken and freed; waiting, time-out and release are done here.
 *
 * @module
 */
import { longestTimerMilliseconds, never, sleep } from '../base/signal.ts'
import { UpstreamError } from '../errors.ts'
import type { StorageDriver } from '../types.ts'

interface Slots {
  /** @returns `false` when no slot is free within `wait` milliseconds. Without `wait` there is no time-out. */
  enter(wait?: number): Promise<boolean>
  leave(): void
}

export function createSlots(size: number): Slots {
  let free = size
  const waiting = new Set<() => void>()
  return {
    async enter(wait) {
      if (free > 0) {
        free--
        return true
      }
      return new Promise((resolve) => {
        const timer = wait === undefined ? undefined : setTimeout(giveUp, wait)
        function proceed(): void {
          clearTimeout(timer)
          waiting.delete(proceed)
          resolve(true)
        }
        function giveUp(): void {
          waiting.delete(proceed)
          resolve(false)
        }
        waiting.add(proceed)
      })
    },
    leave() {
      // The slot goes to the first in line, and not to a caller that comes later.
      const [next] = waiting
      if (next === undefined) free++
      else next()
    },
  }
}

/** The two atoms of a driver that take and free a lock. */
export type Locks = Pick<StorageDriver, 'acquire' | 'release'>

/**
 * A lock on a driver. Its `ttl` and `wait` are in milliseconds.
 *
 * Callers of one process stand in line, and only the first in line asks the backend: a thousand waiting calls are
 * one poller. When a caller is done, the next in line asks at once. A lock that another process holds is polled.
 *
 * @param pause mean milliseconds between two polls. Each pause is random, so that processes do not ask in step.
 */
export function createLock(locks: Locks, pause = 25) {
  const lines = new Map<string, Slots & { callers: number }>()

  /** Stand in line for `key`. @returns a function that leaves the line, or `undefined` when `wait` is over. */
  async function lineUp(key: string, wait: number): Promise<(() => void) | undefined> {
    const line = lines.get(key) ?? { ...createSlots(1), callers: 0 }
    lines.set(key, line)
    line.callers++
    const first = await line.enter(Math.min(wait, longestTimerMilliseconds))
    let inLine = true
    const leave = () => {
      if (!inLine) return
      inLine = false
      if (first) line.leave()
      if (--line.callers === 0) lines.delete(key)
    }
    if (first) return leave
    leave()
    return undefined
  }

  return async <T>(key: string, times: { ttl: number; wait: number }, work: () => Promise<T>): Promise<T> => {
    const { ttl, wait } = times
    const owner = crypto.randomUUID()
    const deadline = performance.now() + wait
    const leave = await lineUp(key, wait)
    if (!leave) throw busy(wait)
    let over: ReturnType<typeof setTimeout> | undefined
    try {
      // Asks at least once, even with `wait: 0`.
      while (!(await locks.acquire(key, owner, ttl))) {
        const left = deadline - performance.now()
        if (left <= 0) throw busy(wait)
        await sleep(Math.min(left, pause * (0.5 + Math.random())) / 1000, never())
      }
      // After the ttl the lock is free, even while the work goes on.
      over = setTimeout(leave, Math.min(ttl, longestTimerMilliseconds))
      try {
        return await work()
      } finally {
        // The work is done. A backend that fails now must not hide the result; the ttl frees the lock.
        await locks.release(key, owner).catch(() => {})
      }
    } finally {
      clearTimeout(over)
      leave()
    }
  }
}

function busy(wait: number): UpstreamError {
  return new UpstreamError(
    `A lock was not free within ${wait / 1000} seconds: other work holds it.`,
    'Wait a moment and call again.',
    { service: 'storage', retryAfter: 1 },
  )
}

/** Locks within this process. */
export function memoryLocks(): Locks {
  const held = new Map<string, { owner: string; expires: number }>()
  return {
    async acquire(key, owner, ttl) {
      const lock = held.get(key)
      if (lock !== undefined && lock.expires > Date.now()) return false
      held.set(key, { owner, expires: Date.now() + ttl })
      return true
    },
    async release(key, owner) {
      if (held.get(key)?.owner === owner) held.delete(key)
    },
  }
}
