/** What a browser is shown at the server, and what a program still gets there. */
import { createCloudways } from 'cloudways-tools'
import { fernet, generateKey } from 'cloudways-tools/crypto'
import { createServer } from 'cloudways-tools/server'
import { expect, it } from 'vitest'
import { memoryStorage } from '../../../src/storage/index.ts'

const baseUrl = 'https://tools.example.com'
const asBrowser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8', host: 'tools.example.com' }

function serverOf(options: Partial<Parameters<typeof createServer>[0]> = {}) {
  const cloudways = createCloudways({ crypto: fernet(generateKey()), storage: memoryStorage() })
  const server = createServer({ cloudways, baseUrl, ...options })
  return async (path: string, init: RequestInit = { headers: asBrowser }) => {
    const answer = await server.fetch(new Request(baseUrl + path, init))
    return { status: answer.status, headers: answer.headers, text: await answer.text() }
  }
}

it('a browser gets a page at the endpoint, and at the root', async () => {
  const get = serverOf()
  for (const path of ['/', '/mcp', '/mcp/']) {
    const { status, headers, text } = await get(path)
    expect(status).toBe(200)
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/)
    expect(text).toContain(`claude mcp add --transport http cloudways ${baseUrl}/mcp<`)
    for (const client of ['cursor', 'vscode', 'windsurf', 'codex', 'gemini'])
      expect(text).toContain(`npx -y cloudways-tools install ${client} --url ${baseUrl}/mcp<`)
    expect(text).not.toContain('install claude-desktop')
  }
  expect((await get('/mcp')).text).toContain('This address is for an assistant')
})

it.each([
  ['GET', 'application/json, text/event-stream'],
  ['GET', 'text/event-stream'],
  ['GET', 'text/html, text/event-stream'],
  ['GET', '*/*'],
  ['DELETE', 'text/html'],
])('a program still gets JSON-RPC: %s %s', async (method, accept) => {
  const { status, text } = await serverOf()('/mcp', {
    method,
    headers: { accept, host: 'tools.example.com' },
  })
  expect(status).toBe(405)
  expect(JSON.parse(text)).toMatchObject({ jsonrpc: '2.0', error: { code: -32000 } })
})

it('a browser that came under another name gets no page there', async () => {
  const { status, text } = await serverOf()('/mcp', { headers: { ...asBrowser, host: 'evil.example' } })
  expect(status).toBe(403)
  expect(text).not.toContain('<html')
})

const signsIn = 'opens a browser, where you sign in'
const noSignIn = 'works without a sign-in'
const byHeader = 'each request brings an access token'

it.each([
  ['a sign-in', {}, signsIn],
  ['its own account', { anonymous: true }, noSignIn],
  ['headers alone', { signIn: false }, byHeader],
  ['neither', { signIn: false, headers: false }, 'Its operator decides'],
] as const)('tells of the sign-in that there is: %s', async (_, options, wanted) => {
  const { text } = await serverOf(options)('/')
  for (const words of [signsIn, noSignIn, byHeader, 'Its operator decides'])
    expect([words, text.includes(words)]).toEqual([words, words === wanted])
  expect(text.includes('--header')).toBe(wanted === byHeader)
  expect(text.includes('install claude-desktop<')).toBe(wanted === byHeader)
  expect(text.includes('x-cloudways-email')).toBe(!('headers' in options))
})
