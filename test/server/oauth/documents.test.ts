/** Client-id metadata documents, and what the URL of a stranger can make this server do. */
import { once } from 'node:events'
import { createServer, request as httpRequest, type RequestListener } from 'node:http'
import type { AddressInfo, LookupFunction } from 'node:net'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { createPublicFetch } from '../../../src/server/oauth/public-fetch.ts'
import { isPublic } from '../../../src/server/public-address.ts'
import { gate } from '../../support/upstream.ts'
import { authorizePath, callTool, createSite, openPage, pkce, submit, tokenForm } from './support.ts'

const id = 'https://client.example/oauth/client.json'
const document = { client_id: id, client_name: 'Published', redirect_uris: ['https://client.example/cb'] }

/** A site whose documents come from `answer`, and the URLs that were asked for. */
function siteWith(answer: (url: string) => Response | Promise<Response>) {
  const asked: string[] = []
  const fetchDocument = async (input: string | URL | Request) => {
    asked.push(String(input))
    return answer(String(input))
  }
  return { ...createSite({ fetch: fetchDocument as typeof fetch }), asked }
}

const json = (value: unknown, headers: Record<string, string> = {}) => Response.json(value, { headers })
const client = (clientId = id) => ({ id: clientId, redirectUri: 'https://client.example/cb', ...pkce() })

describe('a client-id metadata document', () => {
  it('signs in from end to end, and the page names its host', async () => {
    const { send, sandbox, asked, events } = siteWith(() => json(document))
    const published = client()
    const page = await openPage(send, authorizePath(published))
    expect(page.text).toContain('<span class="host">client.example</span>')
    expect(page.text).toContain('Connect Published')
    const response = await submit(send, page, { access_token: sandbox.credentials.accessToken })
    const code = new URL(response.headers.get('location') as string).searchParams.get('code') as string
    const { access_token } = (await (await send('/token', tokenForm(published, code))).json()) as Record<
      string,
      string
    >
    expect((await callTool(send, access_token as string, 'ping')).status).toBe(200)
    expect(asked).toEqual([id])
    expect(events[0]).toMatchObject({ type: 'sign_in', client: id })
  })

  it('is fetched once for many visitors, and again when it is old', async () => {
    const { send, asked, advance } = siteWith(() => json(document, { 'cache-control': 'max-age=120' }))
    const path = authorizePath(client())
    await Promise.all(Array.from({ length: 20 }, () => openPage(send, path)))
    expect(asked).toHaveLength(1)
    advance(121)
    await openPage(send, path)
    expect(asked).toHaveLength(2)
  })

  it('that fails is not asked for again at once', async () => {
    const { send, asked, advance } = siteWith(() => new Response('no', { status: 500 }))
    for (let count = 0; count < 5; count++) expect((await send(authorizePath(client()))).status).toBe(503)
    expect(asked).toHaveLength(1)
    advance(61)
    await send(authorizePath(client()))
    expect(asked).toHaveLength(2)
  })

  it.each<[string, () => Response]>([
    ['of another client_id', () => json({ ...document, client_id: `${id}?x` })],
    ['without a client_id', () => json({ redirect_uris: document.redirect_uris })],
    ['without redirect_uris', () => json({ client_id: id })],
    [
      'with nothing but unsafe redirect_uris',
      () => json({ ...document, redirect_uris: ['javascript:alert(1)'] }),
    ],
    [
      'that asks for a shared secret',
      () => json({ ...document, token_endpoint_auth_method: 'client_secret_post' }),
    ],
    ['that asks for a signature', () => json({ ...document, token_endpoint_auth_method: 'private_key_jwt' })],
    ['that is no JSON', () => new Response('<html>')],
    ['that is a list', () => json([document])],
    ['that is null', () => json(null)],
    ['that is missing', () => new Response('', { status: 404 })],
    [
      'that redirects',
      () => new Response(null, { status: 302, headers: { location: 'http://169.254.169.254/' } }),
    ],
    ['that is huge', () => json({ ...document, padding: 'x'.repeat(11_000) })],
  ])('%s is refused on a page, without a redirect', async (_, answer) => {
    const { send } = siteWith(answer)
    const response = await send(authorizePath(client()))
    expect([response.status, response.headers.get('location')]).toEqual([400, null])
  })

  it('keeps to the redirect URIs of the document', async () => {
    const { send } = siteWith(() => json(document))
    const path = authorizePath({ ...client(), redirectUri: 'https://evil.example/cb' })
    expect((await send(path)).status).toBe(400)
  })

  it.each([
    'https://client.example/',
    'https://client.example',
    'https://client.example:8443/client.json',
    'https://user@client.example/client.json',
    'https://client.example/client.json#x',
    'https://client.example/a/../client.json',
    'https://CLIENT.example/client.json',
    'http://client.example/client.json',
    'file:///etc/passwd',
    'ftp://client.example/client.json',
  ])('%s is no client id, and nothing is fetched', async (odd) => {
    const { send, asked } = siteWith(() => json({ ...document, client_id: odd }))
    expect((await send(authorizePath(client(odd)))).status).toBe(400)
    expect(asked).toEqual([])
  })

  it('that never ends is given up after five seconds, though it ignores the signal', async () => {
    const over = new AbortController()
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(over.signal)
    onTestFinished(() => timeout.mockRestore())
    const { open, opened: asked } = gate()
    const { send } = siteWith(() => {
      open()
      return new Promise<Response>(() => {})
    })
    const answer = send(authorizePath(client()))
    await asked
    expect(timeout.mock.calls).toEqual([[5000]])
    over.abort(new DOMException('The time is over.', 'TimeoutError'))
    expect((await answer).status).toBe(503)
  })
})

describe('SSRF: the fetch for documents', () => {
  const open: (() => void)[] = []
  afterEach(() => {
    for (const close of open.splice(0)) close()
  })

  /** A local server that counts its visitors. */
  async function listen(listener: RequestListener): Promise<{ port: number; visits: () => number }> {
    let visits = 0
    const server = createServer((request, response) => {
      visits++
      listener(request, response)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    open.push(() => {
      server.closeAllConnections()
      server.close()
    })
    return { port: (server.address() as AddressInfo).port, visits: () => visits }
  }

  const resolvesTo = (...addresses: string[]): LookupFunction =>
    ((_: string, __: object, callback: (error: null, found: object[]) => void) =>
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      )) as unknown as LookupFunction

  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '255.255.255.255',
    '224.0.0.1',
    '192.0.2.1',
    '198.18.0.1',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::7f00:1',
    'fe80::1',
    'fc00::1',
    'fd12:3456::1',
    'ff02::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '2001::1',
    'not an address',
  ])('%s is not public', (address) => {
    expect(isPublic(address)).toBe(false)
  })

  it.each(['8.8.8.8', '1.1.1.1', '172.32.0.1', '2606:4700:4700::1111', '2a00:1450:4001::200e'])(
    '%s is public',
    (address) => {
      expect(isPublic(address)).toBe(true)
    },
  )

  it.each([
    'https://127.0.0.1/x',
    'https://[::1]/x',
    'https://0x7f.1/x',
    'https://2130706433/x',
    'https://[::ffff:127.0.0.1]/x',
    'https://169.254.169.254/latest/meta-data',
    'https://10.0.0.1/x',
  ])('%s is refused without a connection', async (url) => {
    const fetchPublic = createPublicFetch({
      request: () => {
        throw new Error('connected')
      },
    })
    await expect(fetchPublic(new URL(url), AbortSignal.timeout(2000))).rejects.toThrow('not a public address')
  })

  it('a name that resolves to a private address is refused without a connection', async () => {
    const { port, visits } = await listen((_, response) => response.end('{}'))
    for (const addresses of [['127.0.0.1'], ['8.8.8.8', '127.0.0.1'], ['::1'], []]) {
      const fetchPublic = createPublicFetch({
        lookup: resolvesTo(...addresses),
        request: httpRequest as never,
      })
      const url = new URL(`http://inside.example:${port}/`)
      await expect(fetchPublic(url, AbortSignal.timeout(2000))).rejects.toThrow('not a public address')
    }
    expect(visits()).toBe(0)
  })

  it('localhost is refused by the real resolver', async () => {
    const { port, visits } = await listen((_, response) => response.end('{}'))
    const fetchPublic = createPublicFetch({ request: httpRequest as never })
    const url = new URL(`http://localhost:${port}/`)
    // Name servers differ: some resolve the name to this machine, others do not know it.
    await expect(fetchPublic(url, AbortSignal.timeout(5000))).rejects.toThrow(
      /^(not a public address|the name has no address)$/,
    )
    expect(visits()).toBe(0)
  })

  it('the address that was checked is the one that is connected to', async () => {
    // The second lookup answers another address. A fetch that resolves the name again would connect to it.
    let lookups = 0
    const lookup: LookupFunction = (name, options, callback) => {
      lookups++
      resolvesTo(lookups === 1 ? '8.8.8.8' : '127.0.0.1')(name, options, callback)
    }
    const seen: string[] = []
    const fetchPublic = createPublicFetch({
      lookup,
      request: ((url: URL, options: { lookup: LookupFunction }) => {
        options.lookup(url.hostname, {}, (_, address) => seen.push(String(address)))
        return httpRequest('http://127.0.0.1:9', { signal: AbortSignal.abort() })
      }) as never,
    })
    await expect(fetchPublic(new URL(id), AbortSignal.timeout(2000))).rejects.toThrow()
    expect([seen, lookups]).toEqual([['8.8.8.8'], 1])
  })

  it('a redirect is answered, not followed', async () => {
    const { port, visits } = await listen((_, response) => {
      response.writeHead(302, { location: '/secret' }).end()
    })
    const fetchPublic = createPublicFetch({ request: throughLoopback(port) })
    const response = await fetchPublic(new URL(id), AbortSignal.timeout(2000))
    expect([response.status, visits()]).toEqual([302, 1])
  })

  it('an answer that drips ends with the signal', async () => {
    const { port } = await listen((_, response) => {
      response.writeHead(200)
      response.write('{')
    })
    const fetchPublic = createPublicFetch({ request: throughLoopback(port) })
    const abort = new AbortController()
    const response = await fetchPublic(new URL(id), abort.signal)
    abort.abort()
    await expect(response.text()).rejects.toThrow()
  })

  /** The connection goes to a local server, because a test has no public server. */
  function throughLoopback(port: number) {
    return ((_: URL, options: object) =>
      httpRequest(`http://127.0.0.1:${port}/`, { ...options, lookup: undefined })) as never
  }
})
