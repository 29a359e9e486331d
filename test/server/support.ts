/** A server of our own on a free port, on a sandbox, with its log in memory. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { createSandbox, type SandboxOptions } from 'cloudways-tools/sandbox'
import { createLogger, type LoggerOptions, readConfig, startServer } from 'cloudways-tools/server'
import { freePort } from '../support/redis.ts'

export interface TestServerOptions {
  env?: Record<string, string>
  sandbox?: SandboxOptions
  format?: LoggerOptions['format']
}

export async function startTestServer({ env, sandbox: settings, format }: TestServerOptions = {}) {
  const sandbox = createSandbox(settings)
  const config = readConfig({ PORT: String(await freePort()), ...env })
  const lines: string[] = []
  const logger = createLogger({ level: 'DEBUG', format, write: (line) => lines.push(line) })
  const server = await startServer({ config, sandbox, logger })
  return { ...server, sandbox, lines, base: server.url.replace(/\/mcp$/, '') }
}

export async function connect(url: string, headers: Record<string, string> = {}): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' })
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }))
  return client
}
