/** The sign-in of stdio through a client that can ask a person to open a page. */
import { expect, it } from 'vitest'
import { signInAt, submit, visit } from '../server/local/person.ts'
import { until } from './run.ts'
import { type Answer, serversIn, textOf, useStdio } from './stdio-client.ts'

const { sandbox, connect, signsIn, token } = useStdio()

it('asks through a client with URL elicitation, then goes on with the call', async () => {
  const session = await connect({}, signsIn)
  expect(serversIn(await session.call('list_servers'))).toHaveLength(3)
  expect(serversIn(await session.call('list_servers'))).toHaveLength(3)
  expect(session.asked).toEqual([
    {
      mode: 'url',
      elicitationId: expect.any(String),
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{43}$/),
      message: 'Sign in to Cloudways, so that the tools can work with your account.',
    },
  ])
  await until(() => session.completed.length > 0)
  expect(session.completed).toEqual([session.asked[0]?.elicitationId])
  expect(session.errors).toEqual([])
  // The page is closed after its use, and the call does not wait for that.
  const look = () => fetch(session.asked[0]?.url as string).catch(() => 'gone')
  await expect.poll(look).toBe('gone')
})

it('takes the question back when the person signs in without answering it', async () => {
  let withdrawn = false
  const session = await connect({}, (question) => {
    signsIn(question)
    return new Promise<Answer>(() => {})
  })
  session.client.fallbackNotificationHandler = async () => {}
  const onmessage = session.client.transport?.onmessage
  if (session.client.transport) {
    session.client.transport.onmessage = (message, extra) => {
      if ('method' in message && message.method === 'notifications/cancelled') withdrawn = true
      onmessage?.(message, extra)
    }
  }
  expect(serversIn(await session.call('list_servers'))).toHaveLength(3)
  await until(() => withdrawn)
})

it.each(['decline', 'cancel'] as const)('says that the person said no: %s', async (answer) => {
  const session = await connect({}, () => answer)
  expect(textOf(await session.call('list_servers'))).toBe(
    'The person declined to sign in to Cloudways. Nothing was sent. Do not call again before the person wants to sign in. Or set CLOUDWAYS_ACCESS_TOKEN in the environment of this server: access tokens are made at https://platform.cloudways.com/api.',
  )
  await expect(fetch(session.asked[0]?.url as string)).rejects.toThrow()
  expect(sandbox.requests).toEqual([])
})

it('ends when nobody comes', async () => {
  const session = await connect({ AUTH_SESSION_TIMEOUT: '1' }, () => 'accept')
  expect(textOf(await session.call('list_servers'))).toBe(
    'Nobody signed in to Cloudways within a second. Nothing was sent. A person has to act: call again, and sign in at the page that then opens. Or set CLOUDWAYS_ACCESS_TOKEN in the environment of this server: access tokens are made at https://platform.cloudways.com/api.',
  )
  await expect(fetch(session.asked[0]?.url as string)).rejects.toThrow()
})

it('ends after three wrong tokens, with a page that says so', async () => {
  const session = await connect({}, () => 'accept')
  const call = session.call('list_servers')
  const page = await visit((await until(() => session.asked[0])).url)
  const wrong = { access_token: 'cw_wrong_wrong_wrong' }
  for (const status of [422, 422]) expect((await submit(page, wrong)).status).toBe(status)
  const last = await submit(page, wrong)
  expect(last.status).toBe(429)
  expect(await last.text()).toContain('then try again from Test Agent. You may close this page.')
  expect(textOf(await call)).toMatch(/^The sign-in to Cloudways ended after too many wrong credentials\./)
})

it('opens one page for any number of simultaneous calls', async () => {
  const session = await connect({}, () => 'accept')
  const calls = Array.from({ length: 20 }, () => session.call('list_servers'))
  await signInAt((await until(() => session.asked[0])).url, token())
  for (const result of await Promise.all(calls)) expect(serversIn(result)).toHaveLength(3)
  expect(session.asked).toHaveLength(1)
})

it('lets one call be cancelled without ending the sign-in for the others', async () => {
  const session = await connect({}, () => 'accept')
  const stop = new AbortController()
  const gone = session.call('list_servers', {}, { signal: stop.signal })
  const stays = session.call('list_servers')
  const { url } = await until(() => session.asked[0])
  stop.abort('enough')
  await expect(gone).rejects.toThrow('enough')
  await signInAt(url, token())
  expect(serversIn(await stays)).toHaveLength(3)
})

it('asks again when Cloudways does not accept the token any more', async () => {
  const session = await connect({}, signsIn)
  await session.call('list_servers')
  sandbox.revoke(sandbox.credentials.accessToken)
  expect(textOf(await session.call('list_servers'))).toMatch(
    /^Cloudways does not accept the token of the sign-in any more\. A person has to act: call again/,
  )
  sandbox.reset()
  expect(serversIn(await session.call('list_servers'))).toHaveLength(3)
  expect(session.asked).toHaveLength(2)
})

it('asks nobody when the sign-in is switched off, or for a call that is wrong', async () => {
  const off = await connect({ ENABLE_OAUTH_AUTH: 'false' }, () => 'accept')
  expect(textOf(await off.call('list_servers'))).toMatch(
    /^There are no Cloudways credentials\. A person has to act: the/,
  )
  const on = await connect({}, () => 'accept')
  expect(textOf(await on.call('restart_server', {}))).toMatch(/^restart_server: server_id: required\./)
  expect(textOf(await on.call('no_such_tool'))).toMatch(/^There is no tool no_such_tool/)
  expect([off.asked, on.asked]).toEqual([[], []])
})
