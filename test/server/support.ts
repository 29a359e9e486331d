/** A server on a free port, on a sandbox, with its log in memory. */
import { request } from 'node:http'
import { setImmediate } from 'node:timers/promises'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { createSandbox, type SandboxOptions } from 'cloudways-tools/sandbox'
import { createLogger, type LoggerOptions, readConfig, startServer } from 'cloudways-tools/server'
import { onTestFinished, vi } from 'vitest'
import { keptValidators } from '../support/kept-validators.ts'
import { freePort } from '../support/redis.ts'

export interface TestServerOptions {
  /** Default: confirmation is off, because most tests are not about it. */
  env?: Record<string, string>
  sandbox?: SandboxOptions
  format?: LoggerOptions['format']
  /** The platform answers no request before this promise resolves. */
  before?: Promise<unknown>
}

/** The server closes when the test ends. */
export async function startTestServer({ env, sandbox: settings, format, before }: TestServerOptions = {}) {
  // The work of the platform is over at the first look at it.
  const sandbox = createSandbox({ operationSeconds: 0.05, ...settings })
  const { fetch, url, credentials } = sandbox
  const held: typeof fetch = async (...request) => {
    const response = await fetch(...request)
    await before
    return response
  }
  const config = readConfig({ PORT: String(await freePort()), CONFIRM: 'never', ...env })
  const lines: string[] = []
  const logger = createLogger({ level: 'DEBUG', format, write: (line) => lines.push(line) })
  const server = await startServer({ config, sandbox: { url, credentials, fetch: held }, logger })
  onTestFinished(() => server.close())
  return { ...server, sandbox, lines, base: server.url.replace(/\/mcp$/, '') }
}

export async function connect(url: string, headers: Record<string, string> = {}): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' }, keptValidators)
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }))
  return client
}

/** A request with any Host header, which `fetch` does not let anyone set. */
export function raw(url: string, options: { method?: string; headers?: Record<string, string> }) {
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    request(url, options, (response) => {
      let body = ''
      response.on('data', (chunk) => {
        body += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
    })
      .on('error', reject)
      .end()
  })
}

/** Sends `tools/call` as one bare request. @returns its result. */
export async function callTool(
  url: string,
  name: string,
  input: object = {},
  headers: Record<string, string> = {},
): Promise<{ isError?: boolean; content: { text: string }[] }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: input } }),
  })
  return ((await response.json()) as { result: never }).result
}

/** Timers stand still from now on. @returns a function that puts the time forward, once a timer was set. */
export function holdTime() {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  return async (milliseconds: number) => {
    while (vi.getTimerCount() === 0) await setImmediate()
    await vi.advanceTimersByTimeAsync(milliseconds)
  }
}
