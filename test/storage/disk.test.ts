import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fsStorage } from '../../src/storage/index.ts'
import type { DiskTask } from '../support/disk-worker.ts'
import { built } from '../support/script.ts'

const worker = built('test/support/disk-worker.ts')
const isRoot = process.getuid?.() === 0
const nobody = 65_534

/** Mount a disk of 256 kB. Not every machine allows it. */
function mountTiny(dir: string): boolean {
  if (process.platform !== 'linux' || !isRoot) return false
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k,mode=0700', 'tmpfs', dir])
  return mounted.status === 0
}

/** Run the worker under a shell command such as `ulimit`; answers what it printed. */
function run(before: string, task: DiskTask): Record<string, unknown> {
  const command = `${before}; exec "$0" "$1" "$2"`
  const args = ['-c', command, process.execPath, worker, JSON.stringify(task)]
  return JSON.parse(execFileSync('sh', args, { encoding: 'utf8' }))
}

const failure = (reason: string) => ({
  code: 'upstream_failed',
  message: expect.stringContaining(reason),
  next: expect.stringContaining('storage folder'),
  details: expect.objectContaining({ service: 'storage' }),
})

describe.skipIf(process.platform === 'win32')('a disk that refuses', () => {
  let dir: string
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'disk-'))
  })
  afterEach(() => {
    spawnSync('umount', [dir])
    rmSync(dir, { recursive: true, force: true })
  })

  it('in mid-write: the old value stays, and no half of the new one', async () => {
    await fsStorage({ dir }).set('key', 'old')
    // No file may grow beyond 512 (or 1024) bytes: the write begins, and fails.
    const results = run('ulimit -f 1', { dir, size: 5000 })
    expect(results).toEqual({
      before: 'old',
      set: failure('a file would become larger than allowed (EFBIG)'),
      increment: 1,
      after: 'old',
    })
    expect(readdirSync(dir).sort()).toEqual(['k-count', 'k-key'])
  })

  it('because it may only be read: a clear error, and reading goes on', async () => {
    await fsStorage({ dir }).set('key', 'old')
    if (isRoot) for (const name of ['', ...readdirSync(dir)]) chownSync(join(dir, name), nobody, nobody)
    chmodSync(dir, 0o500)
    const results = run(':', { dir, size: 10, user: isRoot ? nobody : undefined })
    chmodSync(dir, 0o700)
    const denied = failure('access is denied (EACCES)')
    expect(results).toEqual({ before: 'old', set: denied, increment: denied, after: 'old' })
    expect(readdirSync(dir)).toEqual(['k-key'])
  })

  it('because it is full, or mounted read-only', async ({ skip }) => {
    if (!mountTiny(dir)) skip('mounting a small disk needs privileges')
    const storage = fsStorage({ dir })
    await storage.set('key', 'old')
    await expect(storage.set('key', 'x'.repeat(1_000_000))).rejects.toMatchObject(
      failure('the disk is full (ENOSPC)'),
    )
    expect(await storage.get('key')).toBe('old')
    expect(readdirSync(dir)).toEqual(['k-key'])
    // The failed write left no temporary file: there is room again.
    await storage.set('other', 'x'.repeat(100_000))
    await storage.delete('other')

    execFileSync('mount', ['-o', 'remount,ro', dir])
    await expect(storage.set('key', 'new')).rejects.toMatchObject(failure('the disk is read-only (EROFS)'))
    await expect(storage.take('key')).rejects.toMatchObject(failure('EROFS'))
    await expect(storage.increment('count', { ttl: 1 })).rejects.toMatchObject(failure('EROFS'))
    await expect(storage.lock('key', { ttl: 1, wait: 9 }, async () => {})).rejects.toMatchObject(
      failure('EROFS'),
    )
    expect(await storage.get('key')).toBe('old')
    await storage.dispose()
  })
})
