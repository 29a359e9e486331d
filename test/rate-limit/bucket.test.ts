import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { memoryRateLimit, storageRateLimit } from '../../src/rate-limit/index.ts'
import { memoryStorage } from '../../src/storage/index.ts'
import type { RateLimiter, RateLimitSize } from '../../src/types.ts'
import { runs } from '../support/deep.ts'

/** A step of the clock (also back), then a take. */
const step = fc.record({
  by: fc.oneof(
    fc.integer({ min: 0, max: 3000 }),
    fc.double({ min: 0, max: 100_000, noNaN: true }),
    fc.integer({ min: -5000, max: -1 }),
  ),
  cost: fc.integer({ min: 1, max: 5 }),
})
const size = fc.record({
  requests: fc.integer({ min: 5, max: 120 }),
  window: fc.oneof(fc.integer({ min: 1, max: 120 }), fc.double({ min: 0.01, max: 100, noNaN: true })),
})

type Make = (size: RateLimitSize, now: () => number) => RateLimiter
const makers: [string, Make][] = [
  ['memoryRateLimit', (size, now) => memoryRateLimit({ ...size, now })],
  ['storageRateLimit', (size, now) => storageRateLimit(memoryStorage(), { ...size, now })],
]

describe.each(makers)('the bucket of %s', (_, make) => {
  it('never lets more through than capacity and refill, in any window', async () => {
    await fc.assert(
      fc.asyncProperty(size, fc.array(step, { maxLength: 60 }), async (size, steps) => {
        let clock = 1_000_000
        let passed = 0
        const limiter = make(size, () => clock)
        const rate = size.requests / (size.window * 1000)
        const taken: { elapsed: number; cost: number }[] = []
        for (const { by, cost } of steps) {
          clock += by
          passed += Math.max(0, by)
          if ((await limiter.take('key', cost)).allowed) taken.push({ elapsed: passed, cost })
        }
        for (let from = 0; from < taken.length; from++) {
          let sum = 0
          for (const { elapsed, cost } of taken.slice(from)) {
            sum += cost
            const most = size.requests + (elapsed - taken[from]!.elapsed) * rate
            expect(sum).toBeLessThanOrEqual(most + 1e-6)
          }
        }
      }),
    )
  })

  it('lets a call through after exactly the seconds it was told, and not a thousandth of them before', async () => {
    await fc.assert(
      fc.asyncProperty(
        size,
        fc.array(step, { maxLength: 30 }),
        fc.integer({ min: 1, max: 5 }),
        async (size, steps, cost) => {
          let clock = 1_000_000
          const limiter = make(size, () => clock)
          for (const { by, cost } of steps) {
            clock += by
            await limiter.take('key', cost)
          }
          const refused = await limiter.take('key', cost)
          if (refused.allowed) return
          const told = clock
          clock = told + refused.retryAfter * 999
          // A wait of less than a few microseconds is rounded up to a whole one.
          if (refused.retryAfter > 0.002) expect((await limiter.take('key', cost)).allowed).toBe(false)
          clock = told + refused.retryAfter * 1000
          expect((await limiter.take('key', cost)).allowed).toBe(true)
        },
      ),
    )
  })

  it('refuses nothing that fits: a steady pace at the limit always passes', async () => {
    await fc.assert(
      fc.asyncProperty(size, async (size) => {
        let clock = 0
        const limiter = make(size, () => clock)
        await limiter.take('key', size.requests)
        for (let call = 1; call <= 300; call++) {
          clock = (call * size.window * 1000) / size.requests
          expect((await limiter.take('key')).allowed, `call ${call}`).toBe(true)
        }
      }),
      { numRuns: runs(30) },
    )
  })

  it('refills from the new time on when the clock steps back', async () => {
    let clock = 10_000_000
    const limiter = make({ requests: 10, window: 10 }, () => clock)
    await limiter.take('key', 10)
    clock -= 5_000_000
    expect(await limiter.take('key')).toMatchObject({ allowed: false, retryAfter: 1 })
    clock += 1000
    expect((await limiter.take('key')).allowed).toBe(true)
  })
})

it('forgets idle keys, so its memory is bounded by the keys in use', async () => {
  let clock = 0
  const limiter = memoryRateLimit({ requests: 10, window: 10, now: () => clock })
  const forgotten = vi.spyOn(Map.prototype, 'delete')
  for (let call = 0; call < 20_000; call++) {
    clock += 1
    await limiter.take(`once:${call}`)
  }
  const keys = forgotten.mock.calls.map(([key]) => String(key)).filter((key) => key.startsWith('once:'))
  forgotten.mockRestore()
  // Each needs a second to refill, so 1000 of them are in use at any time.
  expect(20_000 - new Set(keys).size).toBeLessThan(2500)
})
