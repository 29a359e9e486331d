import { execFileSync, spawnSync } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AuditEvent } from 'cloudways-tools'
import { InputError, PolicyError } from 'cloudways-tools'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type AuditFile, openAuditFile } from '../../../src/server/audit/file.ts'
import { verifyAuditFile } from '../../../src/server/audit/read.ts'
import { run, start, until } from '../../cli/run.ts'
import { changeOf } from './support.ts'
import { callTool, startTestServer } from '../support.ts'

const worker = fileURLToPath(new URL('../../support/audit-worker.ts', import.meta.url))

let dir: string
let path: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'audit-'))
  path = join(dir, 'audit.jsonl')
})
afterEach(() => {
  spawnSync('umount', [dir])
  rmSync(dir, { recursive: true, force: true })
})

const event = (facts: Partial<AuditEvent> = {}): AuditEvent => ({
  time: '2026-03-04T05:06:07.000Z',
  account: 'acct_1',
  tool: 'list_servers',
  target: {},
  risk: 'read',
  rule: 'default',
  outcome: 'ok',
  argumentsHash: 'a'.repeat(64),
  duration: 5,
  ...facts,
})

function write(...events: AuditEvent[]): void {
  const file = openAuditFile(path)
  for (const one of events) file.write(one)
  file.close()
}

const linesOf = (bytes: Buffer) => bytes.toString('latin1').split('\n').slice(0, -1)
const joined = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('')
const written = () => linesOf(readFileSync(path)).map((line) => JSON.parse(line) as Record<string, unknown>)

/** The one line a person reads. */
function refusal(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof InputError || error instanceof PolicyError) return `${error.message} ${error.next}`
    throw error
  }
  return 'accepted'
}

const begun = (file: AuditFile) => refusal(() => file.begin(changeOf()))

describe('the chain', () => {
  it('has one JSON object a line, numbered, each with the hash of the one before, and mode 0600', () => {
    write(event(), event({ tool: 'restart_server', risk: 'disruptive', target: { server_id: '7' } }))
    const [first, second] = written()
    expect(first).toMatchObject({ seq: 1, tool: 'list_servers', prev: '0'.repeat(64) })
    expect(second).toMatchObject({ seq: 2, target: { server_id: '7' }, prev: first?.hash })
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(dir)).toEqual(['audit.jsonl'])
  })

  it('is carried on with by the next process', async () => {
    for (let round = 0; round < 3; round++) write(event(), event())
    expect(await verifyAuditFile(path)).toMatchObject({ ok: true, lines: 6, seq: 6 })
  })

  it('is carried on with when the file is big, and has long lines', async () => {
    const long = event({ account: 'x'.repeat(700_000) })
    for (let round = 0; round < 4; round++) write(long, long)
    expect(await verifyAuditFile(path)).toMatchObject({ ok: true, lines: 8, seq: 8 })
  })

  const text = fc.string({ unit: 'binary', maxLength: 20 })
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

  it('shows every edit, deletion, swap and insertion; what is cut off the end only by comparison', async () => {
    await fc.assert(
      fc.asyncProperty(events, tampering, async (facts, how) => {
        rmSync(path, { force: true })
        write(...facts.map(event))
        const bytes = readFileSync(path)
        const whole = await verifyAuditFile(path)
        expect(whole).toMatchObject({ ok: true, lines: facts.length, seq: facts.length })

        const other = tamper(bytes, how)
        fc.pre(!other.equals(bytes))
        writeFileSync(path, other)
        expect(await verifyAuditFile(path, whole.hash)).toMatchObject({ ok: false })
        const cut =
          bytes.subarray(0, other.length).equals(other) && (other.length === 0 || other.at(-1) === 10)
        expect(await verifyAuditFile(path)).toMatchObject({ ok: cut })
      }),
      { numRuns: 400 },
    )
  })

  it('never takes any text for a chain', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), async (bytes) => {
        writeFileSync(path, bytes)
        expect(await verifyAuditFile(path)).toMatchObject({ ok: false, lines: 0 })
        expect(refusal(() => openAuditFile(path))).toContain('AUDIT_FILE: the end of the file is broken')
      }),
    )
  })

  it('is whole up to where a noted hash is, also when it has grown since', async () => {
    write(event(), event())
    const { hash } = await verifyAuditFile(path)
    write(event())
    expect(await verifyAuditFile(path, hash)).toMatchObject({ ok: true, lines: 3, expected: 2 })
    // A chain that was made anew from its first line on is a good one, but has none of the noted hashes.
    rmSync(path)
    write(event({ account: 'somebody else' }), event(), event())
    expect(await verifyAuditFile(path)).toMatchObject({ ok: true })
    expect(await verifyAuditFile(path, hash)).toMatchObject({ ok: false, broken: { line: null } })
  })
})

describe('a file that cannot be carried on with stops the start', () => {
  it.each<[string, () => void, string]>([
    [
      'a torn last line',
      () => truncateSync(path, statSync(path).size - 10),
      'it is torn: the process or the machine stopped while it was written',
    ],
    ['zeros after a power cut', () => appendFileSync(path, Buffer.alloc(512)), 'it is torn'],
    [
      'an edited line',
      () => writeFileSync(path, readFileSync(path, 'utf8').replace('list', 'lost')),
      'changed',
    ],
    [
      'a missing line',
      () => writeFileSync(path, `${joined(linesOf(readFileSync(path)).slice(1))}`),
      'missing',
    ],
    ['another file', () => writeFileSync(path, 'hello\n'), 'it is not a line of an audit file'],
  ])('%s', (_, harm, problem) => {
    write(event(), event())
    harm()
    const before = readFileSync(path)
    const line = refusal(() => openAuditFile(path))
    expect(line).toContain(problem)
    expect(line).toContain(`mv '${path}' '${path}.broken'`)
    // Nothing was lost, and the lock was given back.
    expect(readFileSync(path)).toEqual(before)
    expect(readdirSync(dir)).toEqual(['audit.jsonl'])
  })

  it('one that is no file, or not to be had', () => {
    expect(refusal(() => openAuditFile(dir))).toContain("AUDIT_FILE: the file can't be written (EISDIR)")
    expect(refusal(() => openAuditFile('/nowhere/x'))).toContain(
      "AUDIT_FILE: the file can't be written (ENOENT)",
    )
    expect(refusal(() => openAuditFile('/dev/full'))).toContain('AUDIT_FILE: it is not a regular file')
    expect(existsSync('/dev/full.lock')).toBe(false)
  })
})

describe('one process per file', () => {
  const env = () => ({ AUDIT_FILE: path })
  const serve = async () => {
    const server = start(['stdio', '--sandbox'], env())
    await until(() => existsSync(`${path}.lock`))
    return server
  }
  const stop = async (server: Awaited<ReturnType<typeof serve>>) => {
    server.child.stdin.end()
    await server.ended
  }

  it('refuses a second one, by whatever name it comes, and lets it in when the first has ended', async () => {
    const server = await serve()
    const link = join(dir, 'link')
    symlinkSync(path, link)
    for (const name of [path, link]) {
      const { code, stderr } = await run(['call', 'list_servers', '--sandbox'], { env: { AUDIT_FILE: name } })
      expect(code).toBe(2)
      expect(stderr).toBe(
        `cloudways-tools: AUDIT_FILE: process ${server.child.pid} on ${hostname()} writes to this file. Give each process a file of its own. If that process has ended, remove ${path}.lock.\n`,
      )
    }
    expect(refusal(() => openAuditFile(path))).toContain(`process ${server.child.pid}`)
    await stop(server)
    const { code } = await run(['call', 'list_servers', '--sandbox'], { env: env() })
    expect(code).toBe(0)
    expect(written()).toEqual([expect.objectContaining({ seq: 1, tool: 'list_servers' })])
  })

  it('refuses itself twice', () => {
    const file = openAuditFile(path)
    expect(refusal(() => openAuditFile(path))).toContain(`process ${process.pid}`)
    file.close()
    write(event())
    expect(written()).toHaveLength(1)
  })

  it('gives the lock of a process that was killed to one of those that want it', async () => {
    const killed = await serve()
    killed.child.kill('SIGKILL')
    await killed.ended
    expect(existsSync(`${path}.lock`)).toBe(true)
    const heirs = Array.from({ length: 4 }, () => start(['stdio', '--sandbox'], env()))
    const losers = await until(() => {
      const ended = heirs.filter(({ child }) => child.exitCode !== null)
      return ended.length === 3 && ended
    })
    expect(losers.map(({ child }) => child.exitCode)).toEqual([2, 2, 2])
    const winner = heirs.find(({ child }) => child.exitCode === null)
    const { pid } = JSON.parse(readFileSync(`${path}.lock`, 'utf8')) as { pid: number }
    expect(pid).toBe(winner?.child.pid)
    await stop(winner!)
    expect(readdirSync(dir)).toEqual(['audit.jsonl'])
  })

  it('takes one over from another machine only when it gave no sign of life for a minute', () => {
    const lock = `${path}.lock`
    writeFileSync(lock, JSON.stringify({ pid: 1, host: 'elsewhere', owner: 'x' }))
    expect(refusal(() => openAuditFile(path))).toContain('process 1 on elsewhere')
    const longAgo = new Date(Date.now() - 61_000)
    utimesSync(lock, longAgo, longAgo)
    write(event())
    expect(readdirSync(dir)).toEqual(['audit.jsonl'])
  })

  it('takes its own process id in a lock for that of a predecessor: so it is in containers', () => {
    writeFileSync(`${path}.lock`, JSON.stringify({ pid: process.pid, host: hostname(), owner: 'x' }))
    write(event())
    expect(written()).toHaveLength(1)
  })

  it('waits for a lock that is being written, and takes over one that never was', () => {
    const lock = `${path}.lock`
    writeFileSync(lock, '')
    expect(refusal(() => openAuditFile(path))).toContain('an unknown machine')
    const longAgo = new Date(Date.now() - 61_000)
    utimesSync(lock, longAgo, longAgo)
    write(event())
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
    const file = openAuditFile(path, logger)
    file.write(event())
    expect(begun(file)).toBe('accepted')
    const { size } = statSync(path)

    appendFileSync(path, 'somebody else')
    expect(begun(file)).toBe(
      "The audit file can't be written (it is not as this process left it), and nothing is changed without a record of it. Do not retry. Tell the operator of this toolkit to fix AUDIT_FILE; reading still works.",
    )
    file.write(event({ tool: 'first' }))
    file.write(event({ tool: 'second', risk: 'write' }))
    expect(problems).toEqual([
      "AUDIT_FILE can't be written (it is not as this process left it): no change is let through until it can.",
    ])

    truncateSync(path, size)
    expect(begun(file)).toBe('accepted')
    file.write(event({ tool: 'third' }))
    file.close()
    const [first, ...rest] = written().map(({ tool, outcome }) => `${tool} ${outcome}`)
    expect(first).toBe('list_servers ok')
    expect(rest).toEqual([
      'restart_server sending',
      'first ok',
      'second ok',
      'restart_server sending',
      'third ok',
    ])
    expect(await verifyAuditFile(path)).toMatchObject({ ok: true, lost: 0 })
    expect(problems.at(-1)).toBe('AUDIT_FILE is written again')
  })

  it('tells in the file how many events there was no room for', async () => {
    const file = openAuditFile(path, logger)
    appendFileSync(path, 'x')
    for (let count = 0; count < 1007; count++) file.write(event())
    truncateSync(path, 0)
    file.close()
    expect(await verifyAuditFile(path)).toMatchObject({ ok: true, lines: 1001, lost: 7 })
  })

  /** Lists in lists, as JSON.parse makes them of what a caller sends. */
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
    const file = openAuditFile(path, logger)
    file.write(event({ tool: 'first', arguments: given }))
    expect(begun(file)).toBe('accepted')
    file.write(event({ tool: 'second', arguments: { detail: 'full' } }))
    file.close()
    const [first, sending, second] = written()
    expect(sending).toMatchObject({ tool: 'restart_server', outcome: 'sending' })
    expect(first).toMatchObject({ tool: 'first', note: `The arguments are left out: ${why}.` })
    expect(first).toMatchObject({ time: event().time, argumentsHash: event().argumentsHash })
    expect(first).not.toHaveProperty('arguments')
    expect(second).toMatchObject({ tool: 'second', arguments: { detail: 'full' } })
    expect(second).not.toHaveProperty('note')
    expect(problems).toEqual([])
    expect(await verifyAuditFile(path)).toMatchObject({ ok: true, lines: 3 })
  })

  it('writes what it can of an event that is not JSON elsewhere', async () => {
    const file = openAuditFile(path, logger)
    file.write(event({ tool: 'first', target: cyclic as never }))
    file.write(event({ tool: 'second' }))
    file.close()
    expect(written()).toMatchObject([
      { tool: 'first', outcome: 'ok', note: 'Parts of this event are left out: they are not JSON.' },
      { tool: 'second' },
    ])
    expect(await verifyAuditFile(path)).toMatchObject({ ok: true, lines: 2 })
  })

  it('stops changes when it was removed, and says at the end what is not in it', () => {
    const file = openAuditFile(path, logger)
    rmSync(path)
    expect(begun(file)).toContain("can't be written (it was removed)")
    file.write(event())
    file.close()
    expect(problems.at(-1)).toBe('AUDIT_FILE: the last 1 events could not be written.')
    expect(begun(file)).toContain('it is closed')
  })

  it.skipIf(process.platform === 'win32')('leaves no half of a line at the limit of the disk', async () => {
    // Nothing may grow beyond 8 blocks of 512 (or 1024) bytes; tsx would write its cache, which is refused too.
    const command = 'ulimit -f 8; exec "$0" --import tsx "$1" "$2"'
    const args = ['-c', command, process.execPath, worker, JSON.stringify({ path })]
    const env = { ...process.env, TSX_DISABLE_CACHE: '1' }
    const result = JSON.parse(execFileSync('sh', args, { encoding: 'utf8', env }))
    expect(result).toEqual({ written: expect.any(Number), begun: expect.stringContaining('EFBIG') })
    expect(result.written).toBeGreaterThan(0)
    expect(await verifyAuditFile(path)).toMatchObject({ ok: true, lines: result.written })
  })

  it('on a full disk: refused before the first change, and well again when there is room', async ({
    skip,
  }) => {
    const mount = ['-t', 'tmpfs', '-o', 'size=256k,mode=0700', 'tmpfs', dir]
    const isRoot = process.platform === 'linux' && process.getuid?.() === 0
    if (!isRoot || spawnSync('mount', mount).status !== 0) skip('mounting a small disk needs privileges')
    const file = openAuditFile(path, logger)
    file.write(event({ tool: 'first' }))
    writeFileSync(join(dir, 'filler'), Buffer.alloc(200_000))
    expect(begun(file)).toContain("can't be written (the disk is full)")
    // Read events go on until nothing fits, and none is lost.
    for (let count = 0; count < 400; count++) file.write(event({ risk: count % 2 ? 'read' : 'write' }))
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain('the disk is full')
    expect(begun(file)).toContain('the disk is full')
    rmSync(join(dir, 'filler'))
    expect(begun(file)).toBe('accepted')
    file.close()
    expect(await verifyAuditFile(path)).toMatchObject({ ok: true, lines: 402, lost: 0 })
  })
})

describe('a server with AUDIT_FILE', () => {
  it('has each decision in it, with the id of its request, and hides the arguments unless asked', async () => {
    const both: Record<string, string>[] = [{}, { AUDIT_ARGUMENTS: 'true' }]
    for (const [index, env] of both.entries()) {
      const server = await startTestServer({ env: { AUDIT_FILE: path, ...env }, format: 'json' })
      await callTool(server.url, 'list_servers', { detail: 'full' })
      await callTool(server.url, 'get_server_details', { server_id: '1' })
      await server.close()
      const [read, missed] = written().slice(index * 2)
      const ids = server.lines
        .map((line) => JSON.parse(line) as Record<string, unknown>)
        .filter(({ message }) => message === 'request')
        .map(({ request_id }) => request_id)
      expect(read).toMatchObject({ tool: 'list_servers', outcome: 'ok', requestId: ids[0], risk: 'read' })
      expect(read?.account).toMatch(/^acct_/)
      expect(missed).toMatchObject({ target: { server_id: '1' }, outcome: 'failed', requestId: ids[1] })
      expect(read?.arguments).toEqual(index === 0 ? undefined : { detail: 'full' })
    }
    expect(await verifyAuditFile(path)).toMatchObject({ ok: true, lines: 4 })
  })

  it('is not brought to a halt by arguments that are nested too deep to be written', async () => {
    const server = await startTestServer({
      env: { AUDIT_FILE: path, AUDIT_ARGUMENTS: 'true', CONFIRM: 'never', WAIT_SECONDS: '0' },
    })
    const depths = [65, 1000, 3000, 5000, 10_000]
    for (const depth of depths) {
      // As text: what makes the requests of a test would be the first to overflow.
      const input = `{"server_id":${'['.repeat(depth)}${']'.repeat(depth)}}`
      const params = `{"name":"get_server_details","arguments":${input}}`
      const response = await fetch(server.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
        body: `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${params}}`,
      })
      expect(await response.text()).toContain('nested more than 64 levels')
    }
    const change = await callTool(server.url, 'clear_app_cache', { server_id: '70011', app_id: '90022' })
    expect(change.isError).toBeFalsy()
    await server.close()
    const lines = written()
    expect(lines.map(({ tool, rule, outcome }) => [tool, rule, outcome])).toEqual([
      ...depths.map(() => ['get_server_details', 'input', 'failed']),
      ['clear_app_cache', undefined, 'sending'],
      ['clear_app_cache', 'never', 'ok'],
    ])
    expect(await verifyAuditFile(path)).toMatchObject({ ok: true, lines: depths.length + 2 })
  })

  it('changes nothing while the file cannot be written, and reads on', async () => {
    const server = await startTestServer({ env: { AUDIT_FILE: path } })
    rmSync(path)
    const change = await callTool(server.url, 'clear_app_cache', { server_id: '70011', app_id: '90022' })
    const read = await callTool(server.url, 'list_servers')
    await server.close()
    expect(change.isError).toBe(true)
    expect(change.content[0]?.text).toContain("The audit file can't be written (it was removed)")
    expect(server.sandbox.mutations).toEqual([])
    expect(read.isError).toBeFalsy()
    expect(server.lines.join('')).toContain("ERROR   AUDIT_FILE can't be written (it was removed)")
  })
})
