/** The four clients a server meets: of both versions of the SDK, and of both eras. */
import * as modern from '@modelcontextprotocol/client'
import { StdioClientTransport as ModernStdio } from '@modelcontextprotocol/client/stdio'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import * as z from 'zod'
import { keptValidators } from '../support/kept-validators.ts'

/** Where a server is: an address with headers, or the arguments of a Node process. */
export type Place =
  | { url: URL; headers?: Record<string, string> }
  | { args: string[]; env?: Record<string, string> }

export interface Result {
  isError?: boolean
  structuredContent?: unknown
  content: { type: string; text?: string }[]
}

/** What the tests use of a client. */
export interface AnyClient {
  /** The protocol that was agreed on. */
  version: string | undefined
  list(): Promise<{ name: string }[]>
  call(name: string, input?: Record<string, unknown>, options?: CallOptions): Promise<Result>
  /** Any request, and its whole result. */
  ask(method: string, params?: Record<string, unknown>): Promise<Record<string, unknown>>
  /** What the server says of itself: capabilities and identity. */
  told(): { capabilities: unknown; identity: unknown }
  /** The lists that the server said have changed. */
  changes: string[]
  close(): Promise<void>
  /** What came that is not of the protocol. */
  errors: Error[]
  /** Asked for before the client is closed. */
  stderr(): string
}

interface CallOptions {
  signal?: AbortSignal
  onprogress?: (progress: { progress: number; message?: string }) => void
}

const info = { name: 'test', version: '1.0.0' }

const commandOf = ({ args, env }: { args: string[]; env?: Record<string, string> }) => ({
  command: process.execPath,
  args,
  ...(env && { env }),
})

/** Options of a client that notes which lists have changed. */
function noting(changes: string[]) {
  const of = (list: string) => ({ autoRefresh: false, onChanged: () => void changes.push(list) })
  return { listChanged: { tools: of('tools'), prompts: of('prompts'), resources: of('resources') } }
}

export async function v1(place: Place): Promise<AnyClient> {
  const changes: string[] = []
  const client = new Client(info, { ...noting(changes), ...keptValidators })
  const transport =
    'url' in place
      ? new StreamableHTTPClientTransport(place.url, { requestInit: { headers: place.headers } })
      : new StdioClientTransport({ ...commandOf(place), stderr: 'pipe' })
  const stderr = listenTo(transport)
  await client.connect(transport)
  const errors: Error[] = []
  client.onerror = (error) => errors.push(error)
  return {
    version: 'protocolVersion' in transport ? transport.protocolVersion : '2025-11-25',
    list: async () => (await client.listTools()).tools,
    call: async (name, input = {}, options = {}) =>
      (await client.callTool({ name, arguments: input }, undefined, options)) as Result,
    ask: (method, params = {}) => client.request({ method, params } as never, z.looseObject({})),
    told: () => ({ capabilities: client.getServerCapabilities(), identity: client.getServerVersion() }),
    changes,
    close: () => client.close(),
    errors,
    stderr,
  }
}

const v2 =
  (versionNegotiation?: modern.VersionNegotiationOptions) =>
  async (place: Place): Promise<AnyClient> => {
    const changes: string[] = []
    const client = new modern.Client(info, { versionNegotiation, ...noting(changes) })
    const transport =
      'url' in place
        ? new modern.StreamableHTTPClientTransport(place.url, { requestInit: { headers: place.headers } })
        : new ModernStdio({ ...commandOf(place), stderr: 'pipe' })
    const stderr = listenTo(transport)
    await client.connect(transport)
    const errors: Error[] = []
    client.onerror = (error) => errors.push(error)
    return {
      version: client.getNegotiatedProtocolVersion(),
      list: async () => (await client.listTools()).tools,
      call: async (name, input = {}, options = {}) =>
        (await client.callTool({ name, arguments: input }, options)) as Result,
      ask: (method, params = {}) => client.request({ method, params }, z.looseObject({})),
      told: () => ({ capabilities: client.getServerCapabilities(), identity: client.getServerVersion() }),
      changes,
      close: () => client.close(),
      errors,
      stderr,
    }
  }

export const v2Default = v2()
export const v2Auto = v2({ mode: 'auto' })
export const v2Pinned = v2({ mode: { pin: '2026-07-28' } })

/** Each client, and the protocol it ends up with. */
export const clients = [
  ['version 1', v1, '2025-11-25'],
  ['version 2', v2Default, '2025-11-25'],
  ['version 2, automatic', v2Auto, '2026-07-28'],
  ['version 2, pinned', v2Pinned, '2026-07-28'],
] as const

function listenTo(transport: object): () => string {
  let text = ''
  const stream = (transport as { stderr?: NodeJS.ReadableStream | null }).stderr
  stream?.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  return () => text
}

/** The part of every 2026-07-28 request that makes it one. */
export const envelope = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': info,
  'io.modelcontextprotocol/clientCapabilities': {},
}
