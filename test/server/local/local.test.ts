import { request } from 'node:http'
import { type AuditEvent, createCloudways } from 'cloudways-tools'
import { createSandbox } from 'cloudways-tools/sandbox'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { memoryRateLimit } from '../../../src/rate-limit/memory.ts'
import { readConfig } from '../../../src/server/config/config.ts'
import { createLocalSignIn } from '../../../src/server/local/local.ts'
import type { LocalSessionOptions } from '../../../src/server/local/pending.ts'
import type { AuthEvent } from '../../../src/server/oauth/events.ts'
import { until } from '../../cli/run.ts'
import { type Page, signInAt, submit, visit } from './person.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  vi.useRealTimers()
  for (const close of closers.splice(0)) await close()
})

/** A sign-in on a sandbox. The client can't ask its person, and the browser remembers its pages. */
function desk(env: Record<string, string> = {}, options: Partial<Pick<LocalSessionOptions, 'ask'>> = {}) {
  const sandbox = createSandbox({ operationSeconds: 0.05 })
  const opened: string[] = []
  const told: string[] = []
  const events: AuthEvent[] = []
  const audit: AuditEvent[] = []
  // The clock stands still until a test puts it forward.
  let clock = Date.now()
  const upstream = { apiUrl: sandbox.url, fetch: sandbox.fetch, timeout: 15 }
  const signIn = createLocalSignIn({
    cloudways: createCloudways({
      ...upstream,
      rateLimit: memoryRateLimit({ requests: 1000, window: 60 }),
      pollSeconds: 0.01,
      // These tests are about what the sign-in allows, not about confirmations.
      confirm: 'never',
      onAudit: (event) => audit.push(event),
    }),
    config: readConfig(env),
    ask: async () => undefined,
    clientName: () => 'Desk',
    open: async (url) => {
      opened.push(url)
      return true
    },
    tell: (text) => told.push(text),
    onEvent: (event) => events.push(event),
    now: () => clock,
    ...options,
  })
  closers.push(signIn.close)
  return {
    ...signIn,
    sandbox,
    opened,
    told,
    events,
    audit,
    token: { access_token: sandbox.credentials.accessToken },
    page: (number = 1) => until(() => opened[number - 1]),
    advance(seconds: number) {
      clock += seconds * 1000
    },
  }
}

const failure = (call: Promise<unknown>) =>
  call.then(
    () => ({ code: 'none', message: 'it worked', details: {} }),
    (error: { code: string; message: string; details: object }) => error,
  )

it('a list that a client fills by itself opens no page, and is there after the sign-in', async () => {
  const { cloudways, opened, page, token, audit } = desk()
  const list = () => cloudways.call('list_servers', {}, { unasked: true })
  expect(await failure(list())).toMatchObject({ code: 'credentials_refused' })
  expect(opened).toEqual([])
  expect(audit).toMatchObject([{ tool: 'list_servers', outcome: 'refused' }])
  const call = cloudways.call('list_servers', {})
  await signInAt(await page(), token)
  expect(await list()).toEqual(await call)
  expect(opened).toHaveLength(1)
})

describe('the page on this computer', () => {
  it('is for its own browser, host and form only', async () => {
    const { cloudways, page, token, sandbox } = desk()
    const call = cloudways.call('list_servers', {})
    const url = await page()
    const own = await visit(url)
    const other = await visit(url)
    const refused: [string, Page, Record<string, string>][] = [
      ['another site', own, { origin: 'https://evil.example' }],
      ['another port of this computer', own, { origin: 'http://127.0.0.1:1' }],
      ['another name of this computer', own, { origin: own.origin.replace('127.0.0.1', 'localhost') }],
      ['no origin to tell', own, { origin: 'null' }],
      ['cross-site', own, { 'sec-fetch-site': 'cross-site' }],
      ['no cookie', own, { cookie: '' }],
      ["another browser's cookie", own, { cookie: other.cookie }],
    ]
    for (const [name, form, headers] of refused) {
      expect([name, (await submit(form, token, headers)).status]).toEqual([name, 403])
    }
    expect((await submit({ ...own, ticket: 'made up' }, token)).status).toBe(400)
    expect(sandbox.requests).toEqual([])
    expect((await submit(own, token)).status).toBe(200)
    await call
  })

  it.each(['evil.example', 'localhost', '127.0.0.1'])('is not reached as %s', async (name) => {
    const { cloudways, page } = desk()
    void failure(cloudways.call('list_servers', {}))
    const { port, pathname } = new URL(await page())
    const host = name === '127.0.0.1' ? name : `${name}:${port}`
    const status = await new Promise((resolve) => {
      request({ host: '127.0.0.1', port, path: pathname, headers: { host } }, (response) => {
        response.resume()
        resolve(response.statusCode)
      }).end()
    })
    expect(status).toBe(403)
  })

  it('opens by its own address only', async () => {
    const { cloudways, page } = desk()
    void failure(cloudways.call('list_servers', {}))
    const url = new URL(await page())
    const statusOf = async (path: string) => (await fetch(new URL(path, url), { redirect: 'manual' })).status
    expect(await statusOf('/')).toBe(404)
    expect(await statusOf('/guess')).toBe(404)
    const location = (await fetch(url, { redirect: 'manual' })).headers.get('location') as string
    expect(await statusOf(location)).toBe(200)
    expect(await statusOf(location.replace(url.pathname.slice(1), 'guess'))).toBe(400)
  })

  it('has the headers of the web login, and never shows what was typed', async () => {
    const { cloudways, page } = desk()
    void failure(cloudways.call('list_servers', {}))
    const own = await visit(await page())
    expect(own.response.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(own.response.headers.get('cache-control')).toBe('no-store')
    expect(own.response.headers.getSetCookie()[0]).toMatch(/HttpOnly; SameSite=Lax$/)
    const again = await submit(own, { access_token: 'cw_canary_that_is_wrong' })
    expect(again.status).toBe(422)
    expect(await again.text()).not.toContain('canary')
  })

  it('can be cancelled', async () => {
    const { cloudways, page, events, audit } = desk()
    const call = failure(cloudways.call('list_servers', {}))
    const last = await submit(await visit(await page()), { action: 'cancel' })
    expect(await last.text()).toContain('Desk is told that you cancelled. You may close this page.')
    expect((await call).message).toBe('The person declined to sign in to Cloudways.')
    expect(events.map(({ type }) => type)).toEqual(['cancelled'])
    expect(audit).toMatchObject([{ tool: 'list_servers', outcome: 'refused', account: 'unknown' }])
  })

  it('ends after too many wrong credentials, and the next page takes the right ones', async () => {
    const { cloudways, page, token, sandbox } = desk()
    const wrong = { access_token: 'cw_wrong_wrong_wrong' }
    for (const number of [1, 2, 3, 4]) {
      const call = failure(cloudways.call('list_servers', {}))
      const form = await visit(await page(number))
      for (let count = 0; count < 3; count++) await submit(form, wrong)
      expect((await call).message).toContain('too many wrong credentials')
    }
    expect(sandbox.requests).toHaveLength(12)
    const call = cloudways.call('list_servers', {})
    expect((await submit(await visit(await page(5)), token)).status).toBe(200)
    await call
  })
})

describe('a sign-in', () => {
  it('lasts for AUTH_TOKEN_LIFETIME at most', async () => {
    const { cloudways, page, token, opened, advance } = desk({ AUTH_TOKEN_LIFETIME: '600' })
    const first = cloudways.call('list_servers', {})
    await signInAt(await page(), token)
    await first
    advance(599)
    await cloudways.call('list_servers', {})
    expect(opened).toHaveLength(1)
    advance(2)
    const second = cloudways.call('list_servers', {})
    await signInAt(await page(2), token)
    await second
  })

  it('ends with the one-hour token that an API key was exchanged for', async () => {
    const { cloudways, page, sandbox, advance, opened } = desk({ AUTH_TOKEN_LIFETIME: '86400' })
    const { email, apiKey } = sandbox.credentials
    const first = cloudways.call('list_servers', {})
    await signInAt(await page(), { email, api_key: apiKey })
    await first
    advance(3601)
    void failure(cloudways.call('list_servers', {}))
    await page(2)
    expect(opened).toHaveLength(2)
  })

  it('begins the time of a call, however long the person took', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const { cloudways, page, token, sandbox } = desk()
    const call = cloudways.call('list_servers', {})
    const url = await page()
    vi.setSystemTime(Date.now() + 200_000)
    sandbox.fail({ path: '/server', status: 503, times: 1 })
    await signInAt(url, token)
    expect((await call).servers).toHaveLength(3)
  })

  it('allows what the person chose, and asks for deleting when it is needed', async () => {
    const { cloudways, page, token, opened } = desk()
    const first = cloudways.call('list_servers', {})
    const form = await visit(await page())
    expect(form.text).toMatch(/value="cloudways:write" checked/)
    expect(form.text).not.toMatch(/value="cloudways:destructive" checked/)
    await submit(form, { ...token, scope: '' })
    await first
    expect(await failure(cloudways.call('restart_server', { server_id: 70011 }))).toMatchObject({
      code: 'refused_by_policy',
      message: 'The person did not allow this server to change anything when signing in.',
    })
    expect(opened).toHaveLength(1)
    const remove = failure(cloudways.call('rollback_app_restore', { server_id: 70011, app_id: 90021 }))
    const second = await visit(await page(2))
    expect(second.text).toMatch(/value="cloudways:destructive" checked/)
    // The first sign-in is still valid.
    await cloudways.call('list_servers', {})
    await submit(second, { ...token, scope: 'cloudways:destructive' })
    // The call reached the platform.
    expect((await remove).message).toContain('Cloudways refused POST /app/manage/rollback')
    expect((await failure(cloudways.call('restart_server', { server_id: 70011 }))).code).toBe(
      'refused_by_policy',
    )
    expect(opened).toHaveLength(2)
  })

  it('goes to the browser when the client fails to ask', async () => {
    const { cloudways, page, token, told } = desk({}, { ask: () => Promise.reject(new Error('no')) })
    const call = cloudways.call('list_servers', {})
    const url = await page()
    expect(told).toEqual([`cloudways-tools: sign in to Cloudways at ${url}`])
    await signInAt(url, token)
    await call
  })

  it('ends with the server, and takes the page away', async () => {
    const { cloudways, page, close } = desk()
    const call = failure(cloudways.call('list_servers', {}))
    const url = await page()
    await close()
    expect((await call).message).toBe('The sign-in to Cloudways ended with this server.')
    await expect(fetch(url)).rejects.toThrow()
  })

  it('tells the audit, with the account and without a secret', async () => {
    const { cloudways, page, token, events, audit, sandbox } = desk()
    const call = cloudways.call('list_servers', {})
    await signInAt(await page(), token)
    await call
    const account = expect.stringMatching(/^acct_/)
    expect(events).toMatchObject([{ type: 'sign_in', account, client: 'stdio', address: '127.0.0.1' }])
    expect(audit).toMatchObject([{ tool: 'list_servers', outcome: 'ok', account: events[0]?.account }])
    for (const secret of sandbox.secrets) expect(JSON.stringify([events, audit])).not.toContain(secret)
  })
})
