import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { memoryStorage, redisStorage } from '../../../src/storage/index.ts'
import { hasRedis, type PrivateRedis, startRedis } from '../../support/redis.ts'
import {
  answerOf,
  authorizePath,
  base,
  callback,
  callTool,
  createSite,
  formBody,
  from,
  getCode,
  openPage,
  register,
  signIn,
  submit,
  tokenForm,
} from './support.ts'

describe('the whole flow', () => {
  it('goes from 401 over metadata, registration, sign-in and token to a tool call', async () => {
    const { send, sandbox, events } = createSite()
    const first = await send('/mcp', { method: 'POST', body: '{}' })
    expect(first.status).toBe(401)
    const challenge = first.headers.get('www-authenticate') as string
    expect(challenge).toBe(
      `Bearer resource_metadata="${base}/.well-known/oauth-protected-resource/mcp", scope="cloudways:read cloudways:write"`,
    )
    const { token } = await signIn(send, { access_token: sandbox.credentials.accessToken })
    const response = await callTool(send, token, 'list_servers')
    expect(response.status).toBe(200)
    const { result } = (await response.json()) as { result: { structuredContent: { servers: unknown[] } } }
    expect(result.structuredContent.servers).toHaveLength(3)
    expect(events.map((event) => event.type)).toEqual(['registered', 'sign_in', 'token_issued'])
    expect(sandbox.violations).toEqual([])
  })

  it('signs in with email and API key, and keeps the exchanged token only', async () => {
    const { send, auth, sandbox } = createSite()
    const { email, apiKey } = sandbox.credentials
    const { token } = await signIn(send, { email, api_key: apiKey })
    const session = await auth.authenticate(
      new Request(`${base}/mcp`, { headers: { authorization: `Bearer ${token}` } }),
    )
    expect(session).toHaveProperty('credentials')
    const { credentials } = session as { credentials: object }
    expect(Object.keys(credentials)).toEqual(['accessToken', 'account'])
    expect(JSON.stringify(session)).not.toContain(apiKey)
    expect((await callTool(send, token, 'ping')).status).toBe(200)
  })

  it('answers with code, state and iss, and nothing else', async () => {
    const { send, sandbox } = createSite()
    const client = await register(send)
    const page = await openPage(send, authorizePath(client))
    const response = await submit(send, page, { access_token: sandbox.credentials.accessToken })
    expect(response.status).toBe(303)
    const location = response.headers.get('location') as string
    expect(location.startsWith(`${callback}?`)).toBe(true)
    const answer = answerOf(response)
    expect([...answer.keys()]).toEqual(['code', 'state', 'iss'])
    expect(answer.get('state')).toBe('the state')
    expect(answer.get('iss')).toBe(base)
  })

  it('answers the token as the specification has it, not to be cached', async () => {
    const { send, sandbox } = createSite()
    const { client, code } = await getCode(send, {
      access_token: sandbox.credentials.accessToken,
      scope: 'cloudways:destructive',
    })
    const response = await send('/token', tokenForm(client, code))
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await response.json()).toEqual({
      access_token: expect.stringMatching(/^cwt_[\w-]{43}\.[\w-]+=*$/),
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'cloudways:read cloudways:destructive',
    })
  })

  it('gives access_denied back when the person cancels', async () => {
    const { send, events } = createSite()
    const page = await openPage(send, authorizePath(await register(send)))
    const response = await submit(send, page, { action: 'cancel' })
    expect(response.status).toBe(303)
    const answer = answerOf(response)
    expect([answer.get('error'), answer.get('state'), answer.get('iss')]).toEqual([
      'access_denied',
      'the state',
      base,
    ])
    expect(events.at(-1)?.type).toBe('cancelled')
  })

  it('opens an app by a page that may be closed', async () => {
    const { send, sandbox } = createSite()
    const client = await register(send, { redirect_uris: ['cursor://anysphere.cursor-mcp/oauth/callback'] })
    const page = await openPage(send, authorizePath(client))
    expect(page.response.headers.get('content-security-policy')).toContain("form-action 'self' cursor:")
    const response = await submit(send, page, { access_token: sandbox.credentials.accessToken })
    const text = await response.text()
    expect(response.status).toBe(200)
    expect(text).toContain(
      'http-equiv="refresh" content="0;url=cursor://anysphere.cursor-mcp/oauth/callback?code=',
    )
    expect(text).toContain('you may close this page')
  })

  it('lets two tabs of one browser sign in side by side', async () => {
    const { send, sandbox } = createSite()
    const client = await register(send)
    const [one, two] = [
      await openPage(send, authorizePath(client)),
      await openPage(send, authorizePath(client)),
    ]
    const cookie = `${one.cookie}; ${two.cookie}`
    const credentials = { access_token: sandbox.credentials.accessToken }
    expect((await submit(send, { ...one, cookie }, credentials)).status).toBe(303)
    expect((await submit(send, { ...two, cookie }, credentials)).status).toBe(303)
  })

  it('accepts a token whose role does not reach the endpoint that checks it', async () => {
    const { send, sandbox } = createSite()
    sandbox.fail({ path: '/providers', status: 403, body: { code: 'insufficient_scope' } })
    const { token } = await signIn(send, { access_token: sandbox.credentials.limitedToken })
    expect(token).toBeTruthy()
  })
})

describe('the end of a session', () => {
  it('comes with its time: 401 invalid_token, and the audit names the account', async () => {
    const { send, sandbox, advance, events } = createSite({ tokenLifetime: 600 })
    const { token } = await signIn(send, { access_token: sandbox.credentials.accessToken })
    advance(599)
    expect((await callTool(send, token, 'ping')).status).toBe(200)
    advance(1)
    const response = await callTool(send, token, 'ping')
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"')
    expect(events.at(-1)).toMatchObject({
      type: 'expired',
      account: events[1]?.account,
      address: '192.0.2.7',
    })
  })

  it('comes with the end of the Cloudways token, when that is earlier', async () => {
    const { createSandbox } = await import('../../../src/sandbox/index.ts')
    const { send, sandbox } = createSite({}, createSandbox({ tokenSeconds: 900 }))
    const { email, apiKey } = sandbox.credentials
    const { client, code } = await getCode(send, { email, api_key: apiKey })
    const { expires_in } = (await (await send('/token', tokenForm(client, code))).json()) as {
      expires_in: number
    }
    expect(expires_in).toBeLessThanOrEqual(900)
    expect(expires_in).toBeGreaterThan(890)
  })

  it('comes with its revocation, and unknown tokens are revoked alike', async () => {
    const { send, sandbox, events } = createSite()
    const { client, token } = await signIn(send, { access_token: sandbox.credentials.accessToken })
    const foreign = await register(send)
    expect((await send('/revoke', formBody({ token, client_id: foreign.id }))).status).toBe(400)
    expect((await callTool(send, token, 'ping')).status).toBe(200)
    expect((await send('/revoke', formBody({ token, client_id: client.id }))).status).toBe(200)
    expect((await callTool(send, token, 'ping')).status).toBe(401)
    expect((await send('/revoke', formBody({ token: 'never-was' }))).status).toBe(200)
    expect(events.filter((event) => event.type === 'revoked')).toHaveLength(1)
  })

  it('can be brought about by the server, when Cloudways refuses the token', async () => {
    const { send, auth, sandbox } = createSite()
    const { token } = await signIn(send, { access_token: sandbox.credentials.accessToken })
    const request = () => new Request(`${base}/mcp`, { headers: { authorization: `Bearer ${token}` } })
    const session = await auth.authenticate(request())
    if (session instanceof Response) throw new Error('no session')
    await session.end()
    expect((await auth.authenticate(request())) as Response).toHaveProperty('status', 401)
  })
})

const shared: {
  name: string
  open: () => Promise<{ make: () => ReturnType<typeof memoryStorage>; close(): Promise<void> }>
}[] = [
  {
    name: 'one memory',
    open: async () => {
      const storage = memoryStorage()
      return { make: () => storage, close: () => storage.dispose() }
    },
  },
]
if (hasRedis) {
  shared.push({
    name: 'Redis',
    open: async () => {
      const redis: PrivateRedis = await startRedis()
      const storages: ReturnType<typeof memoryStorage>[] = []
      return {
        make: () => {
          const storage = redisStorage({ url: redis.url })
          storages.push(storage)
          return storage
        },
        close: async () => {
          await Promise.all(storages.map((storage) => storage.dispose()))
          await redis.dispose()
        },
      }
    },
  })
}

describe.each(shared)('two replicas on $name', ({ open }) => {
  let backend: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    backend = await open()
  })
  afterAll(() => backend.close())

  it('take turns in one flow', async () => {
    const site = createSite({ storage: backend.make() })
    const replicas = [site, site.replica(backend.make())]
    let turn = 0
    const send: typeof site.send = (...parameters) => replicas[turn++ % 2]!.send(...parameters)
    const { client, code, token } = await signIn(send, { access_token: site.sandbox.credentials.accessToken })
    for (let count = 0; count < 4; count++) expect((await callTool(send, token, 'ping')).status).toBe(200)
    // A replay at the other replica ends the session.
    expect((await send('/token', tokenForm(client, code))).status).toBe(400)
    expect((await callTool(send, token, 'ping')).status).toBe(401)
  })

  it('count attempts together', async () => {
    const site = createSite({ storage: backend.make(), maxAttemptsPerIp: 4 })
    const other = site.replica(backend.make())
    const client = await register(site.send)
    const address = '198.51.100.99'
    const statuses: number[] = []
    for (let count = 0; count < 6; count++) {
      const { send } = count % 2 ? other : site
      const page = await openPage(send, authorizePath(client), address)
      const response = await submit(from(send, address), page, { access_token: 'cw_wrong-wrong-wrong' })
      statuses.push(response.status)
    }
    expect(statuses).toEqual([422, 422, 422, 429, 429, 429])
    expect(site.sandbox.requests).toHaveLength(4)
  })
})
