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

/** CPU milliseconds that the server needs for one call. */
export async function cpuOfCall(child: Child, headers: Headers = {}, calls = 200): Promise<number> {
  const call = { name: 'get_git_ssh_key', arguments: { server_id: '1', app_id: '2' } }
  const before = await child.cpu()
  for (let count = 0; count < calls; count++) {
    const response = await post(child, { id: 1, method: 'tools/call', params: call }, headers)
    const text = await response.text()
    if (!text.includes('ssh-rsa')) throw new Error(`Unexpected answer: ${text.slice(0, 200)}`)
  }
  return ((await child.cpu()) - before) / calls
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
