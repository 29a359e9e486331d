/** What clients of older and of experimental revisions send: each message is answered. */
import { createMcpHandler } from 'cloudways-tools/mcp'
import { expect, it } from 'vitest'
import { type Answer, stdio } from './envelope-doors.ts'
import { onSandbox } from './support.ts'

const ping = (id: number, more: object = {}) => ({
  ...{ jsonrpc: '2.0', id, method: 'tools/call' },
  params: { name: 'ping', arguments: {}, ...more },
})

async function overHttp(body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const handler = createMcpHandler({ cloudways: onSandbox().cloudways })
  const accept = 'application/json, text/event-stream'
  const request = new Request('http://localhost/mcp', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept, ...headers },
    body: JSON.stringify(body),
  })
  return (await (await handler(request)).json()) as Answer
}

it('each message of a batch over stdio is answered, and one that can not be read too', async () => {
  const batch = [
    ping(1),
    { jsonrpc: '2.0', method: 'notifications/initialized' },
    ping(2),
    ping(3, { name: 5 }),
  ]
  const answers = await stdio([batch, ping(4)])
  const byId = new Map(answers.map((answer) => [answer.id, answer]))
  expect([...byId.keys()].sort()).toEqual([1, 2, 3, 4])
  expect(byId.get(2)?.result?.isError ?? false).toBe(false)
  expect(byId.get(3)?.error?.message).toContain('params.name must be a text')
})

it('each message of a batch over HTTP is answered, and one that can not be read too', async () => {
  const broken = ping(3, { name: 5 })
  const note = { jsonrpc: '2.0', method: 'notifications/initialized' }
  const answers = (await overHttp([ping(1), note, null, broken, ping(2), 7])) as unknown as Answer[]
  expect(
    answers
      .map(({ id }) => id)
      .filter((id) => id !== null)
      .sort(),
  ).toEqual([1, 2, 3])
  expect(answers.filter(({ id, error }) => id === null && error)).toHaveLength(2)
  expect(answers.find(({ id }) => id === 3)?.error?.message).toContain('params.name must be a text')
  expect(answers.find(({ id }) => id === 2)?.result?.isError ?? false).toBe(false)
  expect(await overHttp([null, broken])).toHaveLength(2)
  expect(await overHttp([])).toMatchObject({ id: null, error: { message: 'The batch has no message.' } })
})

it('a call that asks for a task is answered like any other, because there are no tasks', async () => {
  const call = ping(1, { task: { ttl: 60_000 } })
  for (const answer of [await overHttp(call), ...(await stdio([call]))]) {
    expect(answer).toMatchObject({ id: 1, result: { content: [expect.anything()] } })
  }
})

it('a header that names no revision is told as that, and not as one of the future', async () => {
  for (const word of ['undefined', 'DRAFT-2026-v1']) {
    const { error } = await overHttp(ping(1), { 'mcp-protocol-version': word })
    expect(error?.message).toContain(`Unsupported protocol version: ${word}`)
  }
})
