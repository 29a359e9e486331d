/**
 * The whole thing from outside: the command as a process, the official client, the platform over HTTP. Every tool is
 * called, each day on another of three ways; the platform saw no wrong request, and no secret came out anywhere.
 */
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { createSandbox, type Sandbox } from 'cloudways-tools/sandbox'
import { afterEach, expect, test } from 'vitest'
import type { AnyTool } from '../../src/core/types/tool.ts'
import { coreTools } from '../../src/tools/index.ts'
import { share } from '../support/deep.ts'
import { readAnswer, readData } from '../support/fence.ts'
import { keptValidators } from '../support/kept-validators.ts'
import { built } from '../support/script.ts'
import { prepare } from '../tools/samples/index.ts'
import { main, start } from './run.ts'

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
    PRESET: 'all',
    RATE_LIMIT_REQUESTS: '10000',
    LOG_LEVEL: 'DEBUG',
    // Other tests wait for operations.
    WAIT_SECONDS: '0',
    // Other tests ask a person.
    CONFIRM: 'never',
    BACKUP_HOURS: '0',
  }
  return { sandbox, env }
}

/** Some tools start a job and wait for it whatever WAIT_SECONDS says. */
const quickLooks = built('test/support/quick-looks.ts')

const tools = Object.values<AnyTool>(coreTools)

/** Each tool on the estate as it was at first: what one tool deletes, another one needs. */
async function callEveryTool(client: Client, sandbox: Sandbox, called = tools): Promise<void> {
  const { tools: listed } = await client.listTools()
  expect(listed.map(({ name }) => name).sort()).toEqual(tools.map(({ name }) => name).sort())
  const seen: string[] = []
  const call = async (name: string, input: object) => {
    const result = await client.callTool({ name, arguments: { ...input } })
    expect({ tool: name, ...(result.isError ? result : {}) }).toEqual({ tool: name })
    const text = (result.content as { text: string }[])[0]?.text ?? ''
    const data = readData(result.structuredContent)
    expect(readAnswer(text).json).toEqual(data)
    seen.push(JSON.stringify(result))
    return data
  }
  for (const tool of called.filter(({ toolset }) => toolset !== 'campaigns')) {
    // The ids of what is made begin anew too.
    sandbox.reset()
    await call(tool.name, await prepare(call, tool))
    expectClean(sandbox, ...seen.splice(0))
  }
  // Campaigns make calls of the others.
  sandbox.reset()
  const change = { tool: 'manage_app_varnish', arguments: { action: 'purge' }, targets: ['blog', 'api'] }
  const { campaign_id } = (await call('run_campaign', change)) as { campaign_id: string }
  const told = await call('get_campaign', { campaign_id })
  expect(told).toMatchObject({ state: 'done', counts: { done: 2 } })
  expect(await call('list_campaigns', {})).toMatchObject({ campaigns: [{ campaign_id }] })
  expect(sandbox.mutations).toHaveLength(2)
  expectClean(sandbox, ...seen.splice(0))
}

function expectClean(sandbox: Sandbox, ...texts: string[]): void {
  expect(sandbox.violations).toEqual([])
  const all = texts.join('\n')
  expect(sandbox.secrets.filter((secret) => all.includes(secret))).toEqual([])
}

test('over stdio', async () => {
  const { sandbox, env } = await platform()
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: ['--import', quickLooks, main],
    env: { ...env, CLOUDWAYS_ACCESS_TOKEN: sandbox.credentials.accessToken },
    stderr: 'pipe',
  })
  let stderr = ''
  transport.stderr?.on('data', (chunk) => {
    stderr += chunk
  })
  const client = new Client({ name: 'test', version: '1' }, keptValidators)
  cleanups.push(() => client.close())
  await client.connect(transport)
  await callEveryTool(client, sandbox, share(tools, 6, 4))
  expectClean(sandbox, stderr)
})

test.each<[string, typeof tools, (credentials: Sandbox['credentials']) => Record<string, string>]>([
  ['an access token', share(tools, 6), ({ accessToken }) => ({ 'x-cloudways-access-token': accessToken })],
  [
    'email and API key',
    share(tools, 6, 2),
    ({ email, apiKey }) => ({ 'x-cloudways-email': email, 'x-cloudways-api-key': apiKey }),
  ],
])('over HTTP, the account in headers: %s', async (_, called, headersOf) => {
  const { sandbox, env } = await platform()
  const server = start(['http'], { ...env, PORT: '0', LOG_FORMAT: 'json' }, quickLooks)
  cleanups.push(async () => {
    server.child.kill()
    await server.ended
  })
  const url = await server.says(/http:\/\/localhost:\d+\/mcp/)
  const headers = headersOf(sandbox.credentials)
  const client = new Client({ name: 'test', version: '1' }, keptValidators)
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }))
  await callEveryTool(client, sandbox, called)
  await client.close()
  expectClean(sandbox, server.output.stderr, server.output.stdout)
})
