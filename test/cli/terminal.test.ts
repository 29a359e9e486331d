/** `call` at a terminal: `script` gives it one. */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { share } from '../support/deep.ts'
import { main, waitFor } from './run.ts'

const hasScript = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'terminal-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

interface Session {
  child: ChildProcessWithoutNullStreams
  /** What the terminal shows so far. */
  screen(): string
  ended: Promise<number | null>
  /** Wait until the terminal shows this. */
  says: ReturnType<typeof waitFor>
}

function open(args: string, env: Record<string, string> = {}): Session {
  const command = `'${process.execPath}' '${main}' call ${args} --sandbox`
  const { PATH = '', HOME = '' } = process.env
  const audit = join(dir, 'audit.jsonl')
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    // Waiting for an operation takes seconds, and other tests do it.
    env: { PATH, HOME, TMPDIR: dir, SHELL: '/bin/sh', AUDIT_FILE: audit, WAIT_SECONDS: '0', ...env },
  })
  let shown = ''
  child.stdout.on('data', (chunk) => {
    shown += chunk
  })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  const screen = () => shown.replaceAll('\r', '')
  return { child, screen, ended, says: waitFor(screen, ended) }
}

async function answer(session: Session, question: RegExp, text: string): Promise<number | null> {
  await session.says(question)
  session.child.stdin.write(text)
  return session.ended
}

/** The decisions in the audit file. */
const decisions = () =>
  readFileSync(join(dir, 'audit.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    // The line that is written before a change is no decision.
    .filter(({ outcome }) => outcome !== 'sending')
    .map(({ rule, outcome }) => `${rule}: ${outcome}`)

describe.skipIf(!hasScript)('at a terminal', () => {
  it('asks before what is disruptive, shows the plan, and goes on after yes', async () => {
    const session = open('restart_server server_id=70011')
    expect(await answer(session, /Type yes to go on: $/, 'yes\n')).toBe(0)
    expect(session.screen()).toMatch(/Server {4}shop \(70011\)\n/)
    expect(session.screen()).toMatch(/Felt by {3}www\.example\.com, /)
    expect(session.screen()).toContain('"state": "running"')
    expect(decisions()).toEqual(['confirmed: ok'])
  })

  it.each(share(['y', 'YES', 'Yes'], 3))('takes %j for a yes', async (text) => {
    const session = open('restart_server server_id=70011')
    expect(await answer(session, /Type yes to go on: $/, `${text}\n`)).toBe(0)
    expect(decisions()).toEqual(['confirmed: ok'])
  })

  it.each(share(['n', 'yess', ''], 3))('takes %j for a no', async (text) => {
    const session = open('restart_server server_id=70011')
    expect(await answer(session, /Type yes to go on: $/, `${text}\n`)).toBe(1)
    expect(session.screen()).toContain('the person did not say yes. Nothing was changed.')
    expect(decisions()).toEqual(['confirmation: refused'])
  })

  it('takes the end of the input for a no', async () => {
    const session = open('restart_server server_id=70011')
    expect(await answer(session, /Type yes to go on: $/, '\u0004')).toBe(1)
    expect(decisions()).toEqual(['confirmation: refused'])
  })

  it.each([
    ['shop\n', 0, 'confirmed: ok'],
    ['yes\n', 1, 'confirmation: refused'],
  ])('wants the name of what is protected: %j', async (typed, code, decision) => {
    const session = open('restart_server server_id=70011', { PROTECT: 'sh*' })
    expect(await answer(session, /protected\. Type its name, shop, to go on: $/, typed)).toBe(code)
    expect(decisions()).toEqual([decision])
  })

  it('ends at Ctrl-C with 130, and nothing was sent', async () => {
    const session = open('restart_server server_id=70011')
    expect(await answer(session, /Type yes to go on: $/, '\u0003')).toBe(130)
    expect(session.screen()).toContain('Interrupted. Nothing was changed.')
    expect(decisions()).toEqual(['default: cancelled'])
  })

  it('shows the person where passwords are, and removes them when they were read', async () => {
    const session = open('get_app_credentials server_id=70011 app_id=90022')
    const path = await session.says(/(?<=The passwords are in )\S+(?=,)/)
    const { values } = JSON.parse(readFileSync(path, 'utf8')) as { values: Record<string, string> }
    for (const password of Object.values(values)) expect(session.screen()).not.toContain(password)
    expect(await answer(session, /Press Enter/, '\n')).toBe(0)
    expect(existsSync(path)).toBe(false)
    expect(readdirSync(dir).filter((name) => name.startsWith('cloudways'))).toEqual([])
  })
})
