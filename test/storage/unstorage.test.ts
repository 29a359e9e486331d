import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createStorage } from 'unstorage'
import fsDriver from 'unstorage/drivers/fs-lite'
import { afterAll, expect, it } from 'vitest'
import { InputError, UpstreamError } from '../../src/errors.ts'
import { fromUnstorage } from '../../src/storage/index.ts'
import { testStorage } from './suite.ts'

const dir = mkdtempSync(join(tmpdir(), 'unstorage-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

testStorage('fromUnstorage(memory)', () => fromUnstorage(createStorage()))
// One storage for all: what it promises holds within one process only.
const onDisk = fromUnstorage(createStorage({ driver: fsDriver({ base: dir }) }))
testStorage('fromUnstorage(fs-lite)', () => onDisk)

it('removes an expired item when it is read', async () => {
  const inner = createStorage()
  const storage = fromUnstorage(inner)
  await storage.set('key', 1, { ttl: 0.001 })
  await expect.poll(() => storage.get('key')).toBeNull()
  expect(await inner.getKeys()).toEqual([])
})

it('passes nothing on of what a driver throws', async () => {
  const inner = createStorage()
  inner.getItem = () => Promise.reject(new Error('GET https://user:secret@host failed'))
  const error = await fromUnstorage(inner)
    .get('key')
    .catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(UpstreamError)
  expect(JSON.stringify(error) + String((error as Error).stack)).not.toContain('secret')
})

it('leaves the storage it was given open', async () => {
  const inner = createStorage()
  const storage = fromUnstorage(inner)
  await storage.set('key', 1)
  await storage.dispose()
  expect(await inner.getKeys()).toHaveLength(1)
})

it('refuses what is not a storage', () => {
  expect(() => fromUnstorage({} as never)).toThrow(InputError)
  expect(() => fromUnstorage(undefined as never)).toThrow(InputError)
})
