/** Each record has a version. Of an unknown one, a record that grants is absent, and one that forbids refuses. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it, vi } from 'vitest'
import { readRecord, takeRecord, writeRecord } from '../../src/base/record.ts'
import { memoryStorage } from '../../src/storage/index.ts'

const value = fc.oneof(
  fc.string(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0)),
  fc.dictionary(fc.stringMatching(/^[a-z]{2,8}$/), fc.oneof(fc.string(), fc.integer(), fc.boolean())),
)
const anything = { isValid: () => true }
const ttl = 60

async function setUp() {
  const storage = memoryStorage()
  const told = vi.fn()
  storage.onDamaged = told
  return { storage, told }
}

it('what is written is read, once by take, with its version beside it', async () => {
  await fc.assert(
    fc.asyncProperty(value, async (written) => {
      const { storage, told } = await setUp()
      await writeRecord(storage, 'key', written, { ttl })
      expect(await storage.get('key')).toEqual({ v: 1, value: written })
      expect(await readRecord(storage, 'key', anything)).toEqual(written)
      expect(await takeRecord(storage, 'key', anything)).toEqual(written)
      expect(await takeRecord(storage, 'key', anything)).toBeNull()
      expect(told).not.toHaveBeenCalled()
    }),
  )
})

it('a record of 0.1.0, without a version, is read as one of version 1', async () => {
  await fc.assert(
    fc.asyncProperty(value, async (written) => {
      const { storage, told } = await setUp()
      await storage.set('key', written, { ttl })
      expect(await readRecord(storage, 'key', anything)).toEqual(written)
      expect(told).not.toHaveBeenCalled()
    }),
  )
})

it('a record of an unknown version grants nothing, and forbids for its time', async () => {
  const version = fc.oneof(
    fc.integer().filter((number) => number !== 1),
    fc.constantFrom('1', null, true, [], {}),
  )
  await fc.assert(
    fc.asyncProperty(version, value, async (v, inner) => {
      const { storage, told } = await setUp()
      const instead = { value: { wrong: 10 }, ttl }
      for (const record of [{ v, value: inner }, { v }]) {
        await storage.set('grants', record, { ttl })
        await storage.set('forbids', record, { ttl })
        told.mockClear()
        expect(await readRecord(storage, 'grants', anything)).toBeNull()
        expect(await takeRecord(storage, 'grants', anything)).toBeNull()
        expect(await readRecord(storage, 'forbids', { ...anything, instead })).toEqual(instead.value)
        // What refuses is now a record of this version.
        expect(await readRecord(storage, 'forbids', { ...anything, instead })).toEqual(instead.value)
        expect(told.mock.calls).toEqual([
          ['grants', 'absent'],
          ['grants', 'absent'],
          ['forbids', 'refusing'],
        ])
      }
    }),
  )
})

it('no code writes a record past its version', () => {
  // These write no records: the drivers, the counters, and three that only look whether a storage works.
  const others = /^(storage\/|base\/record\.ts|server\/(watch\/health|http\/reach-state)\.ts|cli\/doctor\.ts)/
  const src = join(import.meta.dirname, '../../src')
  const writers = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && /storage\.set\b/.test(readFileSync(join(src, file), 'utf8')),
  )
  expect(writers.filter((file) => !others.test(file))).toEqual([])
})
