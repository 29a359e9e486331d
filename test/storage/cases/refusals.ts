import { listsOn } from '../../../src/storage/lists.ts'
import type { Storage } from '../../../src/types.ts'
import { refused, same, storageCase } from './case.ts'

/** `storageOf` refuses all of this, so that no driver has to. */
const advice = (call: string) => `${call}: throw an InputError, as storageOf does.`

const nothing = async () => {}

export const refusalCases = [
  ...['', '\ud800', 5, undefined].map((key) =>
    storageCase(`refuses the key ${JSON.stringify(key)}`, async ({ storage }) => {
      const wrong = key as string
      const attempts = {
        get: storage.get(wrong),
        set: storage.set(wrong, 1),
        delete: storage.delete(wrong),
        take: storage.take(wrong),
        increment: storage.increment(wrong, { ttl: 1 }),
        lock: storage.lock(wrong, { ttl: 1, wait: 0 }, nothing),
        range: listsOn(storage).range(wrong, 0, 1),
      }
      await allRefused(attempts)
    }),
  ),

  storageCase('refuses values that are not JSON, and keeps the old one', async ({ storage, fresh }) => {
    const key = fresh()
    await storage.set(key, 1)
    const cycle: unknown[] = []
    cycle.push(cycle)
    for (const value of [undefined, () => 1, 1n, cycle]) {
      await allRefused({
        set: storage.set(key, value),
        append: listsOn(storage).append(`${key}:list`, value, { keep: 1 }),
      })
    }
    same(await storage.get(key), 1, 'set: change nothing when the value is refused.')
  }),

  storageCase('refuses a ttl that is none, and options that do not exist', async ({ storage }) => {
    for (const ttl of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e12]) {
      await allRefused({
        set: storage.set('key', 1, { ttl }),
        increment: storage.increment('key', { ttl }),
        lock: storage.lock('key', { ttl, wait: 0 }, nothing),
        append: listsOn(storage).append('key', 1, { keep: 1, ttl }),
      })
    }
    const misspelt: Parameters<Storage['set']>[2] = JSON.parse('{"tll":5}')
    const message = await refused(storage.set('key', 1, misspelt), 'invalid_input', advice('set'))
    same(message.includes("Did you mean 'ttl'?"), true, 'set: name the option that was probably meant.')
  }),

  storageCase('refuses a list without bounds', async ({ storage }) => {
    const lists = listsOn(storage)
    for (const number of [0, -1, 1.5, Number.NaN, 1e9]) {
      await allRefused({ append: lists.append('key', 1, { keep: number }) })
    }
    await allRefused({ range: lists.range('key', 0, 0), 'range from 0.5': lists.range('key', 0.5, 1) })
  }),
]

async function allRefused(attempts: Record<string, Promise<unknown>>): Promise<void> {
  // All are waited for: an attempt that rejects while nobody listens would end the process.
  const checks = Object.entries(attempts).map(([call, attempt]) =>
    refused(attempt, 'invalid_input', advice(call)),
  )
  const failed = (await Promise.allSettled(checks)).find(({ status }) => status === 'rejected')
  if (failed?.status === 'rejected') throw failed.reason
}
