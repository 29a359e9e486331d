/** The queue on a real Redis: what one process adds, another one does, and a job outlives who added it. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { bullQueue } from '../../../src/server/work/bullmq.ts'
import type { Job, WorkQueue } from '../../../src/server/work/queue.ts'
import { deep } from '../../support/deep.ts'
import { startWorker } from '../../support/processes.ts'
import { hasRedis, type PrivateRedis, startRedis } from '../../support/redis.ts'

let redis: PrivateRedis
beforeAll(async () => {
  if (hasRedis) redis = await startRedis()
})
afterAll(() => redis?.dispose())

const settings = { name: 'work', atOnce: 1, lockSeconds: 60 }
const open = async (onError: (error: Error) => void = () => {}) =>
  (await bullQueue({ url: redis.url, ...settings, onError })) as WorkQueue
const job = (id: string): Job => ({ kind: 'campaign', id })

describe.skipIf(!hasRedis)('the queue on Redis', () => {
  it('hands a job to another process, and does it again for as long as there is more to do', async () => {
    const adds = await open()
    await adds.add(job('one'), 0)
    // The process that added it ends.
    await adds.close()
    const works = await open()
    const done: Job[] = []
    works.start(async (given) => {
      done.push(given)
      return done.length < 3 ? 0.05 : undefined
    })
    await vi.waitFor(() => expect(done).toHaveLength(3), 10_000)
    expect(done[0]).toEqual(job('one'))
    await works.close()
  })

  it('keeps the same job once, and gives each to one of several workers', async () => {
    const queues = await Promise.all([open(), open(), open()])
    const done: string[] = []
    const ids = ['a', 'b', 'c', 'd', 'e']
    for (const id of [...ids, ...ids]) await queues[0]?.add(job(id), 0)
    for (const queue of queues) {
      queue.start(async ({ id }) => {
        done.push(id)
        return undefined
      })
    }
    await vi.waitFor(() => expect(done).toHaveLength(5), 10_000)
    await Promise.all(queues.map((queue) => queue.close()))
    expect(done.sort()).toEqual(ids)
  })

  // It waits for BullMQ to notice, which takes some fifteen seconds each time.
  it.runIf(deep)('gives a job to the next process as often as one is killed over it', async () => {
    const queue = (await bullQueue({
      url: redis.url,
      ...settings,
      lockSeconds: 1,
      onError: () => {},
    })) as WorkQueue
    await queue.add(job('crash'), 0)
    // BullMQ by itself gives a job up after the second time.
    for (let crash = 0; crash < 2; crash++) {
      const worker = startWorker('test/support/queue-worker.ts', { url: redis.url })
      expect(await worker.next()).toEqual(job('crash'))
      await worker.kill()
    }
    const done: Job[] = []
    queue.start(async (given) => void done.push(given))
    await vi.waitFor(() => expect(done).toEqual([job('crash')]), 20_000)
    await queue.close()
  })

  it('waits at its end for the job under way', async () => {
    const queue = await open()
    let [hasBegun, hasEnded] = [false, false]
    let finish: () => void = () => {}
    queue.start(async () => {
      hasBegun = true
      await new Promise<void>((resolve) => {
        finish = resolve
      })
      hasEnded = true
      return undefined
    })
    await queue.add(job('slow'), 0)
    await vi.waitFor(() => expect(hasBegun).toBe(true), 10_000)
    const closed = queue.close()
    finish()
    await closed
    expect(hasEnded).toBe(true)
  })

  it('does not hold a call up when Redis is down', async () => {
    const errors: Error[] = []
    const other = await startRedis()
    const queue = (await bullQueue({
      url: other.url,
      ...settings,
      onError: (error) => errors.push(error),
    })) as WorkQueue
    await queue.add(job('first'), 60)
    await other.stop()
    await vi.waitFor(() => expect(errors.length).toBeGreaterThan(0), 10_000)
    await expect(queue.add(job('lost'), 0)).rejects.toThrow()
    // The server still ends.
    await queue.close()
    await other.dispose()
  })
})
