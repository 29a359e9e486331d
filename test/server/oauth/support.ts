/**
 * A sign-in server on a sandbox, a scripted client and a scripted browser. All speak plain Request and Response.
 */
import { createHash, randomBytes } from 'node:crypto'
import { Hono } from 'hono'
import { createMcpHandler } from '../../../src/adapters/mcp/index.ts'
import { createCloudways } from '../../../src/cloudways.ts'
import { fernet, generateKey } from '../../../src/crypto/index.ts'
import { createSandbox, type Sandbox } from '../../../src/sandbox/index.ts'
import { createExchange } from '../../../src/server/attempts/verify.ts'
import { type Auth, createAuth } from '../../../src/server/oauth/auth.ts'
import type { AuthEvent } from '../../../src/server/oauth/events.ts'
import type { AuthOptions } from '../../../src/server/oauth/options.ts'
import { memoryStorage } from '../../../src/storage/index.ts'

export const base = 'http://localhost:7000'
export const callback = 'http://127.0.0.1:41999/callback'

export interface Replica {
  auth: Auth
  app: Hono
  /** Send a request as if it came over the network. */
  send(path: string, init?: RequestInit, address?: string): Promise<Response>
}

export interface Site extends Replica {
  sandbox: Sandbox
  storage: AuthOptions['storage']
  key: string
  events: AuthEvent[]
  /** Put the server's clock forward. */
  advance(seconds: number): void
  /** One more process with the same key, on the same storage or with a connection of its own. */
  replica(storage?: AuthOptions['storage']): Replica
}

export function createSite(options: Partial<AuthOptions> = {}, sandbox = createSandbox()): Site {
  const key = generateKey()
  const events: AuthEvent[] = []
  const storage = options.storage ?? memoryStorage()
  // The clock stands still until a test puts it forward, so that exact seconds do not depend on the speed of the test.
  let clock = Date.now()
  const cloudways = createCloudways({ fetch: sandbox.fetch, rateLimit: null })
  const all: AuthOptions = {
    baseUrl: base,
    storage,
    crypto: fernet(key),
    cloudways,
    exchange: createExchange({ fetch: sandbox.fetch }),
    onEvent: (event) => events.push(event),
    now: () => clock,
    ...options,
  }
  const replica = (own = storage) =>
    createReplica(createAuth({ ...all, storage: own }), all.baseUrl, cloudways)
  return {
    ...replica(),
    sandbox,
    storage,
    key,
    events,
    replica,
    advance(seconds) {
      clock += seconds * 1000
    },
  }
}

function createReplica(auth: Auth, baseUrl: string, cloudways: ReturnType<typeof createCloudways>): Replica {
  const app = new Hono()
  app.route('/', auth.routes)
  app.all('/mcp', async (c) => {
    const session = await auth.authenticate(c.req.raw, c.env)
    if (session instanceof Response) return session
    const body = await c.req.text()
    const refused = auth.requireToolScopes(session, body ? JSON.parse(body) : undefined, cloudways.tools)
    if (refused) return refused
    const headers = new Headers(c.req.raw.headers)
    for (const name of [
      'authorization',
      'x-cloudways-access-token',
      'x-cloudways-email',
      'x-cloudways-api-key',
    ])
      headers.delete(name)
    const own = cloudways.withCredentials(session.credentials, session.accounts)
    const handler = createMcpHandler({ cloudways: own, allowedHosts: [new URL(baseUrl).host] })
    return handler(new Request(c.req.url, { method: c.req.method, headers, ...(body && { body }) }))
  })
  return {
    auth,
    app,
    send: async (path, init, address = '192.0.2.7') => {
      const request = new Request(new URL(path, baseUrl), { redirect: 'manual', ...init })
      return app.request(request, undefined, { incoming: { socket: { remoteAddress: address } } })
    },
  }
}

type Send = Replica['send']

/** The same, from another address. */
export const from =
  (send: Send, address: string | undefined): Send =>
  (path, init) =>
    send(path, init, address)

/** The same, with more headers. */
export const withHeaders =
  (send: Send, headers: Record<string, string>): Send =>
  (path, init, address) =>
    send(path, { ...init, headers: { ...(init?.headers as Record<string, string>), ...headers } }, address)

export function formBody(fields: Record<string, string>): RequestInit {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
  }
}

export function jsonBody(value: unknown): RequestInit {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) }
}

/** A registered client with its PKCE pair. */
export interface TestClient {
  id: string
  redirectUri: string
  verifier: string
  challenge: string
}

export function pkce(): { verifier: string; challenge: string } {
  const verifier = randomBytes(32).toString('base64url')
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') }
}

export async function register(send: Send, metadata: Record<string, unknown> = {}): Promise<TestClient> {
  const redirectUri = (metadata.redirect_uris as string[] | undefined)?.[0] ?? callback
  const response = await send(
    '/register',
    jsonBody({ client_name: 'Test Client', redirect_uris: [callback], ...metadata }),
  )
  if (response.status !== 201) throw new Error(`register: ${response.status} ${await response.text()}`)
  const { client_id } = (await response.json()) as { client_id: string }
  return { id: client_id, redirectUri, ...pkce() }
}

export function authorizePath(client: TestClient, extra: Record<string, string | undefined> = {}): string {
  const parameters = new URLSearchParams()
  const all: Record<string, string | undefined> = {
    response_type: 'code',
    client_id: client.id,
    redirect_uri: client.redirectUri,
    code_challenge: client.challenge,
    code_challenge_method: 'S256',
    state: 'the state',
    resource: `${base}/mcp`,
    ...extra,
  }
  for (const [name, value] of Object.entries(all)) if (value !== undefined) parameters.set(name, value)
  return `/authorize?${parameters}`
}

/** What a browser holds after it opened the page. */
export interface OpenPage {
  ticket: string
  cookie: string
  text: string
  response: Response
}

export async function openPage(send: Send, path: string, address?: string): Promise<OpenPage> {
  const response = await send(path, undefined, address)
  const text = await response.text()
  if (response.status !== 200) throw new Error(`authorize: ${response.status} ${text}`)
  const cookie = response.headers.getSetCookie().map((line) => line.split(';')[0])[0] as string
  return { ticket: /name="ticket" value="([^"]+)"/.exec(text)?.[1] as string, cookie, text, response }
}

/** Send the form, as a browser does. */
export function submit(
  send: Send,
  page: Pick<OpenPage, 'ticket' | 'cookie'>,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Response> {
  const init = formBody({ ticket: page.ticket, action: 'sign-in', ...fields })
  const own = { cookie: page.cookie, origin: base, 'sec-fetch-site': 'same-origin' }
  return send('/authorize/sign-in', { ...init, headers: { ...init.headers, ...own, ...headers } })
}

export function tokenForm(client: TestClient, code: string, extra: Record<string, string> = {}): RequestInit {
  return formBody({
    grant_type: 'authorization_code',
    code,
    client_id: client.id,
    redirect_uri: client.redirectUri,
    code_verifier: client.verifier,
    resource: `${base}/mcp`,
    ...extra,
  })
}

export function answerOf(response: Response): URLSearchParams {
  return new URL(response.headers.get('location') as string).searchParams
}

/** The link of a page that leads to a redirect URI. */
export function linkOf(text: string, uri: string): string {
  const links = [...text.matchAll(/href="([^"]+)"/g)].map(([, link]) => link?.replaceAll('&amp;', '&') ?? '')
  const found = links.find((link) => link.startsWith(uri))
  if (!found) throw new Error(`no link to ${uri}: ${text.slice(0, 2000)}`)
  return found
}

/** From registration to the code. */
export async function getCode(
  send: Send,
  credentials: Record<string, string>,
  given?: TestClient,
): Promise<{ client: TestClient; code: string }> {
  const client = given ?? (await register(send))
  const page = await openPage(send, authorizePath(client))
  const response = await submit(send, page, credentials)
  if (response.status !== 303) throw new Error(`sign-in: ${response.status} ${await response.text()}`)
  return { client, code: answerOf(response).get('code') as string }
}

/** From registration to the token. */
export async function signIn(
  send: Send,
  credentials: Record<string, string>,
): Promise<{ client: TestClient; code: string; token: string }> {
  const { client, code } = await getCode(send, { scope: 'cloudways:write', ...credentials })
  const response = await send('/token', tokenForm(client, code))
  if (response.status !== 200) throw new Error(`token: ${response.status} ${await response.text()}`)
  const { access_token } = (await response.json()) as { access_token: string }
  return { client, code, token: access_token }
}

export function callTool(send: Send, token: string, name: string, input: object = {}) {
  const init = jsonBody({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: input } })
  const accept = 'application/json, text/event-stream'
  return send('/mcp', { ...init, headers: { ...init.headers, accept, authorization: `Bearer ${token}` } })
}
