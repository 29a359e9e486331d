/** Our own URL in the ways in which clients write it, a proxy that is not configured, and floods. */
import { createCloudways, UpstreamError } from 'cloudways-tools'
import { fernet, generateKey } from 'cloudways-tools/crypto'
import { createSandbox } from 'cloudways-tools/sandbox'
import { createLogger, createServer } from 'cloudways-tools/server'
import { memoryStorage } from 'cloudways-tools/storage'
import { describe, expect, it } from 'vitest'
import { readConfig } from '../../../src/server/config/config.ts'
import {
  answerOf,
  authorizePath,
  base,
  callTool,
  createSite,
  from,
  linkOf,
  openPage,
  register,
  signIn,
  submit,
  tokenForm,
} from '../oauth/support.ts'

function setUp(options: object = {}) {
  const sandbox = createSandbox()
  const lines: string[] = []
  const logger = createLogger({ write: (line) => lines.push(line), format: 'json' })
  const cloudways = createCloudways({
    ...sandbox.options,
    apiUrl: sandbox.url,
    crypto: fernet(generateKey()),
  })
  const server = createServer({ cloudways, baseUrl: 'https://mcp.example.com', logger, ...options })
  const send = (path: string, headers: Record<string, string> = {}, remoteAddress = '203.0.113.9') => {
    const request = new Request(`https://mcp.example.com${path}`, {
      headers: { host: 'mcp.example.com', ...headers },
      ...(path.startsWith('/mcp') && { method: 'POST', body: '{}' }),
    })
    return Promise.resolve(server.fetch(request, { incoming: { socket: { remoteAddress } } }))
  }
  return { sandbox, lines, send }
}

describe('our own URL', () => {
  it.each([
    '/mcp/',
    '/health/',
    '/.well-known/oauth-protected-resource/mcp/',
    '/.well-known/oauth-protected-resource/',
    '/.well-known/oauth-authorization-server/',
  ])('%s is served as without the slash', async (path) => {
    const { send } = setUp()
    const [with_, without] = [await send(path), await send(path.slice(0, -1))]
    expect(with_.status).toBe(without.status)
    expect(without.status).not.toBe(404)
  })

  it('the discovery paths too where the routes of the sign-in stand alone', async () => {
    const { send } = createSite()
    const document = await (await send('/.well-known/oauth-protected-resource/mcp')).json()
    expect(await (await send('/.well-known/oauth-protected-resource/mcp/')).json()).toEqual(document)
    expect((await send('/.well-known/oauth-authorization-server/')).status).toBe(200)
  })

  it.each(['HTTP://localhost:7000/mcp', 'http://LOCALHOST:7000/mcp/', 'http://localhost:7000/mcp?team=a'])(
    'as resource %s means this server, all the way to a token',
    async (resource) => {
      const { send, sandbox } = createSite()
      const client = await register(send)
      const page = await openPage(send, authorizePath(client, { resource }))
      const answer = await submit(send, page, { access_token: sandbox.credentials.accessToken })
      const form = tokenForm(client, answerOf(answer).get('code') as string, { resource })
      const { access_token } = (await (await send('/token', form)).json()) as { access_token: string }
      expect((await callTool(send, access_token, 'ping')).status).toBe(200)
    },
  )

  it.each([
    'http://localhost:7001/mcp',
    'https://localhost:7000/mcp',
    'http://localhost:7000/mcp/other',
    'http://localhost:7000/MCP',
    'http://localhost:7000/mcp#part',
    'http://me@localhost:7000/mcp',
    'http://localhost.evil.example:7000/mcp',
    'mcp',
  ])('as resource %s means another one', async (resource) => {
    const { send } = createSite()
    const client = await register(send)
    const page = await (await send(authorizePath(client, { resource }))).text()
    expect(new URL(linkOf(page, client.redirectUri)).searchParams.get('error')).toBe('invalid_target')
  })

  it('with its default port, in the Host, in allowedHosts and in allowedOrigins', async () => {
    const allowedOrigins = ['https://App.example.com:443/'] as const
    const { send } = setUp({ allowedHosts: ['other.example.com:443'], allowedOrigins })
    const status = async (headers: Record<string, string>) => (await send('/mcp', headers)).status
    for (const host of [
      'mcp.example.com:443',
      'MCP.example.com',
      'other.example.com',
      'other.example.com:443',
    ]) {
      expect([host, await status({ host })]).toEqual([host, 401])
    }
    expect(await status({ host: 'other.example.com:8443' })).toBe(403)
    expect(await status({ origin: 'https://app.example.com' })).toBe(401)
    expect(await status({ origin: 'http://app.example.com' })).toBe(403)
  })

  it('in AUTH_BASE_URL', () => {
    const { authBaseUrl } = readConfig({ AUTH_BASE_URL: 'HTTPS://MCP.Example.com:443/' })
    expect(new URL(authBaseUrl).origin).toBe('https://mcp.example.com')
  })
})

describe('a proxy in front', () => {
  it.each(['x-forwarded-for', 'forwarded', 'x-real-ip', 'via', 'cf-connecting-ip', 'x-amzn-trace-id'])(
    'that shows itself by %s is told once, when TRUST_PROXY is not set',
    async (name) => {
      const { send, lines } = setUp()
      const warnings = () => lines.filter((line) => line.includes('"level":"WARNING"'))
      await send('/health')
      expect(warnings()).toEqual([])
      for (let count = 0; count < 3; count++) await send('/health', { [name]: '198.51.100.7' })
      expect(warnings()).toHaveLength(1)
      expect(warnings()[0]).toMatch(/TRUST_PROXY.*locks everybody out/)
    },
  )

  it('is nothing to tell where it is trusted', async () => {
    const { send, lines } = setUp({ trustProxy: true })
    await send('/health', { 'x-forwarded-for': '198.51.100.7' })
    expect(lines.filter((line) => line.includes('"level":"WARNING"'))).toEqual([])
  })
})

describe('a flood', () => {
  it('of strangers at /mcp reaches a ceiling of its address, and costs no storage', async () => {
    const writes: string[] = []
    const inner = memoryStorage()
    const set: typeof inner.set = (key, ...rest) => {
      writes.push(key)
      return inner.set(key, ...rest)
    }
    const storage = { ...inner, set }
    const sandbox = createSandbox()
    const cloudways = createCloudways({ ...sandbox.options, storage, crypto: fernet(generateKey()) })
    const server = createServer({ cloudways, baseUrl: base })
    const send = async (remoteAddress: string, headers: Record<string, string> = {}) => {
      const request = new Request(`${base}/mcp`, {
        method: 'POST',
        body: '{}',
        headers: { host: 'localhost', ...headers },
      })
      return server.fetch(request, { incoming: { socket: { remoteAddress } } })
    }
    const statuses: number[] = []
    for (let count = 0; count < 700; count++) {
      const bearer = { authorization: `Bearer cwt_${'x'.repeat(43)}.${count}` }
      statuses.push((await send('203.0.113.9', count % 2 ? bearer : {})).status)
    }
    expect(statuses.slice(0, 600)).not.toContain(429)
    expect(statuses.slice(600)).not.toContain(401)
    const refused = await send('203.0.113.9')
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await send('198.51.100.7')).status).toBe(401)
    expect(writes).toEqual([])
    expect(sandbox.requests).toEqual([])
  })

  it('does not bound those whose calls are answered', async () => {
    const sandbox = createSandbox()
    const cloudways = createCloudways({ fetch: sandbox.fetch, apiUrl: sandbox.url, rateLimit: null })
    const server = createServer({ cloudways, signIn: false })
    const ping = { name: 'ping', arguments: {} }
    for (let count = 0; count < 650; count++) {
      const request = new Request(`${base}/mcp`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          host: 'localhost',
          'x-cloudways-access-token': sandbox.credentials.accessToken,
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: ping }),
      })
      const answer = await server.fetch(request, { incoming: { socket: { remoteAddress: '203.0.113.9' } } })
      expect(answer.status).toBe(200)
    }
  })

  it('does not bound a session that could not be looked up, once the storage is back', async () => {
    const memory = memoryStorage()
    let isAway = false
    const get: typeof memory.get = async (key) => {
      if (isAway)
        throw new UpstreamError('The storage is away.', 'Wait.', { service: 'storage', retryAfter: 2 })
      return memory.get(key)
    }
    const sandbox = createSandbox()
    const cloudways = createCloudways({
      ...sandbox.options,
      storage: { ...memory, get },
      crypto: fernet(generateKey()),
    })
    const server = createServer({ cloudways, baseUrl: base })
    const office = async (path: string, init?: RequestInit) => {
      const headers = { host: 'localhost', ...(init?.headers as object) }
      const request = new Request(new URL(path, base), { redirect: 'manual', ...init, headers })
      return server.fetch(request, { incoming: { socket: { remoteAddress: '203.0.113.9' } } })
    }
    const { token } = await signIn(office, { access_token: sandbox.credentials.accessToken })
    isAway = true
    for (let count = 0; count < 650; count++) {
      expect((await callTool(office, token, 'list_servers')).status).toBe(503)
    }
    isAway = false
    expect((await callTool(office, token, 'list_servers')).status).toBe(200)
  })

  it('of wrong credentials from everywhere ends no session, and is refused when memory is full', async () => {
    const storage = memoryStorage({ maxPerKind: 20 })
    const site = createSite({ storage })
    const { token } = await signIn(site.send, { access_token: site.sandbox.credentials.accessToken })
    const path = authorizePath(await register(site.send))
    const statuses: number[] = []
    for (let count = 0; count < 40; count++) {
      const send = from(site.send, `203.0.113.${count}`)
      const page = await openPage(send, path)
      statuses.push((await submit(send, page, { access_token: `cw_wrong-guess-${count}` })).status)
    }
    expect(statuses.slice(0, 10)).toEqual(Array(10).fill(422))
    expect(statuses.slice(10)).toEqual(Array(30).fill(503))
    expect(site.sandbox.requests.filter(({ account }) => !account).length).toBeLessThanOrEqual(10)
    expect((await callTool(site.send, token, 'ping')).status).toBe(200)
  })
})
