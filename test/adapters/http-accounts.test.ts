import type { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { createMcpHandler } from 'cloudways-tools/mcp'
import { describe, expect, it } from 'vitest'
import { callOf, connect, listen, post, refusal } from './http-support.ts'
import { callWith, noCredentials, onSandbox } from './support.ts'

describe('accounts by header', () => {
  const labels = async (client: Client) => {
    const result = await callWith(client, 'list_servers', { fields: ['label'] })
    return (result.structuredContent as { servers: { label: string }[] }).servers.map(({ label }) => label)
  }

  it('keeps every request on its own account', async () => {
    const { cloudways, sandbox } = onSandbox({ credentials: undefined })
    const url = await listen(createMcpHandler({ cloudways }))
    const { credentials, state, otherState } = sandbox
    const one = await connect(url, { 'x-cloudways-access-token': credentials.accessToken })
    const two = await connect(url, { 'x-cloudways-access-token': credentials.otherAccessToken })
    const pair = await connect(url, {
      'x-cloudways-email': credentials.otherEmail,
      'x-cloudways-api-key': credentials.otherApiKey,
    })
    const none = await connect(url)
    const mine = state.servers.map(({ label }) => label)
    const others = otherState.servers.map(({ label }) => label)
    expect(mine).not.toEqual(others)
    for (let round = 0; round < 3; round++) {
      const answers = await Promise.all([one, two, pair, one].map(labels))
      expect(answers).toEqual([mine, others, others, mine])
      const nobody = await callWith(none, 'list_servers')
      expect(nobody).toEqual({ isError: true, content: [{ type: 'text', text: noCredentials }] })
    }
    expect(new Set(sandbox.requests.map(({ account }) => account).filter(Boolean))).toEqual(
      new Set([credentials.email, credentials.otherEmail]),
    )
  })

  it('finds the account of each own user by authenticate, and no other way', async () => {
    const { cloudways, sandbox } = onSandbox({ credentials: undefined })
    const { accessToken, otherAccessToken } = sandbox.credentials
    const tokens: Record<string, string> = { 'Bearer ann': accessToken, 'Bearer bob': otherAccessToken }
    const handler = createMcpHandler({
      cloudways,
      headerAuth: false,
      async authenticate({ headers }) {
        const token = tokens[headers.get('authorization') ?? '']
        if (!token) return new Response('Sign in.', { status: 401 })
        return { cloudways: cloudways.withCredentials({ accessToken: token }) }
      },
    })
    const url = await listen(handler)
    const ann = await connect(url, { authorization: 'Bearer ann' })
    const bob = await connect(url, { authorization: 'Bearer bob' })
    const both = [sandbox.state, sandbox.otherState].map(({ servers }) => servers.map(({ label }) => label))
    expect(await Promise.all([ann, bob].map(labels))).toEqual(both)
    const before = sandbox.requests.length
    expect((await handler(post())).status).toBe(401)
    expect((await handler(post({ authorization: 'Bearer eve' }))).status).toBe(401)
    expect((await handler(post({ 'x-cloudways-access-token': accessToken }))).status).toBe(403)
    expect(sandbox.requests.length).toBe(before)
  })

  it('uses the account of the server when a request brings none', async () => {
    const { cloudways, sandbox } = onSandbox()
    const client = await connect(await listen(createMcpHandler({ cloudways })))
    expect(await labels(client)).toEqual(sandbox.state.servers.map(({ label }) => label))
  })

  it('refuses both kinds at once, half a pair, and what cannot be a credential', async () => {
    const { cloudways, sandbox } = onSandbox()
    const handler = createMcpHandler({ cloudways })
    const token = { 'x-cloudways-access-token': 'cw_canary_token' }
    const email = { 'x-cloudways-email': 'a@example.com' }
    const key = { 'x-cloudways-api-key': 'key-of-a' }
    expect(await refusal(await handler(post({ ...token, ...email, ...key })))).toEqual({
      status: 400,
      message:
        'Two kinds of credentials came at once. Send x-cloudways-access-token, or x-cloudways-email with x-cloudways-api-key.',
    })
    expect(await refusal(await handler(post({ ...token, ...key })))).toMatchObject({ status: 400 })
    expect(await refusal(await handler(post(email)))).toEqual({
      status: 400,
      message:
        'Half of the credentials came: x-cloudways-api-key is missing. Send x-cloudways-email with x-cloudways-api-key, or x-cloudways-access-token alone.',
    })
    expect((await refusal(await handler(post(key)))).message).toContain('x-cloudways-email is missing')
    const empty = await refusal(await handler(post({ 'x-cloudways-access-token': '' })))
    expect(empty.status).toBe(400)
    expect(empty.message).toContain('x-cloudways-access-token: The access token is empty.')
    expect(sandbox.requests).toEqual([])
  })

  it('refuses credentials in headers when they are switched off', async () => {
    const { cloudways, sandbox } = onSandbox()
    const handler = createMcpHandler({ cloudways, headerAuth: false })
    expect(await refusal(await handler(post({ 'x-cloudways-access-token': 'cw_canary_token' })))).toEqual({
      status: 403,
      message: 'Credentials in headers are switched off on this server. Leave them out.',
    })
    expect(sandbox.requests).toEqual([])
    expect((await handler(post())).status).toBe(200)
  })

  it('refuses credentials in the query string', async () => {
    const { cloudways, sandbox } = onSandbox()
    const handler = createMcpHandler({ cloudways })
    for (const query of [
      'access_token=x',
      'X-Cloudways-API-Key=x',
      'a=1&b=cw_abc',
      'apikey=x',
      'a=Bearer%20cw_abc',
      'cw_abc',
    ]) {
      const answer = await handler(post({}, callOf('ping'), `http://localhost/mcp?${query}`))
      expect(await refusal(answer)).toEqual({
        status: 400,
        message:
          'Credentials do not go into the URL. Send x-cloudways-access-token, or x-cloudways-email with x-cloudways-api-key as headers.',
      })
    }
    expect(sandbox.requests).toEqual([])
    expect((await handler(post({}, callOf('ping'), 'http://localhost/mcp?trace=1'))).status).toBe(200)
  })
})
