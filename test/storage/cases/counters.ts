import { refused, same, soon, storageCase, together } from './case.ts'

export const counterCases = [
  storageCase('counts each of many simultaneous increments', async (given) => {
    const key = given.fresh()
    const sums = await together(100, given, (storage) => storage.increment(key, { ttl: 60 }))
    const wanted = Array.from({ length: 100 }, (_, index) => index + 1)
    same(
      sums.sort((a, b) => a - b),
      wanted,
      'add: read, add and write in one atomic step.',
    )
    same(await given.storage.get(key), 100, 'add: keep the sum as a decimal number, for read.')
  }),

  storageCase('does not extend the time of a counter', async ({ storage, fresh }) => {
    const key = fresh()
    await storage.increment(key, { ttl: 0.1 })
    // Each of these calls asks for an hour. If one of them extended the time, the counter would never start anew.
    const count = () => storage.increment(key, { ttl: 3600 })
    await soon(count, 1, 'add: only the first count sets the time.')
    same(await storage.increment(key, { ttl: 0.01 }), 2, 'add: a later count must not shorten the time.')
  }),

  storageCase('refuses to count on what is not a counter', async ({ storage, fresh }) => {
    const key = fresh()
    await storage.set(key, { a: 1 })
    const advice = 'add: answer null and change nothing when the text is not a whole number.'
    await refused(storage.increment(key, { ttl: 1 }), 'invalid_input', advice)
    same(await storage.get(key), { a: 1 }, advice)
  }),
]
