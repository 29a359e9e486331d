import { readFileSync } from 'node:fs'
import { storageOf } from 'cloudways-tools/storage'
import { storageCases } from 'cloudways-tools/storage/testing'
import { expect, it, onTestFinished, vi } from 'vitest'
import { InputError, UpstreamError } from '../../src/errors.ts'
import { listsOn } from '../../src/storage/lists.ts'
import { mistakes, rightDriver } from './broken-drivers.ts'
import { mapDriver, mapStorage } from './map-storage.ts'
import { testStorage } from './suite.ts'

testStorage('the driver of the page of state', mapStorage)
const right = rightDriver()
testStorage('a driver with lists of its own, opened twice', () => storageOf(right))

it('the page of state shows the driver that is proved here', () => {
  const driver = readFileSync(new URL('map-storage.ts', import.meta.url), 'utf8').trim()
  const page = readFileSync(new URL('../../src/docs/state.md', import.meta.url), 'utf8')
  expect(page.includes(driver), 'Copy test/storage/map-storage.ts into src/docs/state.md.').toBe(true)
})

it.each(mistakes)('the cases notice that %s, and say what to do', async (_, advice, breakIt) => {
  // A case waits for seconds before it gives up.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] })
  vi.setTimerTickMode('nextTimerAsync')
  onTestFinished(() => void vi.useRealTimers())
  const right = rightDriver()
  const broken = { ...right, ...breakIt(right) }
  const make = () => storageOf(broken)
  const ends = await Promise.allSettled(storageCases.map(({ run }) => run(make)))
  const reasons = ends.flatMap((end) => (end.status === 'rejected' ? [String(end.reason)] : []))
  expect(reasons.join('\n')).toMatch(advice)
})

it('refuses a driver that lacks a method when the storage is made, and not at the first call', () => {
  expect(() => storageOf({ ...mapDriver(), take: undefined } as never)).toThrow('no method take')
  expect(() => storageOf(undefined as never)).toThrow(InputError)
})

it('passes on what a driver throws', async () => {
  const failure = new UpstreamError('The backend is away.', 'Start it.', { service: 'storage' })
  const storage = storageOf({ ...mapDriver(), read: () => Promise.reject(failure) })
  await expect(storage.get('key')).rejects.toBe(failure)
})

it('gives lists to a storage that was written by hand and has none', async () => {
  const { append, range, ...byHand } = mapStorage()
  const lists = listsOn(byHand)
  await lists.append('list', 'a', { keep: 2 })
  await byHand.lock('list', { ttl: 60, wait: 0 }, () => lists.append('list', 'b', { keep: 2 }))
  expect(await lists.range('list', 0, 9)).toEqual(['a', 'b'])
})
