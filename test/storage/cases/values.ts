import { same, soon, storageCase, together } from './case.ts'

const values = {
  text: 'héllo ☃ 😀',
  'text that looks like JSON': '{"a":1}',
  'text that looks like a number': '12',
  'empty text': '',
  'a number': -1.5,
  false: false,
  zero: 0,
  'a list': [1, 'two', null],
  'an object': { a: { b: [true] }, __proto: 1 },
}

/** What a disk, a path or a pattern would mix up. */
const similar = 'a A a/b a:b a\\b a?b a?c a. a.. ../a con é e\u0301 *'.split(' ')

export const valueCases = [
  ...Object.entries(values).map(([name, value]) =>
    storageCase(`answers ${name} as it was set`, async ({ storage, fresh }) => {
      const key = fresh()
      await storage.set(key, value)
      same(await storage.get(key), value, 'read: answer the text that write was given.')
      same(await storage.take(key), value, 'take: answer the text that write was given.')
    }),
  ),

  storageCase(
    'answers null for what was never set, was deleted, or was taken',
    async ({ storage, fresh }) => {
      const key = fresh()
      same(await storage.get(key), null, 'read: answer null for an absent key.')
      same(await storage.take(key), null, 'take: answer null for an absent key.')
      await storage.set(key, 1)
      await storage.delete(key)
      await storage.delete(key)
      same(await storage.get(key), null, 'remove: the value has to be gone.')
      await storage.set(key, 2)
      same(await storage.take(key), 2, 'take: answer the text.')
      same(await storage.get(key), null, 'take: remove the value that it answers.')
    },
  ),

  storageCase('keeps what was set, whatever happens to the object later', async ({ storage, fresh }) => {
    const key = fresh()
    const value = { list: [1] }
    await storage.set(key, value)
    value.list.push(2)
    const first = await storage.get<typeof value>(key)
    first?.list.push(3)
    same(await storage.get(key), { list: [1] }, 'Keep the text, and not the object.')
  }),

  storageCase('replaces a value and its ttl', async ({ storage, fresh }) => {
    const [key, other] = [fresh(), fresh()]
    await storage.set(key, 'a', { ttl: 0.05 })
    await storage.set(key, 'b')
    await storage.set(other, 'c', { ttl: 0.05 })
    await soon(() => storage.get(other), null, 'write: a value ends after `ttl` milliseconds.')
    same(await storage.get(key), 'b', 'write: without `ttl`, the value stays, whatever the old value had.')
  }),

  storageCase('does not answer, take or count on what has expired', async ({ storage, fresh }) => {
    const [value, code, counter] = [fresh(), fresh(), fresh()]
    await storage.set(value, 1, { ttl: 0.05 })
    await storage.set(code, 1, { ttl: 0.05 })
    await storage.increment(counter, { ttl: 0.05 })
    await soon(() => storage.get(counter), null, 'add: a new counter ends after `ttl` milliseconds.')
    await soon(() => storage.get(value), null, 'write: a value ends after `ttl` milliseconds.')
    same(await storage.take(code), null, 'take: do not answer a value whose time is over.')
    same(await storage.increment(counter, { ttl: 60 }), 1, 'add: an expired counter starts again at 1.')
  }),

  storageCase('gives a value to one of 50 takers, every time', async (given) => {
    for (let round = 0; round < 20; round++) {
      const key = given.fresh()
      await given.storage.set(key, round, { ttl: 60 })
      const taken = await together(50, given, (storage) => storage.take(key))
      const found = taken.filter((value) => value !== null)
      same(found, [round], 'take: read and remove in one atomic step.')
    }
  }),

  storageCase(
    'keeps keys apart that a disk, a path or a pattern would mix up',
    async ({ storage, fresh }) => {
      const base = fresh()
      const long = 'x'.repeat(3000)
      const keys = [...similar, `${long}1`, `${long}2`].map((key) => `${base}${key}`)
      await Promise.all(keys.map((key) => storage.set(key, key)))
      const found = await Promise.all(keys.map((key) => storage.get(key)))
      await Promise.all(keys.map((key) => storage.delete(key)))
      same(found, keys, 'Each key needs a name of its own; hash a key that is too long for the backend.')
      await storage.set('..', 'up')
      same(await storage.take('..'), 'up', 'A key is a name, never a path.')
    },
  ),
]
