/** Whose folder it is: what another user can change is no place for sessions. */
import { chmodSync, lchownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { InputError } from '../../src/errors.ts'
import { fsStorage } from '../../src/storage/index.ts'

const scratch = mkdtempSync(join(tmpdir(), 'owner-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))
afterEach(() => vi.restoreAllMocks())

const own = process.getuid?.() ?? -1
/** Only root can give a file to another user. */
const isRoot = own === 0
const somebody = 12_345

function folder(name: string): string {
  const path = join(scratch, name)
  mkdirSync(path, { recursive: true, mode: 0o700 })
  return path
}

const refusal = (dir: string) => {
  try {
    fsStorage({ dir })
  } catch (error) {
    expect(error).toBeInstanceOf(InputError)
    return `${(error as InputError).message} ${(error as InputError).next}`
  }
  throw new Error('accepted')
}

describe.skipIf(own < 0)('a folder', () => {
  it('of another user is refused', () => {
    const dir = folder('mine')
    vi.spyOn(process as Required<typeof process>, 'getuid').mockReturnValue(own + 1)
    expect(refusal(dir)).toMatch(/the folder '.*mine' belongs to another user. Choose a 'dir' of your own/)
  })

  it.runIf(isRoot)('of another user is refused, also for root', () => {
    const dir = folder('theirs')
    lchownSync(dir, somebody, somebody)
    expect(refusal(dir)).toContain('belongs to another user')
  })

  it.runIf(isRoot)("behind another user's link, or inside another user's folder, is refused", () => {
    const link = join(scratch, 'link')
    symlinkSync(folder('target'), link)
    lchownSync(link, somebody, somebody)
    expect(refusal(link)).toContain("the symbolic link '")
    const around = folder('around')
    lchownSync(around, somebody, somebody)
    expect(refusal(join(around, 'state'))).toContain("the folder around '")
  })

  it('that everybody can move away is refused, and with the sticky bit it is not', async () => {
    const open = folder('open')
    chmodSync(open, 0o777)
    expect(refusal(join(open, 'a/b'))).toMatch(/all may write to '.*open'.* chmod o-w/)
    chmodSync(open, 0o1777)
    await fsStorage({ dir: join(open, 'a/b') }).dispose()
  })

  it('of one’s own, also behind a link of one’s own, is accepted', async () => {
    const link = join(scratch, 'own-link')
    symlinkSync(folder('own-target'), link)
    await fsStorage({ dir: link }).dispose()
  })
})
