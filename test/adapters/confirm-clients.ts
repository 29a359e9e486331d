/** Clients with a person behind them. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import {
  type CallToolResult,
  ElicitRequestSchema,
  type ElicitResult,
} from '@modelcontextprotocol/sdk/types.js'
import { InMemoryTransport as ModernInMemory, McpServer as ModernServer } from '@modelcontextprotocol/server'
import type { Cloudways, CloudwaysOptions } from 'cloudways-tools'
import { createMcpServer, registerTools } from 'cloudways-tools/mcp'
import { createSandbox, type SandboxOptions } from 'cloudways-tools/sandbox'
import { keptValidators } from '../support/kept-validators.ts'
import { onSandbox, textOf } from './support.ts'

/** What the person sees. */
export interface Asked {
  message: string
  requestedSchema: { properties: Record<string, { type: string; title: string }>; required?: string[] }
}

export const yes: ElicitResult = { action: 'accept', content: { approve: true } }

/** A client of version 1 whose person answers `answer`; `asked` is what they were asked. */
export function clientWithPerson(
  answer: (asked: Asked, withdrawn: AbortSignal) => ElicitResult | Promise<ElicitResult>,
) {
  const asked: Asked[] = []
  const client = new Client(
    { name: 'test', version: '1.0.0' },
    { capabilities: { elicitation: {} }, ...keptValidators },
  )
  client.setRequestHandler(ElicitRequestSchema, ({ params }, { signal }) => {
    asked.push(params as unknown as Asked)
    return answer(params as unknown as Asked, signal)
  })
  return { client, asked }
}

interface Connectable {
  connect(transport: Transport): Promise<void>
}

export async function connect(server: Connectable, client: Client): Promise<void> {
  const [mine, its] = InMemoryTransport.createLinkedPair()
  await Promise.all([server.connect(its), client.connect(mine)])
}

/** A sandbox that changes are confirmed for, and what a call of its server comes to. */
export const guarded = (options: CloudwaysOptions = {}) => onSandbox({ rateLimit: null, ...options })

/** The arguments and environment of a server process on stdio, on a sandbox that the test counts on. */
export async function guardedProcess(env: Record<string, string> = {}) {
  const sandbox = createSandbox({ operationSeconds: 0.05 })
  const listening = await sandbox.listen()
  return {
    sandbox,
    env: {
      PATH: process.env.PATH ?? '',
      API_URL: listening.url,
      ACCESS_TOKEN: sandbox.credentials.accessToken,
      CONFIRM: 'disruptive',
      ...env,
    },
    close: () => listening.close(),
  }
}

export const restart = { name: 'restart_server', arguments: { server_id: '70011' } }

/** What a result says in our own words. */
export function saying(result: unknown): string {
  const text = textOf(result as CallToolResult)
  return text.split('\nBetween the two marks')[0] as string
}

const registered = (cloudways: Cloudways) => {
  const server = new McpServer({ name: 'mine', version: '1.0.0' })
  registerTools(server, cloudways)
  return server
}
const registeredOnVersion2 = (cloudways: Cloudways) => {
  const server = new ModernServer({ name: 'mine', version: '1.0.0' })
  registerTools(server, cloudways)
  return server
}

/** Every server of 2025 that can ask. */
export const servers: [string, (cloudways: Cloudways) => Connectable | ModernServer][] = [
  ['createMcpServer', (cloudways) => createMcpServer({ cloudways })],
  ['registerTools', registered],
  ['registerTools on version 2', registeredOnVersion2],
]

/** A client whose person answers `answer`, connected to a server of its own. */
export async function openSession(
  serverOf: (typeof servers)[number][1],
  answer: Parameters<typeof clientWithPerson>[0],
  options: CloudwaysOptions = {},
  settings: SandboxOptions = {},
) {
  const { cloudways, sandbox } = onSandbox({ rateLimit: null, ...options }, settings)
  const { client, asked } = clientWithPerson(answer)
  const server = serverOf(cloudways)
  if (server instanceof ModernServer) {
    const [mine, its] = ModernInMemory.createLinkedPair()
    await Promise.all([server.connect(its), client.connect(mine as never)])
  } else await connect(server, client)
  return { client, asked, cloudways, sandbox, restart: async () => client.callTool(restart) }
}
