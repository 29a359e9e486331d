/** Clients of 2026-07-28 that listen to the self-hosted server for changes of the lists. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as modern from '@modelcontextprotocol/client'
import { generateKey } from 'cloudways-tools/crypto'
import { createSandbox, type Sandbox } from 'cloudways-tools/sandbox'
import { createLogger, readConfig, startServer } from 'cloudways-tools/server'
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import { v2Pinned } from '../../adapters/modern-clients.ts'
import { freePort } from '../../support/redis.ts'
import { base, signIn } from '../oauth/support.ts'

/** The server looks at the storage this often. */
const lookMilliseconds = 5000
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  onTestFinished(() => void vi.useRealTimers())
})

async function start(sandbox: Sandbox, env: Record<string, string> = {}) {
  const config = readConfig({ PORT: String(await freePort()), CONFIRM: 'never', ...env })
  const lines: string[] = []
  const logger = createLogger({ level: 'INFO', write: (line) => lines.push(line) })
  const server = await startServer({ config, sandbox, logger })
  onTestFinished(() => server.close())
  return { ...server, lines, base: server.url.replace(/\/mcp$/, '') }
}

async function clientOn(url: string, headers: Record<string, string> = {}) {
  const options = { versionNegotiation: { mode: { pin: '2026-07-28' } } } as const
  const client = new modern.Client({ name: 'test', version: '1.0.0' }, options)
  await client.connect(new modern.StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }))
  onTestFinished(() => client.close())
  return client
}

const filter = { toolsListChanged: true }
const refusal = { status: 403, body: { code: 'insufficient_scope' } }
const pull = { server_id: '70011', app_id: '90021', branch_name: 'main' }

it('a client is told what its own replica learns, and what another one does', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'listeners-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  const env = { STORAGE_DIR: dir, ENCRYPTION_KEY: generateKey() }
  const sandbox = createSandbox()
  const servers = [await start(sandbox, env), await start(sandbox, env)]
  const [here, there] = await Promise.all(servers.map(({ url }) => v2Pinned({ url: new URL(url) })))
  if (!here || !there) throw new Error('no clients')
  for (const client of [here, there]) onTestFinished(() => client.close())
  for (const client of [here, there]) {
    expect(client.told().capabilities).toMatchObject({
      tools: { listChanged: true },
      prompts: { listChanged: true },
    })
  }
  // What changes no list is told to nobody.
  await here.call('list_servers')
  sandbox.fail({ path: '/git/pull', ...refusal })
  await here.call('git_pull', pull)
  await expect.poll(() => [...here.changes].sort()).toEqual(['prompts', 'tools'])
  expect(there.changes).toEqual([])
  await expect
    .poll(() => {
      vi.advanceTimersByTime(lookMilliseconds)
      return [...there.changes].sort()
    })
    .toEqual(['prompts', 'tools'])
  for (const client of [here, there]) {
    expect((await client.list()).map(({ name }) => name)).not.toContain('git_pull')
    expect(client.errors).toEqual([])
  }
})

it('a server that stops ends the streams, and does not wait for them', async () => {
  const server = await start(createSandbox())
  const client = await clientOn(server.url)
  const stream = await client.listen(filter)
  expect(stream.honoredFilter).toEqual(filter)
  vi.useRealTimers()
  await server.close()
  expect(await stream.closed).toBe('graceful')
  expect(server.lines.join('')).not.toContain('calls were aborted to stop')
})

it('the stream of a sign-in ends with it, and no other', async () => {
  const sandbox = createSandbox()
  const server = await start(sandbox, { AUTH_BASE_URL: base })
  const send = (path: string, init: RequestInit = {}) =>
    fetch(new URL(path, server.base), { redirect: 'manual', ...init })
  const signedIn = async () => {
    const { accessToken } = sandbox.credentials
    const { token, client: registered } = await signIn(send, { access_token: accessToken })
    const client = await clientOn(server.url, { authorization: `Bearer ${token}` })
    return { token, registered, stream: await client.listen(filter) }
  }
  const [leaving, staying] = [await signedIn(), await signedIn()]
  const closed: string[] = []
  void leaving.stream.closed.then(() => closed.push('leaving'))
  void staying.stream.closed.then(() => closed.push('staying'))
  const body = new URLSearchParams({ token: leaving.token, client_id: leaving.registered.id })
  expect((await send('/revoke', { method: 'POST', body })).status).toBe(200)
  await expect
    .poll(() => {
      vi.advanceTimersByTime(lookMilliseconds)
      return closed
    })
    .toEqual(['leaving'])
  vi.advanceTimersByTime(lookMilliseconds)
  await staying.stream.close()
  await expect.poll(() => closed).toEqual(['leaving', 'staying'])
})

it('a caller has ten streams at most, and gets a place back when one ends', async () => {
  const server = await start(createSandbox())
  const client = await clientOn(server.url)
  const streams = await Promise.all(Array.from({ length: 10 }, () => client.listen(filter)))
  await expect(client.listen(filter)).rejects.toThrow('Subscription limit reached')
  // A request that opens no stream takes no place.
  await streams[0]?.close()
  await expect
    .poll(() =>
      client.listen(filter).then(
        () => 'open',
        () => 'refused',
      ),
    )
    .toBe('open')
})
