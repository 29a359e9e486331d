/** The sign-in of stdio where the client can't ask: the command opens a browser, or says the address. */
import { Client } from '@modelcontextprotocol/client'
import { expect, it } from 'vitest'
import { signInAt, submit, visit } from '../server/local/person.ts'
import { until } from './run.ts'
import { stdioServer } from './run-here.ts'
import { serversIn, textOf, useStdio } from './stdio-client.ts'

const { sandbox, ends, environment, token, connect, browser } = useStdio()

it('opens the browser for any other client, and reports progress meanwhile', async () => {
  const { env, url } = browser()
  const session = await connect({ ...env, AUTH_POLL_INTERVAL: '0.1' })
  const progress: { progress: number; message?: string }[] = []
  const call = session.call('list_servers', {}, { onprogress: (one: never) => progress.push(one) })
  const shown = await until(url)
  await until(() => progress.length >= 3)
  const page = await visit(shown)
  expect(page.text).toContain('Connect Test Agent to your Cloudways account')
  expect(page.text).toContain('This page comes from your own computer.')
  expect(page.text).toContain('in the memory of the server that Test Agent started')
  const last = await submit(page, token())
  expect(last.status).toBe(200)
  expect(await last.text()).toContain('Test Agent is connected. You may close this page.')
  expect(serversIn(await call)).toHaveLength(3)
  expect(progress[0]?.message).toBe(`Waiting for the sign-in to Cloudways at ${shown}`)
  const times = progress.map((one) => one.progress)
  expect(times).toEqual([...times].sort((a, b) => a - b))
  expect(url()).toBe(shown)
})

it('takes email and API key, and keeps the one-hour token in their place', async () => {
  const { env, url } = browser()
  const session = await connect(env)
  const call = session.call('customer_info')
  const { email, apiKey } = sandbox.credentials
  expect((await signInAt(await until(url), { email, api_key: apiKey })).status).toBe(200)
  expect((await call).structuredContent).toMatchObject({ credential: 'access_token' })
})

it('says the address where no browser can be shown; the page waits, and a later call goes on', async () => {
  const session = await connect()
  const text = textOf(await session.call('list_servers'))
  const url = /http:\S+/.exec(text)?.[0] as string
  expect(text).toBe(
    `There are no Cloudways credentials. A person has to act: open ${url} in a browser on this computer within 300 seconds and sign in; then call again. Or set CLOUDWAYS_ACCESS_TOKEN in the environment of this server: access tokens are made at https://platform.cloudways.com/api.`,
  )
  expect(textOf(await session.call('list_servers'))).toBe(text)
  // stderr is another pipe, so its text may come after the answer.
  await until(() => session.stderr().includes(`sign in to Cloudways at ${url}`))
  await signInAt(url, token())
  expect(serversIn(await session.call('list_servers'))).toHaveLength(3)
})

it('does the same when the browser cannot be started, fails, or runs where nobody looks', async () => {
  const places: Record<string, string>[] = [
    { BROWSER: '/no/such/browser' },
    { BROWSER: '/bin/false' },
    { BROWSER: 'none' },
    { CI: 'true', BROWSER: '/bin/true' },
  ]
  const sessions = await Promise.all(places.map((env) => connect(env)))
  for (const session of sessions) {
    expect(textOf(await session.call('list_servers'))).toMatch(/^There are no Cloudways credentials\./)
  }
})

it('lets no credential out: not on stderr at DEBUG, not in an answer, not on the page', async () => {
  const { env, url } = browser()
  const session = await connect({ ...env, LOG_LEVEL: 'DEBUG' })
  const call = session.call('customer_info')
  const page = await visit(await until(url))
  const again = await submit(page, { access_token: 'cw_canary_that_is_wrong' })
  const { email, apiKey } = sandbox.credentials
  const key = await submit(page, { email, api_key: `${apiKey}x` })
  const texts = [page.text, await again.text(), await key.text(), await (await submit(page, token())).text()]
  texts.push(JSON.stringify(await call), JSON.stringify(await session.call('list_servers')))
  await until(() => session.stderr().includes('event=sign_in'))
  await session.client.close()
  texts.push(session.stderr())
  for (const text of texts) {
    for (const secret of ['cw_canary_that_is_wrong', apiKey, ...sandbox.secrets]) {
      expect(text).not.toContain(secret)
    }
  }
  expect(session.stderr()).toContain('event=sign_in')
  expect(session.stderr()).not.toContain(email)
  expect(session.errors).toEqual([])
})

it('opens the browser for a client of 2026-07-28', async () => {
  const { env, url } = browser()
  const client = new Client(
    { name: 'test', version: '1' },
    { capabilities: { elicitation: { url: {} } }, versionNegotiation: { mode: { pin: '2026-07-28' } } },
  )
  ends.push(() => client.close())
  await client.connect(stdioServer(['stdio'], environment(env)).transport)
  const call = client.callTool({ name: 'list_servers', arguments: {} })
  await signInAt(await until(url), token())
  expect((await call).structuredContent).toHaveProperty('servers')
})
