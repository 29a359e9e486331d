/**
 * Whether the server can do its work.
 *
 * @module
 */
import type { Storage } from '../../types.ts'

export type StorageHealth = 'ok' | 'failing'

/** Milliseconds. Probes ask every few seconds: a slower storage is a failing one. */
const patience = 2000
/** Milliseconds an answer is good for, so that nobody can load the storage through this door. */
const freshness = 1000

/** A check that writes to the storage and reads it back, in bounded time; simultaneous callers share one. */
export function createStorageCheck(storage: Storage): () => Promise<StorageHealth> {
  // Replicas must not read each other's.
  const key = `health:${crypto.randomUUID()}`
  let checked = { at: Number.NEGATIVE_INFINITY, health: Promise.resolve<StorageHealth>('failing') }

  async function roundTrip(): Promise<StorageHealth> {
    const stamp = performance.now()
    await storage.set(key, stamp, { ttl: 60 })
    return (await storage.get<number>(key)) === stamp ? 'ok' : 'failing'
  }

  return () => {
    const now = performance.now()
    if (now - checked.at > freshness) {
      checked = { at: now, health: within(patience, roundTrip()).catch(() => 'failing') }
    }
    return checked.health
  }
}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('too slow')), milliseconds)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
