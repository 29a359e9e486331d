import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { run } from './run.ts'
import { runHere } from './run-here.ts'

let dir: string
let path: string
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'audit-cli-'))
  path = join(dir, 'audit.jsonl')
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const verify = (...args: string[]) => runHere(['audit', 'verify', path, ...args])

/** The lines that three calls write. */
async function fill(): Promise<string[]> {
  for (const input of ['detail=full', 'detail=compact', 'fields=id']) {
    const call = ['call', 'list_servers', input, '--sandbox']
    expect((await runHere(call, { env: { AUDIT_FILE: path } })).code).toBe(0)
  }
  return readFileSync(path, 'utf8').trimEnd().split('\n')
}

it('proves what calls have written, says where it ends, and finds what was done to it', async () => {
  const lines = await fill()
  const { time: first } = JSON.parse(lines[0]!) as { time: string }
  const { time: last, hash } = JSON.parse(lines[2]!) as { time: string; hash: string }
  const ending = `First  ${first}\nLast   ${last}\nNumber 3\nHash   ${hash}\n`
  const proof = (after = '') =>
    `Proved: no line${after} was changed, left out, put in or moved by itself.\nNot proved: that the chain${after} is the one that was written. Whoever can write the file can cut off its end or make it anew; note the hash elsewhere, and give it back with --expect.\n`
  expect(await run(['audit', 'verify', path])).toEqual({
    code: 0,
    stdout: `Whole: 3 lines.\n${ending}${proof()}`,
    stderr: '',
  })
  expect(await verify('--expect', hash)).toEqual({
    code: 0,
    stdout: `Whole: 3 lines.\n${ending}The expected hash is that of line 3: up to there nothing has changed.\n`,
    stderr: '',
  })
  const { hash: earlier } = JSON.parse(lines[0]!) as { hash: string }
  expect(await verify('--expect', earlier)).toEqual({
    code: 0,
    stdout: `Whole: 3 lines.\n${ending}The expected hash is that of line 1: up to there nothing has changed.\n${proof(' after line 1')}`,
    stderr: '',
  })

  writeFileSync(path, `${lines[0]}\n${lines[1]}\n`)
  expect((await verify()).code).toBe(0)
  const cut = await verify('--expect', hash)
  expect([cut.code, cut.stderr]).toEqual([1, ''])
  expect(cut.stdout).toMatch(/^BROKEN: no line has the expected hash: lines were cut off the end/)

  writeFileSync(path, `${lines[0]}\n${lines[2]}\n`)
  expect(await verify()).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(
      /^BROKEN at line 2: lines are missing before it: number 3 of the chain comes after number 1\.\nBefore it: 1 line, whole\.\n/,
    ),
  })
  const { code, stdout } = await verify('--json')
  expect(code).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject({ ok: false, lines: 1, seq: 1, broken: { line: 2 } })
})

it('says so of a file that is torn, and of one that is no audit file', async () => {
  const lines = await fill()
  writeFileSync(path, lines.join('\n'))
  expect((await verify()).stdout).toMatch(/^BROKEN at line 3: it is torn/)
  writeFileSync(path, '\u001b[31mred\n')
  const { code, stdout } = await verify()
  expect([code, stdout]).toEqual([
    1,
    'BROKEN at line 1: it is not a line of an audit file.\nBefore it: 0 lines, whole.\n',
  ])
})
