/**
 * The check behind /health.
 *
 * @module
 */
import type { Storage } from '../../types.ts'

type StorageHealth = 'ok' | 'failing'

/** Probes ask every few seconds, so a slower storage counts as failing. */
const timeoutMilliseconds = 2000
/** For how long a result is reused, so that nobody can load the storage with requests to /health. */
const freshMilliseconds = 1000

/** A check that writes to the storage and reads back, in bounded time. Simultaneous callers share one check. */
export function createStorageCheck(storage: Storage): () => Promise<StorageHealth> {
  // A key of its own: a replica must not read what another one has written.
  const key = `health:${crypto.randomUUID()}`
  let checked = { at: Number.NEGATIVE_INFINITY, health: Promise.resolve<StorageHealth>('failing') }

  async function roundTrip(): Promise<StorageHealth> {
    const stamp = performance.now()
    await storage.set(key, stamp, { ttl: 60 })
    return (await storage.get<number>(key)) === stamp ? 'ok' : 'failing'
  }

  return () => {
    const now = performance.now()
    if (now - checked.at > freshMilliseconds) {
      checked = { at: now, health: within(timeoutMilliseconds, roundTrip()).catch(() => 'failing') }
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
