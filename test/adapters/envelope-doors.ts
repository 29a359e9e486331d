/** The ways in which an envelope comes, for tests that look at the envelope itself. */
import { spawn } from 'node:child_process'
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js'
import { createMcpHandler, createMcpServer } from 'cloudways-tools/mcp'
import { createLowLevelServer } from '../../src/adapters/mcp/low-level.ts'
import { built } from '../support/script.ts'
import { onSandbox } from './support.ts'

export type Json = Record<string, unknown>
export type Answer = { id?: unknown; result?: Json; error?: { code: number; message: string } }
/** Sends messages, and waits for as many answers. */
export type Door = (messages: Json[]) => Promise<Answer[]>

const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }

export const http: Door = async (messages) => {
  const handler = createMcpHandler({ cloudways: onSandbox().cloudways })
  const answers = messages.map(async (message) => {
    const body = JSON.stringify(message)
    const response = await handler(new Request('http://localhost/mcp', { method: 'POST', headers, body }))
    return (await response.json()) as Answer
  })
  return Promise.all(answers)
}

export const modern: Door = async (messages) => {
  const handler = createMcpHandler({ cloudways: onSandbox().cloudways })
  const answers = messages.map(async (message) => {
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
      ...((message.params as Json)?._meta as Json),
    }
    const method = String(message.method)
    const name = (message.params as Json)?.name
    const response = await handler(
      new Request('http://localhost/mcp', {
        method: 'POST',
        headers: {
          ...headers,
          'mcp-protocol-version': '2026-07-28',
          'mcp-method': method,
          ...(typeof name === 'string' && { 'mcp-name': name }),
        },
        body: JSON.stringify({ ...message, params: { ...(message.params as Json), _meta } }),
      }),
    )
    return (await response.json()) as Answer
  })
  return Promise.all(answers)
}

const inMemory =
  (open: typeof createLowLevelServer): Door =>
  async (messages) => {
    const [mine, its] = InMemoryTransport.createLinkedPair()
    await open(onSandbox().cloudways as never).connect(its)
    const answers: Answer[] = []
    const all = new Promise<void>((resolve) => {
      mine.onmessage = (answer) => {
        if (answers.push(answer as Answer) === messages.length) resolve()
      }
    })
    await mine.start()
    for (const message of messages) await mine.send(structuredClone(message) as never)
    await all
    return answers
  }

export async function stdio(messages: readonly unknown[]): Promise<Answer[]> {
  const script = built('test/adapters/stdio-server.ts')
  const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'ignore'] })
  child.stdin.end(messages.map((message) => `${JSON.stringify(message)}\n`).join(''))
  let text = ''
  for await (const chunk of child.stdout) text += chunk
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Answer)
}

export const doors: [string, Door][] = [
  ['HTTP', http],
  ['HTTP of 2026-07-28', modern],
  ['the low-level server', inMemory(createLowLevelServer)],
  ['createMcpServer', inMemory(((cloudways: never) => createMcpServer({ cloudways }).server) as never)],
  ['stdio', stdio],
]
