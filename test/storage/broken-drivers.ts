import type { StorageDriver } from 'cloudways-tools/storage'
import { mapDriver } from './map-storage.ts'

type Atoms = Required<StorageDriver>

/** The driver of the page of state, with lists of its own. */
export function rightDriver(): Atoms {
  const lists = new Map<string, { texts: string[]; end: number }>()
  const driver = mapDriver()
  const textsOf = (key: string) => {
    const list = lists.get(key)
    return list && list.end > Date.now() ? list.texts : []
  }
  return {
    ...driver,
    async remove(key) {
      lists.delete(key)
      await driver.remove(key)
    },
    async append(key, text, keep, ttl = Number.POSITIVE_INFINITY) {
      if ((await driver.read(key)) !== null) return false
      lists.set(key, { texts: [...textsOf(key), text].slice(-keep), end: Date.now() + ttl })
      return true
    },
    async range(key, start, count) {
      const texts = textsOf(key)
      const first = start < 0 ? texts.length + start : start
      return texts.filter((_, at) => at >= first && at < first + count)
    },
    dispose: async () => {},
  }
}

const tick = () => new Promise(setImmediate)

/** Mistakes that a driver may have, and what the cases say about each. */
export const mistakes: [string, RegExp, (right: Atoms) => Partial<Atoms>][] = [
  ['take leaves the value', /take: remove the value/, ({ read }) => ({ take: read })],
  [
    'take is two steps',
    /take: read and remove in one atomic step/,
    ({ read, remove }) => ({
      async take(key) {
        const text = await read(key)
        await tick()
        await remove(key)
        return text
      },
    }),
  ],
  ['remove removes nothing', /remove: the value has to be gone/, () => ({ remove: async () => {} })],
  [
    'write forgets the ttl',
    /after `ttl` milliseconds/,
    ({ write }) => ({ write: (key, text) => write(key, text) }),
  ],
  [
    'write takes the ttl for seconds',
    /after `ttl` milliseconds/,
    ({ write }) => ({ write: (key, text, ttl) => write(key, text, ttl && ttl * 1000) }),
  ],
  [
    'write keeps an old ttl',
    /whatever the old value had/,
    ({ write }) => {
      const times = new Map<string, number | undefined>()
      return {
        write(key, text, ttl = times.get(key)) {
          times.set(key, ttl)
          return write(key, text, ttl)
        },
      }
    },
  ],
  [
    'add is two steps',
    /add: read, add and write in one atomic step/,
    ({ read, write }) => ({
      async add(key, ttl) {
        const sum = Number((await read(key)) ?? 0) + 1
        await tick()
        await write(key, String(sum), ttl)
        return sum
      },
    }),
  ],
  [
    'add extends the time',
    /only the first count sets the time/,
    ({ add, read, write }) => ({
      async add(key, ttl) {
        const sum = await add(key, ttl)
        const text = await read(key)
        if (sum !== null && text !== null) await write(key, text, ttl)
        return sum
      },
    }),
  ],
  [
    'add counts on anything',
    /not a whole number/,
    ({ add, remove }) => ({
      async add(key, ttl) {
        const sum = await add(key, ttl)
        if (sum !== null) return sum
        await remove(key)
        return add(key, ttl)
      },
    }),
  ],
  ['acquire asks nobody', /only when nobody else holds/, () => ({ acquire: async () => true })],
  ['release frees the lock of anyone', /only if `owner` still holds it/, brokenRelease],
  [
    'locks are values',
    /other names than values/,
    ({ read, write, remove }) => ({
      async acquire(key, owner, ttl) {
        if (((await read(key)) ?? '').startsWith('"held')) return false
        await write(key, `"held ${owner}"`, ttl)
        return true
      },
      release: remove,
    }),
  ],
  [
    'keys ignore case',
    /needs a name of its own/,
    ({ read, write }) => ({
      read: (key) => read(key.toLowerCase()),
      write: (key, text, ttl) => write(key.toLowerCase(), text, ttl),
    }),
  ],
  [
    'append drops nothing',
    /newest `keep` entries/,
    ({ append }) => ({ append: (key, text) => append(key, text, 1e9) }),
  ],
  [
    'append keeps the first time',
    /append: each entry sets the time/,
    ({ append }) => {
      const times = new Map<string, number | undefined>()
      return {
        append(key, text, keep, ttl) {
          if (!times.has(key)) times.set(key, ttl)
          return append(key, text, keep, times.get(key))
        },
      }
    },
  ],
  [
    'append takes values',
    /append: answer false/,
    ({ append }) => ({
      async append(key, text, keep, ttl) {
        await append(key, text, keep, ttl)
        return true
      },
    }),
  ],
  [
    'range counts from the newest',
    /range\(key, 0, 100\)/,
    ({ range }) => ({
      range: async (key, start, count) => (await range(key, start, count)).reverse(),
    }),
  ],
  [
    'range ignores a negative start',
    /range\(key, -2, 2\)/,
    ({ range }) => ({
      range: (key, start, count) => range(key, Math.max(0, start), count),
    }),
  ],
]

function brokenRelease({ acquire }: Atoms): Partial<Atoms> {
  const owners = new Map<string, string>()
  // A lock of another name stands for the freed one.
  const nameOf = (key: string) => `${key} ${owners.get(key) ?? ''}`
  return {
    acquire: (key, owner, ttl) => acquire(nameOf(key), owner, ttl),
    async release(key) {
      owners.set(key, crypto.randomUUID())
    },
  }
}
