/**
 * The same program on three storages: in memory, on disk, and on Redis when REDIS_URL is set.
 *
 * Run: npx tsx examples/storage.ts
 */

import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fernet, generateKey, sealTo } from 'cloudways-tools/crypto'
import {
  memoryRateLimit,
  type RateLimiter,
  redisRateLimit,
  storageRateLimit,
} from 'cloudways-tools/rate-limit'
import {
  fsStorage,
  type ListStorage,
  memoryStorage,
  redisClient,
  redisStorage,
} from 'cloudways-tools/storage'

const size = { requests: 90, window: 60 }

async function program(storage: ListStorage, limiter: RateLimiter): Promise<void> {
  // A one-time code: of 50 callers, one gets it.
  await storage.set('code:4711', { account: 'a' }, { ttl: 60 })
  const taken = await Promise.all(Array.from({ length: 50 }, () => storage.take('code:4711')))
  console.log('  one code, 50 takers:        ', taken.filter(Boolean).length, 'got it')

  // An attempt counter: every call counts, and the first starts the clock.
  await storage.delete('attempts:a')
  await Promise.all(Array.from({ length: 20 }, () => storage.increment('attempts:a', { ttl: 300 })))
  console.log('  20 attempts at once:        ', await storage.get('attempts:a'), 'counted')

  // A list: entries stay in order, and the oldest go when it is full.
  const entries = Array.from({ length: 20 }, (_, index) => index)
  for (const entry of entries) await storage.append('log:a', entry, { keep: 5, ttl: 300 })
  console.log('  the newest 2 of a list:     ', (await storage.range('log:a', -2, 2)).join(' and '))
  await storage.delete('log:a')

  // A lock: one of many callers does the work, and the others find it done.
  let exchanges = 0
  async function accessToken(): Promise<string | null> {
    return storage.lock('exchange:a', { ttl: 10, wait: 10 }, async () => {
      if ((await storage.get('token:a')) === null) {
        exchanges++
        await storage.set('token:a', 'fresh', { ttl: 3600 })
      }
      return storage.get<string>('token:a')
    })
  }
  await storage.delete('token:a')
  await Promise.all(Array.from({ length: 20 }, accessToken))
  console.log('  20 callers need a token:    ', exchanges, 'exchange')

  // A record that opens only with the server's key and the client's bearer token together.
  const serverKey = generateKey()
  const sealed = sealTo(fernet(serverKey), 'the-bearer-token-of-this-client')
  await storage.set('session:a', await sealed.encrypt('cw_secret'), { ttl: 3600 })
  const stored = await storage.get<string>('session:a')
  console.log('  what a thief of state sees: ', `${stored?.slice(0, 24)}...`)
  console.log('  with the key and the bearer:', await sealed.decrypt(stored!))

  // A token bucket: 90 calls a minute, however they come.
  const calls = await Promise.all(Array.from({ length: 1000 }, () => limiter.take('account:a')))
  const { retryAfter } = await limiter.peek('account:a')
  console.log(
    '  1000 calls, limit 90:       ',
    calls.filter(({ allowed }) => allowed).length,
    'pass,',
    `next in ${retryAfter.toFixed(2)} s`,
  )
}

console.log('memory')
const memory = memoryStorage()
await program(memory, memoryRateLimit(size))
await memory.dispose()

const dir = await mkdtemp(join(tmpdir(), 'cloudways-tools-'))
console.log('\ndisk')
const disk = fsStorage({ dir })
await program(disk, storageRateLimit(disk, size))
console.log('  files:                      ', (await readdir(dir)).join('  '))
await disk.dispose()
await rm(dir, { recursive: true })

if (process.env.REDIS_URL) {
  console.log('\nRedis')
  const client = redisClient({ url: process.env.REDIS_URL })
  // Everything in it has a time to live: nothing stays behind.
  const prefix = `example-${crypto.randomUUID()}`
  const redis = redisStorage({ client, prefix })
  await program(redis, redisRateLimit({ client, prefix, ...size }))
  await client.close()
} else {
  console.log('\nRedis: set REDIS_URL=redis://localhost:6379/0 to see the same there')
}
