/**
 * `lock` for every driver: waiting, time-out and release. A driver only says how a lock is taken and freed.
 *
 * @module
 */

import { checkNumber, checkOptions } from '../base/options.ts'
import { UpstreamError } from '../errors.ts'
import type { Storage } from '../types.ts'
import { assertKey } from './key.ts'
import { milliseconds } from './value.ts'

/** How a driver takes and frees a lock, each in one atomic step. */
export interface Locks {
  /** Take the lock if it is free or its holder's time is over. `ttl` in milliseconds. */
  acquire(key: string, owner: string, ttl: number): Promise<boolean>
  /** Free the lock if `owner` still holds it. */
  release(key: string, owner: string): Promise<void>
}

interface Caller {
  wake?: () => void
}

/**
 * Callers of one process stand in line, and only the first of them asks the backend: a thousand waiting calls
 * are one poller, not a thousand. A release in this process wakes the next at once; locks held elsewhere are
 * polled, with jitter, so that processes do not ask in step.
 *
 * @param pause mean milliseconds between two polls.
 */
export function createLock(locks: Locks, pause = 25): Storage['lock'] {
  const lines = new Map<string, Caller[]>()

  async function enter(key: string, owner: string, ttl: number, deadline: number): Promise<boolean> {
    const line = lines.get(key) ?? []
    const caller: Caller = {}
    lines.set(key, line)
    line.push(caller)
    try {
      while (line[0] !== caller) {
        const left = deadline - performance.now()
        if (left <= 0) return false
        await sleep(caller, left)
      }
      // The first of the line asks at least once, even with `wait: 0`.
      for (;;) {
        if (await locks.acquire(key, owner, ttl)) return true
        const left = deadline - performance.now()
        if (left <= 0) return false
        await sleep(caller, Math.min(left, pause * (0.5 + Math.random())))
      }
    } finally {
      line.splice(line.indexOf(caller), 1)
      if (line.length === 0) lines.delete(key)
      else line[0]?.wake?.()
    }
  }

  return async (key, options, work) => {
    assertKey(key)
    checkOptions('lock', options, ['ttl', 'wait'])
    checkNumber('lock', 'wait', options.wait, 0)
    const ttl = milliseconds('lock', options.ttl)
    const owner = crypto.randomUUID()
    if (!(await enter(key, owner, ttl, performance.now() + options.wait * 1000))) {
      throw new UpstreamError(
        `A lock was not free within ${options.wait} seconds: other work holds it.`,
        'Wait a moment and call again.',
        { service: 'storage', retryAfter: 1 },
      )
    }
    try {
      return await work()
    } finally {
      // The work is done: a backend that fails only now must not hide its result. The ttl frees the lock.
      await locks.release(key, owner).catch(() => {})
      lines.get(key)?.[0]?.wake?.()
    }
  }
}

/** Locks that hold within this process. */
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

function sleep(caller: Caller, time: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(wake, time)
    function wake(): void {
      clearTimeout(timer)
      caller.wake = undefined
      resolve()
    }
    caller.wake = wake
  })
}
