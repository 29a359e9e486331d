/** What an operator reads of requests that are refused: the reason, and not once for each request. */
import { mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKey } from 'cloudways-tools/crypto'
import { expect, it, onTestFinished } from 'vitest'
import { authorizePath, openPage, register, submit } from '../oauth/support.ts'
import { sendTo } from '../self-hosting/people.ts'
import { raw, startTestServer } from '../support.ts'

const warnings = (lines: readonly string[]) => lines.filter((line) => line.includes(' WARNING '))

it('the reason of a 503 is in the line of each request, and in one warning a minute', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'refusals-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  const state = join(dir, 'state')
  const server = await startTestServer({ env: { STORAGE_DIR: state, ENCRYPTION_KEY: generateKey() } })
  const send = sendTo(server.base)
  const client = await register(send)
  const page = await openPage(send, authorizePath(client, { resource: `${server.base}/mcp` }))
  const credentials = { access_token: server.sandbox.credentials.accessToken }
  const signIn = () => submit(send, page, credentials, { origin: server.base })
  expect(warnings(server.lines)).toEqual([])

  renameSync(state, `${state}-away`)
  const bearer = { authorization: `Bearer cwt_${'a'.repeat(43)}.abc` }
  const statuses = []
  for (let times = 0; times < 3; times++) {
    statuses.push((await signIn()).status)
    statuses.push((await send('/mcp', { method: 'POST', headers: bearer, body: '{}' })).status)
    statuses.push((await send('/health')).status)
  }
  expect(statuses).toEqual(Array(9).fill(503))
  const reason = 'reason="Storage on disk failed: the folder is gone (ENOENT)."'
  const requests = server.lines.filter((line) => line.includes('status=503') && line.includes(' request '))
  expect(requests).toHaveLength(9)
  for (const line of requests) expect(line).toContain(reason)
  const told = warnings(server.lines)
  expect(told).toHaveLength(1)
  expect(told[0]).toMatch(/ WARNING requests are refused status=503 host=localhost:\d+ reason=/)
  expect(told[0]).toContain(reason)
})

it('a wrong Host is told with the variable that names the hosts, and a page of another site too', async () => {
  const server = await startTestServer()
  for (let times = 0; times < 2; times++) {
    const { status, body } = await raw(server.url, { method: 'POST', headers: { host: 'evil.example' } })
    expect([status, body]).toEqual([403, expect.stringContaining('AUTH_BASE_URL')])
  }
  await raw(`${server.base}/authorize`, { headers: { host: 'evil.example' } })
  await fetch(server.url, { method: 'POST', headers: { origin: 'https://evil.example' }, body: '{}' })
  const told = warnings(server.lines)
  expect(told).toHaveLength(2)
  expect(told[0]).toMatch(/requests are refused status=403 host=evil\.example reason=".+AUTH_BASE_URL/)
  expect(told[1]).toMatch(/requests are refused status=403 host=localhost:\d+ reason=".+another site/)
})

it('a proxy in front is told once while TRUST_PROXY is false, and not with it', async () => {
  for (const [TRUST_PROXY, times] of [['false', 1] as const, ['true', 0] as const]) {
    const server = await startTestServer({ env: { TRUST_PROXY } })
    await fetch(`${server.base}/health`)
    expect(warnings(server.lines)).toEqual([])
    for (let count = 0; count < 3; count++) {
      await fetch(`${server.base}/health`, { headers: { 'x-forwarded-for': `192.0.2.${count}` } })
    }
    const told = warnings(server.lines)
    expect(told).toHaveLength(times)
    if (times) expect(told[0]).toMatch(/TRUST_PROXY .+ is not set: all clients count as one address/)
  }
})
