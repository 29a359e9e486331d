/** What the tests of audit files share: a file of its own for each test, and the events that go into it. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AuditEvent, InputError, type PendingChange, PolicyError } from 'cloudways-tools'
import { afterEach, beforeEach } from 'vitest'
import { type AuditFile, openAuditFile } from '../../../src/server/audit/file.ts'

/** A change that is about to be sent. */
export const changeOf = (facts: Partial<PendingChange> = {}): PendingChange => ({
  time: '2026-03-04T05:06:07.000Z',
  account: 'acct_1',
  tool: 'restart_server',
  target: { server_id: '7' },
  risk: 'disruptive',
  argumentsHash: 'a'.repeat(64),
  ...facts,
})

/** A call that was answered: a read, unless `facts` say otherwise. */
export const eventOf = (facts: Partial<AuditEvent> = {}): AuditEvent => ({
  ...changeOf({ tool: 'list_servers', target: {}, risk: 'read' }),
  rule: 'default',
  outcome: 'ok',
  duration: 5,
  ...facts,
})

/** The lines of an audit file, byte for byte. */
export const linesOf = (bytes: Buffer) => bytes.toString('latin1').split('\n').slice(0, -1)
export const joined = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('')

/** An audit file for each test, in a folder of its own. */
export function useAuditFile() {
  const file = {
    dir: '',
    path: '',
    /** What the file says, line by line. */
    written: () =>
      linesOf(readFileSync(file.path)).map((line) => JSON.parse(line) as Record<string, unknown>),
    /** Write events as one process would. */
    write(...events: AuditEvent[]) {
      const opened = openAuditFile(file.path)
      for (const event of events) opened.write(event)
      opened.close()
    },
  }
  beforeEach(() => {
    file.dir = mkdtempSync(join(tmpdir(), 'audit-'))
    file.path = join(file.dir, 'audit.jsonl')
  })
  afterEach(() => {
    // A test may have mounted a small disk there.
    spawnSync('umount', [file.dir])
    rmSync(file.dir, { recursive: true, force: true })
  })
  return file
}

/** The one line that a person reads, or `accepted`. */
export function refusal(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof InputError || error instanceof PolicyError) return `${error.message} ${error.next}`
    throw error
  }
  return 'accepted'
}

/** Whether a change may begin. */
export const begun = (file: AuditFile) => refusal(() => file.begin(changeOf()))
