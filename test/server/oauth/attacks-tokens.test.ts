import { describe, expect, it } from 'vitest'
import { fernet } from '../../../src/crypto/index.ts'
import { memoryStorage } from '../../../src/storage/index.ts'
import {
  base,
  callTool,
  createSite,
  formBody,
  getCode,
  pkce,
  register,
  signIn,
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

  it('a missing scope for the tool behind a resource or a completion: 403 too', async () => {
    const { auth, send, sandbox } = createSite()
    const { token } = await signIn(send, { access_token: sandbox.credentials.accessToken })
    const session = await auth.authenticate(
      new Request(`${base}/mcp`, { headers: { authorization: `Bearer ${token}` } }),
    )
    if (session instanceof Response) throw new Error('no session')
    const blind = { ...session, scopes: ['cloudways:write'] as const }
    const tools = { get_server_details: { risk: 'read' }, list_apps: { risk: 'read' } } as const
    const ask = (method: string, params: object = {}) =>
      auth.requireToolScopes(blind, { method, params }, tools)?.status
    expect(ask('resources/read', { uri: 'cloudways://default/servers/70011' })).toBe(403)
    expect(ask('resources/list')).toBe(403)
    expect(ask('completion/complete')).toBe(403)
    expect(ask('resources/read', { uri: 'cloudways://reference/tools' })).toBeUndefined()
    expect(ask('prompts/list')).toBeUndefined()
    expect(auth.requireToolScopes(session, { method: 'resources/list' }, tools)).toBeUndefined()
  })

  it('a forbidden call hidden in a batch: the whole batch is refused', async () => {
    const { auth, send, sandbox } = createSite()
    const { token } = await signIn(send, { access_token: sandbox.credentials.accessToken })
    const session = await auth.authenticate(
      new Request(`${base}/mcp`, { headers: { authorization: `bearer   ${token}` } }),
    )
    if (session instanceof Response) throw new Error('no session')
    const tools = { look: { risk: 'read' }, drop: { risk: 'destructive', aliases: ['server_drop'] } } as const
    const call = (name: unknown) => ({ method: 'tools/call', params: { name } })
    expect(auth.requireToolScopes(session, [call('look'), call('nothing'), null, 7], tools)).toBeUndefined()
    expect(auth.requireToolScopes(session, call('constructor'), tools)).toBeUndefined()
    expect(auth.requireToolScopes(session, [call('look'), call('drop')], tools)?.status).toBe(403)
    expect(auth.requireToolScopes(session, call('server_drop'), tools)?.status).toBe(403)
  })
})
