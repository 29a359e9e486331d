import { listsOn } from '../../../src/storage/lists.ts'
import { refused, same, soon, storageCase, together } from './case.ts'

export const listCases = [
  storageCase('keeps a list in order, and answers any part of it', async ({ storage, fresh }) => {
    const key = fresh()
    const lists = listsOn(storage)
    same(await lists.range(key, 0, 10), [], 'range: answer [] when there is no list.')
    const entries = ['a', 1, null, { b: [true] }, '[]']
    for (const entry of entries) await lists.append(key, entry, { keep: 100 })
    for (const [start, count, wanted] of [
      [0, 100, entries],
      [1, 2, entries.slice(1, 3)],
      [5, 1, []],
      [-2, 2, entries.slice(-2)],
      [-2, 100, entries.slice(-2)],
      [-4, 1, entries.slice(1, 2)],
      [-100, 100, entries],
      [-100, 97, entries.slice(0, 2)],
      [-100, 50, []],
    ] as const) {
      const advice = `range(key, ${start}, ${count}): answer the entries at these positions; -1 is the newest.`
      same(await lists.range(key, start, count), wanted, advice)
    }
    await storage.delete(key)
    same(await lists.range(key, 0, 1), [], 'remove: a list goes like a value.')
  }),

  storageCase('loses none of many simultaneous entries', async (given) => {
    const key = given.fresh()
    let count = 0
    await together(50, given, (storage) => listsOn(storage).append(key, count++, { keep: 100, ttl: 60 }))
    const found = await listsOn(given.storage).range<number>(key, 0, 100)
    same(
      found.sort((a, b) => a - b),
      Array.from({ length: 50 }, (_, index) => index),
      'append: add in one atomic step.',
    )
  }),

  storageCase('drops the oldest entries of a full list', async ({ storage, fresh }) => {
    const key = fresh()
    const lists = listsOn(storage)
    for (let entry = 0; entry < 12; entry++) await lists.append(key, entry, { keep: 5 })
    same(await lists.range(key, 0, 100), [7, 8, 9, 10, 11], 'append: keep the newest `keep` entries.')
  }),

  storageCase('ends a list when nothing was added for its ttl', async ({ storage, fresh }) => {
    const [key, stays] = [fresh(), fresh()]
    const lists = listsOn(storage)
    for (const ttl of [3600, 0.05]) await lists.append(key, ttl, { keep: 9, ttl })
    for (const ttl of [0.05, undefined]) await lists.append(stays, 1, { keep: 9, ttl })
    await soon(() => lists.range(key, 0, 9), [], 'append: each entry sets the time of the list anew.')
    // Nothing of the first list comes back.
    await lists.append(key, 'new', { keep: 9, ttl: 60 })
    same(await lists.range(key, 0, 9), ['new'], 'append: an expired list starts empty.')
    const left = await lists.range<number>(stays, -1, 1)
    same(left, [1], 'append: without `ttl` the list stays, also when it had a time before.')
  }),

  storageCase('refuses to append to what is not a list', async ({ storage, fresh }) => {
    const key = fresh()
    const lists = listsOn(storage)
    await storage.set(key, 'value')
    const advice = 'append: answer false and change nothing when the key holds something else.'
    await refused(lists.append(key, 1, { keep: 9 }), 'invalid_input', advice)
    same(await storage.get(key), 'value', advice)
  }),
]
