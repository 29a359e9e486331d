/** A change is recorded before it is sent, so that a killed process leaves a record of it. */
import type { AuditEvent } from 'cloudways-tools'
import { createSandbox } from 'cloudways-tools/sandbox'
import { readConfig } from 'cloudways-tools/server'
import { expect, it } from 'vitest'
import { openAuditFile } from '../../../src/server/audit/file.ts'
import { verifyAuditFile } from '../../../src/server/audit/read.ts'
import { openServices } from '../../../src/server/http/services.ts'
import { start, until } from '../../cli/run.ts'
import { runHere } from '../../cli/run-here.ts'
import { callTool, startTestServer } from '../support.ts'
import { changeOf, eventOf, useAuditFile } from './support.ts'

const audit = useAuditFile()

const ids = { server_id: '70011', app_id: '90021' }

const outcome = (facts: Partial<AuditEvent> = {}): AuditEvent =>
  eventOf({ ...changeOf(), rule: 'confirmed', ...facts })

it('a process that is killed after it sent a change leaves its line, and audit verify names it', async () => {
  const sandbox = createSandbox({ operationSeconds: 3600 })
  const { url, close } = await sandbox.listen()
  const env = {
    AUDIT_FILE: audit.path,
    CLOUDWAYS_API_URL: url,
    CLOUDWAYS_ACCESS_TOKEN: sandbox.credentials.accessToken,
  }
  try {
    const call = start(['call', 'clear_app_cache', 'server_id=70011', 'app_id=90021'], env)
    await until(() => sandbox.mutations.length > 0)
    call.child.kill('SIGKILL')
    await call.ended
  } finally {
    await close()
  }
  expect(audit.written()).toEqual([
    {
      ...{ seq: 1, tool: 'clear_app_cache', target: ids, risk: 'write', outcome: 'sending' },
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      account: expect.stringMatching(/^acct_/),
      argumentsHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      prev: '0'.repeat(64),
      hash: expect.any(String),
    },
  ])
  const { code, stdout } = await runHere(['audit', 'verify', audit.path])
  expect(code).toBe(0)
  expect(stdout).toContain('Whole: 1 line.\n')
  expect(stdout).toContain('1 change has no outcome (line 1): it may have happened.')
  expect(JSON.parse((await runHere(['audit', 'verify', audit.path, '--json'])).stdout)).toMatchObject({
    unsettled: [1],
  })
})

it('the line is in the file when the request leaves, and the line of the outcome names the same call', async () => {
  const sandbox = createSandbox({ operationSeconds: 0 })
  const before: unknown[] = []
  const fetch: typeof sandbox.fetch = async (input, init) => {
    if (new Request(input, init).method !== 'GET') before.push(...audit.written())
    return sandbox.fetch(input, init)
  }
  const { url, credentials } = sandbox
  const config = readConfig({ AUDIT_FILE: audit.path, CONFIRM: 'never', WAIT_SECONDS: '0' })
  const services = await openServices(config, { sandbox: { url, credentials, fetch } })
  try {
    await services.cloudways.call('clear_app_cache', ids)
  } finally {
    await services.dispose()
  }
  const [sending, done, ...more] = audit.written()
  expect(more).toEqual([])
  expect(before).toEqual([sending])
  const { time, account, tool, target, risk, argumentsHash } = sending ?? {}
  expect(done).toMatchObject({ time, account, tool, target, risk, argumentsHash, outcome: 'ok' })
  expect(await verifyAuditFile(audit.path)).toMatchObject({ ok: true, lines: 2, unsettled: [] })
})

it('through a server each change has two lines, with the id of its request, and all are settled', async () => {
  const env = { AUDIT_FILE: audit.path, CONFIRM: 'write', CONFIRM_FALLBACK: 'two-step', WAIT_SECONDS: '0' }
  const server = await startTestServer({ env })
  try {
    const asked = await callTool(server.url, 'clear_app_cache', ids)
    const confirm = /confirm: "([^"]+)"/.exec(asked.content[0]?.text ?? '')?.[1]
    await callTool(server.url, 'clear_app_cache', { ...ids, confirm })
    await callTool(server.url, 'list_servers')
  } finally {
    await server.close()
  }
  const [asked, sending, done, read, ...more] = audit.written()
  expect(more).toEqual([])
  expect([asked?.outcome, sending?.outcome, done?.outcome, read?.outcome]).toEqual([
    ...['waiting', 'sending', 'ok', 'ok'],
  ])
  expect(sending?.requestId).toEqual(expect.any(String))
  expect(done).toMatchObject({ requestId: sending?.requestId, argumentsHash: asked?.argumentsHash })
  expect(await verifyAuditFile(audit.path)).toMatchObject({ ok: true, unsettled: [] })
})

it('changes without an outcome are found among others, even among equal ones at once', async () => {
  const file = openAuditFile(audit.path)
  const later = { time: '2026-03-04T05:06:08.000Z' }
  file.begin(changeOf())
  file.begin(changeOf())
  file.begin(changeOf(later))
  file.begin(changeOf({ tool: 'stop_server' }))
  file.write(outcome({ outcome: 'unknown' }))
  // Credentials may change while a call runs. It is still the same call.
  file.write(outcome({ ...later, account: 'acct_2' }))
  file.write(outcome({ tool: 'list_servers', risk: 'read', rule: 'default' }))
  file.close()
  expect(await verifyAuditFile(audit.path)).toMatchObject({ ok: true, lines: 7, unsettled: [2, 4] })
  expect((await runHere(['audit', 'verify', audit.path])).stdout).toContain(
    '2 changes have no outcome (lines 2, 4): they may have happened.',
  )
})
