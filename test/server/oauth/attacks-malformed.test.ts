import { describe, expect, it } from 'vitest'
import { authorizePath, createSite, formBody, jsonBody, openPage, register, submit } from './support.ts'

const errorOf = async (response: Response) => ((await response.json()) as { error: string }).error

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
