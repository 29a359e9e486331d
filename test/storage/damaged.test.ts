/** Records that can't be read: one that grants is absent, one that forbids refuses for its time. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { countUp, isText, readRecord, takeRecord } from '../../src/base/record.ts'
import { fsStorage, memoryStorage, redisStorage } from '../../src/storage/index.ts'
import type { Storage } from '../../src/types.ts'
import { runs } from '../support/deep.ts'
import { hasRedis, type PrivateRedis, startRedis } from '../support/redis.ts'

interface Place {
  make(): Storage
  /** Put a text where the storage keeps the value of a key that was just set. */
  damage(storage: Storage, key: string, text: string): Promise<void>
}

const scratch = mkdtempSync(join(tmpdir(), 'damaged-'))
let redis: PrivateRedis | undefined
let probe: Redis
beforeAll(async () => {
  if (!hasRedis) return
  redis = await startRedis()
  probe = new Redis(redis.url)
})
afterAll(async () => {
  rmSync(scratch, { recursive: true, force: true })
  probe?.disconnect()
  await redis?.dispose()
})

const dir = join(scratch, 'files')
const places: Record<string, Place> = {
  // Nothing else writes to memory: there, a damaged value is one of another form.
  memory: {
    make: () => memoryStorage(),
    damage: (storage, key, text) => storage.set(key, { text }),
  },
  fs: {
    make: () => fsStorage({ dir }),
    async damage(storage, key, text) {
      const before = new Set(readdirSync(dir))
      await storage.set(key, 'right')
      const [file] = readdirSync(dir).filter((name) => name.startsWith('k-') && !before.has(name))
      writeFileSync(join(dir, file as string), text, { mode: 0o600 })
    },
  },
  ...(hasRedis && {
    Redis: {
      make: () => redisStorage({ url: redis?.url as string }),
      async damage(_: Storage, key: string, text: string) {
        // Also what another program may keep under the key: something that has no text at all.
        if (text.length % 2) await probe.rpush(`cloudways:item:${key}`, text)
        else await probe.set(`cloudways:item:${key}`, text)
      },
    },
  }),
}

const garbage = fc.oneof(
  fc.string({ maxLength: 40 }).map((text) => `{${text}`),
  fc.constantFrom(
    '',
    '\u0000',
    'null!',
    '"half a text',
    '{"expires":null,"value":',
    '[1,2',
    '{"v":2}',
    'undefined',
  ),
)

describe.each(Object.entries(places))('on %s', (_, { make, damage }) => {
  it('a record that grants counts as absent, one that forbids refuses and ends', async () => {
    const storage = make()
    const told = vi.fn()
    storage.onDamaged = told
    let count = 0
    await fc.assert(
      fc.asyncProperty(garbage, async (text) => {
        const key = `key-${++count}`
        await damage(storage, key, text)
        expect(await readRecord(storage, key, { isValid: isText })).toBeNull()
        expect(told).toHaveBeenLastCalledWith(key, 'absent')
        expect(await takeRecord(storage, key, { isValid: isText })).toBeNull()

        await damage(storage, `${key}-forbids`, text)
        const kind = { isValid: isText, instead: { value: 'no', ttl: 60 } }
        expect(await readRecord(storage, `${key}-forbids`, kind)).toBe('no')
        expect(told).toHaveBeenLastCalledWith(`${key}-forbids`, 'refusing')
        // It is a record with an end now, and is not told again.
        const calls = told.mock.calls.length
        expect(await readRecord(storage, `${key}-forbids`, kind)).toBe('no')
        expect(told.mock.calls.length).toBe(calls)

        await damage(storage, `${key}-count`, text)
        expect(await countUp(storage, `${key}-count`, { ttl: 60 })).toBeGreaterThan(1_000_000)
        expect(await countUp(storage, `${key}-count`, { ttl: 60 })).toBeGreaterThan(1_000_000)
        await damage(storage, `${key}-back`, text)
        expect(await countUp(storage, `${key}-back`, { ttl: 60, grants: true })).toBe(1)
        expect(await countUp(storage, `${key}-back`, { ttl: 60, grants: true })).toBe(2)
      }),
      { numRuns: runs(25) },
    )
    await storage.dispose()
  })

  it('what takes the place of a damaged record ends with its time', async () => {
    const storage = make()
    await damage(storage, 'ends', '{broken')
    const kind = { isValid: isText, instead: { value: 'no', ttl: 0.05 } }
    expect(await readRecord(storage, 'ends', kind)).toBe('no')
    await expect.poll(() => readRecord(storage, 'ends', kind)).toBeNull()
    await storage.dispose()
  })

  it('a storage that fails is no damaged record', async () => {
    const failing: Storage = { ...memoryStorage(), get: () => Promise.reject(new Error('down')) }
    await expect(readRecord(failing, 'key', { isValid: isText })).rejects.toThrow('down')
  })
})

it('a damaged lock on disk is held for a while, and then free', async () => {
  const own = join(scratch, 'locks')
  const storage = fsStorage({ dir: own })
  await storage.lock('work', { ttl: 60, wait: 0 }, async () => {
    const [file] = readdirSync(own).filter((name) => name.startsWith('l-'))
    writeFileSync(join(own, file as string), 'not a lock')
  })
  await expect(storage.lock('work', { ttl: 60, wait: 0 }, async () => 1)).rejects.toThrow('not free')
  vi.useFakeTimers({ now: Date.now() + 121_000, toFake: ['Date'] })
  try {
    expect(await storage.lock('work', { ttl: 60, wait: 0 }, async () => 1)).toBe(1)
  } finally {
    vi.useRealTimers()
  }
  await storage.dispose()
})

it.skipIf(!hasRedis)('a lock in Redis that has no end gets one', async () => {
  const storage = redisStorage({ url: redis?.url as string })
  await probe.set('cloudways:lock:work', 'something else')
  await expect(storage.lock('work', { ttl: 60, wait: 0 }, async () => 1)).rejects.toThrow('not free')
  expect(await probe.pttl('cloudways:lock:work')).toBeGreaterThan(0)
  await storage.dispose()
})
