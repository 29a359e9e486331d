/** Clients with a person behind them. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import {
  type CallToolResult,
  ElicitRequestSchema,
  type ElicitResult,
} from '@modelcontextprotocol/sdk/types.js'
import type { CloudwaysOptions } from 'cloudways-tools'
import { createSandbox } from 'cloudways-tools/sandbox'
import { onSandbox, textOf } from './support.ts'

/** What the person sees. */
export interface Asked {
  message: string
  requestedSchema: { properties: Record<string, { type: string; title: string }>; required?: string[] }
}

export const yes: ElicitResult = { action: 'accept', content: { approve: true } }

/** A client of version 1 whose person answers `answer`; `asked` is what they were asked. */
export function clientWithPerson(answer: (asked: Asked) => ElicitResult | Promise<ElicitResult>) {
  const asked: Asked[] = []
  const client = new Client({ name: 'test', version: '1.0.0' }, { capabilities: { elicitation: {} } })
  client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
    asked.push(params as unknown as Asked)
    return answer(params as unknown as Asked)
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
  return text.split('\n<untrusted-data')[0] as string
}
