/**
 * The same MCP call again and again, as a client makes it: over HTTP, one after the other.
 *
 * @module
 */
import type { Child } from './children.ts'

const standard = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
  'mcp-protocol-version': '2025-11-25',
}

type Headers = Record<string, string>

function post(child: Child, message: object, headers: Headers): Promise<Response> {
  const body = JSON.stringify({ jsonrpc: '2.0', ...message })
  const url = `http://127.0.0.1:${child.port}/mcp`
  return fetch(url, { method: 'POST', body, headers: { ...standard, ...headers } })
}

const keyCall = { name: 'get_git_ssh_key', arguments: { server_id: '1', app_id: '2' } }

/** Send a message. @returns the answer as text, whatever it is. */
export const send = async (child: Child, message: object, headers: Headers): Promise<string> =>
  (await post(child, { id: 1, ...message }, headers)).text()

interface Load {
  headers?: Headers
  call?: { name: string; arguments: object }
  count?: number
}

/** CPU milliseconds that the server needs for one call. */
export const cpuOfCall = (child: Child, { headers = {}, call = keyCall, count = 200 }: Load = {}) =>
  cpuOfEach(child, count, async () => {
    const response = await post(child, { id: 1, method: 'tools/call', params: call }, headers)
    const text = await response.text()
    if (!text.includes('ssh-rsa')) throw new Error(`Unexpected answer: ${text.slice(0, 200)}`)
  })

/** CPU milliseconds of the server for each of `count` messages. */
export async function cpuOfEach(child: Child, count: number, send: () => Promise<void>): Promise<number> {
  const before = await child.cpu()
  for (let sent = 0; sent < count; sent++) await send()
  return ((await child.cpu()) - before) / count
}

/** Begin a session. Returns the headers of the calls in it. */
export async function openSession(child: Child): Promise<Headers> {
  const clientInfo = { name: 'bench', version: '1' }
  const params = { protocolVersion: standard['mcp-protocol-version'], capabilities: {}, clientInfo }
  const response = await post(child, { id: 0, method: 'initialize', params }, {})
  await response.text()
  const headers = { 'mcp-session-id': response.headers.get('mcp-session-id') ?? '' }
  await post(child, { method: 'notifications/initialized' }, headers)
  return headers
}
