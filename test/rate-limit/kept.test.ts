import { describe, expect, it, vi } from 'vitest'
import { emptyLimits, takeFrom } from '../../src/rate-limit/bucket.ts'
import { memoryRateLimit, storageRateLimit } from '../../src/rate-limit/index.ts'
import { memoryStorage } from '../../src/storage/index.ts'

const size = { requests: 10, window: 20 }

/** A limiter on a storage that is watched, by a clock that stands still until it is set. */
function opened({ step = 0 } = {}) {
  const storage = memoryStorage()
  const clock = { time: 1_000_000 }
  const now = () => {
    clock.time += step
    return clock.time
  }
  const set = vi.spyOn(storage, 'set')
  const lock = vi.spyOn(storage, 'lock')
  return { storage, clock, set, lock, limiter: storageRateLimit(storage, { ...size, now }) }
}
const record = (value: unknown) => ({ v: 1, value })

describe('what storageRateLimit writes', () => {
  it('is what was taken, for a second longer than the bucket needs to fill', async () => {
    const { set, limiter } = opened()
    await limiter.take('key', 3)
    const value = { buckets: { '10/20': { tokens: 7, at: 1_000_000 } }, until: 0 }
    expect(set.mock.calls).toEqual([['rate-limit:key', record(value), { ttl: 7 }]])
  })

  it('is nothing for a refused call, and nothing for a look, which needs no lock either', async () => {
    const { clock, set, lock, limiter } = opened()
    await limiter.take('key', 10)
    clock.time += 1000
    expect((await limiter.take('key')).allowed).toBe(false)
    expect(set).toHaveBeenCalledTimes(1)
    expect(lock).toHaveBeenCalledTimes(2)
    expect(await limiter.peek('key')).toMatchObject({ allowed: false, retryAfter: 1 })
    await limiter.block('key', 0)
    expect([set.mock.calls.length, lock.mock.calls.length]).toEqual([1, 2])
  })

  it('is nothing when the key is open again already', async () => {
    const { set, limiter } = opened({ step: 100 })
    await limiter.block('key', 0.1)
    expect(set).not.toHaveBeenCalled()
    await limiter.block('key', 0.2)
    expect(set).toHaveBeenCalledTimes(1)
  })
})

/** Contents that are no limits. */
const broken: [string, unknown][] = [
  ['a text', 'broken'],
  ['an empty record', record({})],
  ['a record of no object', record(7)],
  ['no buckets', record({ until: 0 })],
  ['buckets in a list', record({ buckets: [], until: 0 })],
  ['no end', record({ buckets: {} })],
  ['an end in words', record({ buckets: {}, until: 'later' })],
  ['a bucket of nothing', record({ buckets: { '10/20': null }, until: 0 })],
  ['a bucket without tokens', record({ buckets: { '10/20': { at: 0 } }, until: 0 })],
  ['a bucket without a time', record({ buckets: { '10/20': { tokens: 9 } }, until: 0 })],
  ['one good bucket of two', record({ buckets: { '10/20': { tokens: 9, at: 0 }, '1/1': {} }, until: 0 })],
]

it.each(broken)('closes a key for one window when its record is damaged: %s', async (_, content) => {
  const { storage, clock, set, limiter } = opened()
  await storage.set('rate-limit:key', content)
  set.mockClear()
  const closed = { allowed: false, limit: 10, remaining: 0, retryAfter: 20 }
  expect(await limiter.take('key')).toEqual(closed)
  expect(set.mock.calls).toEqual([['rate-limit:key', record({ buckets: {}, until: 1_020_000 }), { ttl: 20 }]])
  clock.time += 19_999
  expect(await limiter.peek('key')).toEqual({ ...closed, retryAfter: 0.001 })
  clock.time += 1
  expect((await limiter.take('key')).allowed).toBe(true)
})

describe('calls of one moment at storageRateLimit', () => {
  it('share a lock', async () => {
    const { lock, limiter } = opened()
    const calls = await Promise.all(Array.from({ length: 30 }, () => limiter.take('key')))
    expect(calls.filter(({ allowed }) => allowed)).toHaveLength(10)
    expect(lock).toHaveBeenCalledTimes(1)
  })

  it('share the next lock when they come while the first one is held', async () => {
    const { lock, limiter, set } = opened()
    let written!: () => void
    const writing = new Promise<void>((resolve) => {
      set.mockImplementationOnce(() => {
        resolve()
        return new Promise((done) => {
          written = done
        })
      })
    })
    const first = limiter.take('key')
    await writing
    const second = limiter.take('key')
    written()
    await first
    const third = limiter.take('key')
    await Promise.all([second, third])
    expect(lock).toHaveBeenCalledTimes(2)
  })

  it('all fail when the lock is not free, and those after them do not', async () => {
    const { lock, limiter } = opened()
    lock.mockRejectedValueOnce(new Error('held'))
    const calls = await Promise.allSettled([limiter.take('key'), limiter.take('key')])
    expect(calls.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(await limiter.take('key')).toMatchObject({ allowed: true, remaining: 9 })
  })
})

it('keeps nothing of a key that memoryRateLimit is only asked about', async () => {
  const limiter = memoryRateLimit(size)
  const kept = vi.spyOn(Map.prototype, 'set')
  await limiter.peek('looked at')
  await limiter.take('taken from')
  const keys = kept.mock.calls.map(([key]) => key)
  kept.mockRestore()
  expect(keys).toContain('taken from')
  expect(keys).not.toContain('looked at')
})

it('tells no seconds to wait where a call passes that lacks less than a clock can see', () => {
  const limits = { ...emptyLimits(), buckets: { '10/20': { tokens: 1 - 1e-10, at: 0 } } }
  const state = { allowed: true, limit: 10, remaining: 1, retryAfter: 0 }
  expect(takeFrom(limits, size, 0, 0)).toEqual(state)
})
