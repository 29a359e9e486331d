import { inspect } from 'node:util'
import { type CloudwaysError, errorText } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import {
  type Answer,
  failure,
  json,
  reset,
  startUpstream,
  text,
  token,
  toolkit,
} from '../support/upstream.ts'

const apiKey = 'canary-api-key-0123456789abcdef'
const exchanged = 'canary-exchanged-fedcba9876543210'
const canaries = [token, apiKey, exchanged, 'canary-password-77']
const restart = 'POST /server/restart'

/** Every way in which an error reaches a model, a log or a debugger. */
const faces = (error: CloudwaysError) =>
  [errorText(error), JSON.stringify(error), error.stack, inspect(error, { depth: 10 })].join('\n')

const hostileCharacters = /[\p{Cc}\p{Cf}\u2028\u2029]/u

const words = (secret: string) =>
  `\u0007bad \u202etoken\u200b\r\n${secret}\u001b[31m "password": "canary-password-77" ${'x'.repeat(150)}${secret}`
const long = (secret: string) =>
  `${'y'.repeat(20)} ${'word '.repeat(34)}${secret}${secret} ${'z '.repeat(60_000)}`

const shapes: [string, (words: string) => Answer][] = [
  ['a refusal with 200', (message) => json({ status: false, message })],
  ['422 with a message', (message) => json({ status: false, message }, 422)],
  [
    '422 by field, named by the platform',
    (message) => json({ [message]: [{ message }], other: [message] }, 422),
  ],
  [
    '422 of a busy server',
    (message) =>
      json({ message, operation: { id: message, type: message, estimated_time_remaining: '2' } }, 422),
  ],
  ['403', (message) => json({ message }, 403)],
  ['401', (message) => json({ message }, 401)],
  ['400', (error_description) => json({ error: 'x', error_description }, 400)],
  ['500', (message) => json({ message }, 500)],
  ['HTML', (message) => text(`<p>${message}</p>`)],
  [
    'a failed operation',
    (message) => json({ status: true, operation: { id: 7, type: message, is_completed: '-1', message } }),
  ],
  [
    'an operation whose status is a failure',
    (message) => json({ operation: { id: message, type: message, status: `failed ${message}` } }),
  ],
]

describe('what the platform says in an error, hostile as it may be', () => {
  const tellings: [string, (secret: string) => string][] = [
    ['with control characters', words],
    ['at great length', long],
  ]
  const cases = shapes.flatMap(([shape, answer]) =>
    tellings.map(([how, tell]) => ({ shape, how, answer, tell })),
  )

  it.each(cases)('$shape, $how: no secret, one line, bounded', async ({ answer, tell }) => {
    for (const credentials of [{ accessToken: token }, { email: 'owner@example.com', apiKey }]) {
      const secret = 'apiKey' in credentials ? `${apiKey} ${exchanged}` : token
      const upstream = await startUpstream({
        [restart]: answer(tell(secret)),
        'POST /oauth/access_token': json({ access_token: exchanged }),
      })
      const cloudways = toolkit(upstream.url, { credentials })
      const error = (await failure(cloudways.call('restart_server', { server_id: 1 }))) as CloudwaysError
      for (const canary of canaries) expect(faces(error)).not.toContain(canary)
      // Nor the greater part of one, cut in the middle.
      expect(faces(error)).not.toMatch(/canaryaccess|canary-(api|exch)/)
      expect(errorText(error)).not.toMatch(hostileCharacters)
      expect(errorText(error).length).toBeLessThan(1000)
      expect(JSON.stringify(error).length).toBeLessThan(4000)
    }
  })

  it('does not reach the answer of an operation either', async () => {
    const row = { id: 7, type: 'restart', is_completed: '1', message: words(token) }
    const upstream = await startUpstream({ 'GET /operation/7': json({ operation: row }) })
    const answer = await toolkit(upstream.url).call('get_operation', { operation_id: 7 })
    expect(JSON.stringify(answer)).not.toContain(token)
    expect(answer.message).not.toMatch(hostileCharacters)
  })
})

describe('the credential', () => {
  it.each([
    ['a reset', reset],
    ['a 500', text('', 500)],
  ])('is in no error after %s', async (_, answer) => {
    const upstream = await startUpstream({ [restart]: answer })
    const error = await failure(toolkit(upstream.url).call('restart_server', { server_id: 1 }))
    expect(faces(error as CloudwaysError)).not.toContain(token)
  })

  it('does not follow a redirect', async () => {
    const thief = await startUpstream({})
    for (const status of [301, 302, 303, 307, 308]) {
      const answer = text('', status, { location: `${thief.url}/providers` })
      const upstream = await startUpstream({ 'GET /providers': answer, [restart]: answer })
      await failure(toolkit(upstream.url).call('get_available_providers', {}))
      await failure(toolkit(upstream.url).call('restart_server', { server_id: 1 }))
    }
    expect(thief.seen).toHaveLength(0)
  })

  it('is taken out of an answer that repeats it, as a value and as a key', async () => {
    const row = { id: 1, name: `mine ${token}`, [`${token}`]: { deep: [token] } }
    const upstream = await startUpstream({ 'GET /project': json({ projects: [row] }) })
    const answer = await toolkit(upstream.url).call('list_projects', {})
    expect(answer.projects[0]?.name).toBe('mine [hidden]')
    expect(JSON.stringify(answer)).not.toContain(token)
  })
})
