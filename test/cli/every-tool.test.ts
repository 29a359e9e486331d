/**
 * The whole thing from outside: the command as a process, the official client, the platform over HTTP. Every tool is
 * called; the platform saw no wrong request, and no secret came out anywhere.
 */
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { createSandbox, type Sandbox } from 'cloudways-tools/sandbox'
import { afterEach, expect, test } from 'vitest'
import type { AnyTool } from '../../src/core/types/tool.ts'
import { coreTools } from '../../src/tools/index.ts'
import { readAnswer, readData } from '../support/fence.ts'
import { inputFor } from '../tools/samples/index.ts'
import { main, start, until } from './run.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** A platform that listens on HTTP, and the environment with which the command uses it. */
async function platform() {
  const sandbox = createSandbox({ operationSeconds: 0, requestsPerMinute: 10_000 })
  const { url, close } = await sandbox.listen()
  cleanups.push(close)
  const env = {
    PATH: process.env.PATH ?? '',
    CLOUDWAYS_API_URL: url,
    RATE_LIMIT_REQUESTS: '10000',
    LOG_LEVEL: 'DEBUG',
    // Waiting for operations takes seconds, and other tests do it.
    WAIT_SECONDS: '0',
    // Other tests ask a person.
    CONFIRM: 'never',
    BACKUP_HOURS: '0',
  }
  return { sandbox, env }
}

const tools = Object.values<AnyTool>(coreTools)
/** These tools need the results of others, so they are called last. */
const order = (tool: AnyTool) =>
  ['restore_app', 'rollback_app_restore', 'get_operation', 'stop_server'].indexOf(tool.name)

async function callEveryTool(client: Client): Promise<string> {
  const { tools: listed } = await client.listTools()
  expect(listed.map(({ name }) => name).sort()).toEqual(tools.map(({ name }) => name).sort())
  const seen: string[] = []
  let operation_id: unknown
  for (const tool of [...tools].sort((a, b) => order(a) - order(b))) {
    const input = { ...inputFor(tool), ...(tool.name === 'get_operation' && { operation_id }) }
    const result = await client.callTool({ name: tool.name, arguments: input })
    expect({ tool: tool.name, ...(result.isError ? result : {}) }).toEqual({ tool: tool.name })
    const text = (result.content as { text: string }[])[0]?.text ?? ''
    expect(readAnswer(text).json).toEqual(readData(result.structuredContent))
    operation_id = (result.structuredContent as { operation_id?: string }).operation_id ?? operation_id
    seen.push(JSON.stringify(result))
  }
  return seen.join('\n')
}

function expectClean(sandbox: Sandbox, ...texts: string[]): void {
  expect(sandbox.violations).toEqual([])
  for (const secret of sandbox.secrets) for (const text of texts) expect(text).not.toContain(secret)
}

test('over stdio', async () => {
  const { sandbox, env } = await platform()
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: ['--import', 'tsx', main],
    env: { ...env, CLOUDWAYS_ACCESS_TOKEN: sandbox.credentials.accessToken },
    stderr: 'pipe',
  })
  let stderr = ''
  transport.stderr?.on('data', (chunk) => {
    stderr += chunk
  })
  const client = new Client({ name: 'test', version: '1' })
  cleanups.push(() => client.close())
  await client.connect(transport)
  expectClean(sandbox, await callEveryTool(client), stderr)
}, 120_000)

test('over HTTP, the account in headers: an access token, and email with API key', async () => {
  const { sandbox, env } = await platform()
  const server = start(['http'], { ...env, PORT: '0', LOG_FORMAT: 'json' })
  cleanups.push(async () => {
    server.child.kill()
    await server.ended
  })
  const url = await until(() => /http:\/\/localhost:\d+\/mcp/.exec(server.output.stderr)?.[0])
  const { accessToken, email, apiKey } = sandbox.credentials
  const ways = [
    { 'x-cloudways-access-token': accessToken },
    { 'x-cloudways-email': email, 'x-cloudways-api-key': apiKey },
  ] as Record<string, string>[]
  for (const headers of ways) {
    sandbox.reset()
    const client = new Client({ name: 'test', version: '1' })
    await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }))
    const answers = await callEveryTool(client)
    await client.close()
    expectClean(sandbox, answers, server.output.stderr, server.output.stdout)
  }
}, 120_000)
