/** A change that a person approves, end to end: the official client, `startServer`, and a browser with cookies. */
import { createSandbox } from 'cloudways-tools/sandbox'
import { createLogger, readConfig, startServer } from 'cloudways-tools/server'
import { afterEach, describe, expect, it } from 'vitest'
import type { OpenBrowser } from '../../../src/server/local/browser.ts'
import { freePort } from '../../support/redis.ts'
import { v1, v2 } from '../self-hosting/sdk-clients.ts'
import { callTool } from '../support.ts'
import { createBrowser } from './person.ts'
import { connectSignedIn, refused } from './signed-in.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function start(env: Record<string, string> = {}, login = true, openBrowser?: OpenBrowser) {
  const sandbox = createSandbox({ operationSeconds: 0 })
  const port = await freePort()
  const own = { PORT: String(port), AUTH_BASE_URL: `http://localhost:${port}`, WAIT_SECONDS: '0' }
  const config = readConfig({ ...own, ...env })
  const lines: string[] = []
  const logger = createLogger({ level: 'DEBUG', write: (line) => lines.push(line) })
  const server = await startServer({ config, sandbox, login, logger, openBrowser })
  closing.push(() => server.close())
  const [first] = sandbox.state.servers
  return { ...server, sandbox, lines, input: { server_id: String(first?.id) }, label: String(first?.label) }
}

async function connect(...args: Parameters<typeof connectSignedIn>) {
  const client = await connectSignedIn(...args)
  closing.push(() => client.close())
  return client
}

describe('a change that needs a person', () => {
  it.each([
    ['2025-11-25', v1],
    ['2026-07-28', v2({ mode: { pin: '2026-07-28' } })],
  ])(
    '%s: goes through once after the person signed in and approved, and then needs a new yes',
    async (_, make) => {
      const { url, sandbox, input, label, lines } = await start()
      const person = createBrowser()
      const own = { access_token: sandbox.credentials.accessToken }
      const client = await connect(url, person, own, make)
      const restart = () => client.call('restart_server', input)

      const first = await refused(restart())
      expect(first.text).toContain('restart_server')
      expect(first.link).not.toBe('')
      expect((await refused(restart())).link).toBe(first.link)
      const stranger = await createBrowser().get(first.link)
      expect(stranger.text).not.toContain(input.server_id)
      // The browser of the sign-in is not enough on localhost: its cookies go to every port.
      expect((await person.get(first.link)).text).not.toContain(label)
      const page = await person.signIn(first.link, own)
      expect(page.text).toContain(label)
      expect(page.text).toContain('<bdi class="host">Official Client</bdi>')
      expect(sandbox.mutations).toEqual([])

      const form = { ...page.hidden, action: 'approve' }
      expect((await person.post(first.link, form)).text).toContain('let it repeat the call')
      expect(sandbox.mutations).toEqual([])
      await restart()
      expect(sandbox.mutations.map(({ path }) => path)).toEqual(['/server/restart'])

      const third = await refused(restart())
      expect(third.link).not.toBe('')
      expect(third.link).not.toBe(first.link)
      expect((await person.post(first.link, form)).status).toBe(409)
      expect((await refused(restart())).link).toBe(third.link)
      expect(sandbox.mutations).toHaveLength(1)

      await person.decide(third.link, own, 'decline')
      expect((await refused(restart())).text).toContain('said no to exactly this')
      expect(sandbox.mutations).toHaveLength(1)
      const log = lines.join('\n')
      expect(log).toContain('/confirm/:id')
      for (const { link } of [first, third]) expect(log).not.toContain(link.split('/').at(-1))
    },
  )

  it('signed in with email and API key: these approve, the token in use is no hindrance', async () => {
    const { url, sandbox, input, label } = await start()
    const { email, apiKey } = sandbox.credentials
    const person = createBrowser()
    const client = await connect(url, person, { email, api_key: apiKey })
    const { link } = await refused(client.call('restart_server', input))
    expect((await person.signIn(link, { email, api_key: apiKey })).text).toContain(label)
    await person.decide(link, { email, api_key: apiKey }, 'approve')
    await client.call('restart_server', input)
    expect(sandbox.mutations).toHaveLength(1)
  })

  it('with credentials in headers: a fresh sign-in with the same ones approves, another account does not', async () => {
    const { url, sandbox, input, label } = await start()
    const { accessToken, otherAccessToken } = sandbox.credentials
    const headers = { 'x-cloudways-access-token': accessToken }
    const restart = async () => {
      const { isError, content } = await callTool(url, 'restart_server', input, headers)
      return { isError, text: content.map(({ text }) => text).join() }
    }
    const first = await restart()
    const link = /http:\S+\/confirm\/[\w-]{43}/.exec(first.text)?.[0] as string
    const stranger = await createBrowser().signIn(link, { access_token: otherAccessToken })
    expect(stranger.status).toBe(403)
    const person = createBrowser()
    expect((await person.signIn(link, { access_token: accessToken })).text).toContain(label)
    await person.decide(link, { access_token: accessToken }, 'approve')
    expect((await restart()).isError).toBeFalsy()
    expect(sandbox.mutations).toHaveLength(1)
  })

  it('opens in the browser of this computer, by an address that the model never reads', async () => {
    const opened: string[] = []
    const { url, sandbox, input, lines } = await start({}, true, async (address) => opened.push(address) > 0)
    const own = { access_token: sandbox.credentials.accessToken }
    const client = await connect(url, createBrowser(), own)
    const { text, link } = await refused(client.call('restart_server', input))
    const [address = ''] = opened
    expect(text).toContain('A page has opened in the browser of this computer')
    for (const told of [text, lines.join()]) expect(told).not.toContain(address.split('/').at(-1))
    const page = await createBrowser().get(address)
    await createBrowser().post(link, { ...page.hidden, action: 'approve' })
    await client.call('restart_server', input)
    expect(sandbox.mutations).toHaveLength(1)
  })

  it('on what is protected: the name is typed on the page', async () => {
    const { url, sandbox, input, label } = await start({ PROTECT: '*' })
    const person = createBrowser()
    const own = { access_token: sandbox.credentials.accessToken }
    const client = await connect(url, person, own)
    const { link } = await refused(client.call('restart_server', input))
    expect((await person.decide(link, own, 'approve', { typed: 'another' })).status).toBe(422)
    expect((await person.decide(link, own, 'approve', { typed: label })).status).toBe(200)
    await client.call('restart_server', input)
    expect(sandbox.mutations).toHaveLength(1)
  })

  it('without a sign-in there is no page: it is refused, with the ways to open one', async () => {
    const { url, sandbox, input } = await start({ ENABLE_OAUTH_AUTH: 'false' }, false)
    const { isError, content } = await callTool(url, 'restart_server', input)
    expect(isError).toBe(true)
    expect(content[0]?.text).not.toContain('/confirm/')
    expect(content[0]?.text).toContain('Nobody can be asked here')
    expect(sandbox.mutations).toEqual([])
  })
})

describe('passwords of an app', () => {
  it('are shown once to the person, and never to the model', async () => {
    const { url, sandbox, lines } = await start()
    const { email, apiKey, accessToken } = sandbox.credentials
    const person = createBrowser()
    const client = await connect(url, person, { email, api_key: apiKey })
    const [app] = sandbox.state.apps
    const ids = { server_id: String(app?.server_id), app_id: String(app?.id) }
    const answer = JSON.stringify(await client.call('get_app_credentials', ids))
    const link = /http:[^\s"]+\/secret\/[\w-]{43}/.exec(answer)?.[0] as string
    for (const secret of sandbox.secrets) expect(answer).not.toContain(secret)
    expect((await createBrowser().signIn(link, { access_token: accessToken })).status).toBe(403)
    const page = await person.decide(link, { email, api_key: apiKey }, 'show')
    expect(sandbox.secrets.some((secret) => page.text.includes(secret))).toBe(true)
    expect((await person.get(link)).status).toBe(404)
    expect(lines.join('\n')).toContain('/secret/:id')
    expect(lines.join('\n')).not.toContain(link.split('/').at(-1))
  })
})
