import { rmSync } from 'node:fs'
import { expect, it } from 'vitest'
import { verifyAuditFile } from '../../../src/server/audit/read.ts'
import { callTool, startTestServer } from '../support.ts'
import { useAuditFile } from './support.ts'

const audit = useAuditFile()

it('a server records each decision with the id of its request, and arguments only with AUDIT_ARGUMENTS', async () => {
  const both: Record<string, string>[] = [{}, { AUDIT_ARGUMENTS: 'true' }]
  for (const [index, env] of both.entries()) {
    const server = await startTestServer({ env: { AUDIT_FILE: audit.path, ...env }, format: 'json' })
    await callTool(server.url, 'list_servers', { detail: 'full' })
    await callTool(server.url, 'get_server_details', { server_id: '1' })
    await server.close()
    const [read, missed] = audit.written().slice(index * 2)
    const ids = server.lines
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ message }) => message === 'request')
      .map(({ request_id }) => request_id)
    expect(read).toMatchObject({ tool: 'list_servers', outcome: 'ok', requestId: ids[0], risk: 'read' })
    expect(read?.account).toMatch(/^acct_/)
    expect(missed).toMatchObject({ target: { server_id: '1' }, outcome: 'failed', requestId: ids[1] })
    expect(read?.arguments).toEqual(index === 0 ? undefined : { detail: 'full' })
  }
  expect(await verifyAuditFile(audit.path)).toMatchObject({ ok: true, lines: 4 })
})

it('arguments that are nested too deep to be written stop nothing', async () => {
  const server = await startTestServer({
    env: { AUDIT_FILE: audit.path, AUDIT_ARGUMENTS: 'true', CONFIRM: 'never', WAIT_SECONDS: '0' },
  })
  const depths = [65, 1000, 3000, 5000, 10_000]
  for (const depth of depths) {
    // Sent as text, because JSON.stringify would overflow the stack of the test.
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
  const lines = audit.written()
  expect(lines.map(({ tool, rule, outcome }) => [tool, rule, outcome])).toEqual([
    ...depths.map(() => ['get_server_details', 'input', 'failed']),
    ['clear_app_cache', undefined, 'sending'],
    ['clear_app_cache', 'never', 'ok'],
  ])
  expect(await verifyAuditFile(audit.path)).toMatchObject({ ok: true, lines: depths.length + 2 })
})

it('a server changes nothing while the file cannot be written, and goes on reading', async () => {
  const server = await startTestServer({ env: { AUDIT_FILE: audit.path } })
  rmSync(audit.path)
  const change = await callTool(server.url, 'clear_app_cache', { server_id: '70011', app_id: '90022' })
  const read = await callTool(server.url, 'list_servers')
  await server.close()
  expect(change.isError).toBe(true)
  expect(change.content[0]?.text).toContain("The audit file can't be written (it was removed)")
  expect(server.sandbox.mutations).toEqual([])
  expect(read.isError).toBeFalsy()
  expect(server.lines.join('')).toContain("ERROR   AUDIT_FILE can't be written (it was removed)")
})
