import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe } from 'vitest'
import { memoryRateLimit, redisRateLimit, storageRateLimit } from '../../src/rate-limit/index.ts'
import { fsStorage, memoryStorage, redisClient } from '../../src/storage/index.ts'
import { hasRedis, type PrivateRedis, startRedis } from '../support/redis.ts'
import { testRateLimit } from './suite.ts'

testRateLimit('memoryRateLimit', (size) => ({ limiter: memoryRateLimit(size) }))

const memory = memoryStorage()
testRateLimit('storageRateLimit in memory', (size) => ({ limiter: storageRateLimit(memory, size) }))

const dir = mkdtempSync(join(tmpdir(), 'rate-limit-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
testRateLimit('storageRateLimit on disk', (size) => {
  const storage = fsStorage({ dir })
  return { limiter: storageRateLimit(storage, size), dispose: storage.dispose }
})

describe.skipIf(!hasRedis)('on Redis', () => {
  let redis: PrivateRedis
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis.dispose())

  testRateLimit('redisRateLimit', (size) => {
    const limiter = redisRateLimit({ url: redis.url, ...size })
    return { limiter, dispose: limiter.dispose }
  })
  testRateLimit('redisRateLimit on a shared connection', (size) => {
    const client = redisClient({ url: redis.url })
    return { limiter: redisRateLimit({ client, ...size, prefix: 'shared' }), dispose: client.close }
  })
})
