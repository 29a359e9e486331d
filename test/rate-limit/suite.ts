import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { InputError } from '../../src/errors.ts'
import type { RateLimiter, RateLimitSize } from '../../src/types.ts'

interface Made {
  limiter: RateLimiter
  dispose?: () => Promise<void>
}

/** The promises of every rate limiter, on its real clock. `make` opens the same state each time. */
export function testRateLimit(name: string, make: (size: RateLimitSize) => Promise<Made> | Made): void {
  describe(`${name}: a rate limiter`, () => {
    // So slow that nothing refills in the course of a test.
    const slow = { requests: 90, window: 100_000 }
    let made: Made
    let limiter: RateLimiter
    let count = 0
    const fresh = () => `suite:${name}:${++count}`

    beforeAll(async () => {
      made = await make(slow)
      limiter = made.limiter
    })
    afterAll(() => made.dispose?.())

    it('lets 90 of 1000 simultaneous calls through a limit of 90', async () => {
      const key = fresh()
      const answers = await Promise.all(Array.from({ length: 1000 }, () => limiter.take(key)))
      const passed = answers.filter(({ allowed }) => allowed)
      expect(passed).toHaveLength(90)
      expect(new Set(passed.map(({ remaining }) => remaining)).size).toBe(90)
      expect(answers.every(({ limit }) => limit === 90)).toBe(true)
      for (const refused of answers.filter(({ allowed }) => !allowed)) {
        expect(refused.remaining).toBe(0)
        expect(refused.retryAfter).toBeGreaterThan(0)
        expect(refused.retryAfter).toBeLessThanOrEqual(100_000 / 90 + 1e-6)
      }
    })

    it('tells the state without changing it', async () => {
      const key = fresh()
      const full = { allowed: true, limit: 90, remaining: 90, retryAfter: 0 }
      expect(await limiter.peek(key)).toEqual(full)
      expect(await limiter.peek(key)).toEqual(full)
      expect(await limiter.take(key)).toEqual({ ...full, remaining: 89 })
      expect(await limiter.peek(key)).toEqual({ ...full, remaining: 89 })
      await limiter.take(key, 89)
      const empty = await limiter.peek(key)
      expect(empty).toMatchObject({ allowed: false, remaining: 0 })
      expect(empty.retryAfter).toBeGreaterThan(1000)
    })

    it('keeps keys apart', async () => {
      const [one, two] = [fresh(), fresh()]
      await limiter.take(one, 90)
      expect((await limiter.take(one)).allowed).toBe(false)
      expect((await limiter.take(two)).remaining).toBe(89)
    })

    it('keeps sizes of one key apart', async () => {
      const key = fresh()
      const size = { requests: 2, window: 50_000 }
      expect(await limiter.take(key, 1, size)).toEqual({
        allowed: true,
        limit: 2,
        remaining: 1,
        retryAfter: 0,
      })
      expect((await limiter.take(key, 1, size)).allowed).toBe(true)
      const refused = await limiter.take(key, 1, size)
      expect(refused).toMatchObject({ allowed: false, limit: 2 })
      expect(refused.retryAfter).toBeGreaterThan(24_000)
      expect((await limiter.peek(key)).remaining).toBe(90)
      expect((await limiter.peek(key, size)).remaining).toBe(0)
    })

    it('takes the whole cost, or nothing', async () => {
      const key = fresh()
      expect((await limiter.take(key, 60)).remaining).toBe(30)
      const refused = await limiter.take(key, 60)
      expect(refused).toMatchObject({ allowed: false, remaining: 30 })
      // The time until 60 calls are allowed, not until one is.
      expect(refused.retryAfter).toBeGreaterThan((30 * 100_000) / 90 - 60)
      expect((await limiter.take(key, 30)).allowed).toBe(true)
    })

    it('says when the next call passes, also on the last one that does', async () => {
      const last = await limiter.take(fresh(), 90)
      expect(last).toMatchObject({ allowed: true, remaining: 0 })
      expect(last.retryAfter).toBeGreaterThan(1000)
    })

    it('lets a call pass after the time it was told', async () => {
      const key = fresh()
      const size = { requests: 3, window: 1.5 }
      await limiter.take(key, 3, size)
      let refused = await limiter.take(key, 1, size)
      // On a slow machine some calls pass before one is refused.
      while (refused.allowed) refused = await limiter.take(key, 1, size)
      const { retryAfter } = refused
      expect(retryAfter).toBeGreaterThan(0)
      await new Promise((resolve) => setTimeout(resolve, Math.ceil(retryAfter * 1000) + 1))
      expect((await limiter.take(key, 1, size)).allowed).toBe(true)
    })

    it('closes a bucket for all sizes, and says for how long', async () => {
      const key = fresh()
      const size = { requests: 2, window: 50_000 }
      await limiter.block(key, 5000)
      for (const answer of [
        await limiter.take(key),
        await limiter.peek(key),
        await limiter.take(key, 1, size),
      ]) {
        expect(answer).toMatchObject({ allowed: false, remaining: 0 })
        expect(answer.retryAfter).toBeGreaterThan(4900)
        expect(answer.retryAfter).toBeLessThanOrEqual(5000)
      }
      expect((await limiter.take(fresh())).allowed).toBe(true)
    })

    it('never shortens a block', async () => {
      const key = fresh()
      await limiter.block(key, 5000)
      await limiter.block(key, 10)
      await limiter.block(key, 0)
      expect((await limiter.peek(key)).retryAfter).toBeGreaterThan(4900)
      await limiter.block(key, 9000)
      expect((await limiter.peek(key)).retryAfter).toBeGreaterThan(8900)
    })

    it('opens again when the block is over, with what was left', async () => {
      const key = fresh()
      await limiter.take(key, 88)
      await limiter.block(key, 0.05)
      await expect.poll(async () => (await limiter.peek(key)).allowed).toBe(true)
      expect((await limiter.take(key)).remaining).toBe(1)
    })

    it('shares its state with another limiter on the same backend, if it has one', async () => {
      const other = await make(slow)
      const key = fresh()
      await limiter.take(key, 80)
      await other.limiter.block(`${key}:closed`, 60)
      const [left, closed] = [await other.limiter.take(key, 90), await limiter.peek(`${key}:closed`)]
      // In memory each limiter has its own state.
      const shared = !name.includes('memoryRateLimit')
      expect([left.allowed, closed.allowed]).toEqual([!shared, !shared])
      await other.dispose?.()
    })

    it('refuses costs and sizes that make no sense', async () => {
      for (const cost of [0, -1, Number.NaN, 91]) {
        await expect(limiter.take('key', cost)).rejects.toThrow(InputError)
      }
      for (const size of [
        { requests: 0, window: 1 },
        { requests: 1, window: 0 },
        { request: 1, window: 1 },
      ] as RateLimitSize[]) {
        await expect(limiter.take('key', 1, size)).rejects.toThrow(InputError)
        await expect(limiter.peek('key', size)).rejects.toThrow(InputError)
        expect(() => make(size)).toThrow(InputError)
      }
      await expect(limiter.block('key', -1)).rejects.toThrow(InputError)
    })
  })
}
