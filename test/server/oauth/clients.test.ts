/** The official client of the SDK, and what the documents promise it. */
import { once } from 'node:events'
import { serve } from '@hono/node-server'
import { auth, type OAuthClientProvider, UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import {
  OAuthClientInformationFullSchema,
  type OAuthClientInformationMixed,
  OAuthMetadataSchema,
  OAuthProtectedResourceMetadataSchema,
  type OAuthTokens,
} from '@modelcontextprotocol/sdk/shared/auth.js'
import { afterEach, describe, expect, it } from 'vitest'
import { freePort } from '../../support/redis.ts'
import { base, callback, createSite, jsonBody, type Site } from './support.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** A site on a real port. */
async function listen(): Promise<Site & { baseUrl: string }> {
  const port = await freePort()
  const baseUrl = `http://localhost:${port}`
  const site = createSite({ baseUrl })
  const server = serve({
    fetch: site.app.fetch,
    port,
    hostname: '127.0.0.1',
    // The client tests with `instanceof` against the global Response.
    overrideGlobalObjects: false,
  })
  await once(server, 'listening')
  closing.push(async () => {
    server.close()
    if ('closeAllConnections' in server) server.closeAllConnections()
  })
  return { ...site, baseUrl }
}

/** What a desktop client keeps, and the address it sends the browser to. */
function createProvider() {
  let client: OAuthClientInformationMixed | undefined
  let tokens: OAuthTokens | undefined
  let verifier = ''
  const visits: URL[] = []
  const provider: OAuthClientProvider = {
    redirectUrl: callback,
    clientMetadata: { client_name: 'SDK client', redirect_uris: [callback] },
    state: () => 'state-1',
    clientInformation: () => client,
    saveClientInformation: (information) => {
      client = information
    },
    tokens: () => tokens,
    saveTokens: (saved) => {
      tokens = saved
    },
    redirectToAuthorization: (url) => {
      visits.push(url)
    },
    saveCodeVerifier: (saved) => {
      verifier = saved
    },
    codeVerifier: () => verifier,
    invalidateCredentials: (scope) => {
      if (scope === 'all' || scope === 'tokens') tokens = undefined
      if (scope === 'all' || scope === 'client') client = undefined
    },
  }
  return { provider, visits, kept: () => ({ client, tokens }) }
}

/** A person in a browser opens the page and sends its form. @returns the code. */
async function visit(url: URL, accessToken: string): Promise<string> {
  const page = await fetch(url, { redirect: 'manual' })
  const text = await page.text()
  expect(page.status, text.slice(0, 300)).toBe(200)
  const fields = new URLSearchParams({ access_token: accessToken })
  fields.set('ticket', /name="ticket" value="([^"]+)"/.exec(text)?.[1] as string)
  for (const [, scope] of text.matchAll(/name="scope" value="([^"]+)" checked/g))
    fields.append('scope', scope as string)
  const cookie = page.headers.getSetCookie()[0]?.split(';')[0] as string
  const headers = { cookie, origin: url.origin, 'sec-fetch-site': 'same-origin' }
  const action = new URL('/authorize/sign-in', url)
  const answer = await fetch(action, { method: 'POST', body: fields, headers, redirect: 'manual' })
  const location = new URL(answer.headers.get('location') as string)
  expect(location.searchParams.get('state')).toBe('state-1')
  expect(location.searchParams.get('iss')).toBe(url.origin)
  return location.searchParams.get('code') as string
}

describe('the client of the official SDK', () => {
  it('finds the way by itself, signs in, calls, asks for more, and signs in anew after the end', async () => {
    const { baseUrl, sandbox, advance } = await listen()
    const { accessToken } = sandbox.credentials
    const url = new URL(`${baseUrl}/mcp`)
    const { provider, visits, kept } = createProvider()
    const connect = async () => {
      const transport = new StreamableHTTPClientTransport(url, { authProvider: provider })
      const client = new Client({ name: 'test', version: '1' })
      await client.connect(transport)
      closing.push(() => client.close())
      return { client, transport }
    }

    // The first attempt to connect opens the browser.
    const first = new StreamableHTTPClientTransport(url, { authProvider: provider })
    await expect(new Client({ name: 'test', version: '1' }).connect(first)).rejects.toThrow(UnauthorizedError)
    expect(visits[0]?.searchParams.get('resource')).toBe(url.href)
    expect(visits[0]?.searchParams.get('scope')).toBe('cloudways:read cloudways:write')
    await first.finishAuth(await visit(visits[0] as URL, accessToken))
    expect(kept().tokens).toMatchObject({ token_type: 'Bearer', scope: 'cloudways:read cloudways:write' })
    expect(kept().tokens).not.toHaveProperty('refresh_token')

    const { client } = await connect()
    const { structuredContent } = await client.callTool({ name: 'list_servers', arguments: {} })
    expect((structuredContent as { servers: unknown[] }).servers).toHaveLength(3)

    // A tool that deletes: the client reads the scope from the 403 and opens the browser for it.
    const [app] = sandbox.state.apps
    const ids = { server_id: String(app?.server_id), app_id: String(app?.id) }
    const destroy = client.callTool({ name: 'delete_app_cname', arguments: ids })
    await expect(destroy).rejects.toThrow()
    expect(visits[1]?.searchParams.get('scope')).toBe('cloudways:read cloudways:write cloudways:destructive')
    expect(sandbox.mutations).toEqual([])

    // After an hour the token has expired. There is no refresh token, so the browser opens again.
    advance(3600)
    await expect(client.callTool({ name: 'ping', arguments: {} })).rejects.toThrow()
    expect(visits).toHaveLength(3)
    const again = new StreamableHTTPClientTransport(url, { authProvider: provider })
    await again.finishAuth(await visit(visits[2] as URL, accessToken))
    const { client: anew } = await connect()
    expect((await anew.callTool({ name: 'ping', arguments: {} })).isError).toBeFalsy()
  })

  it('registers anew when the server has lost its key', async () => {
    const { baseUrl, sandbox } = await listen()
    const { provider, visits, kept } = createProvider()
    await provider.saveClientInformation?.({ client_id: 'of-another-time' })
    const serverUrl = `${baseUrl}/mcp`
    const old = auth(provider, { serverUrl, authorizationCode: 'old' })
    await expect(old).rejects.toThrow('client information is required')
    expect(kept().client).toBeUndefined()
    await expect(auth(provider, { serverUrl })).resolves.toBe('REDIRECT')
    const code = await visit(visits[0] as URL, sandbox.credentials.accessToken)
    await expect(auth(provider, { serverUrl, authorizationCode: code })).resolves.toBe('AUTHORIZED')
  })
})

describe('the documents', () => {
  it('announce what there is, and nothing else', async () => {
    const { send } = createSite()
    const server = await (await send('/.well-known/oauth-authorization-server')).json()
    expect(OAuthMetadataSchema.parse(server)).toMatchObject(server as object)
    expect(server).toEqual({
      issuer: base,
      authorization_endpoint: `${base}/authorize`,
      token_endpoint: `${base}/token`,
      registration_endpoint: `${base}/register`,
      revocation_endpoint: `${base}/revoke`,
      scopes_supported: ['cloudways:read', 'cloudways:write', 'cloudways:destructive'],
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      grant_types_supported: ['authorization_code'],
      token_endpoint_auth_methods_supported: ['none'],
      revocation_endpoint_auth_methods_supported: ['none'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
      client_id_metadata_document_supported: true,
    })
    for (const path of ['', '/mcp']) {
      const resource = await (await send(`/.well-known/oauth-protected-resource${path}`)).json()
      expect(OAuthProtectedResourceMetadataSchema.parse(resource)).toMatchObject({
        resource: `${base}/mcp`,
        authorization_servers: [base],
        bearer_methods_supported: ['header'],
      })
    }
  })

  it('have the issuer without a trailing slash, whatever was configured', async () => {
    const { send } = createSite({ baseUrl: 'https://Tools.example.com/' })
    const server = (await (await send('/.well-known/oauth-authorization-server')).json()) as {
      issuer: string
    }
    expect(server.issuer).toBe('https://tools.example.com')
  })

  it('and the endpoints that clients call are open to other origins, the form is not', async () => {
    const { send } = createSite()
    const preflight = {
      method: 'OPTIONS',
      headers: { origin: 'https://a.example', 'access-control-request-method': 'POST' },
    }
    for (const path of ['/register', '/token', '/revoke', '/.well-known/oauth-protected-resource']) {
      const response = await send(path, preflight)
      expect([response.status, response.headers.get('access-control-allow-origin')], path).toEqual([204, '*'])
      expect(response.headers.get('access-control-allow-credentials')).toBeNull()
    }
    for (const path of ['/authorize', '/authorize/sign-in']) {
      expect((await send(path, preflight)).headers.get('access-control-allow-origin'), path).toBeNull()
    }
  })

  it('registration answers what the SDK expects, and replaces what there is not', async () => {
    const { send } = createSite()
    const asked = {
      client_name: 'An editor \u202eevil',
      redirect_uris: ['https://vscode.dev/redirect', 'http://127.0.0.1:33418/'],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'client_secret_post',
      application_type: 'native',
    }
    const response = await send('/register', jsonBody(asked))
    expect([response.status, response.headers.get('cache-control')]).toEqual([201, 'no-store'])
    const answer = (await response.json()) as Record<string, unknown>
    expect(OAuthClientInformationFullSchema.parse(answer)).toBeTruthy()
    expect(answer).toMatchObject({
      client_name: 'An editor evil',
      grant_types: ['authorization_code'],
      token_endpoint_auth_method: 'none',
      application_type: 'native',
    })
    expect(answer).not.toHaveProperty('client_secret')
  })
})

describe('createAuth', () => {
  it.each([
    [{ baseUrl: 'http://tools.example.com' }, 'baseUrl'],
    [{ baseUrl: 'https://tools.example.com/mcp' }, 'baseUrl'],
    [{ baseUrl: 'https://tools.example.com?x' }, 'baseUrl'],
    [{ baseUrl: 'nonsense' }, 'baseUrl'],
    [{ tokenLifetime: 0 }, 'tokenLifetime'],
    [{ tokenLifeTime: 60 }, "Did you mean 'tokenLifetime'"],
    [{ maxAttemptsPerIp: Number.NaN }, 'maxAttemptsPerIp'],
    [{ trustProxy: 'yes' }, 'trustProxy'],
    [{ crypto: undefined }, 'crypto'],
    [{ cloudways: { tools: {}, withCredentials: () => undefined } }, 'ping'],
  ])('refuses %j', (options, names) => {
    expect(() => createSite(options as never)).toThrow(names)
  })
})
