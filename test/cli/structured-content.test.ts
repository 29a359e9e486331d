/** `STRUCTURED_CONTENT` as the commands read it, seen by the official client. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import { describe, expect, it, onTestFinished } from 'vitest'
import { httpServer, stdioServer } from './run-here.ts'

const overStdio = async (env: Record<string, string>): Promise<Transport> =>
  stdioServer(['--sandbox'], env).transport

async function overHttp(env: Record<string, string>): Promise<Transport> {
  const { child, ended, url } = await httpServer(['--sandbox'], env)
  onTestFinished(async () => {
    child.kill()
    await ended
  })
  return new StreamableHTTPClientTransport(new URL(url))
}

describe.each([
  ['stdio', overStdio],
  ['http', overHttp],
] as const)('the command over %s', (_, open) => {
  it.each([
    ['false', false],
    ['true', true],
  ])('with STRUCTURED_CONTENT=%s', async (STRUCTURED_CONTENT, isThere) => {
    const client = new Client({ name: 'test', version: '1' })
    await client.connect((await open({ STRUCTURED_CONTENT })) as Transport)
    onTestFinished(() => client.close())
    const { tools } = await client.listTools()
    expect(tools.length).toBeGreaterThan(50)
    for (const tool of tools) expect('outputSchema' in tool, tool.name).toBe(isThere)
    const answers = [
      await client.callTool({ name: 'list_servers', arguments: {} }),
      await client.callTool({ name: 'ping', arguments: {} }),
    ]
    for (const answer of answers) {
      expect('structuredContent' in answer).toBe(isThere)
      expect(answer.isError ?? false).toBe(false)
    }
    expect(JSON.stringify(answers[0]?.content)).toContain('70011')
  })
})
