import { createMcpHandler } from 'cloudways-tools/mcp'
import { describe, expect, it } from 'vitest'
import { callOf, json, listen, post, refusal } from './http-support.ts'
import { onSandbox } from './support.ts'

describe('what comes in', () => {
  it('takes POST only', async () => {
    const { cloudways } = onSandbox()
    const url = await listen(createMcpHandler({ cloudways }))
    for (const method of ['GET', 'DELETE', 'PUT', 'OPTIONS']) {
      const answer = await fetch(url, { method, headers: { accept: 'text/event-stream' } })
      expect(answer.headers.get('allow')).toBe('POST')
      expect(await refusal(answer)).toMatchObject({ status: 405 })
    }
  })

  it('checks Host', async () => {
    const { cloudways, sandbox } = onSandbox()
    const handler = createMcpHandler({ cloudways, allowedHosts: ['mcp.example.com', 'one.example.com:8443'] })
    const status = async (host: string) => (await handler(post({ host }))).status
    for (const host of ['localhost', 'LOCALHOST:7000', '127.0.0.1:1', '[::1]:7000', 'mcp.example.com:99']) {
      expect([host, await status(host)]).toEqual([host, 200])
    }
    const before = sandbox.requests.length
    const evil = [
      'evil.example',
      'localhost.evil.example',
      'user@localhost',
      'localhost:7000@evil.example',
      '',
    ]
    for (const host of [...evil, 'one.example.com', 'one.example.com:1', '127.0.0.1.nip.io', 'localhost:x']) {
      expect([host, await status(host)]).toEqual([host, 403])
    }
    expect(sandbox.requests).toHaveLength(before)
    expect(await status('one.example.com:8443')).toBe(200)
  })

  it('checks Origin when there is one', async () => {
    const { cloudways } = onSandbox()
    const handler = createMcpHandler({ cloudways, allowedOrigins: ['https://app.example.com'] })
    const status = async (origin: string) => (await handler(post({ host: 'localhost', origin }))).status
    for (const origin of ['http://localhost:6274', 'https://127.0.0.1', 'https://app.example.com']) {
      expect([origin, await status(origin)]).toEqual([origin, 200])
    }
    const evil = [
      'null',
      'https://evil.example',
      'http://app.example.com',
      'http://localhost@evil.example',
      '',
    ]
    for (const origin of [
      ...evil,
      'https://app.example.com.evil.example',
      'file://',
      'http://localhost/evil',
    ]) {
      expect([origin, await status(origin)]).toEqual([origin, 403])
    }
  })

  it('bounds the body, declared or not', async () => {
    const { cloudways, sandbox } = onSandbox()
    const url = await listen(createMcpHandler({ cloudways, maxBodyBytes: 500 }))
    const large = callOf('list_servers', { detail: 'x'.repeat(600) })
    const declared = await fetch(url, { method: 'POST', headers: json, body: large })
    expect(await refusal(declared)).toEqual({ status: 413, message: 'The body is larger than 500 bytes.' })
    const stream = new ReadableStream({
      start(controller) {
        for (const part of large.match(/.{1,100}/g) ?? []) controller.enqueue(new TextEncoder().encode(part))
        controller.close()
      },
    })
    const chunked = await fetch(url, { method: 'POST', headers: json, body: stream, duplex: 'half' })
    expect(await refusal(chunked)).toMatchObject({ status: 413 })
    expect(sandbox.requests).toEqual([])
    expect((await fetch(url, { method: 'POST', headers: json, body: callOf('ping') })).status).toBe(200)
  })

  it('does not read a body that says it is too large', async () => {
    const { cloudways } = onSandbox()
    const pull = () => {
      throw new Error('it was read')
    }
    const body = new ReadableStream({ pull }, { highWaterMark: 0 })
    const headers = { ...json, 'content-length': '2000000' }
    const request = new Request('http://localhost/mcp', { method: 'POST', headers, body, duplex: 'half' })
    expect((await createMcpHandler({ cloudways })(request)).status).toBe(413)
  })

  it('takes 1 MiB by default', async () => {
    const { cloudways } = onSandbox()
    const handler = createMcpHandler({ cloudways })
    const padded = (bytes: number) => callOf('ping').padEnd(bytes, ' ')
    expect((await handler(post({}, padded(1024 * 1024)))).status).toBe(200)
    expect((await handler(post({}, padded(1024 * 1024 + 1)))).status).toBe(413)
  })

  it('refuses what is not the protocol', async () => {
    const { cloudways } = onSandbox()
    const handler = createMcpHandler({ cloudways })
    expect((await handler(post({}, '{"jsonrpc"'))).status).toBe(400)
    expect((await handler(post({}, '"text"'))).status).toBe(400)
    expect((await handler(post({}, 'null'))).status).toBe(400)
    expect((await handler(post({ 'content-type': 'text/plain' }))).status).toBe(415)
    expect((await handler(post({ accept: 'text/html' }))).status).toBe(406)
    expect((await handler(post({ 'mcp-protocol-version': '1999-01-01' }))).status).toBe(400)
  })

  it('refuses an option that does not exist or cannot work', () => {
    const { cloudways } = onSandbox()
    // @ts-expect-error there is no such option
    expect(() => createMcpHandler({ cloudways, allowedHost: [] })).toThrow("Did you mean 'allowedHosts'?")
    expect(() => createMcpHandler({ cloudways, maxBodyBytes: 0 })).toThrow("'maxBodyBytes' must be a number")
  })
})
