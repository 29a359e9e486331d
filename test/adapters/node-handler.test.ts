import { once } from 'node:events'
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createMcpHandler, type NodeHandler, toNodeHandler } from 'cloudways-tools/mcp'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { until } from '../cli/run.ts'
import { callOf, connect, json } from './http-support.ts'
import { callWith, onSandbox } from './support.ts'

const open: { close(): unknown }[] = []
afterEach(() => {
  for (const each of open.splice(0)) each.close()
})

type Fetch = (request: Request, env?: unknown) => Response | Promise<Response>
type Listener = (request: IncomingMessage, response: ServerResponse, handle: NodeHandler) => void

/** A listener of Node. `around` is what a framework does before the handler. */
async function serve(handler: Fetch, around: Listener = (req, res, handle) => void handle(req, res)) {
  const handle = toNodeHandler(handler)
  const server = createServer((req, res) => around(req, res, handle))
  open.push({ close: () => server.close().closeAllConnections() })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`)
}

/** Reads the body as a parser of a framework does. */
const parsing =
  (parse: (body: Buffer) => unknown): Listener =>
  async (req, res, handle) => {
    const body = await req.toArray()
    handle(Object.assign(req, { body: parse(Buffer.concat(body)) }), res)
  }

const echo: Fetch = async ({ url, headers, body }) =>
  new Response(body, { headers: { ...json, url, 'x-type': headers.get('content-type')! } })

/** One request with exactly these headers. */
async function send(url: URL, options: object, body = '') {
  const sent = request(url, options)
  sent.end(body)
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  return { answer, text: Buffer.concat(await answer.toArray()).toString() }
}

describe('toNodeHandler', () => {
  it('serves the official client, with progress on a stream', async () => {
    const { cloudways, sandbox } = onSandbox({ confirm: 'never' }, { operationSeconds: 600 })
    const client = await connect(await serve(createMcpHandler({ cloudways })))
    expect((await client.listTools()).tools.length).toBe(cloudways.list().length)
    const result = await callWith(
      client,
      'restart_server',
      { server_id: 70011 },
      { onprogress: () => sandbox.advance(600) },
    )
    expect(result.structuredContent).toMatchObject({ state: 'completed' })
  })

  it.each<[string, (body: Buffer) => unknown]>([
    ['an object', (body) => JSON.parse(body.toString())],
    ['a text', (body) => body.toString()],
    ['bytes', (body) => body],
  ])('takes a body that was parsed before: %s', async (_form, parse) => {
    const { cloudways } = onSandbox()
    const url = await serve(createMcpHandler({ cloudways }), parsing(parse))
    const response = await fetch(url, { method: 'POST', headers: json, body: callOf('list_servers') })
    expect(await response.json()).toMatchObject({ result: { structuredContent: { total: 3 } } })
  })

  it('writes a parsed form as a form again', async () => {
    const url = await serve(
      echo,
      parsing(() => ({ ticket: 'a&b', scope: ['x', 'y'] })),
    )
    const body = new URLSearchParams('any=thing')
    const response = await fetch(url, { method: 'POST', body })
    expect(await response.text()).toBe('ticket=a%26b&scope=x&scope=y')
  })

  it('ignores what a parser put there without reading the body', async () => {
    const url = await serve(echo, (req, res, handle) => void handle(Object.assign(req, { body: {} }), res))
    expect(await (await fetch(url, { method: 'POST', body: 'unread' })).text()).toBe('unread')
  })

  it('tells whoever runs it that the body is gone', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    const url = await serve(
      echo,
      parsing(() => undefined),
    )
    const response = await fetch(url, { method: 'POST', body: 'gone' })
    expect([response.status, await response.json()]).toMatchObject([500, { error: { code: -32603 } }])
    expect(String(log.mock.calls[0]?.[0])).toContain('The body of the request was read before')
    log.mockRestore()
  })

  it('hands an error of the handler to next', async () => {
    const fails = () => Promise.reject(new Error('no database'))
    const url = await serve(fails, (req, res, handle) => {
      void handle(req, res, (error) => res.writeHead(418).end((error as Error).message))
    })
    const response = await fetch(url)
    expect([response.status, await response.text()]).toEqual([418, 'no database'])
  })

  it('passes megabytes on, both ways', async () => {
    const body = 'abcdefgh'.repeat(1024 * 1024)
    const response = await fetch(await serve(echo), { method: 'POST', body })
    expect((await response.text()) === body).toBe(true)
  })

  it('aborts the request of a client that goes away, before the answer and in the middle of it', async () => {
    const seen: string[] = []
    const url = await serve(async ({ url, signal }) => {
      signal.addEventListener('abort', () => seen.push(`aborted ${new URL(url).search}`))
      if (url.endsWith('?late')) return new Promise<Response>(() => seen.push('asked'))
      const cancel = () => void seen.push('cancelled')
      return new Response(new ReadableStream({ start: (c) => c.enqueue(new Uint8Array(9)), cancel }))
    })
    const late = new AbortController()
    fetch(`${url}?late`, late).catch(() => seen.push('rejected'))
    await until(() => seen.includes('asked'))
    late.abort()
    await until(() => seen.includes('aborted ?late'))
    const streamed = new AbortController()
    const response = await fetch(`${url}?streamed`, streamed)
    await response.body!.getReader().read()
    streamed.abort()
    await until(() => seen.includes('aborted ?streamed') && seen.includes('cancelled'))
  })

  it('sends the headers of a stream at once', async () => {
    const url = await serve(
      () => new Response(new ReadableStream(), { headers: { 'content-type': 'text/event-stream' } }),
    )
    const response = await fetch(url)
    expect(response.status).toBe(200)
    await response.body?.cancel()
  })

  it('keeps the connection when nobody reads the body, and leaves the body of HEAD out', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const ports: number[] = []
    const url = await serve((_, env) => {
      ports.push((env as { incoming: IncomingMessage }).incoming.socket.remotePort!)
      return new Response('answer', { status: 405 })
    })
    const first = await send(url, { method: 'POST', agent }, 'x'.repeat(300_000))
    const second = await send(url, { method: 'HEAD', agent })
    expect([first.text, second.text, second.answer.statusCode]).toEqual(['answer', '', 405])
    expect(ports[0]).toBe(ports[1])
    agent.destroy()
  })

  it('shows the whole URL below a mounted router, and every header', async () => {
    const url = await serve(echo, (req, res, handle) => {
      res.setHeader('vary', 'accept-encoding')
      void handle(Object.assign(req, { originalUrl: req.url, url: '/' }), res)
    })
    const { answer } = await send(new URL('?a=1', url), {
      method: 'POST',
      headers: { 'content-type': 'x/y' },
    })
    expect(answer.headers).toMatchObject({ url: `${url}?a=1`, 'x-type': 'x/y' })
    const cookies = await serve(
      () => {
        const headers = new Headers({ vary: 'origin' })
        for (const cookie of ['a=1; Path=/', 'b=2']) headers.append('set-cookie', cookie)
        return new Response(null, { status: 204, headers })
      },
      (req, res, handle) => {
        res.setHeader('vary', 'accept-encoding')
        void handle(req, res)
      },
    )
    const { headers } = (await send(cookies, {})).answer
    expect(headers).toMatchObject({ vary: 'accept-encoding, origin', 'set-cookie': ['a=1; Path=/', 'b=2'] })
  })

  it.each(['me@localhost', 'a b', 'x/y'])('refuses the Host %s', async (host) => {
    const { answer, text } = await send(await serve(echo), { headers: { host } })
    expect([answer.statusCode, JSON.parse(text).error.code]).toEqual([400, -32600])
  })
})
