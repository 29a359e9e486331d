import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { InputError, UpstreamError } from '../../src/errors.ts'
import { fsStorage } from '../../src/storage/index.ts'
import { safeName } from '../../src/storage/item.ts'
import { runs } from '../support/deep.ts'
import { anyText } from '../support/texts.ts'
import { testStorage } from './suite.ts'

const scratch = mkdtempSync(join(tmpdir(), 'storage-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))
let count = 0
const fresh = () => join(scratch, `folder-${++count}`)

testStorage('fsStorage', () => fsStorage({ dir: join(scratch, 'suite') }))

describe('files', () => {
  it('are private, in a private folder, and nothing else is left there', async () => {
    const dir = join(fresh(), 'deeper')
    const umask = process.umask(0)
    try {
      const storage = fsStorage({ dir })
      await storage.set('auth:code', 'value')
      await storage.increment('count', { ttl: 60 })
      await storage.lock('lock', { ttl: 60, wait: 0 }, async () => {
        for (const name of readdirSync(dir)) expect(statSync(join(dir, name)).mode & 0o777, name).toBe(0o600)
      })
      await storage.set('taken', 'value')
      await storage.take('taken')
      await storage.dispose()
    } finally {
      process.umask(umask)
    }
    expect(statSync(dir).mode & 0o777).toBe(0o700)
    expect(readdirSync(dir).sort()).toEqual(['k-auth+code', 'k-count'])
  })

  it('outlive the process that wrote them', async () => {
    const dir = fresh()
    await fsStorage({ dir }).set('key', { a: 1 }, { ttl: 60 })
    expect(await fsStorage({ dir }).get('key')).toEqual({ a: 1 })
  })

  it('are seen whole: the old value or the new one', async () => {
    const storage = fsStorage({ dir: fresh() })
    const text = 'x'.repeat(100_000)
    await storage.set('key', `0${text}`)
    const writes = (async () => {
      for (let index = 1; index < 30; index++) await storage.set('key', `${index}${text}`)
    })()
    for (let last = 0; last < 29; ) {
      const seen = await storage.get<string>('key')
      expect(seen?.endsWith(text)).toBe(true)
      expect(Number.parseInt(seen!, 10)).toBeGreaterThanOrEqual(last)
      last = Number.parseInt(seen!, 10)
    }
    await writes
  })

  it('that are damaged are an error, not a missing value', async () => {
    const dir = fresh()
    const storage = fsStorage({ dir })
    await storage.set('key', 1)
    writeFileSync(join(dir, 'k-key'), '{"expires":nu')
    await expect(storage.get('key')).rejects.toThrow('not JSON')
    await storage.set('key', 2)
    expect(await storage.get('key')).toBe(2)
  })
})

describe('names', () => {
  const key = fc.oneof(
    fc.string({ minLength: 1 }),
    anyText({ minLength: 1 }),
    fc.string({
      minLength: 1,
      maxLength: 6,
      unit: fc.constantFrom('a', 'A', ':', '/', '+', '%', '.', '=', '2', 'b'),
    }),
    fc.string({ minLength: 100, maxLength: 300, unit: fc.constantFrom('a', 'A', ':') }),
  )

  it('are plain, short, and never those of another key', async () => {
    await fc.assert(
      fc.asyncProperty(key, key, async (one, two) => {
        const [first, second] = [await safeName(one), await safeName(two)]
        expect(first).toMatch(/^[a-z0-9+%=-]{1,122}$/)
        // Two names are never the same name on any disk, with or without case.
        expect(first === second).toBe(one === two)
      }),
      { numRuns: runs(2000) },
    )
  })

  it('tell the keys of a whole table apart', async () => {
    const keys = new Set<string>()
    for (const first of [
      '',
      'a',
      'A',
      'b',
      ':',
      '%3a',
      '+',
      '=',
      '.',
      '..',
      '/',
      '\\',
      '\0',
      ' ',
      'é',
      'ß',
      'ss',
    ]) {
      for (const last of [
        '',
        'a',
        'A',
        ':',
        '%3a',
        '+',
        '%2b',
        '=',
        '.',
        '/',
        'x'.repeat(200),
        'X'.repeat(200),
      ]) {
        if (first + last !== '') keys.add(first + last)
      }
    }
    const names = await Promise.all([...keys].map(safeName))
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(keys.size)
  })
})

describe('a folder', () => {
  it.each([0o755, 0o750, 0o710, 0o701, 0o777])(
    'with mode %o is refused, with the command that fixes it',
    (mode) => {
      const dir = fresh()
      mkdirSync(dir)
      chmodSync(dir, mode)
      let error: unknown
      try {
        fsStorage({ dir })
      } catch (thrown) {
        error = thrown
      }
      expect(error).toBeInstanceOf(InputError)
      expect((error as InputError).next).toContain(`chmod 700 '${dir}'`)
      chmodSync(dir, 0o700)
      expect(() => fsStorage({ dir })).not.toThrow()
    },
  )

  it('that is a file is refused', () => {
    const file = fresh()
    writeFileSync(file, '')
    expect(() => fsStorage({ dir: file })).toThrow('is not a folder')
    expect(() => fsStorage({ dir: join(file, 'deeper') })).toThrow(InputError)
  })

  it('is needed, and options are known', () => {
    expect(() => fsStorage({} as never)).toThrow("needs 'dir'")
    expect(() => fsStorage({ dir: '' })).toThrow("needs 'dir'")
    expect(() => fsStorage({ dirr: 'a' } as never)).toThrow("Did you mean 'dir'?")
  })

  it('that is gone is an error, not an empty storage', async () => {
    const dir = fresh()
    const storage = fsStorage({ dir })
    await storage.set('key', 1)
    rmSync(dir, { recursive: true })
    await expect(storage.get('key')).rejects.toThrow(UpstreamError)
    await expect(storage.set('key', 2)).rejects.toThrow(UpstreamError)
    await expect(storage.take('key')).rejects.toThrow(UpstreamError)
    await expect(storage.delete('key')).rejects.toThrow(UpstreamError)
    // A file in place of the folder is an error as well.
    writeFileSync(dir, '')
    await expect(storage.get('key')).rejects.toThrow('the folder is gone')
    await expect(storage.set('key', 2)).rejects.toThrow('the folder is gone')
  })
})

describe('sweeping', () => {
  it('deletes what has expired, and what dead processes left, but nothing else', async () => {
    const dir = fresh()
    const storage = fsStorage({ dir, sweep: 0.02 })
    const past = JSON.stringify({ owner: 'gone', expires: 1 })
    await storage.set('stays', 1)
    await storage.set('stays too', 1, { ttl: 600 })
    for (let index = 0; index < 20; index++) await storage.set(`goes:${index}`, 1, { ttl: 0.01 })
    for (const name of ['l-lock', 'm-mutex']) writeFileSync(join(dir, name), past)
    for (const name of ['t-old', 'd-old', 't-new']) writeFileSync(join(dir, name), 'half a value')
    for (const name of ['t-old', 'd-old']) utimesSync(join(dir, name), 1000, 1000)
    writeFileSync(join(dir, 'README'), 'not ours')
    // It can't be judged, and must not keep the sweep from the others.
    for (const name of ['k-damaged', 'k-zz']) writeFileSync(join(dir, name), 'half a value')
    const left = ['README', 'k-damaged', 'k-stays', 'k-stays%20too', 'k-zz', 't-new']
    await expect.poll(() => readdirSync(dir).sort()).toEqual(left)
    await storage.dispose()
  })

  it('never deletes what was written anew', async () => {
    const storage = fsStorage({ dir: fresh(), sweep: 0.001 })
    for (let round = 0; round < runs(300); round++) {
      await storage.set('key', 'old', { ttl: 0.001 })
      await storage.set('key', round, { ttl: 600 })
      await new Promise(setImmediate)
      expect(await storage.get('key')).toBe(round)
    }
    await storage.dispose()
  })
})

describe('locks', () => {
  it('left by a dead process, or damaged by a power cut, do not hold for ever', async () => {
    const dir = fresh()
    const storage = fsStorage({ dir })
    for (const text of [JSON.stringify({ owner: 'gone', expires: 1 }), '']) {
      writeFileSync(join(dir, 'l-key'), text)
      utimesSync(join(dir, 'l-key'), 1000, 1000)
      expect(await storage.lock('key', { ttl: 60, wait: 5 }, async () => 'in')).toBe('in')
    }
    // A process began to remove this lock, and died as well.
    writeFileSync(join(dir, 'l-key'), JSON.stringify({ owner: 'gone', expires: 1 }))
    writeFileSync(join(dir, 'd-gone'), '')
    utimesSync(join(dir, 'd-gone'), 1000, 1000)
    expect(await storage.lock('key', { ttl: 60, wait: 5 }, async () => 'in')).toBe('in')
    expect(readdirSync(dir)).toEqual([])
  })

  it('of many callers on an expired lock let one in at a time', async () => {
    const dir = fresh()
    for (let round = 0; round < 20; round++) {
      const storages = Array.from({ length: 5 }, () => fsStorage({ dir }))
      writeFileSync(join(dir, 'l-key'), JSON.stringify({ owner: `gone-${round}`, expires: 1 }))
      let inside = 0
      await Promise.all(
        storages.map((storage) =>
          storage.lock('key', { ttl: 60, wait: 100 }, async () => {
            expect(++inside).toBe(1)
            await new Promise(setImmediate)
            inside--
          }),
        ),
      )
    }
  })
})
