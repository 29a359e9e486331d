/** Credentials at the wrong door: the refusal names the right one, and repeats nothing. */
import { createCloudways } from 'cloudways-tools'
import { fernet, generateKey } from 'cloudways-tools/crypto'
import { createSandbox } from 'cloudways-tools/sandbox'
import { type AuthEvent, createServer } from 'cloudways-tools/server'
import { describe, expect, it } from 'vitest'

const secret = 'canary0123456789'
const token = `cw_${secret}`
const basic = (text: string) => `Basic ${btoa(text)}`

/** A server with a sign-in. @returns the answer to a request with these headers. */
async function send(
  headers: Record<string, string>,
  { takesHeaders = true, path = '/mcp' }: { takesHeaders?: boolean; path?: string } = {},
) {
  const sandbox = createSandbox()
  const events: AuthEvent[] = []
  const cloudways = createCloudways({ ...sandbox.options, crypto: fernet(generateKey()) })
  const server = createServer({ cloudways, headers: takesHeaders, onEvent: (event) => events.push(event) })
  const url = `http://localhost:7000${path}`
  const answer = await server.fetch(new Request(url, { method: 'POST', body: '{}', headers }))
  const body = await answer.text()
  const challenge = answer.headers.get('www-authenticate') ?? ''
  expect(body + challenge + JSON.stringify(events)).not.toContain(secret)
  expect(sandbox.requests).toEqual([])
  return { status: answer.status, body, challenge, events }
}

describe('at a server with a sign-in', () => {
  it.each([`Bearer ${token}`, `bearer   "${token}"`, token, `Token ${token}`, basic(`${token}:`)])(
    'a token of Cloudways as Authorization: %s is told its own header, in body and challenge',
    async (authorization) => {
      const { status, body, challenge, events } = await send({ authorization })
      expect(status).toBe(401)
      const right = 'this is a token of Cloudways. Send it as x-cloudways-access-token: cw_... or sign in.'
      expect(JSON.parse(body).error_description).toContain(right)
      expect(challenge).toMatch(
        /^Bearer error="invalid_token", error_description="[^"]*cw_\.\.\. or sign in\./,
      )
      expect(challenge).toContain('resource_metadata=')
      expect(events).toMatchObject([{ type: 'token_refused', reason: 'a token of Cloudways as bearer' }])
    },
  )

  it('is not sent to a header that is switched off', async () => {
    const options = { takesHeaders: false }
    const bearer = await send({ authorization: `Bearer ${token}` }, options)
    expect(bearer.challenge).toContain('a token of Cloudways. Sign in.')
    for (const refused of [
      bearer,
      await send({}, options),
      await send({ authorization: basic('me@agency.example:key') }, options),
      await send({ 'x-cloudways-access-token': token }, options),
      await send({ 'x-access-token': token }, options),
      await send({}, { ...options, path: `/mcp?access_token=${token}` }),
    ]) {
      expect(refused.body).not.toContain('x-cloudways')
      expect(refused.body).toMatch(/[Ss]ign in|token of a sign-in/)
    }
  })

  it.each<[string, Record<string, string>, string]>([
    ['nothing', {}, 'Sign in, or send x-cloudways-access-token, or x-cloudways-email with'],
    ['another scheme', { authorization: basic('me@agency.example:key') }, 'Authorization takes Bearer and'],
    ['another scheme', { authorization: basic('me@agency.example:key') }, 'or x-cloudways-email with'],
    ['a header of another server', { 'x-access-token': token }, 'Send x-cloudways-access-token.'],
    ['a token of a sign-in', { 'x-cloudways-access-token': `cwt_${secret}` }, 'as Authorization: Bearer.'],
    ['a token of a sign-in as an API key', { 'x-api-key': `cwt_${secret}` }, 'as Authorization: Bearer.'],
  ])('%s is told the way in', async (_, headers, right) => {
    expect((await send(headers)).body).toContain(right)
  })

  it('credentials in the URL are told the headers', async () => {
    const { status, body } = await send({}, { path: `/mcp?access_token=${token}` })
    expect([status, body.includes('Send x-cloudways-access-token, or x-cloudways-email')]).toEqual([
      400,
      true,
    ])
  })
})
