import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import {
  call,
  emptied,
  fakeTimers,
  now,
  passed,
  pending,
  realTimers,
  refused,
  scripted,
  seconds,
} from './in-line.ts'

beforeEach(fakeTimers)
afterEach(realTimers)

it('hands the signal of a call to the limiter, and asks nothing for one that has gone', async () => {
  const { take, limiter } = scripted()
  take.mockResolvedValue(passed)
  const { signal } = new AbortController()
  const size = { requests: 2, window: 1 }
  call(limiter, { cost: 2, size, signal })
  await now()
  expect(take.mock.calls).toEqual([['key', 2, size, signal]])
  const gone = call(limiter, { signal: AbortSignal.abort(new Error('gone')) })
  await now()
  expect(gone.end).toEqual(new Error('gone'))
  expect(take).toHaveBeenCalledTimes(1)
})

it('lets a call go that leaves while the limiter is asked for it, and does not ask again', async () => {
  const { take, limiter } = scripted()
  const asked = pending()
  take.mockReturnValueOnce(asked.promise)
  const leaver = new AbortController()
  const one = call(limiter, { signal: leaver.signal })
  leaver.abort(new Error('gone'))
  asked.answer(refused(2))
  await now()
  expect(one.end).toEqual(new Error('gone'))
  expect(take).toHaveBeenCalledTimes(1)
})

it('stops waiting when the last call leaves, and not before', async () => {
  const limiter = await emptied()
  const take = vi.spyOn(limiter, 'take')
  const [first, second] = [new AbortController(), new AbortController()]
  const calls = [call(limiter, { signal: first.signal }), call(limiter, { signal: second.signal })]
  await now()
  const asked = take.mock.calls.length
  second.abort(new Error('second'))
  await seconds(1)
  expect(take, 'who stays waits on for its turn').toHaveBeenCalledTimes(asked)
  first.abort(new Error('first'))
  expect(vi.getTimerCount()).toBe(0)
  await now()
  expect(calls.map(({ end }) => end)).toEqual([new Error('first'), new Error('second')])
  await seconds(1)
  call(limiter)
  await now()
  expect(take, 'nobody asked for those who had left').toHaveBeenCalledTimes(asked + 1)
})

it('gives what was taken for a call that left meanwhile to the next one', async () => {
  const { take, limiter } = scripted()
  const asked = pending()
  take.mockResolvedValueOnce(refused(2)).mockResolvedValueOnce(refused(2)).mockReturnValueOnce(asked.promise)
  const leaver = new AbortController()
  const [left, next] = [call(limiter, { signal: leaver.signal }), call(limiter)]
  await now()
  leaver.abort(new Error('gone'))
  asked.answer(passed)
  await now()
  expect([left.end, next.end]).toEqual([new Error('gone'), passed])
  expect(take).toHaveBeenCalledTimes(3)
})

it('gives an error of the limiter to the first call in line, and goes on with the next', async () => {
  const { take, limiter } = scripted()
  take.mockResolvedValueOnce(refused(2)).mockResolvedValueOnce(refused(2))
  take.mockRejectedValueOnce(new Error('backend gone')).mockResolvedValue(passed)
  const calls = [call(limiter), call(limiter)]
  await now()
  expect(calls.map(({ end }) => end)).toEqual([new Error('backend gone'), passed])
})

it.each([
  ['fails', (asked: ReturnType<typeof pending>) => asked.fail(new Error('backend gone'))],
  ['answers', (asked: ReturnType<typeof pending>) => asked.answer(passed)],
])('has an empty line again when the limiter %s after the only call has left', async (_, end) => {
  const { take, limiter } = scripted()
  const asked = pending()
  take.mockResolvedValueOnce(refused(2)).mockReturnValueOnce(asked.promise).mockResolvedValue(passed)
  const leaver = new AbortController()
  const left = call(limiter, { signal: leaver.signal })
  await now()
  leaver.abort(new Error('gone'))
  end(asked)
  await now()
  const next = call(limiter)
  await now()
  expect([left.end, next.end]).toEqual([new Error('gone'), passed])
})

it('refuses in time whose limiter does not answer, with nothing known of its turn', async () => {
  const { take, limiter } = scripted()
  take.mockResolvedValueOnce(refused(2)).mockReturnValueOnce(new Promise(() => {}))
  const one = call(limiter, { maxWait: 2 })
  await seconds(2)
  expect(one.end, 'an answer at the last moment would still be in time').toBeUndefined()
  await seconds(0.01)
  expect(one).toMatchObject({
    told: [],
    after: 2.01,
    end: { allowed: false, limit: 0, remaining: 0, retryAfter: 0 },
  })
})

it('refuses all who wait at once, when the key is closed for longer than they may wait', async () => {
  const limiter = await emptied()
  const calls = [call(limiter, { maxWait: 10 }), call(limiter, { maxWait: 10 })]
  await seconds(1)
  await limiter.block('key', 60)
  await seconds(1)
  expect(vi.getTimerCount(), 'nobody waits on').toBe(0)
  const end = { allowed: false, limit: 10, remaining: 0, retryAfter: 59 }
  expect(calls).toEqual([
    { told: [2], after: 2, end },
    { told: [4], after: 2, end },
  ])
})

it('takes no wait for over because it is longer than a timer can be', async () => {
  const { take, limiter } = scripted()
  const days = (count: number) => count * 86_400
  take
    .mockResolvedValueOnce(refused(days(20)))
    .mockResolvedValueOnce(refused(days(20)))
    .mockResolvedValue(passed)
  const one = call(limiter, { maxWait: days(60) })
  await seconds(1)
  expect(one.end).toBeUndefined()
  await seconds(days(20))
  expect(one.end).toEqual(passed)
})
