/**
 * One of several processes on the same state. The process says that it is ready, and waits for a line on its standard
 * input, so that all processes start together. Then it does one job, and prints the result as JSON.
 *
 * Usage: node state-worker.js '{"job":"take","dir":"..."}'
 */

import { once } from 'node:events'
import { appendFileSync } from 'node:fs'
import { redisRateLimit, storageRateLimit } from '../../src/rate-limit/index.ts'
import { fsStorage, redisClient, redisStorage } from '../../src/storage/index.ts'

export interface Task {
  job: 'take' | 'increment' | 'lock' | 'limit' | 'hang'
  /** Exactly one of these two: it chooses the driver. */
  url?: string
  dir?: string
  times: number
  /** The file in which each holder of the lock notes when it takes the lock and when it lets go. */
  journal?: string
}

const task = JSON.parse(process.argv[2]!) as Task
const client = task.url === undefined ? undefined : redisClient({ url: task.url, timeout: 20 })
const storage = client === undefined ? fsStorage({ dir: task.dir! }) : redisStorage({ client })
const size = { requests: 90, window: 100_000 }
const limiter = client === undefined ? storageRateLimit(storage, size) : redisRateLimit({ client, ...size })

const jobs: Record<Task['job'], (index: number) => Promise<unknown>> = {
  take: (index) => storage.take(`code:${index}`),
  increment: () => storage.increment('counter', { ttl: 600 }),
  limit: async () => (await limiter.take('account')).allowed,
  lock: () =>
    storage.lock('lock', { ttl: 60, wait: 60 }, async () => {
      appendFileSync(task.journal!, 'in\n')
      await new Promise(setImmediate)
      appendFileSync(task.journal!, 'out\n')
    }),
  // Holds the lock until the process is killed.
  hang: () =>
    storage.lock('lock', { ttl: 2, wait: 5 }, async () => {
      process.stdout.write('"held"\n')
      await new Promise((resolve) => setTimeout(resolve, 1e8))
    }),
}

await storage.get('warm up')
process.stdout.write('"ready"\n')
await once(process.stdin, 'data')
const results = await Promise.all(Array.from({ length: task.times }, (_, index) => jobs[task.job](index)))
process.stdout.write(`${JSON.stringify(results)}\n`)
await storage.dispose()
await client?.close()
process.stdin.destroy()
