/** One HTTP request of the protocol, answered by the server of its era. @module */
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'
import { watchStream } from '../../base/http.ts'
import { type Json, object } from '../../base/json.ts'
import type { Cloudways } from '../../cloudways.ts'
import type { ToolMap } from '../../core/types/tool.ts'
import { bothForms, readAccept, withBothForms } from './accept.ts'
import type { McpFace } from './describe.ts'
import { type Read, type Refusal, readEnvelope } from './envelope.ts'
import type { Listeners } from './listeners.ts'
import { createLowLevelServer } from './low-level.ts'
import { answerModern, maybeModern } from './modern.ts'

/** A refusal in the form of the protocol: an HTTP status with a JSON-RPC error, and no request id. */
export function refuse(
  status: number,
  code: number,
  message: string,
  headers?: Record<string, string>,
): Response {
  return Response.json({ jsonrpc: '2.0', error: { code, message }, id: null }, { status, headers })
}

/** Whose request it is. */
export interface Caller<T extends ToolMap> {
  /** The tools, for the account of the caller. */
  cloudways: Cloudways<T>
  /** How the tools look; that of the handler when it is left out. */
  face?: McpFace
  /** The answer to a message that the caller may not send. Asked before any part of the request is carried out. */
  refuses?: (message: unknown) => Response | undefined
  /** Whether the sign-in of the caller is over by now. Asked while the caller listens for changes. */
  isOver?: () => Promise<boolean>
}

const mostMessages = 10

/**
 * Answer one request, with a server and a transport of its own: those of the SDK can't be shared between clients.
 *
 * @param body the text of the request's body, which has been read already.
 */
export async function answerRequest<T extends ToolMap>(
  caller: Caller<T> & { listeners?: Listeners },
  request: Request,
  body: string,
): Promise<Response> {
  const { cloudways, face, refuses } = caller
  const accepted = readAccept(request.headers.get('accept'))
  if (!accepted.json && !accepted.events) {
    return refuse(406, -32000, `The answer is JSON or a stream of events. Send Accept: ${bothForms}.`)
  }
  const given = parse(body)
  if (given === undefined) return refuse(400, -32700, 'Parse error: Invalid JSON')
  // The protocol has had no batches since 2025-06-18. A long batch would make much work from few bytes.
  if (Array.isArray(given) && given.length > mostMessages) {
    return refuse(400, -32600, `At most ${mostMessages} messages in a batch.`)
  }
  if (Array.isArray(given) && given.length === 0) return refuse(400, -32600, 'The batch has no message.')
  const read = Array.isArray(given) ? given.map(readMember) : [readEnvelope(given)]
  const refused = read.flatMap((one) => one.refusal ?? [])
  const [unreadable] = refused
  if (unreadable && Array.isArray(given)) {
    const others = read.flatMap((one) => ('message' in one ? [withoutProgress(one.message)] : []))
    const work = (body: string) => answerRequest(caller, readingJson(request), body)
    return answerRest(refused, others, work)
  }
  if (unreadable) return Response.json(unreadable, { status: unreadable.id === null ? 400 : 200 })
  const messages = read.map((one) => 'message' in one && one.message)
  const known = accepted.events ? messages : messages.map(withoutProgress)
  const parsedBody = Array.isArray(given) ? known : known[0]
  const refusal = refuses?.(parsedBody)
  if (refusal) return refusal
  const { signal } = request
  if (signal.aborted) return clientGone()
  if (maybeModern(parsedBody, request.headers.get('mcp-protocol-version'))) {
    const asked = { ...caller, events: accepted.events, streams: !accepted.json }
    const response = await answerModern(asked, withBothForms(request), parsedBody)
    if (response) return response
  }
  const streams = !accepted.json || wantsProgress(parsedBody)
  const server = createLowLevelServer(cloudways, face)
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: !streams })
  await server.connect(transport)

  const close = () => {
    signal.removeEventListener('abort', close)
    // Closing aborts the call that is still running.
    void server.close()
  }
  // In JSON mode a closed transport never settles its answer. So a client that went away is answered here.
  const gone = new Promise<Response>((resolve) => {
    server.onclose = () => resolve(clientGone())
  })
  signal.addEventListener('abort', close)
  const response = await Promise.race([transport.handleRequest(withBothForms(request), { parsedBody }), gone])
  if (streams && response.body && response.ok)
    return new Response(watchStream(response.body, close), response)
  // Everything is answered. To close what nobody holds any more would make and throw an error for each call.
  signal.removeEventListener('abort', close)
  return response
}

/** A member of a batch that is no message has no id either. */
const readMember = (member: unknown): Read =>
  object(member)
    ? readEnvelope(member)
    : { refusal: { jsonrpc: '2.0', id: null, error: { code: -32600, message: 'A message is an object.' } } }

const readingJson = (request: Request): Request => {
  const headers = new Headers(request.headers)
  headers.set('accept', bothForms)
  return new Request(request.url, { method: request.method, headers, signal: request.signal })
}

/** Answer a batch in which messages can't be read: those with a refusal each, and the others as if they were alone. */
async function answerRest(
  refused: readonly Refusal[],
  others: readonly unknown[],
  work: (body: string) => Promise<Response>,
): Promise<Response> {
  const response = others.length > 0 ? await work(JSON.stringify(others)) : undefined
  if (response && !response.ok) return response
  const text = (await response?.text()) ?? ''
  const answers = text === '' ? [] : [JSON.parse(text) as unknown].flat()
  return Response.json([...refused, ...answers])
}

/** Nobody reads this answer, but the runtime around the handler wants one. */
const clientGone = () => refuse(400, -32000, 'The client went away.')

function parse(body: string): unknown {
  try {
    return JSON.parse(body) as unknown
  } catch {
    return undefined
  }
}

/** A client that reads no stream of events can't hear of progress, whatever it asks for. */
function withoutProgress(message: unknown): unknown {
  const { params } = (object(message) ?? {}) as { params?: { _meta?: Json } }
  if (params?._meta?.progressToken === undefined) return message
  const { progressToken: _, ..._meta } = params._meta
  return { ...object(message), params: { ...params, _meta } }
}

/** Progress needs a stream of events. Every other answer is JSON, because any proxy passes JSON on unharmed. */
function wantsProgress(body: unknown): boolean {
  const messages = Array.isArray(body) ? body : [body]
  return messages.some((message) => message?.params?._meta?.progressToken !== undefined)
}
