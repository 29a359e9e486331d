import { inspect } from 'node:util'
import { Cluster, Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { UpstreamError } from '../../src/errors.ts'
import { redisRateLimit } from '../../src/rate-limit/index.ts'
import { redisClient, redisStorage } from '../../src/storage/index.ts'
import { testRateLimit } from '../rate-limit/suite.ts'
import { hasRedis, type PrivateRedis, startRedis } from '../support/redis.ts'
import { testStorage } from './suite.ts'

describe.skipIf(!hasRedis)('on Redis', () => {
  let redis: PrivateRedis
  let probe: Redis
  beforeAll(async () => {
    redis = await startRedis()
    probe = new Redis(redis.url)
  })
  afterAll(async () => {
    probe.disconnect()
    await redis.dispose()
  })

  testStorage('redisStorage', () => redisStorage({ url: redis.url }))

  it('shares one connection between storages and limiters, which leave it open', async () => {
    const client = redisClient({ url: redis.url })
    const clients = async () =>
      String(await probe.client('LIST'))
        .trim()
        .split('\n').length
    // The suite above closes its connections without waiting until the server notices.
    await expect.poll(clients).toBe(1)
    const one = redisStorage({ client, prefix: 'one' })
    const two = redisStorage({ client, prefix: 'two' })
    const limiter = redisRateLimit({ client, requests: 1, window: 1 })
    await Promise.all([one.set('key', 1), two.set('key', 2), limiter.take('key')])
    expect(await clients()).toBe(2)
    await one.dispose()
    expect(await two.get('key')).toBe(2)
    await client.close()
    await expect.poll(clients).toBe(1)
    await expect(two.get('key')).rejects.toThrow('disposed of')
  })

  it('keeps everything under its prefix, with a time to live', async () => {
    await probe.flushall()
    const client = redisClient({ url: redis.url })
    const storage = redisStorage({ client, prefix: 'mine' })
    const limiter = redisRateLimit({ client, prefix: 'mine', requests: 5, window: 1000 })
    await storage.set('key', 1, { ttl: 100 })
    await storage.increment('count', { ttl: 100 })
    await limiter.take('account')
    await limiter.block('closed', 100)
    await storage.lock('lock', { ttl: 100, wait: 0 }, async () => {
      const keys = await probe.keys('*')
      expect(keys).toHaveLength(5)
      for (const key of keys) {
        expect(key).toMatch(/^mine:/)
        expect(await probe.pttl(key)).toBeGreaterThan(0)
      }
    })
    await client.close()
  })

  it('goes on when the server has forgotten the scripts', async () => {
    const storage = redisStorage({ url: redis.url })
    expect(await storage.increment('scripted', { ttl: 60 })).toBe(1)
    await probe.script('FLUSH')
    expect(await storage.increment('scripted', { ttl: 60 })).toBe(2)
    await storage.dispose()
  })

  it('does not quote what something else wrote under its keys', async () => {
    const storage = redisStorage({ url: redis.url })
    await probe.set('cloudways:item:foreign', 'a secret that is not JSON')
    const error = await storage.get('foreign').catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(UpstreamError)
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('secret')
    await storage.dispose()
  })

  it('never lists or scans keys', async () => {
    await probe.config('RESETSTAT')
    const storage = redisStorage({ url: redis.url })
    await storage.set('key', 1, { ttl: 1 })
    await storage.take('key')
    await storage.dispose()
    const used = await probe.info('commandstats')
    expect(used).toContain('cmdstat_getdel')
    expect(used).not.toMatch(/cmdstat_(keys|scan|flushall)/)
  })
})

describe.skipIf(!hasRedis)('on a cluster', () => {
  let redis: PrivateRedis
  let cluster: Cluster
  beforeAll(async () => {
    // One node holds all slots. It refuses a command on two slots, as a larger cluster does.
    redis = await startRedis(['--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1'])
    const node = new Redis(redis.url)
    await node.call('CLUSTER', 'ADDSLOTSRANGE', 0, 16_383)
    await vi.waitFor(async () => expect(await node.cluster('INFO')).toContain('cluster_state:ok'), 60_000)
    node.disconnect()
    cluster = new Cluster([{ host: '127.0.0.1', port: redis.port }])
  })
  afterAll(async () => {
    cluster.disconnect()
    await redis.dispose()
  })

  testStorage('redisStorage', () => redisStorage({ client: cluster }))
  testRateLimit('redisRateLimit', (size) => ({ limiter: redisRateLimit({ client: cluster, ...size }) }))
})
