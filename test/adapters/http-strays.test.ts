import { createMcpHandler } from 'cloudways-tools/mcp'
import { describe, expect, it } from 'vitest'
import { callOf, post, refusal } from './http-support.ts'
import { onSandbox } from './support.ts'

const secret = 'canary0123456789'
const token = `cw_${secret}`
const long = `cw_${secret}${secret}`
const basic = (text: string) => `Basic ${btoa(text)}`

/** A server with an account of its own, on which nothing of the request may run. */
async function refused(headers: Record<string, string>, options: object = {}) {
  const { cloudways, sandbox } = onSandbox()
  const handler = createMcpHandler({ cloudways, ...options })
  const { status, message } = await refusal(await handler(post(headers)))
  expect(sandbox.requests).toEqual([])
  expect(message).not.toContain(secret)
  return `${status} ${message}`
}

describe('credentials that are not understood never run on the account of the server', () => {
  it.each<[string, string, string]>([
    ['x-access-token', token, 'x-cloudways-access-token'],
    ['x-access-token', 'no-token-at-all', 'x-cloudways-access-token'],
    ['access-token', token, 'x-cloudways-access-token'],
    ['x-mcp-host', 'claude', 'Leave it out'],
    ['x-cw-email', 'me@agency.example', 'x-cloudways-email with x-cloudways-api-key'],
    ['x-cw-api-key', secret, 'x-cloudways-email with x-cloudways-api-key'],
    ['x-cloudways-acces-token', token, 'Send x-cloudways-access-token.'],
    ['x-cloudways-token', token, 'Send x-cloudways-access-token.'],
    ['cloudways-access-token', token, 'Send x-cloudways-access-token.'],
    ['x_cloudways_access_token', token, 'Send x-cloudways-access-token.'],
    ['x-cloudways-apikey', secret, 'x-cloudways-api-key'],
    ['x-cloudways-mail', 'me@agency.example', 'x-cloudways-email'],
    ['x-cloudways-account', 'two', 'x-cloudways-access-token, or x-cloudways-email'],
    ['x-api-key', token, 'Send x-cloudways-access-token.'],
    ['proxy-authorization', `Bearer ${token}`, 'Send x-cloudways-access-token.'],
    ['x-auth', `Token token="${token}"`, 'Send x-cloudways-access-token.'],
    ['api-key', `"${token}"`, 'Send x-cloudways-access-token.'],
    ['cookie', `theme=dark; session=${token}`, 'Send x-cloudways-access-token.'],
    ['x-token', `cwt_${secret}`, 'Authorization: Bearer'],
    ['x-context', JSON.stringify({ user: 1, token: long }), 'Send x-cloudways-access-token.'],
    ['x-tokens', `first, ${long}`, 'Send x-cloudways-access-token.'],
    ['referer', `https://chat.example/?t=${long}`, 'Send x-cloudways-access-token.'],
    [token, '1', 'Send x-cloudways-access-token.'],
  ])('%s: %s', async (name, value, right) => {
    const answer = await refused({ [name]: value })
    expect(answer).toMatch(/^400 This server does not read (the header|one of the headers)/)
    expect(answer).toContain(right)
  })

  it.each<[string, string]>([
    [`Bearer ${token}`, 'Send x-cloudways-access-token: cw_... instead.'],
    [`bearer   ${token}`, 'Send x-cloudways-access-token: cw_... instead.'],
    [token, 'Send x-cloudways-access-token: cw_... instead.'],
    [`Token ${token}`, 'Send x-cloudways-access-token: cw_... instead.'],
    [basic(`${token}:`), 'Send x-cloudways-access-token: cw_... instead.'],
    [basic(`me@agency.example:${token}`), 'Send x-cloudways-access-token: cw_... instead.'],
    [`Bearer cwt_${secret}.${secret}`, 'This server takes no token of a sign-in.'],
  ])('Authorization: %s where nothing reads it', async (authorization, right) => {
    expect(await refused({ authorization })).toContain(`400 This server`)
    expect(await refused({ authorization })).toContain(right)
    // A check of one's own that does not know the request leaves it to the account of the server.
    expect(await refused({ authorization }, { authenticate: async () => undefined })).toContain(right)
    expect(await refused({ authorization }, { headerAuth: false })).toContain('switched off')
  })

  it.each<[Record<string, string>]>([
    [{ 'x-email': 'me@agency.example', 'x-api-key': `${secret}${secret}` }],
    [{ email: 'me@agency.example', api_key: `${secret}${secret}` }],
    [{ 'x-mail': 'me@agency.example', apikey: `${secret}${secret}` }],
    [{ authorization: basic(`me@agency.example:${secret}${secret}`) }],
  ])('email and key under other names: %j', async (headers) => {
    const answer = await refused(headers)
    expect(answer).toMatch(/^400 This server (does not read|reads no)/)
    expect(answer).toContain('Send x-cloudways-email with x-cloudways-api-key')
  })

  it('two accounts at once, in a header that is read and in one that is not', async () => {
    const headers = { 'x-cloudways-access-token': 'cw_another_account', authorization: `Bearer ${token}` }
    expect(await refused(headers)).toContain('400 This server reads no Cloudways token in Authorization.')
  })

  it('a token in the path', async () => {
    const { cloudways } = onSandbox()
    const handler = createMcpHandler({ cloudways })
    for (const path of [`mcp/${token}`, `${token}/mcp`, `mcp/%63w_${secret}`]) {
      const answer = await handler(post({}, callOf('ping'), `http://localhost/${path}`))
      expect((await refusal(answer)).message).toMatch(/^Credentials do not go into the URL/)
    }
  })

  it('leaves headers alone that hold no credentials of Cloudways', async () => {
    const { cloudways } = onSandbox()
    const handler = createMcpHandler({ cloudways })
    for (const headers of [
      { authorization: 'Bearer eyJhbGciOiJIUzI1NiJ9.e30.x' },
      { authorization: basic('me:password') },
      { cookie: 'cw_theme=dark; scw_x=1' },
      { 'x-request-id': 'scw_1', 'x-forwarded-for': '10.0.0.1', 'user-agent': 'cw/1.0' },
      { 'mcp-name': 'ping', 'x-api-key': 'of-the-gateway' },
      { 'x-forwarded-email': 'me@agency.example', 'x-forwarded-user': 'me@agency.example' },
      { 'x-forwarded-email': 'me@agency.example', 'x-api-key': `${secret}${secret}` },
      { 'x-email': 'me@agency.example', 'x-api-key': 'of-the-gateway' },
      { authorization: basic('me@agency.example:A password of mine!') },
      { 'user-agent': 'my-cw_tool/1.0 cw_ext', referer: 'https://chat.example/cw_theme' },
    ] as Record<string, string>[]) {
      expect([headers, (await handler(post(headers))).status]).toEqual([headers, 200])
    }
  })

  it('leaves a bearer token to a check of one’s own that takes it', async () => {
    const { cloudways, sandbox } = onSandbox()
    const { otherAccessToken: accessToken, otherEmail } = sandbox.credentials
    const authenticate = async () => ({ cloudways: cloudways.withCredentials({ accessToken }) })
    const handler = createMcpHandler({ cloudways, authenticate })
    expect((await handler(post({ authorization: `Bearer ${accessToken}` }))).status).toBe(200)
    expect(sandbox.requests.at(-1)?.account).toBe(otherEmail)
  })
})
