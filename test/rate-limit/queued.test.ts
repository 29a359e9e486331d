import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { InputError } from '../../src/errors.ts'
import { memoryRateLimit, queued } from '../../src/rate-limit/index.ts'
import type { RateLimiter } from '../../src/types.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  expect(vi.getTimerCount(), 'no timer stays behind').toBe(0)
  vi.useRealTimers()
})

const make = (maxWait: number, requests = 10) =>
  queued(memoryRateLimit({ requests, window: 10 }), { maxWait })

it('lets calls wait for their turn, in order, at the pace of the limit', async () => {
  const limiter = make(30)
  const done: string[] = []
  const start = performance.now()
  const calls = Array.from({ length: 15 }, async (_, index) => {
    const { allowed } = await limiter.take('key')
    done.push(`${index} ${allowed} ${Math.round((performance.now() - start) / 1000)}`)
  })
  await vi.advanceTimersByTimeAsync(6000)
  await Promise.all(calls)
  const expected = Array.from({ length: 15 }, (_, index) => `${index} true ${Math.max(0, index - 9)}`)
  expect(done).toEqual(expected)
})

it('refuses at once what could not pass in time', async () => {
  const limiter = make(0.5)
  await limiter.take('key', 10)
  expect(await limiter.take('key')).toMatchObject({ allowed: false, remaining: 0, retryAfter: 1 })
  await limiter.block('key', 60)
  expect(await limiter.take('key')).toMatchObject({ allowed: false, retryAfter: 60 })
  expect((await limiter.peek('key')).retryAfter).toBe(60)
})

it('refuses who waited in vain, in time, without taking anything', async () => {
  const limiter = make(2.5)
  await limiter.take('key', 10)
  const calls = Promise.all(Array.from({ length: 5 }, () => limiter.take('key')))
  await vi.advanceTimersByTimeAsync(2600)
  expect((await calls).map(({ allowed }) => allowed)).toEqual([true, true, false, false, false])
  await vi.advanceTimersByTimeAsync(7400)
  expect((await limiter.peek('key')).remaining).toBe(8)
})

it('lets other keys and sizes pass by', async () => {
  const limiter = make(5)
  await limiter.take('key', 10)
  const waiting = limiter.take('key')
  expect((await limiter.take('other')).allowed).toBe(true)
  expect((await limiter.take('key', 1, { requests: 2, window: 10 })).allowed).toBe(true)
  await vi.advanceTimersByTimeAsync(1000)
  expect((await waiting).allowed).toBe(true)
})

it('lets go of a call whose signal fires, at the head of the line and within it', async () => {
  const limiter = make(30)
  await limiter.take('key', 10)
  const [first, second] = [new AbortController(), new AbortController()]
  const calls = [
    limiter.take('key', 1, undefined, first.signal),
    limiter.take('key', 1, undefined, second.signal),
    limiter.take('key'),
  ]
  const ends = Promise.allSettled(calls)
  await vi.advanceTimersByTimeAsync(100)
  second.abort(new Error('second gone'))
  await expect(calls[1]).rejects.toThrow('second gone')
  first.abort(new Error('first gone'))
  await expect(calls[0]).rejects.toThrow('first gone')
  await vi.advanceTimersByTimeAsync(900)
  expect((await ends)[2]).toMatchObject({ status: 'fulfilled', value: { allowed: true } })
  await expect(limiter.take('key', 1, undefined, AbortSignal.abort(new Error('never')))).rejects.toThrow(
    'never',
  )
})

it('passes a failure on, and serves those behind it', async () => {
  const inner = memoryRateLimit({ requests: 10, window: 10 })
  let failures = 1
  const flaky: RateLimiter = {
    ...inner,
    take: async (...call) => {
      if (failures-- > 0) throw new Error('backend gone')
      return inner.take(...call)
    },
  }
  const limiter = queued(flaky, { maxWait: 5 })
  const ends = await Promise.allSettled([limiter.take('key'), limiter.take('key')])
  expect(ends.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
})

it('refuses wrong options', () => {
  expect(() => make(-1)).toThrow(InputError)
  expect(() => queued(make(1), { maxWiat: 1 } as never)).toThrow("Did you mean 'maxWait'?")
})
