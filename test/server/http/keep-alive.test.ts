import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { createHttpClient } from '../../../src/api/http.ts'
import { createKeepAlive } from '../../../src/server/http/keep-alive.ts'

const open: { server: Server; close(): void }[] = []
afterEach(() => {
  for (const { server, close } of open.splice(0)) {
    close()
    server.closeAllConnections()
    server.close()
  }
})

async function platform(answer: RequestListener) {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { fetch, close } = createKeepAlive()
  open.push({ server, close })
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const send = (init: RequestInit = {}) => fetch(`${baseUrl}/app`, { redirect: 'manual', ...init })
  const client = createHttpClient({ baseUrl, fetch, timeout: 5, maxBodyMegabytes: 1 })
  const call = (method: 'GET' | 'POST' = 'GET') =>
    client({ method, path: '/app' }, 'cw_token', {
      signal: new AbortController().signal,
      deadline: Date.now() + 5000,
    })
  return { server, send, call }
}

describe('the way to Cloudways on kept connections', () => {
  it('sends many requests on one connection, the head and the body as they were given', async () => {
    let connections = 0
    const seen: unknown[] = []
    const { server, send } = await platform(async (request, response) => {
      const { method, headers } = request
      const body = (await request.toArray()).join('')
      seen.push([method, headers['content-type'], headers['content-length'], headers.authorization, body])
      response.end('{}')
    })
    server.on('connection', () => {
      connections += 1
    })
    await (await send({ headers: { authorization: 'Bearer x' } })).text()
    await (await send({ method: 'POST', body: new URLSearchParams({ name: 'ä' }) })).text()
    await (await send({ method: 'PUT', body: '{}', headers: { 'content-type': 'application/json' } })).text()
    expect(connections).toBe(1)
    expect(seen).toEqual([
      ['GET', undefined, undefined, 'Bearer x', ''],
      ['POST', 'application/x-www-form-urlencoded;charset=UTF-8', '11', undefined, 'name=%C3%A4'],
      ['PUT', 'application/json', '2', undefined, '{}'],
    ])
  })

  it.each([
    ['short', 'x'.repeat(10)],
    ['long', 'ä'.repeat(300_000)],
  ])('reads a %s body, plain, in pieces and packed', async (_, text) => {
    let packed = false
    let chunked = false
    const { call } = await platform((_, response) => {
      const body = packed ? gzipSync(text) : Buffer.from(text)
      if (packed) response.setHeader('content-encoding', 'gzip')
      if (!chunked) response.setHeader('content-length', body.byteLength)
      response.end(body)
    })
    for ([packed, chunked] of [
      [false, false],
      [false, true],
      [true, false],
      [true, true],
    ] as const) {
      expect((await call()).text).toBe(text)
    }
  })

  it('answers what is no success as it is, and follows no redirect', async () => {
    let status = 302
    const { send } = await platform((_, response) => {
      response.writeHead(status, { location: 'http://example.com/', 'set-cookie': ['a=1', 'b=2'] }).end()
    })
    for (status of [204, 302, 304, 404, 503]) {
      const answer = await send()
      expect([answer.status, await answer.text()]).toEqual([status, ''])
    }
  })

  it('says that no answer came where the answer breaks off, or is none', async () => {
    let end: RequestListener = (_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{')
      response.destroy()
    }
    const { call } = await platform((request, response) => end(request, response))
    await expect(call('POST')).rejects.toMatchObject({ kind: 'network' })
    end = (_, response) => void response.socket?.end('HTTP/1.1 999 Odd\r\ncontent-length: 0\r\n\r\n')
    await expect(call('POST')).rejects.toMatchObject({ kind: 'network' })
    end = (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('this is not gzip')
    await expect(call('POST')).rejects.toMatchObject({ kind: 'network' })
  })

  it('reads no more of a packed body than is allowed', async () => {
    const { call } = await platform((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(3 * 2 ** 20)))
    })
    await expect(call()).rejects.toMatchObject({ kind: 'too_large' })
  })

  it('tells that nothing was sent where nobody listens', async () => {
    const { server, call } = await platform(() => {})
    server.close()
    await once(server, 'close')
    await expect(call('POST')).rejects.toMatchObject({ kind: 'unsent' })
  })

  it('ends the request of a caller that goes away, before the head and in the body', async () => {
    let writesHead = false
    let arrived = () => {}
    const { server, send } = await platform((_, response) => {
      if (writesHead) response.write('begun')
      arrived()
    })
    const closed = () =>
      new Promise<void>((resolve) =>
        server.once('connection', (socket) => socket.once('close', () => resolve())),
      )
    for (writesHead of [false, true]) {
      const gone = new AbortController()
      const isClosed = closed()
      const here = new Promise<void>((resolve) => {
        arrived = resolve
      })
      const answer = send({ signal: gone.signal }).then((response) => response.text())
      await here
      gone.abort(new Error('gone'))
      await expect(answer).rejects.toThrow()
      await isClosed
    }
  })

  it('leaves the requests to a global fetch that was replaced', async () => {
    const { send } = await platform((_, response) => void response.end('from the network'))
    const before = globalThis.fetch
    globalThis.fetch = async () => new Response('from the replacement')
    try {
      expect(await (await send()).text()).toBe('from the replacement')
    } finally {
      globalThis.fetch = before
    }
    expect(await (await send()).text()).toBe('from the network')
  })
})
