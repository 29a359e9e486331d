import { existsSync, readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openAuditFile } from '../../../src/server/audit/file.ts'
import { run, start, until } from '../../cli/run.ts'
import { eventOf, refusal, useAuditFile } from './support.ts'

const audit = useAuditFile()

const env = () => ({ AUDIT_FILE: audit.path })
const serve = async () => {
  const server = start(['stdio', '--sandbox'], env())
  await until(() => existsSync(`${audit.path}.lock`))
  return server
}
const stop = async (server: Awaited<ReturnType<typeof serve>>) => {
  server.child.stdin.end()
  await server.ended
}

it('a second process is refused, by whatever path, until the first has ended', async () => {
  const server = await serve()
  const link = join(audit.dir, 'link')
  symlinkSync(audit.path, link)
  for (const name of [audit.path, link]) {
    const { code, stderr } = await run(['call', 'list_servers', '--sandbox'], { env: { AUDIT_FILE: name } })
    expect(code).toBe(2)
    expect(stderr).toBe(
      `cloudways-tools: AUDIT_FILE: process ${server.child.pid} on ${hostname()} writes to this file. Give each process a file of its own. If that process has ended, remove ${audit.path}.lock.\n`,
    )
  }
  expect(refusal(() => openAuditFile(audit.path))).toContain(`process ${server.child.pid}`)
  await stop(server)
  const { code } = await run(['call', 'list_servers', '--sandbox'], { env: env() })
  expect(code).toBe(0)
  expect(audit.written()).toEqual([expect.objectContaining({ seq: 1, tool: 'list_servers' })])
})

it('a process can open the file only once', () => {
  const file = openAuditFile(audit.path)
  expect(refusal(() => openAuditFile(audit.path))).toContain(`process ${process.pid}`)
  file.close()
  audit.write(eventOf())
  expect(audit.written()).toHaveLength(1)
})

it('one of several processes gets the lock of a killed process', async () => {
  const killed = await serve()
  killed.child.kill('SIGKILL')
  await killed.ended
  expect(existsSync(`${audit.path}.lock`)).toBe(true)
  const heirs = Array.from({ length: 4 }, () => start(['stdio', '--sandbox'], env()))
  // A server without the file starts and answers every call with the refusal.
  const losers = await until(() => {
    const refused = heirs.filter(({ output }) => output.stderr.includes('writes to this file'))
    return refused.length === 3 && refused
  })
  const winner = heirs.find((heir) => !losers.includes(heir))
  // The winner makes the file, and then writes into it.
  const written = await until(() => readFileSync(`${audit.path}.lock`, 'utf8'))
  const { pid } = JSON.parse(written) as { pid: number }
  expect(pid).toBe(winner?.child.pid)
  for (const { child } of heirs) child.stdin.end()
  const ends = await Promise.all(losers.map(({ ended }) => ended))
  expect(ends.map(({ code }) => code)).toEqual([1, 1, 1])
  await winner?.ended
  expect(readdirSync(audit.dir)).toEqual(['audit.jsonl'])
})

it('the lock of another machine is taken over after a minute without a sign of life', () => {
  const lock = `${audit.path}.lock`
  writeFileSync(lock, JSON.stringify({ pid: 1, host: 'elsewhere', owner: 'x' }))
  expect(refusal(() => openAuditFile(audit.path))).toContain('process 1 on elsewhere')
  const longAgo = new Date(Date.now() - 61_000)
  utimesSync(lock, longAgo, longAgo)
  audit.write(eventOf())
  expect(readdirSync(audit.dir)).toEqual(['audit.jsonl'])
})

it('a lock with our own process id belongs to a predecessor, as it happens in containers', () => {
  writeFileSync(`${audit.path}.lock`, JSON.stringify({ pid: process.pid, host: hostname(), owner: 'x' }))
  audit.write(eventOf())
  expect(audit.written()).toHaveLength(1)
})

it('an unreadable lock is being written, and is taken over when it is old', () => {
  const lock = `${audit.path}.lock`
  writeFileSync(lock, '')
  expect(refusal(() => openAuditFile(audit.path))).toContain('an unknown machine')
  const longAgo = new Date(Date.now() - 61_000)
  utimesSync(lock, longAgo, longAgo)
  audit.write(eventOf())
})
