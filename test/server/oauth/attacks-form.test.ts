import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  answerOf,
  authorizePath,
  base,
  callback,
  createSite,
  formBody,
  linkOf,
  openPage,
  register,
  submit,
} from './support.ts'

describe('the authorization request', () => {
  const wrong: [name: string, extra: Record<string, string | undefined>, error: string][] = [
    ['plain PKCE', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['no PKCE method, which means plain', { code_challenge_method: undefined }, 'invalid_request'],
    ['no challenge', { code_challenge: undefined }, 'invalid_request'],
    ['an empty challenge', { code_challenge: '' }, 'invalid_request'],
    ['a challenge of one character', { code_challenge: 'x' }, 'invalid_request'],
    ['a challenge that no SHA-256 is', { code_challenge: 'a'.repeat(44) }, 'invalid_request'],
    ['the token response type', { response_type: 'token' }, 'unsupported_response_type'],
    ['no response type', { response_type: undefined }, 'invalid_request'],
    ['the answer in a fragment', { response_mode: 'fragment' }, 'invalid_request'],
    ['another resource', { resource: 'https://elsewhere.example/mcp' }, 'invalid_target'],
    ['a resource with a fragment', { resource: `${base}/mcp#x` }, 'invalid_target'],
    ['a resource with a suffix', { resource: `${base}/mcp.evil` }, 'invalid_target'],
    ['a resource that is only the host', { resource: base }, 'invalid_target'],
    ['unknown scopes only', { scope: 'root admin' }, 'invalid_scope'],
    ['a request object', { request: 'eyJ' }, 'request_not_supported'],
  ]

  it.each(wrong)(
    '%s: refused on a page, whose link has the error, state and iss',
    async (_, extra, error) => {
      const { send } = createSite()
      const response = await send(authorizePath(await register(send), extra))
      expect([response.status, response.headers.get('location')]).toEqual([400, null])
      const answer = new URL(linkOf(await response.text(), callback)).searchParams
      expect([answer.get('error'), answer.get('state'), answer.get('iss'), answer.has('code')]).toEqual([
        error,
        'the state',
        base,
        false,
      ])
    },
  )

  it('a resource beside the right one is refused, the right one twice is not', async () => {
    const { send } = createSite()
    const path = authorizePath(await register(send))
    expect((await send(`${path}&resource=https://elsewhere.example/mcp`)).status).toBe(400)
    expect((await send(`${path}&resource=${encodeURIComponent(`${base}/mcp`)}`)).status).toBe(200)
  })

  it('no resource means this one', async () => {
    const { send } = createSite()
    expect((await send(authorizePath(await register(send), { resource: undefined }))).status).toBe(200)
  })

  it.each(['client_id', 'redirect_uri', 'state', 'scope'])(
    '%s twice: refused without a redirect',
    async (name) => {
      const { send } = createSite()
      const path = authorizePath(await register(send), { scope: 'cloudways:read' })
      const response = await send(`${path}&${name}=https://evil.example/`)
      expect(response.status).toBe(400)
      expect(response.headers.get('location')).toBeNull()
    },
  )

  it('asks for no more than it names: what is unknown is left out', async () => {
    const { send } = createSite()
    const page = await openPage(
      send,
      authorizePath(await register(send), { scope: 'openid cloudways:read root' }),
    )
    expect(page.text).toContain('value="cloudways:write" >')
    expect(page.text).toContain('value="cloudways:destructive" >')
  })

  it('a client id of another server, or altered: refused without a redirect', async () => {
    const { send } = createSite()
    const foreign = await register(createSite().send)
    const own = await register(send)
    for (const id of [foreign.id, `${own.id.slice(0, -8)}AAAAAAA=`, 'x']) {
      const response = await send(authorizePath({ ...own, id }))
      expect([response.status, response.headers.get('location')]).toEqual([400, null])
    }
  })

  it('a pending login as client id, and a client id as pending login: both refused', async () => {
    const { send, sandbox } = createSite()
    const client = await register(send)
    const page = await openPage(send, authorizePath(client))
    expect((await send(authorizePath({ ...client, id: page.ticket }))).status).toBe(400)
    const credentials = { access_token: sandbox.credentials.accessToken }
    expect((await submit(send, { ...page, ticket: client.id }, credentials)).status).toBe(400)
    expect(sandbox.requests).toEqual([])
  })
})

describe('the form', () => {
  it('CSRF: without the cookie of the browser that began, nothing is sent to Cloudways', async () => {
    const { send, sandbox } = createSite()
    const client = await register(send)
    const [attacker, victim] = [
      await openPage(send, authorizePath(client)),
      await openPage(send, authorizePath(client)),
    ]
    const credentials = { access_token: sandbox.credentials.accessToken }
    expect((await submit(send, { ticket: attacker.ticket, cookie: '' }, credentials)).status).toBe(403)
    expect((await submit(send, { ticket: attacker.ticket, cookie: victim.cookie }, credentials)).status).toBe(
      403,
    )
    // A cookie with the name of the victim's login and the secret of the attacker.
    const mixed = `${victim.cookie.split('=')[0]}=${attacker.cookie.split('=')[1]}`
    expect((await submit(send, { ticket: victim.ticket, cookie: mixed }, credentials)).status).toBe(403)
    expect((await submit(send, { ticket: '', cookie: victim.cookie }, credentials)).status).toBe(400)
    expect(sandbox.requests).toEqual([])
  })

  it('CSRF: cancelling needs the cookie as well', async () => {
    const { send } = createSite()
    const page = await openPage(send, authorizePath(await register(send)))
    expect((await submit(send, { ...page, cookie: '' }, { action: 'cancel' })).status).toBe(403)
  })

  it.each([
    ['of another site', { origin: 'https://evil.example' }],
    ['without a site (null)', { origin: 'null' }],
    ['of another port', { origin: 'http://localhost:7001' }],
    ['that says cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['that says same-site', { 'sec-fetch-site': 'same-site' }],
  ])('foreign origin: a form %s is refused', async (_, headers) => {
    const { send, sandbox } = createSite()
    const page = await openPage(send, authorizePath(await register(send)))
    const response = await submit(send, page, { access_token: sandbox.credentials.accessToken }, headers)
    expect(response.status).toBe(403)
    expect(sandbox.requests).toEqual([])
  })

  it('a program without Origin (no browser) gets through with cookie and ticket', async () => {
    const { send, sandbox } = createSite()
    const page = await openPage(send, authorizePath(await register(send)))
    const init = formBody({ ticket: page.ticket, access_token: sandbox.credentials.accessToken })
    const headers = { ...init.headers, cookie: page.cookie }
    expect((await send('/authorize/sign-in', { ...init, headers })).status).toBe(303)
  })

  it('rebinding: under another host name there is no page', async () => {
    const { send, app } = createSite()
    const path = authorizePath(await register(send))
    for (const host of ['evil.example', 'localhost.evil.example', 'user@localhost:7000']) {
      expect((await app.request(`http://localhost:7000${path}`, { headers: { host } })).status).toBe(403)
    }
  })

  it('framing: forbidden twice; no script may run, nothing is kept, no referrer leaves', async () => {
    const { send } = createSite()
    const { response, text } = await openPage(send, authorizePath(await register(send)))
    const { headers } = response
    const policy = headers.get('content-security-policy') as string
    const style = /<style>([\s\S]*)<\/style>/.exec(text)?.[1] as string
    const hash = createHash('sha256').update(style).digest('base64')
    expect(policy).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; form-action 'self' http://127.0.0.1:41999; frame-ancestors 'none'; base-uri 'none'`,
    )
    expect(headers.get('x-frame-options')).toBe('DENY')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('referrer-policy')).toBe('same-origin')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('access-control-allow-origin')).toBeNull()
    expect(text).not.toMatch(/<script|javascript:|\son\w+=/i)
  })

  it('the cookie is out of reach for scripts, other sites and, over https, other hosts of the domain', async () => {
    const secure = createSite({ baseUrl: 'https://tools.example.com' })
    const client = await register(secure.send)
    const path = authorizePath(client, { resource: 'https://tools.example.com/mcp' })
    const cookies = (await secure.send(path)).headers.getSetCookie()
    expect(cookies).toHaveLength(1)
    expect(cookies[0]).toMatch(
      /^__Host-cloudways-login-[\w-]{16}=[\w-]{43}; Max-Age=300; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    )
    const local = createSite()
    const { response } = await openPage(local.send, authorizePath(await register(local.send)))
    expect(response.headers.getSetCookie()[0]).toMatch(/; Path=\/authorize; HttpOnly; SameSite=Lax$/)
  })

  it('XSS: markup in the name, state, redirect URI, email and scope stays text', async () => {
    const { send } = createSite()
    const evil = `"><script>alert(1)</script><img src=x onerror='alert(1)'>`
    const client = await register(send, {
      client_name: evil,
      redirect_uris: [`https://client.example/cb?a='onload=alert(1)&b=%22%3E%3Cscript%3E`],
    })
    const page = await openPage(send, authorizePath(client, { state: evil }))
    const again = await submit(send, page, { email: evil, api_key: evil, access_token: evil, scope: evil })
    const locked = await send(
      `/authorize?client_id=${encodeURIComponent(evil)}&redirect_uri=${encodeURIComponent(evil)}`,
    )
    for (const text of [page.text, await again.text(), await locked.text()]) {
      expect(text).not.toMatch(/<script|<img|onload='|javascript:/i)
    }
    expect(page.text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
  })

  it('XSS: the page that opens an app carries code and state as text', async () => {
    const { send, sandbox } = createSite()
    const client = await register(send, {
      redirect_uris: ["com.example.app:/cb?x='onclick='"],
      client_name: '"><b>',
    })
    const page = await openPage(send, authorizePath(client, { state: '"><script>' }))
    const text = await (await submit(send, page, { access_token: sandbox.credentials.accessToken })).text()
    expect(text).not.toMatch(/<script|<b>|"><b/i)
    expect(text).toContain('You are signed in')
  })

  it('header injection: a line break in the state stays in the query', async () => {
    const { send } = createSite()
    const page = await openPage(send, authorizePath(await register(send), { state: 'a\r\nset-cookie: b=c' }))
    const response = await submit(send, page, { action: 'cancel' })
    expect(response.headers.getSetCookie()).toEqual([])
    expect(answerOf(response).get('state')).toBe('a\r\nset-cookie: b=c')
  })

  it('an old page: after five minutes there is a new start instead', async () => {
    const { send, sandbox, advance } = createSite()
    const page = await openPage(send, authorizePath(await register(send)))
    advance(300)
    const response = await submit(send, page, { access_token: sandbox.credentials.accessToken })
    expect(response.status).toBe(400)
    const text = await response.text()
    const again = /href="(http[^"]+)"/.exec(text)?.[1]?.replaceAll('&amp;', '&') as string
    expect(text).toContain('Start again')
    expect((await openPage(send, again)).ticket).toBeTruthy()
    expect(sandbox.requests).toEqual([])
  })
})
