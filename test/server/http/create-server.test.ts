import { createCloudways } from 'cloudways-tools'
import { fernet, generateKey } from 'cloudways-tools/crypto'
import { createSandbox } from 'cloudways-tools/sandbox'
import { createAuth, createServer, type Server, type ServerOptions } from 'cloudways-tools/server'
import { memoryStorage } from 'cloudways-tools/storage'
import { describe, expect, it } from 'vitest'

const baseUrl = 'http://localhost:7000'

/** What somebody who embeds the server has. */
function pieces() {
  const sandbox = createSandbox()
  const storage = memoryStorage()
  const cloudways = createCloudways({
    credentials: { accessToken: sandbox.credentials.accessToken },
    apiUrl: sandbox.url,
    fetch: sandbox.fetch,
    storage,
    crypto: fernet(generateKey()),
  })
  return { sandbox, cloudways, storage }
}

const call = async (server: Server, headers: Record<string, string> = {}, env: object = {}) => {
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
  return server.fetch(new Request(`${baseUrl}/mcp`, init), env)
}

const at = (remoteAddress: string) => ({ incoming: { socket: { remoteAddress } } })

describe('createServer', () => {
  it.each([{}, { authenticate: undefined }])('asks for a sign-in with auth and %o', async (more) => {
    const { sandbox, cloudways } = pieces()
    const server = createServer({ cloudways, baseUrl, ...more })
    expect((await call(server)).status).toBe(401)
    expect(sandbox.requests).toEqual([])
  })

  it('refuses two ways to find the account of a request', () => {
    const { cloudways } = pieces()
    const authenticate = async () => ({ cloudways })
    expect(() => createServer({ cloudways, signIn: {}, authenticate })).toThrow(
      'createServer: signIn and authenticate are both given, and each finds the account of a request.',
    )
  })

  it('has no sign-in with a check of its own', async () => {
    const { sandbox, cloudways } = pieces()
    const { otherAccessToken: accessToken } = sandbox.credentials
    const authenticate = async () => ({ cloudways: cloudways.withCredentials({ accessToken }) })
    const server = createServer({ cloudways, authenticate })
    expect(await (await call(server)).text()).toContain('"ok":true')
    expect((await server.fetch(new Request(`${baseUrl}/authorize`))).status).toBe(404)
  })

  it('locks out whoever guesses API keys in headers, without being told to', async () => {
    const { sandbox, cloudways } = pieces()
    const server = createServer({ cloudways, baseUrl })
    const env = at('203.0.113.9')
    const guess = async (index: number) => {
      const headers = { 'x-cloudways-email': 'a@example.com', 'x-cloudways-api-key': `wrong-key-${index}` }
      return (await call(server, headers, env)).text()
    }
    for (let index = 0; index < 10; index++) await guess(index)
    const asked = sandbox.requests.length
    expect(asked).toBeGreaterThan(0)
    expect(await guess(10)).toContain('Too many wrong credentials.')
    expect(sandbox.requests).toHaveLength(asked)
  })

  it('locks nobody else out where it does not know addresses', async () => {
    const { sandbox, cloudways } = pieces()
    const server = createServer({ cloudways, baseUrl })
    const use = async (email: string, key: string) =>
      (await call(server, { 'x-cloudways-email': email, 'x-cloudways-api-key': key })).text()
    for (let index = 0; index < 12; index++) await use(sandbox.credentials.email, 'wrong-key')
    expect(await use(sandbox.credentials.email, 'wrong-key')).toContain('Too many wrong credentials.')
    const { email, apiKey } = sandbox.credentials
    expect(await use(email, apiKey)).toContain('"ok":true')
  })

  it.each([true, false])(
    'behind a proxy with trustProxy %s: the lockout of a guesser spares the others only when it is true',
    async (trustProxy) => {
      const { sandbox, cloudways } = pieces()
      const server = createServer({
        cloudways,
        baseUrl,
        trustProxy,
        attempts: { perAddress: 2, lockout: 60 },
      })
      const use = async (client: string, key: string) => {
        const { email } = sandbox.credentials
        const headers = { 'x-cloudways-email': email, 'x-cloudways-api-key': key, 'x-forwarded-for': client }
        return (await call(server, headers, at('10.0.0.1'))).text()
      }
      for (let index = 0; index < 2; index++) await use('203.0.113.9', `wrong-key-${index}`)
      expect(await use('203.0.113.9', 'wrong-key-2')).toContain('Wait 60 s')
      const other = await use('198.51.100.7', sandbox.credentials.apiKey)
      expect(other.includes('"ok":true')).toBe(trustProxy)
    },
  )

  it.each([false, true])(
    'lets requests without credentials use its own account: anonymous %s',
    async (anonymous) => {
      const { cloudways } = pieces()
      const server = createServer({ cloudways, baseUrl, anonymous })
      expect((await call(server)).status).toBe(anonymous ? 200 : 401)
      expect((await call(server, { 'x-forwarded-for': '203.0.113.9' })).status).toBe(401)
    },
  )

  it('refuses credentials in headers that are switched off', async () => {
    const { sandbox, cloudways } = pieces()
    const server = createServer({ cloudways, baseUrl, headers: false })
    const { accessToken } = sandbox.credentials
    const response = await call(server, { 'x-cloudways-access-token': accessToken })
    expect(response.status).toBe(403)
    expect(sandbox.requests).toEqual([])
  })

  it('closes the storage of its toolkit, once', async () => {
    let closed = 0
    const storage = { ...memoryStorage(), dispose: async () => void closed++ }
    const server = createServer({ cloudways: createCloudways({ storage }), signIn: false })
    await Promise.all([server.close(), server.close()])
    expect(closed).toBe(1)
  })

  it.each([
    [true, true],
    [true, false],
    [false, true],
  ])('tells people the ways there are: sign-in %s, headers %s', async (signIn, headers) => {
    const { cloudways } = pieces()
    const server = createServer({ cloudways, baseUrl, headers, signIn: signIn && {} })
    const page = await (await server.fetch(new Request(`${baseUrl}/`))).text()
    expect(page.includes('sign in to your Cloudways account')).toBe(signIn)
    expect(page.includes('x-cloudways-access-token')).toBe(headers)
  })
})

describe('options', () => {
  const wrong = (options: object) => () =>
    createServer({ cloudways: pieces().cloudways, ...options } as ServerOptions<never>)

  it.each([
    [{ storrage: {} }, "createServer has no option 'storrage'."],
    [{ sigin: false }, "createServer has no option 'sigin'. Did you mean 'signIn'?"],
    [{ headerAuth: true }, "createServer has no option 'headerAuth'."],
    [
      { attempts: { perAdress: 1 } },
      "createServer: attempts has no option 'perAdress'. Did you mean 'perAddress'?",
    ],
    [{ attempts: { lockout: 0 } }, "createServer: 'attempts.lockout' must be a number of at least 1."],
    [{ signIn: { tokenLife: 1 } }, "createServer: signIn has no option 'tokenLife'."],
    [
      { signIn: { tokenLifetime: 0 } },
      "createServer: 'signIn.tokenLifetime' must be a number of at least 1.",
    ],
    [{ signIn: true }, 'createServer: signIn takes an object of options.'],
    [{ signIn: { emailAndKey: 'false' } }, "createServer: 'signIn.emailAndKey' must be true or false."],
    [{ headers: 'false' }, "createServer: 'headers' must be true or false."],
    [{ anonymous: 'false' }, "createServer: 'anonymous' must be true or false."],
    [{ trustProxy: 1 }, "createServer: 'trustProxy' must be true or false."],
    [{ baseUrl: 'http://example.com' }, "createServer: 'baseUrl' must be an https URL"],
    [{ baseUrl: 'example', signIn: false }, "createServer: 'baseUrl' must be a URL."],
    [{ cloudways: {} }, "createServer: 'cloudways' is missing."],
  ])('%o is refused', (options, message) => {
    expect(wrong(options)).toThrow(message)
  })

  it('a sign-in needs a cipher in the toolkit', () => {
    const cloudways = createCloudways({ storage: memoryStorage() })
    expect(() => createServer({ cloudways })).toThrow("the toolkit has no 'crypto', which seals sign-ins")
    expect(() => createServer({ cloudways, signIn: false })).not.toThrow()
  })

  it('createAuth takes no cipher for the global crypto', () => {
    const { cloudways, storage } = pieces()
    expect(() => createAuth({ baseUrl, storage, crypto: crypto as never, cloudways })).toThrow(
      "createAuth: 'crypto' is no cipher.",
    )
  })
})
