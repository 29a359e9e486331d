import type { Storage } from '../../../src/types.ts'
import { pause, refused, same, storageCase, together } from './case.ts'

export const lockCases = [
  storageCase('lets one holder in at a time, and everyone in the end', async (given) => {
    const key = given.fresh()
    let inside = 0
    let most = 0
    let done = 0
    const results = await together(50, given, (storage) =>
      storage.lock(key, { ttl: 60, wait: 100 }, async () => {
        most = Math.max(most, ++inside)
        await pause(0)
        inside--
        return ++done
      }),
    )
    same(most, 1, 'acquire: answer true only when nobody else holds the lock.')
    same(new Set(results).size, 50, 'release: the lock has to be free for the next caller.')
  }),

  storageCase('frees the lock when the work fails, and passes the failure on', async ({ storage, fresh }) => {
    const key = fresh()
    const failure = new Error('work failed')
    const thrown = await storage
      .lock(key, { ttl: 30, wait: 0 }, () => Promise.reject(failure))
      .catch((error: unknown) => error)
    same(thrown === failure, true, 'lock: throw the error of the work, and no other.')
    const free = await storage.lock(key, { ttl: 30, wait: 0 }, async () => 'free')
    same(free, 'free', 'lock: free the lock when the work fails.')
  }),

  storageCase('gives up on a lock that is held, and leaves it to its holder', async (given) => {
    const key = given.fresh()
    const advice = 'acquire: answer false, and change nothing, while another owner holds the lock.'
    const attempt = (on: Storage, wait: number) => on.lock(key, { ttl: 30, wait }, async () => 'in')
    await given.storage.lock(key, { ttl: 30, wait: 0 }, async () => {
      for (const wait of [0, 0.05]) {
        await together(2, given, (on) => refused(attempt(on, wait), 'upstream_failed', advice))
      }
      await together(10, given, (on) => refused(attempt(on, 0.05), 'upstream_failed', advice))
    })
    same(await attempt(given.other, 0), 'in', 'release: the lock has to be free when its holder is done.')
  }),

  storageCase(
    'frees the lock after its ttl, and lets only its owner release it',
    async ({ storage, other, fresh }) => {
      const key = fresh()
      let begun = () => {}
      let finish = () => {}
      const inside = new Promise<void>((resolve) => {
        begun = resolve
      })
      const over = new Promise<void>((resolve) => {
        finish = resolve
      })
      const first = storage.lock(key, { ttl: 0.05, wait: 0 }, () => {
        begun()
        return over
      })
      await inside
      await other.lock(key, { ttl: 60, wait: 60 }, async () => {
        finish()
        await first
        // The first holder has released by now. The lock belongs to the second holder, so it is still held.
        const third = storage.lock(key, { ttl: 1, wait: 0 }, async () => {})
        await refused(third, 'upstream_failed', 'release: free the lock only if `owner` still holds it.')
      })
    },
  ),

  storageCase('keeps locks and values of one key apart', async ({ storage, fresh }) => {
    const key = fresh()
    const advice = 'acquire: keep locks under other names than values.'
    await storage.set(key, 'value')
    await storage.lock(key, { ttl: 30, wait: 0 }, async () => {
      same(await storage.get(key), 'value', advice)
      await storage.set(key, 'new')
      same(await storage.increment(`${key}:count`, { ttl: 60 }), 1, advice)
      await storage.delete(`${key}:count`)
    })
    same(await storage.get(key), 'new', advice)
  }),
]
