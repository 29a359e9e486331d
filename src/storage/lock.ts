/**
 * Locks that callers wait for. A driver only says how a lock is taken and freed; waiting, time-out and release are
 * done here.
 *
 * @module
 */

import { sleep } from '../base/signal.ts'
import { UpstreamError } from '../errors.ts'
import type { StorageDriver } from '../types.ts'

/** The two atoms of a driver that take and free a lock. */
export type Locks = Pick<StorageDriver, 'acquire' | 'release'>

/** Both in milliseconds. */
interface Times {
  ttl: number
  wait: number
}

interface Caller {
  wake?: () => void
}

/**
 * A lock on a driver.
 *
 * Callers of one process stand in line, and only the first in line asks the backend: a thousand waiting calls are
 * one poller. A release in this process wakes the next caller at once. A lock that another process holds is polled.
 *
 * @param pause mean milliseconds between two polls. Each pause is random, so that processes do not ask in step.
 */
export function createLock(locks: Locks, pause = 25) {
  const lines = new Map<string, Caller[]>()

  async function enter(key: string, owner: string, { ttl, wait }: Times): Promise<boolean> {
    const deadline = performance.now() + wait
    const line = lines.get(key) ?? []
    const caller: Caller = {}
    lines.set(key, line)
    line.push(caller)
    try {
      while (line[0] !== caller) {
        const left = deadline - performance.now()
        if (left <= 0) return false
        await rest(caller, left)
      }
      // The first in line asks at least once, even with `wait: 0`.
      for (;;) {
        if (await locks.acquire(key, owner, ttl)) return true
        const left = deadline - performance.now()
        if (left <= 0) return false
        await rest(caller, Math.min(left, pause * (0.5 + Math.random())))
      }
    } finally {
      line.splice(line.indexOf(caller), 1)
      if (line.length === 0) lines.delete(key)
      else line[0]?.wake?.()
    }
  }

  return async <T>(key: string, times: Times, work: () => Promise<T>): Promise<T> => {
    const owner = crypto.randomUUID()
    if (!(await enter(key, owner, times))) {
      throw new UpstreamError(
        `A lock was not free within ${times.wait / 1000} seconds: other work holds it.`,
        'Wait a moment and call again.',
        { service: 'storage', retryAfter: 1 },
      )
    }
    try {
      return await work()
    } finally {
      // The work is done. A backend that fails now must not hide the result; the ttl frees the lock.
      await locks.release(key, owner).catch(() => {})
      lines.get(key)?.[0]?.wake?.()
    }
  }
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

/** Wait until the time is over or `caller.wake` is called. */
async function rest(caller: Caller, time: number): Promise<void> {
  const alarm = new AbortController()
  caller.wake = () => alarm.abort('awake')
  await sleep(time / 1000, alarm.signal).catch(() => {})
  caller.wake = undefined
}
