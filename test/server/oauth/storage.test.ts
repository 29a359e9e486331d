import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { fernet, generateKey, sealTo } from '../../../src/crypto/index.ts'
import { UpstreamError } from '../../../src/errors.ts'
import { createSandbox } from '../../../src/sandbox/index.ts'
import { memoryStorage } from '../../../src/storage/index.ts'
import type { Storage } from '../../../src/types.ts'
import { recordingStorage } from './recording-storage.ts'
import {
  authorizePath,
  base,
  callTool,
  createSite,
  formBody,
  getCode,
  jsonBody,
  openPage,
  register,
  signIn,
  submit,
  tokenForm,
  withHeaders,
} from './support.ts'

/** A storage that remembers every lifetime, the lifetimes of counters included. */
function openStorage() {
  const { storage, writes } = recordingStorage()
  const increment: Storage['increment'] = async (key, options) => {
    const sum = await storage.increment(key, options)
    writes.push([key, sum, options.ttl])
    return sum
  }
  return { storage: { ...storage, increment }, writes }
}

/** The forms in which a text may contain a secret. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret)
  const base64 = [0, 1, 2].map((shift) =>
    // Text before the secret shifts its base64 form. So the middle part of each of the three shifts is searched for.
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .slice(4, -4),
  )
  const forms = [
    secret,
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    encodeURIComponent(secret),
    ...base64,
  ]
  return [...new Set([...forms, ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'))])]
}

describe('what is kept', () => {
  it('holds no credential and no token in clear, hex, base64 or URL-encoded', async () => {
    const { storage, writes } = openStorage()
    const { send, sandbox } = createSite({ storage })
    const { accessToken, email, apiKey } = sandbox.credentials
    const one = await signIn(send, { access_token: accessToken })
    const two = await signIn(send, { email, api_key: apiKey })
    const pending = await getCode(send, { access_token: sandbox.credentials.otherAccessToken })
    const dump = JSON.stringify(writes)
    const secrets = [...sandbox.secrets, email, one.token, two.token, one.code, two.code, pending.code]
    expect(secrets.length).toBeGreaterThan(10)
    for (const secret of secrets) {
      for (const form of formsOf(secret)) expect(dump.includes(form), secret.slice(0, 6)).toBe(false)
    }
  })

  it('opens neither with the server’s key alone nor with another bearer', async () => {
    const { storage, writes } = openStorage()
    const { send, sandbox, key } = createSite({ storage })
    const { token } = await signIn(send, { access_token: sandbox.credentials.accessToken })
    await getCode(send, { access_token: sandbox.credentials.accessToken })
    const cipher = fernet(key)
    const sealed = writes.map(([, value]) => value).filter((value) => typeof value === 'string')
    // Two codes, the answers of two sign-in pages, a session, and a spent code.
    expect(sealed).toHaveLength(6)
    for (const value of sealed) {
      // The server's key opens the outer layer, which holds another sealed text.
      const inner = await cipher.decrypt(value)
      expect(inner).toMatch(/^gAAAA/)
      await expect(cipher.decrypt(inner)).rejects.toThrow()
      const foreign = sealTo(cipher, randomBytes(32).toString('base64url'))
      await expect(foreign.decrypt(value)).rejects.toThrow()
    }
    const [, session] = writes.find(([name]) => name.startsWith('auth:session:')) as [string, string, number]
    expect(await sealTo(cipher, token).decrypt(session)).toContain(sandbox.credentials.accessToken)
  })

  it('ends by itself: nothing outlives the token, a code lives a minute', async () => {
    const { storage, writes } = openStorage()
    const { send, sandbox } = createSite({ storage, tokenLifetime: 1200 })
    await signIn(send, { access_token: sandbox.credentials.accessToken })
    for (const [key, , ttl] of writes) expect(ttl, key).toBeLessThanOrEqual(1200)
    expect(writes.find(([key]) => key.startsWith('auth:code:'))?.[2]).toBe(60)
  })

  it('is not written for a flood of registrations and opened pages', async () => {
    const { storage, writes } = openStorage()
    const { send } = createSite({ storage })
    const ids = new Set<string>()
    for (let index = 0; index < 250; index++) {
      const client = await register(send, { client_name: `Flood ${index}` })
      ids.add(client.id)
      await openPage(send, authorizePath(client))
    }
    expect(ids.size).toBe(250)
    expect(writes).toEqual([])
  })

  it('is lost with the key: a rotated one opens, a replaced one answers 401', async () => {
    const storage = memoryStorage()
    const site = createSite({ storage })
    const { token } = await signIn(site.send, { access_token: site.sandbox.credentials.accessToken })
    const fresh = `${'A'.repeat(43)}=`
    const rotated = createSite({ storage, crypto: fernet([fresh, site.key]) })
    const replaced = createSite({ storage, crypto: fernet(fresh) })
    expect((await callTool(rotated.send, token, 'ping')).status).toBe(200)
    expect((await callTool(replaced.send, token, 'ping')).status).toBe(401)
  })
})

describe('sessions', () => {
  it('never cross: 200 interleaved calls of two accounts', async () => {
    const site = createSite({}, createSandbox({ requestsPerMinute: 1000 }))
    const { accessToken, otherAccessToken } = site.sandbox.credentials
    const [mine, other] = await Promise.all([
      signIn(site.send, { access_token: accessToken }),
      signIn(site.send, { access_token: otherAccessToken }),
    ])
    const replicas = [site, site.replica()]
    const calls = Array.from({ length: 200 }, async (_, index) => {
      const { token } = index % 2 ? mine : other
      const response = await callTool(replicas[index % 3 ? 0 : 1]!.send, token, 'list_servers')
      const text = await response.text()
      return { index, status: response.status, text }
    })
    const [own] = site.sandbox.state.servers
    const [foreign] = site.sandbox.otherState.servers
    for (const { index, status, text } of await Promise.all(calls)) {
      expect(status).toBe(200)
      expect(text.includes(String(own?.id))).toBe(index % 2 === 1)
      expect(text.includes(String(foreign?.id))).toBe(index % 2 === 0)
    }
  })

  it('are opened once a minute, and end at once all the same, whichever replica ends them', async () => {
    const key = fernet(generateKey())
    let opened = 0
    const decrypt = (text: string) => {
      opened += 1
      return key.decrypt(text)
    }
    const { send, sandbox, replica, advance } = createSite({ crypto: { ...key, decrypt } })
    const { token } = await signIn(send, { access_token: sandbox.credentials.accessToken })
    const statusOf = async () => (await callTool(send, token, 'ping')).status
    opened = 0
    expect([await statusOf(), await statusOf(), opened]).toEqual([200, 200, 1])
    advance(61)
    expect([await statusOf(), opened]).toEqual([200, 2])
    await replica().send('/revoke', formBody({ token }))
    expect(await statusOf()).toBe(401)
  })

  it('never reach another account: foreign ids and credential headers beside the bearer change nothing', async () => {
    const { send, sandbox } = createSite()
    const { token } = await signIn(send, { access_token: sandbox.credentials.accessToken })
    const [foreign] = sandbox.otherState.servers
    const byId = await (await callTool(send, token, 'get_server', { server_id: String(foreign?.id) })).text()
    expect(byId).not.toContain(foreign?.label)
    const headers = { 'x-cloudways-access-token': sandbox.credentials.otherAccessToken }
    const byHeader = await (await callTool(withHeaders(send, headers), token, 'list_servers')).text()
    expect(byHeader).not.toContain(String(foreign?.id))
  })
})

describe('while the storage is down', () => {
  /** Each operation fails, or those of one kind. */
  function broken(): { storage: Storage; fail: (down: boolean) => void } {
    const inner = memoryStorage()
    let down = false
    const guarded = Object.fromEntries(
      Object.entries(inner).map(([name, work]) => [
        name,
        async (...parameters: unknown[]) => {
          if (down) throw new UpstreamError('Redis is away.', 'Wait.', { service: 'storage', retryAfter: 3 })
          return (work as (...all: unknown[]) => unknown)(...parameters)
        },
      ]),
    )
    return { storage: guarded as unknown as Storage, fail: (value) => (down = value) }
  }

  it('everything that needs it answers 503 with Retry-After, and goes on afterwards', async () => {
    const { storage, fail } = broken()
    const { send, sandbox } = createSite({ storage })
    const credentials = { access_token: sandbox.credentials.accessToken }
    const { client, token } = await signIn(send, credentials)
    const { code, client: second } = await getCode(send, credentials)
    fail(true)
    const page = await openPage(send, authorizePath(client))
    const answers = [
      await callTool(send, token, 'ping'),
      await submit(send, page, credentials),
      await send('/token', tokenForm(second, code)),
      await send('/revoke', formBody({ token })),
    ]
    for (const answer of answers) {
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '3'])
      expect(answer.headers.get('www-authenticate')).toBeNull()
      expect(await answer.text()).not.toContain('Redis')
    }
    // This path needs no storage.
    expect((await send('/register', jsonBody({ redirect_uris: ['https://a.example/'] }))).status).toBe(201)
    expect((await send('/.well-known/oauth-authorization-server')).status).toBe(200)
    fail(false)
    expect((await callTool(send, token, 'ping')).status).toBe(200)
    expect((await submit(send, page, credentials)).status).toBe(303)
    expect((await send('/token', tokenForm(second, code))).status).toBe(200)
  })

  it('a failure that is none of its own goes to the app around it', async () => {
    const inner = memoryStorage()
    let lock = inner.lock
    const storage: Storage = { ...inner, lock: (...all) => lock(...all) }
    const { auth, send, sandbox } = createSite({ storage })
    const { client, code } = await getCode(send, { access_token: sandbox.credentials.accessToken })
    lock = () => Promise.reject(new TypeError('a bug'))
    const { Hono } = await import('hono')
    const app = new Hono().route('/', auth.routes)
    const seen: unknown[] = []
    app.onError((error, c) => {
      seen.push(error)
      return c.text('failed', 500)
    })
    const response = await app.request(`${base}/token`, tokenForm(client, code))
    expect([response.status, String(seen[0])]).toEqual([500, 'TypeError: a bug'])
  })
})
