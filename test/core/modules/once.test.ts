import { memoryStorage } from 'cloudways-tools/storage'
import { describe, expect, it, vi } from 'vitest'
import { claimOf, oneAtATime, sendsNothing } from '../../../src/core/once.ts'
import { PolicyError } from '../../../src/errors.ts'

describe('work under a lock', () => {
  const turn = { key: 'a:lock', ttl: 7, wait: 3, taken: () => new Error('taken') }

  it('is done with the times of its turn, and its result is answered', async () => {
    const lock = vi.fn((_key: string, _times: object, work: () => Promise<unknown>) => work())
    expect(await oneAtATime({ lock } as never, turn, async () => 'done')).toBe('done')
    expect(lock.mock.calls).toEqual([['a:lock', { ttl: 7, wait: 3 }, expect.any(Function)]])
  })

  it('is not begun when the lock can not be had', async () => {
    const work = vi.fn(async () => {})
    const lock = () => Promise.reject(new Error('no lock'))
    await expect(oneAtATime({ lock }, turn, work)).rejects.toThrow('taken')
    expect(work).not.toHaveBeenCalled()
  })

  it('fails with its own error, and with that of a lock that could not be released', async () => {
    const failing = async () => {
      throw new Error('own error')
    }
    await expect(oneAtATime(memoryStorage(), turn, failing)).rejects.toThrow('own error')
    const lock = async <T>(_key: string, _times: object, work: () => Promise<T>): Promise<T> => {
      await work()
      throw new Error('not released')
    }
    await expect(oneAtATime({ lock }, turn, async () => {})).rejects.toThrow('not released')
  })
})

describe('a claim', () => {
  const attempt = (note = async () => {}) => ({ key: 'a:sent', ttl: 60, refusal: 'Sent before.', note })

  it('is of nobody before it is made', () => {
    const claim = claimOf(memoryStorage(), attempt())
    expect([claim.isOurs(), claim.isLost()]).toEqual([false, false])
  })

  it('is of the first process, which notes it once however often it has to wait', async () => {
    const note = vi.fn(async () => {})
    const claim = claimOf(memoryStorage(), attempt(note))
    await Promise.all([claim.claim(), claim.claim()])
    await claim.claim()
    expect(note).toHaveBeenCalledOnce()
    expect([claim.isOurs(), claim.isLost()]).toEqual([true, false])
  })

  it('is lost for every later process, which notes nothing', async () => {
    const storage = memoryStorage()
    await claimOf(storage, attempt()).claim()
    for (const _ of ['second', 'third']) {
      const note = vi.fn(async () => {})
      const later = claimOf(storage, attempt(note))
      const refusal = await later.claim().catch((error: unknown) => error)
      expect(refusal).toBeInstanceOf(PolicyError)
      expect(refusal).toMatchObject({ rule: 'duplicate', message: 'Sent before.' })
      expect([later.isOurs(), later.isLost()]).toEqual([false, true])
      expect(note).not.toHaveBeenCalled()
    }
  })

  it('stays of the process whose note fails: it is never given back', async () => {
    const storage = memoryStorage()
    const first = claimOf(
      storage,
      attempt(() => Promise.reject(new Error('no note'))),
    )
    await expect(first.claim()).rejects.toThrow('no note')
    expect([first.isOurs(), first.isLost()]).toEqual([true, false])
    await expect(claimOf(storage, attempt()).claim()).rejects.toThrow('Sent before.')
  })

  it('is neither ours nor lost when the storage fails', async () => {
    const storage = { ...memoryStorage(), increment: () => Promise.reject(new Error('no storage')) }
    const claim = claimOf(storage, attempt())
    await expect(claim.claim()).rejects.toThrow('no storage')
    expect([claim.isOurs(), claim.isLost()]).toEqual([false, false])
  })

  it('holds for its time', async () => {
    const increment = vi.fn(async () => 1)
    await claimOf({ ...memoryStorage(), increment }, attempt()).claim()
    expect(increment).toHaveBeenCalledExactlyOnceWith('a:sent', { ttl: 60 })
  })
})

it('a plan of a whole keeps the deadline, starts what it likes, and sends nothing', async () => {
  const plan = sendsNothing(4711)
  expect(plan.deadline).toBe(4711)
  expect(await plan.started('1')).toBeUndefined()
  await expect(plan.claim()).rejects.toThrow('A plan must send nothing.')
})
