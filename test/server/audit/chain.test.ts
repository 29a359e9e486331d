import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { openAuditFile } from '../../../src/server/audit/file.ts'
import { verifyAuditFile } from '../../../src/server/audit/read.ts'
import { runs } from '../../support/deep.ts'
import { anyText } from '../../support/texts.ts'
import { eventOf, joined, linesOf, refusal, useAuditFile } from './support.ts'

const audit = useAuditFile()

it('an audit file has one JSON object a line, numbered, each with the hash of the one before, and mode 0600', () => {
  audit.write(eventOf(), eventOf({ tool: 'restart_server', risk: 'disruptive', target: { server_id: '7' } }))
  const [first, second] = audit.written()
  expect(first).toMatchObject({ seq: 1, tool: 'list_servers', prev: '0'.repeat(64) })
  expect(second).toMatchObject({ seq: 2, target: { server_id: '7' }, prev: first?.hash })
  expect(statSync(audit.path).mode & 0o777).toBe(0o600)
  expect(readdirSync(audit.dir)).toEqual(['audit.jsonl'])
})

it('the next process continues the chain', async () => {
  for (let round = 0; round < 3; round++) audit.write(eventOf(), eventOf())
  expect(await verifyAuditFile(audit.path)).toMatchObject({ ok: true, lines: 6, seq: 6 })
})

it('the next process continues a big file with long lines', async () => {
  const long = eventOf({ account: 'x'.repeat(700_000) })
  for (let round = 0; round < 4; round++) audit.write(long, long)
  expect(await verifyAuditFile(audit.path)).toMatchObject({ ok: true, lines: 8, seq: 8 })
})

const text = anyText({ maxLength: 20 })
const events = fc.array(
  fc.record({ account: text, tool: text, arguments: fc.jsonValue({ maxDepth: 2 }), duration: fc.nat() }),
  { minLength: 1, maxLength: 8 },
)
const at = fc.nat()
const tampering = fc.oneof(
  fc.record({ kind: fc.constant('edit' as const), at, byte: fc.nat(255) }),
  fc.record({ kind: fc.constant('put in' as const), at, byte: fc.nat(255) }),
  fc.record({ kind: fc.constant('take out' as const), at }),
  fc.record({ kind: fc.constant('delete' as const), at, count: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ kind: fc.constant('cut front' as const), at }),
  fc.record({ kind: fc.constant('swap' as const), at, with: at }),
  fc.record({ kind: fc.constant('repeat' as const), at, to: at }),
  fc.record({ kind: fc.constant('blank line' as const), at }),
)
type Tampering = typeof tampering extends fc.Arbitrary<infer T> ? T : never

function tamper(bytes: Buffer, how: Tampering): Buffer {
  const offset = how.at % bytes.length
  if (how.kind === 'edit') {
    const copy = Buffer.from(bytes)
    copy[offset] = how.byte
    return copy
  }
  if (how.kind === 'put in') {
    return Buffer.concat([bytes.subarray(0, offset), Buffer.of(how.byte), bytes.subarray(offset)])
  }
  if (how.kind === 'take out') return Buffer.concat([bytes.subarray(0, offset), bytes.subarray(offset + 1)])
  const lines = linesOf(bytes)
  const line = how.at % lines.length
  switch (how.kind) {
    case 'delete':
      lines.splice(line, how.count)
      break
    case 'cut front':
      lines.splice(0, line)
      break
    case 'swap': {
      const other = how.with % lines.length
      ;[lines[line], lines[other]] = [lines[other] as string, lines[line] as string]
      break
    }
    case 'repeat':
      lines.splice(how.to % (lines.length + 1), 0, lines[line] as string)
      break
    case 'blank line':
      lines.splice(line, 0, '')
  }
  return Buffer.from(joined(lines), 'latin1')
}

it('the check finds every edit, deletion, swap and insertion, and a cut end by comparison with a noted hash', async () => {
  await fc.assert(
    fc.asyncProperty(events, tampering, async (facts, how) => {
      rmSync(audit.path, { force: true })
      audit.write(...facts.map(eventOf))
      const bytes = readFileSync(audit.path)
      const whole = await verifyAuditFile(audit.path)
      expect(whole).toMatchObject({ ok: true, lines: facts.length, seq: facts.length })

      const other = tamper(bytes, how)
      fc.pre(!other.equals(bytes))
      writeFileSync(audit.path, other)
      expect(await verifyAuditFile(audit.path, whole.hash)).toMatchObject({ ok: false })
      const cut = bytes.subarray(0, other.length).equals(other) && (other.length === 0 || other.at(-1) === 10)
      expect(await verifyAuditFile(audit.path)).toMatchObject({ ok: cut })
    }),
    { numRuns: runs(400) },
  )
})

it('the check never takes another text for a chain', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), async (bytes) => {
      writeFileSync(audit.path, bytes)
      expect(await verifyAuditFile(audit.path)).toMatchObject({ ok: false, lines: 0 })
      expect(refusal(() => openAuditFile(audit.path))).toContain('AUDIT_FILE: the end of the file is broken')
    }),
  )
})

it('the check finds a noted hash, even if the file has grown since', async () => {
  audit.write(eventOf(), eventOf())
  const { hash } = await verifyAuditFile(audit.path)
  audit.write(eventOf())
  expect(await verifyAuditFile(audit.path, hash)).toMatchObject({ ok: true, lines: 3, expected: 2 })
  // A chain that was made anew from its first line is whole, but has none of the noted hashes.
  rmSync(audit.path)
  audit.write(eventOf({ account: 'somebody else' }), eventOf(), eventOf())
  expect(await verifyAuditFile(audit.path)).toMatchObject({ ok: true })
  expect(await verifyAuditFile(audit.path, hash)).toMatchObject({ ok: false, broken: { line: null } })
})
