import { createCloudways } from 'cloudways-tools'
import { fernet, generateKey } from 'cloudways-tools/crypto'
import { createSandbox } from 'cloudways-tools/sandbox'
import { createApp, createAuth } from 'cloudways-tools/server'
import { memoryStorage } from 'cloudways-tools/storage'
import { describe, expect, it } from 'vitest'

const baseUrl = 'http://localhost:7000'

/** The pieces of a server of one's own, as the README puts them together. */
function pieces() {
  const sandbox = createSandbox()
  const storage = memoryStorage()
  const cloudways = createCloudways({
    credentials: { accessToken: sandbox.credentials.accessToken },
    apiUrl: sandbox.url,
    fetch: sandbox.fetch,
    storage,
  })
  const auth = createAuth({ baseUrl, storage, crypto: fernet(generateKey()), cloudways })
  return { sandbox, cloudways, storage, auth }
}

type App = ReturnType<typeof createApp>

const call = (app: App, headers: Record<string, string> = {}, env: object = {}) => {
  const params = { name: 'ping', arguments: {} }
  const init = {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      host: 'localhost:7000',
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
  }
  return app.request(`${baseUrl}/mcp`, init, env)
}

describe('createApp', () => {
  it.each([{}, { authenticate: undefined }])('asks for a sign-in with auth and %o', async (more) => {
    const { sandbox, cloudways, storage, auth } = pieces()
    const app = createApp({ cloudways, storage, auth, baseUrl, ...more })
    expect((await call(app)).status).toBe(401)
    expect(sandbox.requests).toEqual([])
  })

  it('refuses two ways to find the account of a request', () => {
    const { cloudways, storage, auth } = pieces()
    const authenticate = async () => ({ cloudways })
    expect(() => createApp({ cloudways, storage, auth, authenticate })).toThrow(
      'createApp: auth and authenticate are both given, and each finds the account of a request.',
    )
  })

  it('locks out whoever guesses API keys in headers, without being told to', async () => {
    const { sandbox, cloudways, storage } = pieces()
    const app = createApp({ cloudways, storage, baseUrl })
    const env = { incoming: { socket: { remoteAddress: '203.0.113.9' } } }
    const guess = async (index: number) => {
      const headers = { 'x-cloudways-email': 'a@example.com', 'x-cloudways-api-key': `wrong-key-${index}` }
      return (await call(app, headers, env)).text()
    }
    for (let index = 0; index < 10; index++) await guess(index)
    const asked = sandbox.requests.length
    expect(asked).toBeGreaterThan(0)
    expect(await guess(10)).toContain('Too many wrong credentials.')
    expect(sandbox.requests).toHaveLength(asked)
  })

  it('locks nobody else out where it does not know addresses', async () => {
    const { sandbox, cloudways, storage } = pieces()
    const app = createApp({ cloudways, storage, baseUrl })
    const use = async (email: string, key: string) =>
      (await call(app, { 'x-cloudways-email': email, 'x-cloudways-api-key': key })).text()
    for (let index = 0; index < 12; index++) await use(sandbox.credentials.email, 'wrong-key')
    expect(await use(sandbox.credentials.email, 'wrong-key')).toContain('Too many wrong credentials.')
    const { email, apiKey } = sandbox.credentials
    expect(await use(email, apiKey)).toContain('"ok":true')
  })

  it('takes no cipher for the global crypto', () => {
    const { cloudways, storage } = pieces()
    expect(() => createAuth({ baseUrl, storage, crypto: crypto as never, cloudways })).toThrow(
      "createAuth: 'crypto' is no cipher.",
    )
  })

  it.each([
    [true, true],
    [true, false],
    [false, true],
  ])('tells people the ways there are: sign-in %s, headers %s', async (signIn, headerAuth) => {
    const { cloudways, storage, auth } = pieces()
    const app = createApp({ cloudways, storage, baseUrl, headerAuth, ...(signIn && { auth }) })
    const page = await (await app.request(`${baseUrl}/`)).text()
    expect(page.includes('sign in to your Cloudways account')).toBe(signIn)
    expect(page.includes('x-cloudways-access-token')).toBe(headerAuth)
  })
})
