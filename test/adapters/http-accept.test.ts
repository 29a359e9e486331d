/** Clients send many an `Accept` header. Each that can be answered is answered, in a form that it reads. */
import { createMcpHandler } from 'cloudways-tools/mcp'
import { describe, expect, it } from 'vitest'
import { callOf, listen } from './http-support.ts'
import { envelope } from './modern-clients.ts'
import { onSandbox } from './support.ts'

const modern = {
  'mcp-protocol-version': '2026-07-28',
  'mcp-method': 'tools/call',
  'mcp-name': 'restart_server',
}

const eras: [string, Record<string, string>, object][] = [
  ['2025', {}, {}],
  ['2026-07-28', modern, envelope],
]

/** A call that has progress to tell, over a real listener. */
async function answered(accept: string | undefined, headers: Record<string, string>, meta: object) {
  const { cloudways } = onSandbox({ confirm: 'never' }, { operationSeconds: 0.4 })
  const handler = createMcpHandler({ cloudways })
  const url = await listen((request) => {
    // `fetch` sends a header of its own when it is given none.
    if (accept !== undefined) return handler(request)
    const bare = new Headers(request.headers)
    bare.delete('accept')
    const { method, body } = request
    return handler(new Request(request.url, { method, headers: bare, body, duplex: 'half' }))
  })
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(accept !== undefined && { accept }), ...headers },
    body: callOf('restart_server', { server_id: '70011' }, { progressToken: 1, ...meta }),
  })
  const type = response.headers.get('content-type')?.split(';')[0]
  return { status: response.status, type, text: await response.text() }
}

describe.each(eras)('a client of %s', (_, headers, meta) => {
  it.each([
    undefined,
    '*/*',
    'application/json',
    'Application/JSON; charset=utf-8',
    'application/*;q=0.8',
    'text/html, application/json;q=0.9, */*;q=0.8',
    'application/json, text/event-stream;q=0',
  ])('that accepts %s is answered JSON', async (accept) => {
    const { status, type, text } = await answered(accept, headers, meta)
    expect({ status, type }).toEqual({ status: 200, type: 'application/json' })
    expect(JSON.parse(text)).toMatchObject({ id: 1, result: { structuredContent: { state: 'completed' } } })
  })

  it.each(['text/event-stream', 'text/event-stream, application/json', '*/*, text/event-stream'])(
    'that accepts %s hears of progress',
    async (accept) => {
      const { status, type, text } = await answered(accept, headers, meta)
      expect({ status, type }).toEqual({ status: 200, type: 'text/event-stream' })
      const messages = [...text.matchAll(/^data: (.+)$/gm)].map(([, data]) => JSON.parse(data as string))
      expect(messages[0]).toMatchObject({ method: 'notifications/progress' })
      expect(messages.at(-1)).toMatchObject({ id: 1, result: { structuredContent: { state: 'completed' } } })
    },
  )

  it.each(['text/html', 'application/json;q=0', 'image/*'])(
    'that accepts %s alone is told what to send',
    async (accept) => {
      const { status, text } = await answered(accept, headers, meta)
      expect(status).toBe(406)
      expect(JSON.parse(text).error.message).toContain('Send Accept: application/json, text/event-stream.')
    },
  )
})
