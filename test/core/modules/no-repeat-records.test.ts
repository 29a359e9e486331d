/** The storage behind the guard against repeats: what is kept there, for how long, and what holds when it fails. */
import { memoryStorage } from 'cloudways-tools/storage'
import { describe, expect, it, vi } from 'vitest'
import { noRepeat } from '../../../src/core/send/no-repeat.ts'
import type { Storage } from '../../../src/types.ts'
import { toolOf } from './support.ts'

const guardOn = async (storage: Storage) => {
  const guard = await noRepeat({
    kit: {
      rules: { storage, control: {}, policy: { servers: [], apps: [] }, waitSeconds: 0, pollSeconds: 1 },
    },
    ...{ tool: toolOf({}, { creates: true }), input: {}, decision: {}, options: {} },
    signal: new AbortController().signal,
    account: { id: async () => 'account', secrets: () => [] },
    clock: { deadline: Date.now() + 20_000, waited: { seconds: 0 } },
    api: { hasChanged: () => true },
  } as never)
  if (!guard) throw new Error('There is no guard.')
  return guard
}
const start = () => vi.fn(async () => ({ id: '7' }))

/** The key of the call, and a storage that holds something in its place. */
async function holding(value: unknown) {
  const storage = memoryStorage()
  const set = vi.spyOn(storage, 'set')
  await (await guardOn(storage)).make(start())
  const key = set.mock.calls[0]?.[0] as string
  await storage.set(key, value)
  set.mockClear()
  return { key, set, storage }
}

describe('the mark of a call', () => {
  it('says for ten minutes that its answer is lost, and then what it came to', async () => {
    const storage = memoryStorage()
    const set = vi.spyOn(storage, 'set')
    await (await guardOn(storage)).make(start())
    const key = expect.stringMatching(/^once:[\da-f]{64}$/)
    expect(set.mock.calls).toEqual([
      [key, { v: 1, value: { lost: true } }, { ttl: 600 }],
      [key, { v: 1, value: { answer: { id: '7' } } }, { ttl: 600 }],
    ])
  })

  it.each<[unknown, object]>([
    [{ operation: { state: 'completed', operation_id: null } }, { state: 'completed', operation_id: null }],
    [{ answer: {} }, {}],
    [{ answer: { a: 1 } }, { a: 1 }],
  ])('%j is read', async (mark, answer) => {
    const { storage, set } = await holding(mark)
    expect(await (await guardOn(storage)).earlier()).toEqual({ ...answer, repeated: true })
    expect(set).not.toHaveBeenCalled()
  })

  it.each<[unknown]>([
    [{}],
    [[]],
    ['lost'],
    [7],
    [{ lost: false }],
    [{ lost: 'true' }],
    [{ operation: {} }],
    [{ operation: 'running' }],
    [{ operation: [] }],
    [{ answer: 'done' }],
    [{ answer: null }],
    [{ v: 2, value: { answer: {} } }],
  ])('%j can not be read, and refuses for ten minutes', async (mark) => {
    const { key, storage, set } = await holding(mark)
    const make = start()
    await expect((await guardOn(storage)).make(make)).rejects.toThrow('its answer was lost')
    expect(make).not.toHaveBeenCalled()
    expect(set.mock.calls).toEqual([[key, { v: 1, value: { lost: true } }, { ttl: 600 }]])
  })

  it('that says the answer is lost is no damage', async () => {
    const { storage, set } = await holding({ lost: true })
    await expect((await guardOn(storage)).earlier()).rejects.toThrow('its answer was lost')
    expect(set).not.toHaveBeenCalled()
  })
})

describe('a storage that fails', () => {
  const broken = () => Promise.reject(new Error('no storage'))

  it.each<[string, Partial<Storage>]>([
    ['get', { get: broken }],
    ['set', { set: broken }],
    ['lock', { lock: broken }],
  ])('before the call lets it not be sent: %s', async (_, part) => {
    const make = start()
    const guard = await guardOn({ ...memoryStorage(), ...part })
    await expect(guard.make(make)).rejects.toThrow('no storage')
    expect(make).not.toHaveBeenCalled()
  })

  it('after the call takes nothing from its answer, and lets it not be sent twice', async () => {
    const storage = memoryStorage()
    const make = start()
    const set = vi.fn(storage.set).mockImplementationOnce(storage.set).mockImplementation(broken)
    expect(await (await guardOn({ ...storage, set })).make(make)).toEqual({ id: '7' })
    expect(set).toHaveBeenCalledTimes(2)
    await expect((await guardOn(storage)).make(make)).rejects.toThrow('its answer was lost')
    expect(make).toHaveBeenCalledOnce()
  })

  it('at the release of the lock takes nothing from the answer', async () => {
    const storage = memoryStorage()
    const lock: Storage['lock'] = async (key, times, work) => {
      await storage.lock(key, times, work)
      return broken()
    }
    expect(await (await guardOn({ ...storage, lock })).make(start())).toEqual({ id: '7' })
  })
})
