import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { InputError, UpstreamError } from '../../src/errors.ts'
import type { Storage } from '../../src/types.ts'
import { gate } from '../support/upstream.ts'

/** What every storage driver promises. `make` opens the same state each time: as a second process would. */
export function testStorage(name: string, make: () => Promise<Storage> | Storage): void {
  describe(`${name}: a storage`, () => {
    let storage: Storage
    let count = 0
    const fresh = () => `suite:${name}:${++count}`

    beforeAll(async () => {
      storage = await make()
    })
    afterAll(() => storage.dispose())

    it.each([
      ['text', 'héllo ☃ 😀'],
      ['text that looks like JSON', '{"a":1}'],
      ['text that looks like a number', '12'],
      ['empty text', ''],
      ['a number', -1.5],
      ['false', false],
      ['zero', 0],
      ['a list', [1, 'two', null]],
      ['an object', { a: { b: [true] }, __proto: 1 }],
    ])('answers %s as it was set', async (_, value) => {
      const key = fresh()
      await storage.set(key, value)
      expect(await storage.get(key)).toEqual(value)
      expect(await storage.take(key)).toEqual(value)
    })

    it('answers null for what was never set, was deleted, or was taken', async () => {
      const key = fresh()
      expect(await storage.get(key)).toBeNull()
      expect(await storage.take(key)).toBeNull()
      await storage.set(key, 1)
      await storage.delete(key)
      await storage.delete(key)
      expect(await storage.get(key)).toBeNull()
      await storage.set(key, 2)
      expect(await storage.take(key)).toBe(2)
      expect(await storage.get(key)).toBeNull()
    })

    it('keeps what was set, whatever happens to the object later', async () => {
      const key = fresh()
      const value = { list: [1] }
      await storage.set(key, value)
      value.list.push(2)
      const first = await storage.get<typeof value>(key)
      first?.list.push(3)
      expect(await storage.get(key)).toEqual({ list: [1] })
    })

    it('replaces a value and its ttl', async () => {
      const key = fresh()
      await storage.set(key, 'a', { ttl: 0.05 })
      await storage.set(key, 'b')
      await storage.set(`${key}:other`, 'c', { ttl: 0.05 })
      await expect.poll(() => storage.get(`${key}:other`)).toBeNull()
      expect(await storage.get(key)).toBe('b')
    })

    it('does not answer, take or count on what has expired', async () => {
      const [value, code, counter] = [fresh(), fresh(), fresh()]
      await storage.set(value, 1, { ttl: 0.05 })
      await storage.set(code, 1, { ttl: 0.05 })
      await storage.increment(counter, { ttl: 0.05 })
      await expect.poll(() => storage.get(counter)).toBeNull()
      await expect.poll(() => storage.get(value)).toBeNull()
      expect(await storage.take(code)).toBeNull()
      expect(await storage.increment(counter, { ttl: 60 })).toBe(1)
    })

    it('counts each of many simultaneous increments', async () => {
      const key = fresh()
      const sums = await Promise.all(Array.from({ length: 100 }, () => storage.increment(key, { ttl: 60 })))
      expect(sums.sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1))
      expect(await storage.get(key)).toBe(100)
    })

    it('does not extend the time of a counter', async () => {
      const key = fresh()
      await storage.increment(key, { ttl: 0.1 })
      // Each of these asks for an hour. If one of them extended the time, the counter would never start anew.
      await expect.poll(() => storage.increment(key, { ttl: 3600 })).toBe(1)
      expect(await storage.increment(key, { ttl: 0.01 })).toBe(2)
    })

    it('refuses to count on what is not a counter', async () => {
      const key = fresh()
      await storage.set(key, { a: 1 })
      await expect(storage.increment(key, { ttl: 1 })).rejects.toThrow(InputError)
      expect(await storage.get(key)).toEqual({ a: 1 })
    })

    it('gives a value to one of 50 takers, every time', async () => {
      for (let round = 0; round < 20; round++) {
        const key = fresh()
        await storage.set(key, round, { ttl: 60 })
        const taken = await Promise.all(Array.from({ length: 50 }, () => storage.take(key)))
        expect(taken.filter((value) => value !== null)).toEqual([round])
      }
    })

    it('keeps keys apart that a disk, a path or a pattern would mix up', async () => {
      const base = fresh()
      const keys = [
        'a',
        'A',
        'a/b',
        'a:b',
        'a\\b',
        'a?b',
        'a?c',
        'a.',
        'a..',
        '../a',
        'con',
        'é',
        'e\u0301',
        '*',
      ]
      const long = 'x'.repeat(3000)
      const all = [...keys, `${long}1`, `${long}2`].map((key) => `${base}${key}`)
      await Promise.all(all.map((key) => storage.set(key, key)))
      expect(await Promise.all(all.map((key) => storage.get(key)))).toEqual(all)
      await storage.set('..', 'up')
      expect(await storage.take('..')).toBe('up')
    })

    it.each(['', '\ud800', 5, undefined])('refuses the key %j', async (key) => {
      const wrong = key as string
      const work = async () => {}
      await expect(storage.get(wrong)).rejects.toThrow(InputError)
      await expect(storage.set(wrong, 1)).rejects.toThrow(InputError)
      await expect(storage.delete(wrong)).rejects.toThrow(InputError)
      await expect(storage.take(wrong)).rejects.toThrow(InputError)
      await expect(storage.increment(wrong, { ttl: 1 })).rejects.toThrow(InputError)
      await expect(storage.lock(wrong, { ttl: 1, wait: 0 }, work)).rejects.toThrow(InputError)
    })

    it('refuses values that are not JSON, and keeps the old one', async () => {
      const key = fresh()
      await storage.set(key, 1)
      const cycle: unknown[] = []
      cycle.push(cycle)
      for (const value of [undefined, () => 1, 1n, cycle]) {
        await expect(storage.set(key, value)).rejects.toThrow(InputError)
      }
      expect(await storage.get(key)).toBe(1)
    })

    it('refuses a ttl that is none, and options that do not exist', async () => {
      for (const ttl of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e12]) {
        await expect(storage.set('key', 1, { ttl })).rejects.toThrow(InputError)
        await expect(storage.increment('key', { ttl })).rejects.toThrow(InputError)
        await expect(storage.lock('key', { ttl, wait: 0 }, async () => {})).rejects.toThrow(InputError)
      }
      const misspelt = { tll: 5 } as { ttl?: number }
      await expect(storage.set('key', 1, misspelt)).rejects.toThrow("Did you mean 'ttl'?")
    })

    it('lets one holder in at a time, and everyone in the end', async () => {
      const key = fresh()
      let inside = 0
      let most = 0
      let done = 0
      const work = async () => {
        most = Math.max(most, ++inside)
        await new Promise(setImmediate)
        inside--
        return ++done
      }
      const results = await Promise.all(
        Array.from({ length: 50 }, () => storage.lock(key, { ttl: 60, wait: 100 }, work)),
      )
      expect(most).toBe(1)
      expect(new Set(results).size).toBe(50)
    })

    it('frees the lock when the work fails, and passes the failure on', async () => {
      const key = fresh()
      const failure = new Error('work failed')
      await expect(storage.lock(key, { ttl: 30, wait: 0 }, () => Promise.reject(failure))).rejects.toBe(
        failure,
      )
      expect(await storage.lock(key, { ttl: 30, wait: 0 }, async () => 'free')).toBe('free')
    })

    it('gives up on a lock that is held, and leaves it to its holder', async () => {
      const key = fresh()
      await storage.lock(key, { ttl: 30, wait: 0 }, async () => {
        for (const wait of [0, 0.05]) {
          const attempt = storage.lock(key, { ttl: 30, wait }, async () => 'in')
          await expect(attempt).rejects.toThrow(UpstreamError)
        }
        const crowd = Array.from({ length: 5 }, () =>
          storage.lock(key, { ttl: 30, wait: 0.05 }, async () => 'in'),
        )
        const ends = await Promise.allSettled(crowd)
        expect(ends.every(({ status }) => status === 'rejected')).toBe(true)
      })
      expect(await storage.lock(key, { ttl: 30, wait: 0 }, async () => 'free')).toBe('free')
    })

    it('frees the lock of a holder whose time is over, and only its owner releases it', async () => {
      const key = fresh()
      const [inside, over] = [gate(), gate()]
      const first = storage.lock(key, { ttl: 0.05, wait: 0 }, () => {
        inside.open()
        return over.opened
      })
      await inside.opened
      await storage.lock(key, { ttl: 60, wait: 60 }, async () => {
        over.open()
        await first
        // The first holder has released by now. The lock is not its own any more, so it is still held.
        await expect(storage.lock(key, { ttl: 1, wait: 0 }, async () => {})).rejects.toThrow(UpstreamError)
      })
    })

    it('keeps locks and values of one key apart', async () => {
      const key = fresh()
      await storage.set(key, 'value')
      await storage.lock(key, { ttl: 30, wait: 0 }, async () => {
        expect(await storage.get(key)).toBe('value')
        await storage.set(key, 'new')
        expect(await storage.increment(`${key}:count`, { ttl: 60 })).toBe(1)
      })
      expect(await storage.get(key)).toBe('new')
    })
  })
}
