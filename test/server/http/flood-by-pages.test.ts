/** Any site that a person looks at can make the browser send requests here, from the address of the person's client. */
import { fernet, generateKey } from 'cloudways-tools/crypto'
import { createServer } from 'cloudways-tools/server'
import { describe, expect, it } from 'vitest'
import { setUp } from '../../support/toolkit.ts'
import { base } from '../oauth/support.ts'

function server() {
  const { cloudways, sandbox } = setUp({ crypto: fernet(generateKey()) })
  const { fetch } = createServer({ cloudways, baseUrl: base })
  const send = async (path: string, headers: Record<string, string> = {}, body?: string) => {
    const init = { method: body === undefined ? 'GET' : 'POST', body, redirect: 'manual' } as const
    const request = new Request(new URL(path, base), { ...init, headers: { host: 'localhost', ...headers } })
    return fetch(request, { incoming: { socket: { remoteAddress: '127.0.0.1' } } })
  }
  const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'list_projects' } }
  const owner = () =>
    send(
      '/mcp',
      {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'x-cloudways-access-token': sandbox.credentials.accessToken,
      },
      JSON.stringify(call),
    )
  return { send, owner }
}

const form = { 'content-type': 'text/plain' }
const byOrigin = { ...form, origin: 'https://other.example' }
const bySite = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }

/** @returns the last answer. */
async function flood(send: () => Promise<Response>): Promise<number> {
  let status = 0
  for (let count = 0; count < 700; count++) status = (await send()).status
  return status
}

describe('a flood by the pages of another site', () => {
  it.each([
    ['forms', byOrigin],
    ['requests without an answer', { ...bySite, ...byOrigin }],
  ])('of %s keeps no client of the same address out', async (_, headers) => {
    const { send, owner } = server()
    expect(await flood(() => send('/mcp', headers, 'x'))).toBe(429)
    expect((await owner()).status).toBe(200)
  })

  it.each(['/register', '/token', '/revoke'])(
    'to %s keeps no client of the same address out',
    async (path) => {
      const { send } = server()
      expect(await flood(() => send(path, byOrigin, 'x'))).toBe(429)
      expect((await send(path, form, 'x')).status).not.toBe(429)
    },
  )

  it('to the sign-in page keeps nobody out who follows a link to it', async () => {
    const { send } = server()
    const path = '/authorize?client_id=x'
    expect(await flood(() => send(path, bySite))).toBe(429)
    const link = { ...bySite, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
    expect((await send(path, link)).status).not.toBe(429)
    expect((await send(path)).status).not.toBe(429)
  })

  it('does not lift the ceiling of a client', async () => {
    const { send } = server()
    expect(await flood(() => send('/mcp', form, 'x'))).toBe(429)
  })
})
