import { afterEach, expect, it, vi } from 'vitest'
import { InputError } from '../../src/errors.ts'
import { memoryStorage } from '../../src/storage/index.ts'
import { testStorage } from './suite.ts'

testStorage('memoryStorage', () => memoryStorage())

afterEach(() => {
  vi.useRealTimers()
})

it('sweeps expired items, a bounded number at a time', async () => {
  vi.useFakeTimers()
  const storage = memoryStorage()
  await storage.set('stays', true)
  expect(vi.getTimerCount(), 'nothing to sweep, no timer').toBe(0)
  for (let index = 0; index < 2500; index++) await storage.set(`key:${index}`, index, { ttl: 1 })
  expect(vi.getTimerCount()).toBe(1)

  const deleted = vi.spyOn(Map.prototype, 'delete')
  const dropped = () => deleted.mock.calls.filter(([key]) => String(key).startsWith('key:')).length
  await vi.advanceTimersByTimeAsync(60_000)
  expect(dropped()).toBeGreaterThan(900)
  expect(dropped()).toBeLessThanOrEqual(1000)
  await vi.advanceTimersByTimeAsync(600_000)
  expect(dropped()).toBe(2500)
  deleted.mockRestore()

  expect(await storage.get('stays')).toBe(true)
  await storage.dispose()
  expect(vi.getTimerCount()).toBe(0)
})

it('refuses unknown options', () => {
  expect(() => memoryStorage({ sweeep: 1 } as object)).toThrow(InputError)
  expect(() => memoryStorage({ sweep: 0 })).toThrow(InputError)
})
