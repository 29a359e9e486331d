/** Each attack is a test with its name. */
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { fernet } from '../../../src/crypto/index.ts'
import { memoryStorage } from '../../../src/storage/index.ts'
import {
  answerOf,
  authorizePath,
  base,
  callTool,
  createSite,
  formBody,
  getCode,
  jsonBody,
  openPage,
  pkce,
  register,
  signIn,
  submit,
  tokenForm,
} from './support.ts'

const errorOf = async (response: Response) => ((await response.json()) as { error: string }).error

describe('the code', () => {
  it('replay: a second use is refused and ends the token of the first', async () => {
    const { send, sandbox, events } = createSite()
    const { client, code, token } = await signIn(send, { access_token: sandbox.credentials.accessToken })
    const replay = await send('/token', tokenForm(client, code))
    expect([replay.status, await errorOf(replay)]).toEqual([400, 'invalid_grant'])
    expect((await callTool(send, token, 'ping')).status).toBe(401)
    expect(events).toContainEqual(expect.objectContaining({ type: 'revoked', reason: 'code used twice' }))
  })

  it('parallel replay: of 20 simultaneous uses one gets a token, and none keeps it', async () => {
    const { send, sandbox } = createSite()
    const { client, code } = await getCode(send, { access_token: sandbox.credentials.accessToken })
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => send('/token', tokenForm(client, code))),
    )
    const good = answers.filter((answer) => answer.status === 200)
    expect(good).toHaveLength(1)
    const { access_token } = (await good[0]!.json()) as { access_token: string }
    expect((await callTool(send, access_token, 'ping')).status).toBe(401)
  })

  it.each([
    ['missing', ''],
    ['of another login', pkce().verifier],
    ['too short', 'a'.repeat(42)],
    ['too long', 'a'.repeat(129)],
    ['with foreign characters', `${'a'.repeat(43)}!`],
  ])('verifier %s: no token', async (_, code_verifier) => {
    const { send, sandbox } = createSite()
    const { client, code } = await getCode(send, { access_token: sandbox.credentials.accessToken })
    const answer = await send('/token', tokenForm(client, code, { code_verifier }))
    expect(answer.status).toBe(400)
    expect(await answer.text()).not.toContain('access_token')
  })

  it('wrong verifier: the code is used up, so there is one guess', async () => {
    const { send, sandbox } = createSite()
    const { client, code } = await getCode(send, { access_token: sandbox.credentials.accessToken })
    await send('/token', tokenForm(client, code, { code_verifier: pkce().verifier }))
    expect((await send('/token', tokenForm(client, code))).status).toBe(400)
  })

  it('the challenge as verifier (plain in disguise): no token', async () => {
    const { send, sandbox } = createSite()
    const { client, code } = await getCode(send, { access_token: sandbox.credentials.accessToken })
    expect((await send('/token', tokenForm(client, code, { code_verifier: client.challenge }))).status).toBe(
      400,
    )
  })

  it('foreign client: another client with code and verifier gets nothing', async () => {
    const { send, sandbox } = createSite()
    const { client, code } = await getCode(send, { access_token: sandbox.credentials.accessToken })
    const thief = await register(send, { client_name: 'Thief' })
    const answer = await send('/token', tokenForm({ ...client, id: thief.id }, code))
    expect([answer.status, await errorOf(answer)]).toEqual([400, 'invalid_grant'])
  })

  it('unknown client: 401 invalid_client, so that a client registers anew', async () => {
    const { send, sandbox } = createSite()
    const { client, code } = await getCode(send, { access_token: sandbox.credentials.accessToken })
    for (const id of ['nobody', `${client.id.slice(0, -6)}AAAAA=`, 'a'.repeat(7000)]) {
      const answer = await send('/token', tokenForm({ ...client, id }, code))
      expect([answer.status, await errorOf(answer)]).toEqual([401, 'invalid_client'])
    }
    expect((await send('/token', tokenForm(client, code))).status).toBe(200)
  })

  it('foreign redirect_uri at the token endpoint: no token', async () => {
    const { send, sandbox } = createSite()
    const client = await register(send, { redirect_uris: ['https://a.example/cb', 'https://b.example/cb'] })
    const { code } = await getCode(send, { access_token: sandbox.credentials.accessToken }, client)
    const answer = await send('/token', tokenForm(client, code, { redirect_uri: 'https://b.example/cb' }))
    expect([answer.status, await errorOf(answer)]).toEqual([400, 'invalid_grant'])
  })

  it('wrong resource at the token endpoint: invalid_target', async () => {
    const { send, sandbox } = createSite()
    const { client, code } = await getCode(send, { access_token: sandbox.credentials.accessToken })
    const answer = await send(
      '/token',
      tokenForm(client, code, { resource: 'https://elsewhere.example/mcp' }),
    )
    expect([answer.status, await errorOf(answer)]).toEqual([400, 'invalid_target'])
  })

  it('late: after 60 seconds a code is worth nothing', async () => {
    const { send, sandbox, advance } = createSite()
    const { client, code } = await getCode(send, { access_token: sandbox.credentials.accessToken })
    advance(60)
    expect((await send('/token', tokenForm(client, code))).status).toBe(400)
  })

  it('as a bearer, and a bearer as a code: nothing', async () => {
    const { send, sandbox } = createSite()
    const { client, code } = await getCode(send, { access_token: sandbox.credentials.accessToken })
    expect((await callTool(send, code, 'ping')).status).toBe(401)
    const { token } = await signIn(send, { access_token: sandbox.credentials.accessToken })
    expect((await send('/token', tokenForm(client, token))).status).toBe(400)
  })
})

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

  it.each(wrong)('%s: refused at the redirect URI, with state and iss', async (_, extra, error) => {
    const { send } = createSite()
    const response = await send(authorizePath(await register(send), extra))
    expect(response.status).toBe(302)
    const answer = answerOf(response)
    expect([answer.get('error'), answer.get('state'), answer.get('iss'), answer.has('code')]).toEqual([
      error,
      'the state',
      base,
      false,
    ])
  })

  it('a resource beside the right one is refused, the right one twice is not', async () => {
    const { send } = createSite()
    const path = authorizePath(await register(send))
    expect((await send(`${path}&resource=https://elsewhere.example/mcp`)).status).toBe(302)
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
    // The attacker's secret under the victim's name.
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

describe('the bearer', () => {
  it('unknown, malformed, altered, revoked and expired answer alike', async () => {
    const { send, sandbox, advance } = createSite()
    const one = await signIn(send, { access_token: sandbox.credentials.accessToken })
    await send('/revoke', formBody({ token: one.token }))
    const two = await signIn(send, { access_token: sandbox.credentials.accessToken })
    advance(3600)
    const altered = `cwt_${'A'.repeat(43)}${two.token.slice(47)}`
    const answers = await Promise.all(
      [one.token, two.token, altered, 'junk', 'a b', 'x'.repeat(5000)].map(async (token) => {
        const response = await callTool(send, token, 'ping')
        return [response.status, response.headers.get('www-authenticate'), await response.text()]
      }),
    )
    for (const answer of answers) expect(answer).toEqual(answers[0])
    expect(answers[0]?.[0]).toBe(401)
    expect(answers[0]?.[1]).toContain('error="invalid_token"')
  })

  it('no token, or another scheme: 401 without an error', async () => {
    const { send } = createSite()
    const basic = await send('/mcp', { method: 'POST', headers: { authorization: 'Basic YTpi' } })
    for (const response of [await send('/mcp', { method: 'POST' }), basic]) {
      expect(response.status).toBe(401)
      expect(response.headers.get('www-authenticate')).not.toContain('error')
    }
  })

  it('in the query: refused, though it is right', async () => {
    const { send, sandbox } = createSite()
    const { token } = await signIn(send, { access_token: sandbox.credentials.accessToken })
    const path = `/mcp?access_token=${encodeURIComponent(token)}`
    const bare = await send(path, { method: 'POST' })
    const both = await send(path, { method: 'POST', headers: { authorization: `Bearer ${token}` } })
    expect([bare.status, both.status]).toEqual([400, 400])
    expect(bare.headers.get('www-authenticate')).toContain('error="invalid_request"')
  })

  it('the Cloudways token itself is no bearer here', async () => {
    const { send, sandbox } = createSite()
    expect((await callTool(send, sandbox.credentials.accessToken, 'ping')).status).toBe(401)
  })

  it('a token of a server with another URL on the same storage: 401', async () => {
    const storage = memoryStorage()
    const cipher = fernet('A'.repeat(43).concat('='))
    const one = createSite({ storage, crypto: cipher })
    const two = createSite({ storage, crypto: cipher, baseUrl: 'http://localhost:7001' })
    const { token } = await signIn(one.send, { access_token: one.sandbox.credentials.accessToken })
    expect((await callTool(one.send, token, 'ping')).status).toBe(200)
    expect((await callTool(two.send, token, 'ping')).status).toBe(401)
  })

  it('a missing scope: 403 that names what to ask for, with what is there', async () => {
    const { send, sandbox } = createSite()
    const { token } = await signIn(send, { access_token: sandbox.credentials.accessToken, scope: '' })
    expect((await callTool(send, token, 'list_servers')).status).toBe(200)
    const [server] = sandbox.state.servers
    const response = await callTool(send, token, 'restart_server', { server_id: server?.id })
    expect([response.status, await errorOf(response)]).toEqual([403, 'insufficient_scope'])
    const challenge = response.headers.get('www-authenticate') as string
    expect(challenge).toContain('error="insufficient_scope"')
    expect(challenge).toContain('scope="cloudways:read cloudways:write"')
    expect(challenge).toContain(`resource_metadata="${base}/.well-known/oauth-protected-resource/mcp"`)
    expect(sandbox.mutations).toEqual([])
  })

  it('a forbidden call hidden in a batch: the whole batch is refused', async () => {
    const { auth, send, sandbox } = createSite()
    const { token } = await signIn(send, { access_token: sandbox.credentials.accessToken })
    const session = await auth.authenticate(
      new Request(`${base}/mcp`, { headers: { authorization: `bearer   ${token}` } }),
    )
    if (session instanceof Response) throw new Error('no session')
    const tools = { look: { risk: 'read' }, drop: { risk: 'destructive', alias: 'server_drop' } } as const
    const call = (name: unknown) => ({ method: 'tools/call', params: { name } })
    expect(auth.requireToolScopes(session, [call('look'), call('nothing'), null, 7], tools)).toBeUndefined()
    expect(auth.requireToolScopes(session, call('constructor'), tools)).toBeUndefined()
    expect(auth.requireToolScopes(session, [call('look'), call('drop')], tools)?.status).toBe(403)
    expect(auth.requireToolScopes(session, call('server_drop'), tools)?.status).toBe(403)
  })
})

describe('malformed and oversized requests', () => {
  it('registration: too large, no JSON, no object, wrong lists', async () => {
    const { send } = createSite()
    const json = { 'content-type': 'application/json' }
    const post = (body: string, headers: Record<string, string> = json) =>
      send('/register', { method: 'POST', headers, body })
    expect((await post('x'.repeat(17_000))).status).toBe(413)
    for (const body of [
      '',
      '{',
      '[]',
      'null',
      '"x"',
      '{}',
      '{"redirect_uris":[]}',
      '{"redirect_uris":[7]}',
    ]) {
      expect((await post(body)).status).toBe(400)
    }
    expect(
      (await post('{"redirect_uris":["https://a.example/"]}', { 'content-type': 'text/plain' })).status,
    ).toBe(400)
    const many = Array.from({ length: 11 }, (_, index) => `https://a.example/${index}`)
    expect((await send('/register', jsonBody({ redirect_uris: many }))).status).toBe(400)
    const long = Array.from({ length: 3 }, (_, index) => `https://a.example/${'x'.repeat(900)}${index}`)
    expect((await send('/register', jsonBody({ redirect_uris: long }))).status).toBe(400)
    const half = await send(
      '/register',
      jsonBody({ redirect_uris: ['https://a.example/'], client_name: 'x\ud800' }),
    )
    expect(half.status).toBe(201)
  })

  it('token and revoke: too large, no form, a parameter twice, nothing at all, a secret', async () => {
    const { send } = createSite()
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    for (const path of ['/token', '/revoke']) {
      const post = (body: string, headers: Record<string, string> = form) =>
        send(path, { method: 'POST', headers, body })
      expect((await post(`code=${'x'.repeat(17_000)}`)).status).toBe(413)
      expect((await post('code=1&code=2')).status).toBe(400)
      expect((await post('')).status).toBe(400)
      expect((await post('{}', { 'content-type': 'application/json' })).status).toBe(400)
      expect((await send(path)).status).toBe(405)
    }
    const basic = { ...form, authorization: 'Basic YTpi' }
    const answer = await send('/token', {
      method: 'POST',
      headers: basic,
      body: 'grant_type=authorization_code',
    })
    expect([answer.status, await errorOf(answer)]).toEqual([401, 'invalid_client'])
    const refresh = await send('/token', formBody({ grant_type: 'refresh_token', refresh_token: 'x' }))
    expect(await errorOf(refresh)).toBe('unsupported_grant_type')
  })

  it('authorize: too long a query, another method, the form sent as something else', async () => {
    const { send } = createSite()
    const client = await register(send)
    expect((await send(authorizePath(client, { state: 'x'.repeat(13_000) }))).status).toBe(400)
    expect((await send('/authorize', { method: 'POST' })).status).toBe(400)
    expect((await send('/authorize/sign-in')).status).toBe(400)
    expect((await send('/authorize/sign-in', jsonBody({}))).status).toBe(400)
    const page = await openPage(send, authorizePath(client))
    expect((await submit(send, page, { access_token: 'x'.repeat(40_000) })).status).toBe(413)
  })

  it.each([
    ['no token', {}],
    ['a text that is no token', { access_token: 'password' }],
    ['half a token', { access_token: 'cw_12' }],
    ['a token with a line break', { access_token: 'cw_12345678\r\nx: y' }],
    ['no email', { api_key: 'abcdefgh12345678' }],
    ['no address', { email: 'owner@', api_key: 'abcdefgh12345678' }],
    ['no key', { email: 'owner@example.com' }],
    ['a token as key', { email: 'owner@example.com', api_key: 'cw_1234567890' }],
  ])('credentials that cannot be any (%s): nothing is sent, and it is no attempt', async (_, fields) => {
    const { send, sandbox } = createSite({ maxAttemptsPerSession: 1 })
    const page = await openPage(send, authorizePath(await register(send)))
    for (let count = 0; count < 3; count++) {
      const response = await submit(send, page, fields as Record<string, string>)
      expect(response.status).toBe(422)
      expect(await response.text()).toContain('role="alert"')
    }
    expect(sandbox.requests).toEqual([])
  })

  it('what was typed stays in the form, but for secrets', async () => {
    const { send } = createSite()
    const page = await openPage(send, authorizePath(await register(send)))
    const fields = {
      email: 'someone@example.com',
      api_key: 'the-secret-key-1',
      scope: 'cloudways:destructive',
    }
    const text = await (await submit(send, page, fields)).text()
    expect(text).toContain('value="someone@example.com"')
    expect(text).toContain('value="cloudways:destructive" checked')
    expect(text).not.toContain('the-secret-key-1')
    expect(text).toContain('<details open>')
  })
})
