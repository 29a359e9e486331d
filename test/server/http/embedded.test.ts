/** The server inside somebody's own application, made from options alone. */
import { once } from 'node:events'
import { serve } from '@hono/node-server'
import { type AuditEvent, createCloudways } from 'cloudways-tools'
import { fernet, generateKey } from 'cloudways-tools/crypto'
import { createSandbox } from 'cloudways-tools/sandbox'
import { type AuthEvent, createServer, type Server } from 'cloudways-tools/server'
import { memoryStorage } from 'cloudways-tools/storage'
import { Hono } from 'hono'
import { expect, it, onTestFinished } from 'vitest'
import { freePort } from '../../support/redis.ts'
import { createBrowser } from '../approval/person.ts'
import { connectSignedIn, refused } from '../approval/signed-in.ts'

/** A listener that fails must cost nobody anything. */
const fail = (count: number) => {
  throw new Error(`listener, at event ${count}`)
}

/** What a stranger writes, on a sandbox. */
async function embed(mount: (app: Hono, server: Server) => void) {
  const sandbox = createSandbox({ operationSeconds: 0 })
  const audited: AuditEvent[] = []
  const events: AuthEvent[] = []
  const port = await freePort()
  const origin = `http://localhost:${port}`
  const cloudways = createCloudways({
    apiUrl: sandbox.url,
    fetch: sandbox.fetch,
    storage: memoryStorage(),
    crypto: fernet(generateKey()),
    confirmFallback: 'page',
    waitSeconds: 0,
    onAudit: async (event) => fail(audited.push(event)),
  })
  const server = createServer({
    cloudways,
    baseUrl: origin,
    onEvent: async (event) => fail(events.push(event)),
  })
  const app = new Hono()
  app.get('/shop', (c) => c.text('a page of the shop'))
  mount(app, server)
  const listener = serve({ fetch: app.fetch, port, hostname: 'localhost', overrideGlobalObjects: false })
  await once(listener, 'listening')
  onTestFinished(async () => {
    listener.close()
    await server.close()
  })
  return { sandbox, audited, events, origin }
}

it.each<[string, (app: Hono, server: Server) => void]>([
  ['any function from Request to Response', (app, server) => app.mount('/', server.fetch)],
  ['a Hono application', (app, server) => app.route('/', server.app)],
])('as %s: sign-in, call, approval on the page, the same call again', async (_, mount) => {
  const { sandbox, audited, events, origin } = await embed(mount)
  expect(await (await fetch(`${origin}/shop`)).text()).toBe('a page of the shop')
  const person = createBrowser()
  const { accessToken } = sandbox.credentials
  const client = await connectSignedIn(`${origin}/mcp`, person, { access_token: accessToken })
  onTestFinished(() => client.close())
  const [first] = sandbox.state.servers
  const input = { server_id: String(first?.id) }

  const { link } = await refused(client.call('restart_server', input))
  expect(link).toContain(`${origin}/confirm/`)
  expect((await createBrowser().get(link)).text).not.toContain(input.server_id)
  const page = await person.signIn(link, { access_token: accessToken })
  expect(page.text).toContain(String(first?.label))
  expect(sandbox.mutations).toEqual([])
  expect((await person.post(link, { ...page.hidden, action: 'approve' })).text).toContain('Approved')
  await client.call('restart_server', input)
  expect(sandbox.mutations.map(({ path }) => path)).toEqual(['/server/restart'])

  // The toolkit's audit is told of the approval, although nobody wired it to the pages.
  expect(audited.map(({ tool, outcome }) => [tool, outcome])).toEqual([
    ['restart_server', 'waiting'],
    ['restart_server', 'approved'],
    ['restart_server', 'ok'],
  ])
  expect(events.map(({ type }) => type)).toEqual([
    ...['registered', 'sign_in', 'token_issued'],
    // On localhost the page asks for the credentials, in every browser.
    ...['sign_in', 'approved'],
  ])
  expect(events[1]?.address).toMatch(/^(127\.0\.0\.1|::1)$/)
})
