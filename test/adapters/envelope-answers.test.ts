/** What clients of other languages answer to a question of the server. */
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js'
import { expect, it } from 'vitest'
import { createLowLevelServer } from '../../src/adapters/mcp/low-level.ts'
import { restart as params } from './confirm-clients.ts'
import { onSandbox } from './support.ts'

const initialize = {
  ...{ jsonrpc: '2.0', id: 1, method: 'initialize' },
  params: {
    protocolVersion: '2025-11-25',
    clientInfo: { name: 'a', version: '1' },
    capabilities: { elicitation: {} },
  },
}

it.each<[string, object]>([
  ['no result', { result: null }],
  ['a result without a word', { result: { action: null, content: null, _meta: null } }],
  ['a result and an error that is null', { result: { action: 'cancel' }, error: null }],
  ['a result that is a text', { result: 'cancel' }],
  ['an error with null in it', { error: { code: null, message: null, data: null } }],
])('a question that is answered with %s does not wait', async (_, response) => {
  const [mine, its] = InMemoryTransport.createLinkedPair()
  await createLowLevelServer(onSandbox().cloudways as never).connect(its)
  const answered = new Promise<unknown>((resolve) => {
    mine.onmessage = (message) => {
      const { id, method } = message as { id: number; method?: string }
      if (method === 'elicitation/create') void mine.send({ jsonrpc: '2.0', id, ...response } as never)
      else if (id === 2) resolve(message)
    }
  })
  await mine.start()
  await mine.send(initialize as never)
  const restart = { jsonrpc: '2.0', id: 2, method: 'tools/call', params }
  await mine.send(restart as never)
  expect(JSON.stringify(await answered)).toContain('Nobody can be asked here.')
})
