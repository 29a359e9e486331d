/** A server below a path of somebody's host, with the official clients and a browser that goes where forms lead. */
import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { createCloudways } from 'cloudways-tools'
import { fernet, generateKey } from 'cloudways-tools/crypto'
import { toNodeHandler } from 'cloudways-tools/mcp'
import { createSandbox } from 'cloudways-tools/sandbox'
import { createAuth, createServer, readConfig, type Server } from 'cloudways-tools/server'
import { memoryStorage } from 'cloudways-tools/storage'
import { Hono } from 'hono'
import { describe, expect, it, onTestFinished } from 'vitest'
import { freePort } from '../../support/redis.ts'
import { type SignedInClient, v1, v2 } from '../self-hosting/sdk-clients.ts'
import { callback, formBody } from './support.ts'

type Fetch = (request: Request, env?: unknown) => Response | Promise<Response>

/** Ways to mount a server at `/cloudways`. */
const ways: Record<string, (server: Server) => Fetch> = {
  'as it is': (server) => server.fetch,
  'with the path cut off'(server) {
    const outer = new Hono().mount('/cloudways', (request, env) => server.fetch(request, env))
    for (const path of server.wellKnown) outer.get(path, ({ req, env }) => server.fetch(req.raw, env))
    return (request, env) => outer.fetch(request, env as object)
  },
  'as routes of Hono'(server) {
    const outer = new Hono().route('/cloudways', server.app)
    for (const path of server.wellKnown) outer.get(path, ({ req, env }) => server.fetch(req.raw, env))
    return (request, env) => outer.fetch(request, env as object)
  },
}

async function start(mount: (server: Server) => Fetch) {
  const sandbox = createSandbox({ operationSeconds: 0 })
  const base = `http://localhost:${await freePort()}/cloudways`
  const crypto = fernet(generateKey())
  const cloudways = createCloudways({
    apiUrl: sandbox.url,
    fetch: sandbox.fetch,
    storage: memoryStorage(),
    crypto,
    rateLimit: null,
  })
  const http = createHttpServer(toNodeHandler(mount(createServer({ cloudways, baseUrl: base }))))
  http.listen(Number(new URL(base).port), 'localhost')
  await once(http, 'listening')
  onTestFinished(() => void http.close().closeAllConnections())
  return { base, sandbox }
}

/** The fields and the target of the form in a page. */
function formIn(text: string, at: URL) {
  const action = new URL(/<form method="post" action="([^"]+)"/.exec(text)?.[1] as string, at)
  const hidden = [...text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]+)"/g)]
  return { action, fields: Object.fromEntries(hidden.map(([, name, value]) => [name, value])) }
}

/** Opens a page, and sends its form with the cookies that a browser would send there. */
async function sendForm(url: URL, fields: Record<string, string>) {
  const page = await fetch(url)
  const { action, fields: hidden } = formIn(await page.text(), url)
  const cookies = page.headers.getSetCookie().filter((cookie) => {
    const path = /; Path=([^;]+)/.exec(cookie)?.[1] as string
    expect(path).toMatch(/^\/cloudways\//)
    return `${action.pathname}/`.startsWith(`${path}/`)
  })
  const { headers, ...init } = formBody({ ...hidden, ...fields } as Record<string, string>)
  const cookie = cookies.map((one) => one.split(';')[0]).join('; ')
  const sent = { ...headers, cookie, origin: url.origin, 'sec-fetch-site': 'same-origin' }
  return fetch(action, { ...init, headers: sent, redirect: 'manual' })
}

async function signIn(client: SignedInClient, accessToken: string): Promise<void> {
  await expect(client.connect()).rejects.toThrow()
  const fields = { access_token: accessToken, scope: 'cloudways:write', action: 'sign-in' }
  const answer = await sendForm(client.opened.at(-1) as URL, fields)
  expect([answer.status, await answer.text()]).toEqual([303, ''])
  const back = new URL(answer.headers.get('location') as string)
  expect(back.href.startsWith(callback)).toBe(true)
  await client.finish(back)
  await client.connect()
}

describe.each(Object.entries(ways))('below a path, mounted %s', (_way, mount) => {
  it.each([
    ['1', v1],
    ['2', v2()],
  ] as const)('version %s of the official client signs in and calls', async (_version, clientOf) => {
    const { base, sandbox } = await start(mount)
    const client = clientOf(new URL(`${base}/mcp`))
    await signIn(client, sandbox.credentials.accessToken)
    expect(client.opened[0]?.href.startsWith(`${base}/authorize?`)).toBe(true)
    expect(await client.call('list_servers')).toMatchObject({ total: 3 })
    await client.close()
  })

  it('a person approves on a page below the path', async () => {
    const { base, sandbox } = await start(mount)
    const client = v1(new URL(`${base}/mcp`))
    await signIn(client, sandbox.credentials.accessToken)
    const refused = await client.call('restart_server', { server_id: 70011 }).catch(String)
    const link = new RegExp(`${base}/confirm/[\\w-]+`).exec(String(refused))?.[0] as string
    const plan = await sendForm(new URL(link), {
      action: 'sign-in',
      access_token: sandbox.credentials.accessToken,
    })
    const { action, fields } = formIn(await plan.text(), new URL(link))
    expect(action.href).toBe(link)
    const init = formBody({ ...fields, action: 'approve' } as Record<string, string>)
    const approved = await fetch(action, { ...init, headers: { ...init.headers, origin: action.origin } })
    expect(approved.status).toBe(200)
    expect(await client.call('restart_server', { server_id: 70011 })).toMatchObject({ state: 'completed' })
    await client.close()
  })

  it('answers the documents where clients look for them', async () => {
    const { base } = await start(mount)
    const { origin } = new URL(base)
    const found = async (url: string) => (await fetch(url)).json() as Promise<Record<string, unknown>>
    for (const url of [
      `${origin}/.well-known/oauth-authorization-server/cloudways`,
      `${base}/.well-known/oauth-authorization-server`,
    ]) {
      expect(await found(url), url).toMatchObject({ issuer: base, token_endpoint: `${base}/token` })
    }
    for (const url of [
      `${origin}/.well-known/oauth-protected-resource/cloudways/mcp`,
      `${base}/.well-known/oauth-protected-resource/mcp`,
      `${base}/.well-known/oauth-protected-resource`,
    ]) {
      expect(await found(url), url).toMatchObject({ resource: `${base}/mcp`, authorization_servers: [base] })
    }
    expect((await fetch(`${base}/health`)).status).toBe(200)
    expect(await (await fetch(base)).text()).toContain(`href="${base}/health"`)
  })
})

it.each(['/mcp', '/cloudways/mcp', '/confirm/x', '/a//b', '/a%2fb', '/a?b=1'])(
  'refuses the path %s',
  (path) => {
    const baseUrl = `https://example.com${path}`
    const cloudways = createCloudways({ crypto: fernet(generateKey()) })
    expect(() => createServer({ cloudways, baseUrl })).toThrow("'baseUrl' must be an https URL")
    expect(() => readConfig({ AUTH_BASE_URL: baseUrl })).toThrow('AUTH_BASE_URL')
  },
)

it('keeps cookies on https to this host, and forms to the origin', async () => {
  const baseUrl = 'https://example.com/cloudways'
  const storage = memoryStorage()
  const auth = createAuth({ baseUrl, storage, crypto: fernet(generateKey()), cloudways: createCloudways() })
  expect(auth.wellKnown).toEqual([
    '/.well-known/oauth-authorization-server/cloudways',
    '/.well-known/oauth-protected-resource/cloudways/mcp',
  ])
  const challenge = (await auth.authenticate(new Request(`${baseUrl}/mcp`))) as Response
  expect(challenge.headers.get('www-authenticate')).toContain(
    `resource_metadata="${baseUrl}/.well-known/oauth-protected-resource/mcp"`,
  )
})

it('a prefix that begins like a path of the server is refused, whatever path that is', () => {
  const cloudways = createCloudways({ storage: memoryStorage(), crypto: fernet(generateKey()) })
  const { app } = createServer({ cloudways, baseUrl: 'https://mcp.example.com' })
  const firsts = app.routes.map(({ path }) => path.split('/')[1] ?? '')
  const names = [...new Set(firsts)].filter((first) => first !== '' && !first.includes('*'))
  expect(names).toEqual(expect.arrayContaining(['mcp', 'inbox', 'changes', '.well-known']))
  for (const first of names) {
    const baseUrl = `https://mcp.example.com/${first}/x`
    expect(() => createServer({ cloudways, baseUrl }), first).toThrow('baseUrl')
  }
})
