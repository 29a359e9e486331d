import { describe, expect, it, vi } from 'vitest'
import { memoryRateLimit, queued, redisRateLimit, storageRateLimit } from '../../src/rate-limit/index.ts'
import { memoryStorage } from '../../src/storage/index.ts'
import type { RateLimiter, RateLimitSize } from '../../src/types.ts'

const size = { requests: 10, window: 20 }
const client = { call: async () => '', evaluate: async () => [1, 1, 0], close: async () => {} }

const makers: [string, (size: RateLimitSize) => RateLimiter][] = [
  ['memoryRateLimit', (size) => memoryRateLimit(size)],
  ['storageRateLimit', (size) => storageRateLimit(memoryStorage(), size)],
  ['redisRateLimit', (size) => redisRateLimit({ client, ...size })],
]

/** Options that are no size, and what is said of them. */
const wrong: [object, string][] = [
  [{ ...size, windoe: 1 }, "has no option 'windoe'. Did you mean 'window'?"],
  [{ requests: 0.5, window: 1 }, ": 'requests' must be a number of at least 1."],
  [{ requests: '10', window: 1 }, ": 'requests' must be a number of at least 1."],
  [{ requests: 1, window: 0 }, ": 'window' must be a number above 0."],
  [{ requests: 1 }, ": 'window' must be a number above 0."],
]
const of = (where: string, said: string) => (said.startsWith(':') ? where + said : `${where} ${said}`)

describe.each(makers)('what %s says of wrong options', (name, make) => {
  it.each(wrong)('names itself and the option: %j', (options, said) => {
    expect(() => make(options as RateLimitSize)).toThrow(of(name, said))
  })

  it.each(wrong)('names the call and the option, for a size of its own: %j', async (options, said) => {
    const limiter = make(size)
    await expect(limiter.take('key', 1, options as RateLimitSize)).rejects.toThrow(of('take', said))
    await expect(limiter.peek('key', options as RateLimitSize)).rejects.toThrow(of('peek', said))
  })

  it('names the cost and the seconds', async () => {
    const limiter = make(size)
    await expect(limiter.take('key', 0)).rejects.toThrow("take: 'cost' must be a number above 0.")
    await expect(limiter.block('key', -1)).rejects.toThrow("block: 'seconds' must be a number of at least 0.")
  })

  it('says which limit a cost can never fit, and what to do', async () => {
    await expect(make(size).take('key', 11)).rejects.toMatchObject({
      message: 'take: a cost of 11 is more than the limit of 10.',
      next: 'Lower the cost.',
    })
  })
})

describe('queued', () => {
  const limiter = memoryRateLimit(size)

  it('names itself and the option', () => {
    expect(() => queued(limiter, { maxWait: 1, maxwaits: 1 } as never)).toThrow(
      "queued has no option 'maxwaits'. Did you mean 'maxWait'?",
    )
    expect(() => queued(limiter, { maxWait: -1 })).toThrow(
      "queued: 'maxWait' must be a number of at least 0.",
    )
  })

  it('tells the size of its limiter, if that tells one', () => {
    expect(queued(limiter, { maxWait: 1 }).size).toEqual(size)
    const { size: _, ...untold } = limiter
    expect(queued(untold, { maxWait: 1 })).not.toHaveProperty('size')
  })
})

describe('redisRateLimit', () => {
  it('names itself when it has no server', () => {
    expect(() => redisRateLimit(size)).toThrow("redisRateLimit needs either 'url' or 'client'.")
  })

  it.each([
    [{}, 'cloudways:limit:key'],
    [{ prefix: 'mine' }, 'mine:limit:key'],
  ])('asks for the key under its prefix, and tells a look from a taking: %j', async (options, name) => {
    const evaluate = vi.fn(async (_script: string, ..._args: (string | number)[]) => [1, 7, 500_000])
    const limiter = redisRateLimit({ client: { ...client, evaluate }, ...size, ...options })
    const state = { allowed: true, limit: 10, remaining: 7, retryAfter: 0.5 }
    expect(await limiter.take('key', 3)).toEqual(state)
    expect(await limiter.peek('key')).toEqual(state)
    await limiter.block('key', 1.5)
    await limiter.block('key', 0)
    expect(evaluate.mock.calls.map(([, ...args]) => args)).toEqual([
      [name, 'take', '10/20', 10, 20_000_000, 3],
      [name, 'peek', '10/20', 10, 20_000_000, 0],
      [name, 'block', 1_500_000],
    ])
  })

  it('answers nothing more after it was disposed of', async () => {
    const limiter = redisRateLimit({ url: 'redis://127.0.0.1:1', ...size })
    await limiter.dispose()
    await expect(limiter.take('key')).rejects.toThrow('disposed of')
  })
})
