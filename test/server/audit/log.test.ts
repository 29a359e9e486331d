import { createCloudways } from 'cloudways-tools'
import { createLogger, createServer, readConfig } from 'cloudways-tools/server'
import { memoryStorage } from 'cloudways-tools/storage'
import { describe, expect, it } from 'vitest'
import { fernet, generateKey } from '../../../src/crypto/index.ts'
import { createSandbox } from '../../../src/sandbox/index.ts'
import { openServices } from '../../../src/server/http/services.ts'
import { createAuth } from '../../../src/server/oauth/auth.ts'
import { authorizePath, from, openPage, type Replica, register, submit } from '../oauth/support.ts'
import { callTool, startTestServer as start } from '../support.ts'

interface Line {
  level: string
  message: string
  [field: string]: unknown
}
const parsed = (lines: readonly string[]) => lines.map((line) => JSON.parse(line) as Line)
const audits = (lines: readonly string[]) => parsed(lines).filter(({ message }) => message === 'audit')

describe('the audit trail of calls', () => {
  it('has one line per call, with the id of its request', async () => {
    const server = await start({ format: 'json' })
    await callTool(server.url, 'list_servers', { detail: 'full' })
    await callTool(server.url, 'restart_server', { server_id: 'canary' })
    const [first, second] = audits(server.lines)
    const requests = parsed(server.lines).filter(({ message }) => message === 'request')
    expect(first).toMatchObject({
      level: 'INFO',
      event: 'call',
      tool: 'list_servers',
      risk: 'read',
      rule: 'default',
      outcome: 'ok',
      account: expect.stringMatching(/^acct_/),
      arguments_hash: expect.stringMatching(/^[\w+/=-]{20,}$/),
      request_id: requests[0]?.request_id,
    })
    expect(second).toMatchObject({
      level: 'WARNING',
      tool: 'restart_server',
      risk: 'disruptive',
      rule: 'input',
      outcome: 'failed',
      code: 'invalid_input',
      request_id: requests[1]?.request_id,
    })
    expect(requests[0]).toMatchObject({ tool: 'list_servers', account: first?.account })
    expect(audits(server.lines)).toHaveLength(2)
    expect(server.lines.join('')).not.toContain('canary')
  })

  it('tells the target of a call, the rule that decided, and how much was removed from the answer', async () => {
    const server = await start({
      format: 'json',
      env: { CONFIRM: 'disruptive', CONFIRM_FALLBACK: 'two-step', SERVERS: 'shop' },
    })
    server.sandbox.state.apps[0]!.label = 'sto\u200bre'
    await callTool(server.url, 'restart_server', { server_id: '70011' })
    await callTool(server.url, 'preview_change', {
      tool: 'restart_server',
      arguments: { server_id: '70011' },
    })
    await callTool(server.url, 'restart_server', { server_id: '70024' })
    await callTool(server.url, 'list_servers')
    const lines = audits(server.lines).filter(({ tool }) => tool !== 'preview_change')
    expect(
      lines.map((line) => [line.level, line.tool, line.rule, line.outcome, line.server_id, line.removed]),
    ).toEqual([
      ['INFO', 'restart_server', 'confirmation', 'waiting', '70011', undefined],
      ['INFO', 'restart_server', 'default', 'planned', '70011', undefined],
      ['WARNING', 'restart_server', 'scope', 'refused', '70024', undefined],
      ['INFO', 'list_servers', 'default', 'ok', undefined, 1],
    ])
  })
})

describe('the audit trail of a sign-in', () => {
  /** The application and the log of a server, with the sign-in mounted at the paths that browsers use. */
  async function createSite(level: 'INFO' | 'WARNING' = 'INFO') {
    const sandbox = createSandbox()
    const lines: string[] = []
    const logger = createLogger({ format: 'json', level, write: (line) => lines.push(line) })
    const services = await openServices(readConfig({}), { sandbox, logger })
    const storage = memoryStorage()
    const baseUrl = 'http://localhost:7000'
    const cloudways = createCloudways({ fetch: sandbox.fetch, rateLimit: null })
    const { app } = createServer({ cloudways, baseUrl, logger, signIn: false })
    const onEvent = services.onAuthEvent
    const auth = createAuth({ baseUrl, storage, crypto: fernet(generateKey()), cloudways, onEvent })
    app.route('/', auth.routes)
    const send: Replica['send'] = async (path, init, address = '192.0.2.7') =>
      app.request(new Request(new URL(path, baseUrl), { redirect: 'manual', ...init }), undefined, {
        incoming: { socket: { remoteAddress: address } },
      })
    return { sandbox, lines, send }
  }

  it('tells the story of a brute force: each guess, the lockout, its address, and no guess itself', async () => {
    const { sandbox, lines, send } = await createSite()
    const path = authorizePath(await register(send, { client_name: 'Innocent\nINFO audit event=sign_in' }))
    const statuses: number[] = []
    for (let guess = 0; guess < 12; guess++) {
      const page = await openPage(send, path, '198.51.100.66')
      const fields = { access_token: `cw_canary-guess-${guess}` }
      statuses.push((await submit(from(send, '198.51.100.66'), page, fields)).status)
    }
    const { accessToken } = sandbox.credentials
    const page = await openPage(send, path, '192.0.2.8')
    expect((await submit(from(send, '192.0.2.8'), page, { access_token: accessToken })).status).toBe(303)

    const story = audits(lines)
    expect(story[0]).toMatchObject({ level: 'INFO', event: 'registered', client: expect.any(String) })
    const attack = story.filter(({ address }) => address === '198.51.100.66')
    expect(attack.filter(({ event }) => event === 'refused').length).toBeGreaterThanOrEqual(10)
    expect(attack.filter(({ event }) => event === 'locked_out').length).toBeGreaterThanOrEqual(1)
    expect(attack.map(({ event }) => event).indexOf('locked_out')).toBeGreaterThanOrEqual(9)
    for (const line of attack) expect(line).toMatchObject({ level: 'WARNING', reason: expect.any(String) })
    expect(story.at(-1)).toMatchObject({
      level: 'INFO',
      event: 'sign_in',
      address: '192.0.2.8',
      account: expect.stringMatching(/^acct_/),
    })
    // Each line has the id of its request.
    const ids = parsed(lines).flatMap(({ message, request_id }) =>
      message === 'request' ? [request_id] : [],
    )
    for (const { request_id } of story) expect(ids).toContain(request_id)
    const log = lines.join('')
    expect(log).not.toContain('canary')
    for (const secret of [...sandbox.secrets, accessToken]) expect(log).not.toContain(secret)
  })

  it('is written at LOG_LEVEL=WARNING too', async () => {
    const { lines, send } = await createSite('WARNING')
    const page = await openPage(send, authorizePath(await register(send)))
    await submit(send, page, { access_token: 'cw_canary-guess' })
    expect(audits(lines).map(({ event }) => event)).toEqual(['refused'])
  })
})
