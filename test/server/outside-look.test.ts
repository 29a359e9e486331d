/** Looks at a site, over connections that lead to this computer in place of the internet. */
import { request as httpRequest, createServer as plainServer, type RequestListener } from 'node:http'
import { request as httpsRequest, createServer as secureServer } from 'node:https'
import type { AddressInfo, LookupFunction } from 'node:net'
import { createOutsideLook } from 'cloudways-tools/server'
import { describe, expect, it, onTestFinished } from 'vitest'
import { tls } from '../support/tls.ts'

const publicAddress = '93.184.216.34'
const resolving =
  (...addresses: string[]): LookupFunction =>
  (_, __, callback) =>
    callback(null, addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })) as never)

/** A site on this computer, and the addresses that connections asked for. */
async function site(listener: RequestListener) {
  const asked: unknown[] = []
  const servers = [plainServer(listener), secureServer(tls, listener)]
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((done) =>
          server.listen(0, '127.0.0.1', () => done((server.address() as AddressInfo).port)),
        ),
    ),
  )
  onTestFinished(() => servers.forEach((server) => void server.close()))
  const leading = (request: typeof httpRequest, port: number | undefined) =>
    ((options: { lookup: LookupFunction; host: string }) => {
      options.lookup(options.host, { all: true }, (_, found) => asked.push(found))
      return request({ ...options, lookup: resolving('127.0.0.1'), port })
    }) as never
  return {
    asked,
    request: { http: leading(httpRequest, ports[0]), https: leading(httpsRequest as never, ports[1]) },
  }
}

const never = new AbortController().signal

describe('a look at a site', () => {
  it('tells addresses, certificate and answers, and follows no redirect', async () => {
    const { request, asked } = await site((_, reply) => {
      reply.writeHead(301, { location: 'https://www.example.com/login?token=secret' }).end('moved')
    })
    const look = createOutsideLook({ lookup: resolving(publicAddress), request })
    const view = await look('www.example.com', never)
    const answer = {
      status: 301,
      milliseconds: expect.any(Number),
      location: 'https://www.example.com/login',
    }
    expect(view).toMatchObject({
      addresses: [publicAddress],
      certificate: {
        valid_until: expect.stringMatching(/^\d{4}-.*Z$/),
        trusted: false,
        why: expect.any(String),
      },
      https: answer,
      http: answer,
    })
    // Both connections went to what was resolved, and did not resolve again.
    expect(asked).toEqual([[{ address: publicAddress, family: 4 }], [{ address: publicAddress, family: 4 }]])
  })

  it.each([
    ['//user:hunter2@other.example/login?token=secret#part', 'other.example/login'],
    ['https://user:hunter2@other.example:8443/login', 'https://other.example:8443/login'],
    ['\\\\user:hunter2@other.example/login', 'other.example/login'],
    ['/login?token=secret', 'www.example.com/login'],
    ['login;jsession', 'www.example.com/login;jsession'],
    ['mailto:user:hunter2@other.example', 'mailto:'],
    ['http://[', undefined],
  ])('shows of the redirect %s nothing but its place', async (location, place) => {
    const { request } = await site((_, reply) => void reply.writeHead(302, { location }).end())
    const look = createOutsideLook({ lookup: resolving(publicAddress), request })
    const { http, https } = await look('www.example.com', never)
    expect(JSON.stringify([http, https])).not.toMatch(/hunter2|secret/)
    const [of, secure] = [http, https].map((answer) => (answer as { location?: string }).location)
    const isWhole = place === undefined || /^[a-z]+:/.test(place)
    expect(of).toBe(isWhole ? place : `http://${place}`)
    expect(secure).toBe(isWhole ? place : `https://${place}`)
  })

  it.each([['127.0.0.1'], ['10.1.2.3'], ['169.254.169.254'], ['::1'], [publicAddress, '192.168.0.5']])(
    'connects to nothing inside a network: %s',
    async (...addresses) => {
      const { request, asked } = await site((_, reply) => void reply.end('inside'))
      const view = await createOutsideLook({ lookup: resolving(...addresses), request })(
        'www.example.com',
        never,
      )
      expect(view.https).toEqual({ why: 'it leads to an address that is not public' })
      expect(view.addresses).toEqual({ why: 'it leads to an address that is not public' })
      expect(asked).toEqual([])
    },
  )

  it('connects to no literal address inside a network', async () => {
    const { request, asked } = await site((_, reply) => void reply.end('inside'))
    const look = createOutsideLook({ request })
    for (const address of ['127.0.0.1', '::1', '169.254.169.254']) {
      expect((await look(address, never)).http).toEqual({ why: 'it leads to an address that is not public' })
    }
    expect(asked).toEqual([])
  })

  it('asks for a name in letters of any language as DNS, certificates and headers have it', async () => {
    const hosts: unknown[] = []
    const { request } = await site((incoming, reply) => {
      hosts.push(incoming.headers.host)
      reply.end('here')
    })
    const view = await createOutsideLook({ lookup: resolving(publicAddress), request })('例え.example', never)
    expect(view.http).toMatchObject({ status: 200 })
    expect(hosts.map((host) => String(host).split(':')[0])).toEqual([
      'xn--r8jz45g.example',
      'xn--r8jz45g.example',
    ])
  })

  it.each([
    'example.com:8080',
    'example.com/admin',
    'user@example.com',
    '[::ffff:127.0.0.1]',
    '*.example.com',
    'a\r\nx-forwarded-for: 127.0.0.1',
    '例え.example/admin',
    `${'a'.repeat(64)}.example`,
    'a.'.repeat(200),
    '',
  ])('looks at nothing that is no name: %j', async (domain) => {
    const { request, asked } = await site((_, reply) => void reply.end('inside'))
    const view = await createOutsideLook({ lookup: resolving(publicAddress), request })(domain, never)
    expect(view.http).toEqual({ why: 'it is no name that can be looked up' })
    expect(asked).toEqual([])
  })

  it('reads digits in other scripts as the address that they are', async () => {
    const look = createOutsideLook({ lookup: resolving(publicAddress) })
    expect((await look('１２７.０.０.１', never)).http).toEqual({
      why: 'it leads to an address that is not public',
    })
  })

  it('tells that a name has no address', async () => {
    const lookup: LookupFunction = (_, __, callback) => callback(new Error('the name has no address'), '')
    expect((await createOutsideLook({ lookup })('gone.example.com', never)).addresses).toEqual([])
  })

  it('says why a part could not be seen, in words of its own', async () => {
    const { request } = await site((incoming) => void incoming.socket.destroy())
    const view = await createOutsideLook({ lookup: resolving(publicAddress), request })(
      'www.example.com',
      never,
    )
    expect(view.http).toEqual({ why: 'the connection was cut' })
    expect(view.certificate).toHaveProperty('valid_until')
  })

  it('ends when the call is cancelled', async () => {
    const { request } = await site(() => {})
    const leaving = new AbortController()
    const look = createOutsideLook({ lookup: resolving(publicAddress), request })(
      'www.example.com',
      leaving.signal,
    )
    setImmediate(() => leaving.abort(new Error('gone')))
    await expect(look).rejects.toThrow('gone')
  })
})
