import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { operations } from '../../src/sandbox/contract.ts'
import { createSandbox, limitedGroups } from '../../src/sandbox/index.ts'
import { client, requestFor } from './requests.ts'

// Time passes when a test says so.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] })
})
afterEach(() => {
  vi.useRealTimers()
})

const exchange = (sandbox: ReturnType<typeof createSandbox>, email: string, apiKey: string) =>
  sandbox.fetch(`${sandbox.url}/oauth/access_token`, {
    method: 'POST',
    body: new URLSearchParams({ email, api_key: apiKey }),
  })

describe('signing in', () => {
  it('answers 400 without a token and 401 with a wrong one', async () => {
    const sandbox = createSandbox()
    const none = await sandbox.fetch(`${sandbox.url}/server`)
    expect([none.status, await none.json()]).toEqual([400, { message: 'Access token missing' }])
    const wrong = await client(sandbox, 'cw_wrong').get('/server')
    expect([wrong.status, wrong.body]).toEqual([401, { message: 'Unauthorized' }])
  })

  it('refuses a token in the query, records the violation, and keeps the token out of the record', async () => {
    const sandbox = createSandbox()
    const { accessToken } = sandbox.credentials
    const response = await sandbox.fetch(`${sandbox.url}/server?access_token=${accessToken}`)
    expect(response.status).toBe(400)
    expect(sandbox.violations).toMatchObject([{ field: 'access_token' }])
    expect(JSON.stringify(sandbox.requests)).not.toContain(accessToken)
  })

  it('lets a READ token read and nothing else, over the whole contract', async () => {
    const sandbox = createSandbox({ operationSeconds: 0, requestsPerMinute: 1_000_000 })
    for (const operation of operations) {
      if (operation.tag === 'auth') continue
      const { url, init } = requestFor(sandbox, operation)
      init.headers.authorization = `Bearer ${sandbox.credentials.readToken}`
      const response = await sandbox.fetch(url, init)
      if (operation.kind === 'read') expect([operation.id, response.status]).not.toEqual([operation.id, 403])
      else {
        expect([operation.id, response.status]).toEqual([operation.id, 403])
        expect(await response.json()).toEqual({
          code: 'insufficient_scope',
          message: 'Token may not use this endpoint',
        })
      }
    }
    expect(sandbox.mutations).toEqual([])
  })

  it('lets a LIMITED token into its endpoint groups only', async () => {
    const sandbox = createSandbox({ operationSeconds: 0, requestsPerMinute: 1_000_000 })
    for (const operation of operations) {
      if (operation.tag === 'auth') continue
      const { url, init } = requestFor(sandbox, operation)
      init.headers.authorization = `Bearer ${sandbox.credentials.limitedToken}`
      const { status } = await sandbox.fetch(url, init)
      expect([operation.id, status === 403]).toEqual([operation.id, !limitedGroups.includes(operation.tag)])
    }
  })
})

describe('the legacy exchange', () => {
  it('answers a token that works until its time is over', async () => {
    const sandbox = createSandbox()
    const { email, apiKey } = sandbox.credentials
    const answer = (await (await exchange(sandbox, email, apiKey)).json()) as Record<string, string>
    expect(answer).toMatchObject({ token_type: 'Bearer', expires_in: 3600 })
    const { get } = client(sandbox, answer.access_token)
    expect((await get('/server')).status).toBe(200)
    expect(sandbox.secrets).toContain(answer.access_token)
    sandbox.advance(3599)
    expect((await get('/server')).status).toBe(200)
    sandbox.advance(2)
    expect((await get('/server')).status).toBe(401)
  })

  it('takes JSON, and refuses the query', async () => {
    const sandbox = createSandbox()
    const { email, apiKey } = sandbox.credentials
    const json = await sandbox.fetch(`${sandbox.url}/oauth/access_token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, api_key: apiKey }),
    })
    expect(json.status).toBe(200)
    expect(sandbox.violations).toEqual([])
    const query = new URLSearchParams({ email, api_key: apiKey })
    const response = await sandbox.fetch(`${sandbox.url}/oauth/access_token?${query}`, { method: 'POST' })
    expect(response.status).toBe(422)
    expect(sandbox.violations.map((one) => one.field)).toContain('api_key')
    expect(JSON.stringify(sandbox.requests)).not.toContain(apiKey)
  })

  it('refuses a wrong key, and an access token in its place', async () => {
    const sandbox = createSandbox()
    const { email, accessToken } = sandbox.credentials
    for (const key of ['wrong', accessToken]) {
      const response = await exchange(sandbox, email, key)
      expect([response.status, await response.json()]).toMatchObject([401, { error: 'invalid_credentials' }])
    }
  })

  it('is refused for everyone after its end', async () => {
    const sandbox = createSandbox({ legacyKeys: 'refused' })
    const { email, apiKey, accessToken } = sandbox.credentials
    const response = await exchange(sandbox, email, apiKey)
    expect([response.status, await response.json()]).toMatchObject([401, { error: 'invalid_client' }])
    expect((await client(sandbox, accessToken).get('/server')).status).toBe(200)
  })

  it('is limited on bursts', async () => {
    const sandbox = createSandbox()
    const { email, apiKey } = sandbox.credentials
    const statuses = await Promise.all(
      Array.from({ length: 11 }, async () => (await exchange(sandbox, email, apiKey)).status),
    )
    expect(statuses.filter((status) => status === 200)).toHaveLength(10)
    expect(statuses.filter((status) => status === 429)).toHaveLength(1)
    sandbox.advance(60)
    expect((await exchange(sandbox, email, apiKey)).status).toBe(200)
  })

  it('can be revoked: exchanged tokens all at once, any token by itself', async () => {
    const sandbox = createSandbox()
    const { email, apiKey, accessToken } = sandbox.credentials
    const { access_token } = (await (await exchange(sandbox, email, apiKey)).json()) as {
      access_token: string
    }
    sandbox.revokeTokens()
    expect((await client(sandbox, access_token).get('/server')).status).toBe(401)
    expect((await client(sandbox, accessToken).get('/server')).status).toBe(200)
    expect(sandbox.revoke(accessToken)).toBe(true)
    expect((await client(sandbox, accessToken).get('/server')).status).toBe(401)
  })
})

describe('the rate limit', () => {
  it('counts per account and path, says what is left, and when to come back', async () => {
    const sandbox = createSandbox({ requestsPerMinute: 3 })
    const { get } = client(sandbox)
    const left: (string | null)[] = []
    for (let count = 0; count < 3; count++)
      left.push((await get('/project')).headers.get('x-ratelimit-remaining'))
    expect(left).toEqual(['2', '1', '0'])
    sandbox.advance(10)
    const over = await get('/project')
    expect([over.status, over.body]).toEqual([429, { message: 'Too Many Attempts.' }])
    expect(over.headers.get('x-ratelimit-limit')).toBe('3')
    expect(over.headers.get('retry-after')).toBe('50')
    const open = await get('/member')
    expect([open.status, open.headers.get('x-ratelimit-remaining')]).toEqual([200, '2'])
    const other = await client(sandbox, sandbox.credentials.otherAccessToken).get('/project')
    expect(other.status).toBe(200)
    sandbox.advance(50)
    expect((await get('/project')).status).toBe(200)
  })

  it('has one count for all ids in a path, and for reads and changes of a path', async () => {
    const sandbox = createSandbox({ requestsPerMinute: 3 })
    const { get, put } = client(sandbox)
    const [first, second] = sandbox.state.servers
    const statuses = [
      (await get(`/servers/${first!.id}`)).status,
      (await get(`/servers/${second!.id}`)).status,
      (await get(`/servers/${first!.id}`)).status,
      (await get(`/servers/${second!.id}`)).status,
    ]
    expect(statuses).toEqual([200, 200, 200, 429])
    for (let count = 0; count < 3; count++) await get(`/server/${first!.id}`)
    expect((await put(`/server/${first!.id}`, { label: 'shop' })).status).toBe(429)
    expect(sandbox.mutations).toEqual([])
  })

  it('has a narrower and longer window for traffic analytics', async () => {
    const sandbox = createSandbox({ operationSeconds: 0 })
    const { get } = client(sandbox)
    const [app] = sandbox.state.apps
    const path = `/app/analytics/traffic?server_id=${app!.server_id}&app_id=${app!.id}&duration=1h&resource=top_ips`
    for (let count = 0; count < 20; count++) expect((await get(path)).status).toBe(200)
    sandbox.advance(2)
    const over = await get(path)
    expect([over.status, over.headers.get('x-ratelimit-limit')]).toEqual([429, '20'])
    expect(over.headers.get('retry-after')).toBe('88')
    expect((await get('/project')).status).toBe(200)
    sandbox.advance(60)
    expect((await get(path)).headers.get('retry-after')).toBe('28')
    sandbox.advance(28)
    expect((await get(path)).status).toBe(200)
  })
})
