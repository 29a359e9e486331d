import { execFileSync, spawnSync } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { openAuditFile } from '../../../src/server/audit/file.ts'
import { verifyAuditFile } from '../../../src/server/audit/read.ts'
import { built } from '../../support/script.ts'
import { begun, eventOf, joined, linesOf, refusal, useAuditFile } from './support.ts'

const worker = built('test/support/audit-worker.ts')

const audit = useAuditFile()

describe('a file that cannot be continued stops the start', () => {
  it.each<[string, () => void, string]>([
    [
      'a torn last line',
      () => truncateSync(audit.path, statSync(audit.path).size - 10),
      'it is torn: the process or the machine stopped while it was written',
    ],
    ['zeros after a power cut', () => appendFileSync(audit.path, Buffer.alloc(512)), 'it is torn'],
    [
      'an edited line',
      () => writeFileSync(audit.path, readFileSync(audit.path, 'utf8').replace('list', 'lost')),
      'changed',
    ],
    [
      'a missing line',
      () => writeFileSync(audit.path, `${joined(linesOf(readFileSync(audit.path)).slice(1))}`),
      'missing',
    ],
    ['another file', () => writeFileSync(audit.path, 'hello\n'), 'it is not a line of an audit file'],
  ])('%s', (_, harm, problem) => {
    audit.write(eventOf(), eventOf())
    harm()
    const before = readFileSync(audit.path)
    const line = refusal(() => openAuditFile(audit.path))
    expect(line).toContain(problem)
    expect(line).toContain(`mv '${audit.path}' '${audit.path}.broken'`)
    // The file is unchanged, and the lock was released.
    expect(readFileSync(audit.path)).toEqual(before)
    expect(readdirSync(audit.dir)).toEqual(['audit.jsonl'])
  })

  it('a path that is no file, or cannot be written', () => {
    expect(refusal(() => openAuditFile(audit.dir))).toContain(
      "AUDIT_FILE: the file can't be written (EISDIR)",
    )
    expect(refusal(() => openAuditFile('/nowhere/x'))).toContain(
      "AUDIT_FILE: the file can't be written (ENOENT)",
    )
    expect(refusal(() => openAuditFile('/dev/full'))).toContain('AUDIT_FILE: it is not a regular file')
    expect(existsSync('/dev/full.lock')).toBe(false)
  })
})

describe('a file that cannot be written any more', () => {
  const problems: string[] = []
  const logger = {
    error: (message: string) => problems.push(message),
    info: (message: string) => problems.push(message),
  }
  beforeEach(() => {
    problems.length = 0
  })

  it('stops changes, keeps what happens meanwhile, and writes it when it can', async () => {
    const file = openAuditFile(audit.path, logger)
    file.write(eventOf())
    expect(begun(file)).toBe('accepted')
    const { size } = statSync(audit.path)

    appendFileSync(audit.path, 'somebody else')
    expect(begun(file)).toBe(
      "The audit file can't be written (it is not as this process left it), and nothing is changed without a record of it. Do not retry. Tell the operator of this toolkit to fix AUDIT_FILE; reading still works.",
    )
    file.write(eventOf({ tool: 'first' }))
    file.write(eventOf({ tool: 'second', risk: 'write' }))
    expect(problems).toEqual([
      "AUDIT_FILE can't be written (it is not as this process left it): no change is let through until it can.",
    ])

    truncateSync(audit.path, size)
    expect(begun(file)).toBe('accepted')
    file.write(eventOf({ tool: 'third' }))
    file.close()
    const [first, ...rest] = audit.written().map(({ tool, outcome }) => `${tool} ${outcome}`)
    expect(first).toBe('list_servers ok')
    expect(rest).toEqual([
      'restart_server sending',
      'first ok',
      'second ok',
      'restart_server sending',
      'third ok',
    ])
    expect(await verifyAuditFile(audit.path)).toMatchObject({ ok: true, lost: 0 })
    expect(problems.at(-1)).toBe('AUDIT_FILE is written again')
  })

  it('records how many events there was no room for', async () => {
    const file = openAuditFile(audit.path, logger)
    appendFileSync(audit.path, 'x')
    for (let count = 0; count < 1007; count++) file.write(eventOf())
    truncateSync(audit.path, 0)
    file.close()
    expect(await verifyAuditFile(audit.path)).toMatchObject({ ok: true, lines: 1001, lost: 7 })
  })

  /** Lists in lists, as JSON.parse makes them from the text of a caller. */
  const nested = (levels: number) => JSON.parse('['.repeat(levels) + ']'.repeat(levels)) as unknown
  const cyclic: Record<string, unknown> = {}
  cyclic.self = cyclic

  it.each<[string, unknown, string]>([
    ['nested a hundred thousand levels deep', nested(100_000), 'they are not JSON'],
    ['a cycle', cyclic, 'they are not JSON'],
    ['a big integer', { size: 1n }, 'they are not JSON'],
    ['nothing that JSON knows', () => {}, 'they are not JSON'],
    ['longer than 64 kB', { text: 'ä'.repeat(40_000) }, 'they have 80011 bytes, and 65536 are kept'],
  ])('leaves out arguments that cannot be written (%s), and goes on with the next event', async (...row) => {
    const [, given, why] = row
    const file = openAuditFile(audit.path, logger)
    file.write(eventOf({ tool: 'first', arguments: given }))
    expect(begun(file)).toBe('accepted')
    file.write(eventOf({ tool: 'second', arguments: { detail: 'full' } }))
    file.close()
    const [first, sending, second] = audit.written()
    expect(sending).toMatchObject({ tool: 'restart_server', outcome: 'sending' })
    expect(first).toMatchObject({ tool: 'first', note: `The arguments are left out: ${why}.` })
    expect(first).toMatchObject({ time: eventOf().time, argumentsHash: eventOf().argumentsHash })
    expect(first).not.toHaveProperty('arguments')
    expect(second).toMatchObject({ tool: 'second', arguments: { detail: 'full' } })
    expect(second).not.toHaveProperty('note')
    expect(problems).toEqual([])
    expect(await verifyAuditFile(audit.path)).toMatchObject({ ok: true, lines: 3 })
  })

  it('writes the rest of an event whose other parts are not JSON', async () => {
    const file = openAuditFile(audit.path, logger)
    file.write(eventOf({ tool: 'first', target: cyclic as never }))
    file.write(eventOf({ tool: 'second' }))
    file.close()
    expect(audit.written()).toMatchObject([
      { tool: 'first', outcome: 'ok', note: 'Parts of this event are left out: they are not JSON.' },
      { tool: 'second' },
    ])
    expect(await verifyAuditFile(audit.path)).toMatchObject({ ok: true, lines: 2 })
  })

  it('stops changes when it was removed, and says at the end how many events are missing', () => {
    const file = openAuditFile(audit.path, logger)
    rmSync(audit.path)
    expect(begun(file)).toContain("can't be written (it was removed)")
    file.write(eventOf())
    file.close()
    expect(problems.at(-1)).toBe('AUDIT_FILE: the last 1 events could not be written.')
    expect(begun(file)).toContain('it is closed')
  })

  it.skipIf(process.platform === 'win32')('leaves no half of a line at the limit of the disk', async () => {
    // No file may grow beyond 8 blocks of 512 (or 1024) bytes.
    const command = 'ulimit -f 8; exec "$0" "$1" "$2"'
    const args = ['-c', command, process.execPath, worker, JSON.stringify({ path: audit.path })]
    const result = JSON.parse(execFileSync('sh', args, { encoding: 'utf8' }))
    expect(result).toEqual({ written: expect.any(Number), begun: expect.stringContaining('EFBIG') })
    expect(result.written).toBeGreaterThan(0)
    expect(await verifyAuditFile(audit.path)).toMatchObject({ ok: true, lines: result.written })
  })

  it('refuses a change on a full disk, and goes on when there is room again', async ({ skip }) => {
    const mount = ['-t', 'tmpfs', '-o', 'size=256k,mode=0700', 'tmpfs', audit.dir]
    const isRoot = process.platform === 'linux' && process.getuid?.() === 0
    if (!isRoot || spawnSync('mount', mount).status !== 0) skip('mounting a small disk needs privileges')
    const file = openAuditFile(audit.path, logger)
    file.write(eventOf({ tool: 'first' }))
    writeFileSync(join(audit.dir, 'filler'), Buffer.alloc(200_000))
    expect(begun(file)).toContain("can't be written (the disk is full)")
    // Events are written until the disk is full, and the rest is kept.
    for (let count = 0; count < 400; count++) file.write(eventOf({ risk: count % 2 ? 'read' : 'write' }))
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain('the disk is full')
    expect(begun(file)).toContain('the disk is full')
    rmSync(join(audit.dir, 'filler'))
    expect(begun(file)).toBe('accepted')
    file.close()
    expect(await verifyAuditFile(audit.path)).toMatchObject({ ok: true, lines: 402, lost: 0 })
  })
})
