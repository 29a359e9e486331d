import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { emptyLimits, takeFrom } from '../../src/rate-limit/bucket.ts'
import { bucketScript } from '../../src/rate-limit/redis.ts'
import { type RedisConnection, redisClient } from '../../src/storage/index.ts'
import { runs } from '../support/deep.ts'
import { hasRedis, type PrivateRedis, startRedis } from '../support/redis.ts'

// The arithmetic exists twice, in Lua and in TypeScript, and both have to agree. A key replaces the clock of the server.
// Keys do not expire here, because Redis would expire them by its real clock.
const script = bucketScript
  .replace("redis.call('TIME')", "{ string.match(redis.call('GET', 'clock'), '(%d+)[.](%d+)') }")
  .replace("redis.call('PEXPIRE', key, left)", "redis.call('PERSIST', key)")

const step = fc.record({
  op: fc.constantFrom('take', 'take', 'take', 'peek', 'block'),
  by: fc.oneof(fc.integer({ min: 0, max: 5_000_000 }), fc.integer({ min: -3_000_000, max: -1 })),
  cost: fc.integer({ min: 1, max: 5 }),
  size: fc.constantFrom(
    { requests: 90, window: 60 },
    { requests: 7, window: 1.5 },
    { requests: 20, window: 0.9 },
  ),
  block: fc.integer({ min: 1, max: 4000 }),
})

describe.skipIf(!hasRedis)('the Lua script', () => {
  let redis: PrivateRedis
  let client: RedisConnection
  beforeAll(async () => {
    redis = await startRedis()
    client = redisClient({ url: redis.url, timeout: 20 })
  })
  afterAll(async () => {
    await client.close()
    await redis.dispose()
  })

  it('answers what the arithmetic in memory answers', async () => {
    expect(script).not.toMatch(/'TIME'|'PEXPIRE'/)
    let round = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const key = `key:${++round}`
        const limits = emptyLimits()
        let micros = 1_700_000_000_000_000
        for (const { op, by, cost, size, block } of steps) {
          micros += by
          const seconds = Math.floor(micros / 1e6)
          await client.call('SET', 'clock', `${seconds}.${micros - seconds * 1e6}`)
          if (op === 'block') {
            limits.until = Math.max(limits.until, micros / 1000 + block)
            await client.evaluate(script, key, 'block', block * 1000)
            continue
          }
          const { requests, window } = size
          const spent = op === 'take' ? cost : 0
          const ours = takeFrom(limits, size, spent, micros / 1000)
          const id = `${requests}/${window}`
          const theirs = await client.evaluate(script, key, op, id, requests, window * 1e6, spent)
          const [allowed, remaining, wait] = theirs as [number, number, number]
          expect([allowed === 1, remaining]).toEqual([ours.allowed, ours.remaining])
          // Rounded up to a microsecond on both sides, from numbers of different magnitude.
          expect(Math.abs(wait / 1e6 - ours.retryAfter)).toBeLessThanOrEqual(2e-6)
        }
      }),
    )
  })

  it('lets a call through after exactly the time it was told', async () => {
    const at = (micros: number) => {
      const seconds = Math.floor(micros / 1e6)
      return client.call('SET', 'clock', `${seconds}.${micros - seconds * 1e6}`)
    }
    const take = async (key: string, requests: number, window: number) =>
      (await client.evaluate(script, key, 'take', 'id', requests, window, 1)) as [number, number, number]
    let round = 0
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 10_000, max: 1e8 }),
        async (requests, window) => {
          const key = `exact:${++round}`
          let micros = 1_700_000_000_123_457
          await at(micros)
          for (let call = 0; call < requests; call++) expect((await take(key, requests, window))[0]).toBe(1)
          for (let call = 0; call < 3; call++) {
            const [allowed, , wait] = await take(key, requests, window)
            expect(allowed).toBe(0)
            // Rounding may add a microsecond to the one that rounding up adds.
            await at(micros + wait - 2)
            expect((await take(key, requests, window))[0]).toBe(0)
            micros += wait
            await at(micros)
            expect((await take(key, requests, window))[0]).toBe(1)
          }
        },
      ),
      { numRuns: runs(30) },
    )
  })
})
