import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { queued } from '../../src/rate-limit/index.ts'
import { lineOf, watchLine } from '../../src/rate-limit/line.ts'
import { memoryRateLimit } from '../../src/rate-limit/memory.ts'
import { call, emptied, fakeTimers, now, passed, realTimers, refused, scripted, seconds } from './in-line.ts'

beforeEach(fakeTimers)
afterEach(realTimers)

it('tells each call once for how many seconds it waits, and lets it pass after them', async () => {
  const limiter = await emptied()
  const calls = [call(limiter), call(limiter, { cost: 2 }), call(limiter)]
  await now()
  expect(calls.map(({ told }) => told)).toEqual([[2], [6], [8]])
  await seconds(1)
  const late = call(limiter)
  await now()
  expect(late.told, 'a call that comes later is told at once').toEqual([9])
  await seconds(20)
  const ends = [...calls, late].map(({ told, end, after }) => ({ told, after, ...end }))
  expect(ends).toMatchObject([
    { told: [2], after: 2, allowed: true },
    { told: [6], after: 6, allowed: true },
    { told: [8], after: 8, allowed: true },
    { told: [9], after: 9, allowed: true },
  ])
})

it('lets no call overtake those who wait, also not one that the bucket could pay', async () => {
  const limiter = await emptied()
  const dear = call(limiter, { cost: 3 })
  await seconds(4)
  const cheap = call(limiter)
  await now()
  expect(cheap).toEqual({ told: [4] })
  await seconds(4)
  expect([dear.after, cheap.after]).toEqual([6, 4])
})

it('gives every call at a closed key the same turn', async () => {
  const limiter = await emptied()
  await limiter.block('key', 30)
  const calls = [call(limiter), call(limiter), call(limiter, { maxWait: 30 })]
  await seconds(60)
  expect(calls.map(({ told, after }) => [told, after])).toEqual([
    [[30], 30],
    [[30], 30],
    [[30], 30],
  ])
})

it('answers what the limiter says, when the turn of a call comes too late', async () => {
  const limiter = await emptied()
  await seconds(6)
  const one = call(limiter, { cost: 5, maxWait: 3.9 })
  await now()
  expect(one).toEqual({
    told: [],
    after: 0,
    end: { allowed: false, limit: 10, remaining: 3, retryAfter: 4 },
  })
})

it('refuses at once who would wait too long behind others, with the seconds until its turn', async () => {
  const limiter = await emptied()
  const first = call(limiter)
  const [late, atLast] = [call(limiter, { maxWait: 3.9 }), call(limiter, { maxWait: 4 })]
  await now()
  const end = { allowed: false, limit: 10, remaining: 0, retryAfter: 4 }
  expect(late).toEqual({ told: [], after: 0, end })
  await seconds(1)
  const later = call(limiter, { maxWait: 3 })
  await now()
  expect(later).toEqual({ told: [], after: 0, end: { ...end, retryAfter: 5 } })
  await seconds(3)
  expect([first.after, atLast.after]).toEqual([2, 4])
  expect((await limiter.peek('key')).retryAfter, 'those who were refused took nothing').toBe(2)
})

it('waits for a turn that comes at the last moment a call may wait', async () => {
  const limiter = await emptied()
  const one = call(limiter, { maxWait: 2 })
  await seconds(3)
  expect(one).toMatchObject({ told: [2], after: 2, end: { allowed: true } })
})

it('has one line for each size of a key, and for each key of a size', async () => {
  const limiter = await emptied()
  const size = { requests: 1, window: 5 }
  await limiter.take('key', 1, size)
  const [common, sized, behind] = [call(limiter), call(limiter, { size }), call(limiter, { size })]
  await now()
  const other = call(limiter, { size, key: 'other' })
  const wide = call(limiter, { size: { requests: 1, window: 50 } })
  await seconds(10)
  expect([common, sized, behind].map(({ told, after }) => [told, after])).toEqual([
    [[2], 2],
    [[5], 5],
    [[10], 10],
  ])
  expect([other, wide]).toMatchObject([
    { told: [], after: 0, end: { allowed: true } },
    { told: [], after: 0, end: { allowed: true } },
  ])
})

it('takes the window of a limiter that does not tell its size for a minute', async () => {
  const { take, limiter } = scripted()
  take.mockResolvedValueOnce(refused(2)).mockResolvedValueOnce(refused(2)).mockResolvedValueOnce(refused(2))
  take.mockResolvedValue(passed)
  const calls = [call(limiter), call(limiter)]
  await seconds(2)
  // Thirty calls a minute are two seconds each.
  expect(calls.map(({ told }) => told)).toEqual([[2], [4]])
})

it('lets a limiter that is made of another one share its line', async () => {
  const inner = memoryRateLimit({ requests: 10, window: 20 })
  expect(lineOf(queued(inner, { maxWait: 5 }))).toBe(lineOf(inner))
  expect(lineOf(memoryRateLimit({ requests: 10, window: 20 }))).not.toBe(lineOf(inner))
})

it('tells a watcher who begins to wait and who is refused, in the same line', async () => {
  const limiter = await emptied()
  const told = { waits: vi.fn(), refused: vi.fn() }
  const watched = watchLine(limiter, told)
  expect(watched.size).toEqual({ requests: 10, window: 20 })
  expect((await watched.peek('key')).retryAfter).toBe(2)

  const [before, waiting] = [call(limiter), call(watched, { cost: 2 })]
  const silent = lineOf(watched).take('key', { maxWait: 60 })
  await now()
  expect(waiting.told).toEqual([6])
  expect(told.waits.mock.calls).toEqual([['key'], ['key']])
  await seconds(8)
  expect([before.after, waiting.after, (await silent).allowed]).toEqual([2, 6, true])
  expect(told.refused, 'who waits and passes is not refused').not.toHaveBeenCalled()

  const late = call(watched, { maxWait: 1 })
  await now()
  expect(late).toMatchObject({ told: [], end: { allowed: false, retryAfter: 2 } })
  expect(told.refused.mock.calls).toEqual([['key']])
  expect(told.waits).toHaveBeenCalledTimes(2)
})
