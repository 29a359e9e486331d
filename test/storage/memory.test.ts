import { afterEach, describe, expect, it, vi } from 'vitest'
import { InputError } from '../../src/errors.ts'
import { memoryStorage } from '../../src/storage/index.ts'
import { testStorage } from './suite.ts'

testStorage('memoryStorage', () => memoryStorage())

afterEach(() => {
  vi.useRealTimers()
})

it('sweeps all expired items in one pass, with pauses in which others have their turn', async () => {
  vi.useFakeTimers()
  const storage = memoryStorage()
  await storage.set('stays', true)
  expect(vi.getTimerCount(), 'nothing to sweep, no timer').toBe(0)
  for (let index = 0; index < 2500; index++) await storage.set(`key:${index}`, index, { ttl: 1 })
  expect(vi.getTimerCount()).toBe(1)

  const deleted = vi.spyOn(Map.prototype, 'delete')
  const dropped = () => deleted.mock.calls.filter(([key]) => String(key).startsWith('key:')).length
  await vi.advanceTimersToNextTimerAsync()
  expect(dropped()).toBeGreaterThan(900)
  expect(dropped()).toBeLessThanOrEqual(1000)
  await vi.advanceTimersByTimeAsync(10)
  expect(dropped()).toBe(2500)
  deleted.mockRestore()

  expect(await storage.get('stays')).toBe(true)
  await storage.dispose()
  expect(vi.getTimerCount()).toBe(0)
})

describe('a flood of items of one kind', () => {
  it('is refused, and drops nothing of any kind', async () => {
    const storage = memoryStorage({ maxPerKind: 10 })
    await storage.set('auth:session:a', 'mine')
    const flood = Array.from({ length: 50 }, (_, index) =>
      storage.increment(`auth:tries:${index}`, { ttl: 60 }),
    )
    const outcomes = await Promise.allSettled(flood)
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(10)
    const refused = outcomes.find(({ status }) => status === 'rejected') as PromiseRejectedResult
    expect(refused.reason).toMatchObject({ code: 'upstream_failed', details: { service: 'storage' } })
    expect(await storage.get('auth:session:a')).toBe('mine')
    expect(await storage.increment('auth:tries:0', { ttl: 60 })).toBe(2)
    await storage.set('auth:session:b', 'new ones too')
    await storage.dispose()
  })

  it('makes room by what has expired or was taken', async () => {
    vi.useFakeTimers()
    const storage = memoryStorage({ maxPerKind: 3 })
    for (const key of ['a', 'b', 'c']) await storage.set(`kind:${key}`, key, { ttl: 1 })
    await expect(storage.set('kind:d', 1)).rejects.toThrow('too many items')
    await storage.take('kind:a')
    await storage.set('kind:d', 1)
    await vi.advanceTimersByTimeAsync(2000)
    await storage.set('kind:e', 1)
    await storage.set('kind:f', 1)
    await expect(storage.set('kind:g', 1)).rejects.toThrow('too many items')
    await storage.dispose()
  })
})

it('refuses unknown options', () => {
  expect(() => memoryStorage({ sweeep: 1 } as object)).toThrow(InputError)
  expect(() => memoryStorage({ sweep: 0 })).toThrow(InputError)
  expect(() => memoryStorage({ maxPerKind: 0 })).toThrow(InputError)
})
