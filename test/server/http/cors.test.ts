/** Pages in a browser that call the endpoint: from origins that may, and from others. */
import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { createCloudways } from 'cloudways-tools'
import { fernet, generateKey } from 'cloudways-tools/crypto'
import { createSandbox } from 'cloudways-tools/sandbox'
import { createServer, type ServerOptions } from 'cloudways-tools/server'
import { describe, expect, it, onTestFinished } from 'vitest'
import { executablePath, launch } from '../pages/chromium.ts'
import { startTestServer } from '../support.ts'

const baseUrl = 'https://mcp.example.com'
const page = 'https://app.example.com'
const sent =
  'authorization, content-type, last-event-id, mcp-protocol-version, mcp-session-id, x-cloudways-access-token'

function setUp(options: Partial<ServerOptions<never>> = {}) {
  const sandbox = createSandbox()
  const cloudways = createCloudways({ ...sandbox.options, crypto: fernet(generateKey()) })
  const server = createServer({ cloudways, baseUrl, allowedOrigins: [page], ...(options as object) })
  return async (path: string, method: string, headers: Record<string, string>) =>
    server.fetch(
      new Request(baseUrl + path, {
        method,
        headers: { host: 'mcp.example.com', 'content-type': 'application/json', ...headers },
        ...(method === 'POST' && { body: '{}' }),
      }),
      { incoming: { socket: { remoteAddress: '203.0.113.9' } } },
    )
}

const preflight = (origin: string, method = 'POST') => ({
  origin,
  'access-control-request-method': method,
  'access-control-request-headers': sent,
})

describe('a preflight', () => {
  it.each([page, baseUrl, 'http://localhost:6274', 'http://127.0.0.1:8080'])(
    'of %s is answered without credentials, for all headers that clients send',
    async (origin) => {
      const answer = await setUp()('/mcp', 'OPTIONS', preflight(origin))
      expect(answer.status).toBe(204)
      expect(answer.headers.get('access-control-allow-origin')).toBe(origin)
      expect(answer.headers.get('access-control-allow-headers')).toBe(sent)
      expect(answer.headers.get('access-control-allow-methods')).toContain('POST')
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
      expect(answer.headers.get('vary')).toContain('origin')
    },
  )

  it.each([
    'https://stranger.example',
    'http://app.example.com',
    'null',
    'http://localhost.stranger.example',
  ])('of %s is refused', async (origin) => {
    const answer = await setUp()('/mcp', 'OPTIONS', preflight(origin))
    expect(answer.status).toBe(403)
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
  })

  it.each([
    ['/.well-known/oauth-protected-resource/mcp', 'GET'],
    ['/.well-known/oauth-authorization-server', 'GET'],
    ['/register', 'POST'],
    ['/token', 'POST'],
    ['/revoke', 'POST'],
  ])('of any page for %s is answered: nothing there depends on who has the browser', async (path, method) => {
    const answer = await setUp()(path, 'OPTIONS', preflight('https://stranger.example', method))
    expect(answer.status).toBe(204)
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    expect(answer.headers.get('access-control-allow-headers')).toMatch(/mcp-protocol-version/)
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
  })

  it('of a page for what a person fills in is never answered', async () => {
    for (const path of ['/authorize', '/authorize/sign-in', '/confirm/x', '/secret/x', '/health', '/']) {
      const answer = await setUp()(path, 'OPTIONS', preflight(page))
      expect([path, answer.headers.get('access-control-allow-origin')]).toEqual([path, null])
    }
  })
})

describe('an answer', () => {
  it.each([
    ['POST', 401],
    ['GET', 405],
    ['DELETE', 405],
  ])('to %s (%i) can be read by a page that may call', async (method, status) => {
    const answer = await setUp()('/mcp', method, { origin: page })
    expect(answer.status).toBe(status)
    expect(answer.headers.get('access-control-allow-origin')).toBe(page)
    expect(answer.headers.get('access-control-expose-headers')).toMatch(
      /^www-authenticate, mcp-session-id, retry-after/,
    )
  })

  it('that refuses a flood, or tells of a failure, can be read too', async () => {
    const send = setUp()
    for (let count = 0; count < 600; count++) await send('/mcp', 'POST', { origin: page })
    const flood = await send('/mcp', 'POST', { origin: page })
    expect([flood.status, flood.headers.get('access-control-allow-origin')]).toEqual([429, page])

    const fails = setUp({ authenticate: () => Promise.reject(new Error('a bug')), signIn: false })
    const failed = await fails('/mcp', 'POST', { origin: page })
    expect([failed.status, failed.headers.get('access-control-allow-origin')]).toEqual([500, page])
  })

  it('that comes from a check of one’s own can be read, although its headers can’t be changed', async () => {
    const answer = await fetch('data:text/plain,no')
    const send = setUp({ authenticate: async () => answer, signIn: false })
    expect((await send('/mcp', 'POST', { origin: page })).headers.get('access-control-allow-origin')).toBe(
      page,
    )
  })
})

/** Runs in a page: one call, in the way of the client library. @returns what the page can see of the answer. */
const call = (url: string) => `fetch(${JSON.stringify(url)}, {
  method: 'POST',
  headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', 'mcp-protocol-version': '2025-11-25' },
  body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'list_servers', arguments: {} } }),
}).then(async (answer) => answer.status + ' ' + (await answer.text()), (error) => String(error))`

/** Needs no preflight, and the page sees nothing of the answer. */
const blindCall = (url: string) => `fetch(${JSON.stringify(url)}, {
  method: 'POST', mode: 'no-cors', headers: { 'content-type': 'text/plain' },
  body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'list_servers', arguments: {} } }),
}).then((answer) => answer.type, (error) => String(error))`

describe.skipIf(!executablePath)('in Chromium, at a server on this computer without a sign-in', () => {
  it('a page of this computer may call, and a page of a stranger may not', async () => {
    const { url, sandbox } = await startTestServer()
    const site = createHttpServer((_, response) => response.end('<title>page</title>')).listen(0, '127.0.0.1')
    onTestFinished(() => void site.close())
    await once(site, 'listening')
    const port = (site.address() as { port: number }).port
    const browser = await launch(['--host-resolver-rules=MAP stranger.example 127.0.0.1'])
    onTestFinished(() => browser.close())
    const tab = await browser.newPage()

    await tab.goto(`http://stranger.example:${port}/`)
    expect(await tab.evaluate(call(url))).toContain('TypeError')
    await tab.evaluate(blindCall(url))
    expect(sandbox.requests).toEqual([])

    await tab.goto(`http://localhost:${port}/`)
    expect(await tab.evaluate(call(url))).toMatch(/^200 .*structuredContent.*servers/)
  })
})
