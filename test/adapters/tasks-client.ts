/** A client of the tasks extension, by hand: JSON-RPC and nothing else. */
import { type Cloudways, type CloudwaysOptions, createCloudways } from 'cloudways-tools'
import { fernet, generateKey } from 'cloudways-tools/crypto'
import { createMcpHandler } from 'cloudways-tools/mcp'
import { createSandbox } from 'cloudways-tools/sandbox'
import { memoryStorage } from 'cloudways-tools/storage'
import { vi } from 'vitest'
import { envelope } from './modern-clients.ts'

export const tasksKey = 'io.modelcontextprotocol/tasks'
/** What a client declares with each request. */
export const withTasks = { elicitation: {}, extensions: { [tasksKey]: {} } }

// biome-ignore lint/suspicious/noExplicitAny: answers are read by hand.
type Answer = { result?: any; error?: { code: number; message: string; data?: object } }

export interface Client {
  ask(method: string, params: object, capabilities?: object): Promise<Answer>
}

export const messageOf = (method: string, params: object, capabilities: object = withTasks) => ({
  jsonrpc: '2.0' as const,
  id: 1,
  method,
  params: { ...params, _meta: { ...envelope, 'io.modelcontextprotocol/clientCapabilities': capabilities } },
})

/** Over HTTP, to one server. */
export function overHttp(cloudways: Cloudways, headers: Record<string, string> = {}): Client {
  const handler = createMcpHandler({ cloudways })
  return {
    async ask(method, params, capabilities) {
      const { name, taskId } = params as { name?: string; taskId?: string }
      const request = new Request('http://localhost/mcp', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          'mcp-protocol-version': '2026-07-28',
          'mcp-method': method,
          ...(typeof (name ?? taskId) === 'string' && { 'mcp-name': name ?? taskId ?? '' }),
          ...headers,
        },
        body: JSON.stringify(messageOf(method, params, capabilities)),
      })
      return (await (await handler(request)).json()) as Answer
    },
  }
}

/** Toolkits on one sandbox, with one storage and one key: the replicas of a server. No call waits for its operation. */
export function replicas(options: CloudwaysOptions = {}) {
  const sandbox = createSandbox({ operationSeconds: 600, requestsPerMinute: 1_000_000 })
  const storage = memoryStorage()
  const crypto = fernet(generateKey())
  const seen: string[] = []
  const replica = (more: CloudwaysOptions = {}) =>
    createCloudways({
      credentials: { accessToken: sandbox.credentials.accessToken },
      fetch: (input, init) => {
        seen.push(new URL(String(input instanceof Request ? input.url : input)).pathname)
        return sandbox.fetch(input, init)
      },
      rateLimit: null,
      waitSeconds: 0,
      confirm: 'never',
      ...{ storage, crypto },
      ...options,
      ...more,
    })
  return { sandbox, storage, replica, seen }
}

export const restart = { name: 'restart_server', arguments: { server_id: '70011' } }
export const yes = { action: 'accept', content: { approve: true } }

/** Some time later, as far as clocks tell. */
export const later = (seconds: number) =>
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + seconds * 1000 })
