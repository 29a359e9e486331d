import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { memoryQueue } from '../../../src/server/work/memory.ts'
import type { Job } from '../../../src/server/work/queue.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const job = (id: string): Job => ({ kind: 'campaign', id })

it('does a job at its time, and again for as long as there is more of it to do', async () => {
  const queue = memoryQueue()
  const done: string[] = []
  queue.start(async ({ id }) => {
    done.push(id)
    return done.length < 3 ? 5 : undefined
  })
  await queue.add(job('a'), 10)
  await vi.advanceTimersByTimeAsync(9_999)
  expect(done).toEqual([])
  await vi.advanceTimersByTimeAsync(60_000)
  expect(done).toEqual(['a', 'a', 'a'])
})

it('keeps the same job once, also while it is under way', async () => {
  const queue = memoryQueue()
  let done = 0
  queue.start(async (one) => {
    await queue.add(one, 0)
    done += 1
    return undefined
  })
  await queue.add(job('a'), 1)
  await queue.add(job('a'), 0)
  await vi.advanceTimersByTimeAsync(5000)
  expect(done).toBe(1)
})

it('does one job at a time, and goes on after one that failed', async () => {
  const queue = memoryQueue()
  let [underWay, most] = [0, 0]
  queue.start(async ({ id }) => {
    underWay += 1
    most = Math.max(most, underWay)
    await new Promise((resolve) => setTimeout(resolve, 10))
    underWay -= 1
    if (id === 'a') throw new Error('It failed.')
    return undefined
  })
  for (const id of ['a', 'b', 'c']) await queue.add(job(id), 0)
  await vi.advanceTimersByTimeAsync(1000)
  expect([underWay, most]).toEqual([0, 1])
})

it('waits at its end for the job under way, and begins no other', async () => {
  const queue = memoryQueue()
  let finish: () => void = () => {}
  const done: string[] = []
  queue.start(async ({ id }) => {
    await new Promise<void>((resolve) => {
      finish = resolve
    })
    done.push(id)
    return 0
  })
  await queue.add(job('a'), 0)
  await queue.add(job('b'), 1)
  await vi.advanceTimersByTimeAsync(1)
  const closed = queue.close()
  finish()
  await closed
  await vi.advanceTimersByTimeAsync(5000)
  expect(done).toEqual(['a'])
})

it('does several jobs at once where it was made for that, and no more', async () => {
  const queue = memoryQueue(3)
  let [underWay, most] = [0, 0]
  const done: string[] = []
  queue.start(async ({ id }) => {
    underWay += 1
    most = Math.max(most, underWay)
    await new Promise((resolve) => setTimeout(resolve, 10))
    underWay -= 1
    done.push(id)
    return undefined
  })
  for (const id of ['a', 'b', 'c', 'd', 'e']) await queue.add(job(id), 0)
  await vi.advanceTimersByTimeAsync(100)
  expect([underWay, most]).toEqual([0, 3])
  expect(done.sort()).toEqual(['a', 'b', 'c', 'd', 'e'])
})

it('keeps what was added before it was started', async () => {
  const queue = memoryQueue()
  const done: string[] = []
  await queue.add(job('a'), 0)
  await vi.advanceTimersByTimeAsync(100)
  queue.start(async ({ id }) => {
    done.push(id)
    return undefined
  })
  await vi.advanceTimersByTimeAsync(100)
  expect(done).toEqual(['a'])
})
