/**
 * A `fetch` for the requests to Cloudways, on the HTTP client of Node.js with connections that are kept. It takes about
 * half the processor time of the built-in one.
 *
 * @module
 */
import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
} from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { proxyState } from '../../api/proxy.ts'
import { onAbort } from '../../base/signal.ts'
import { bodyOf, hasBody } from '../node-body.ts'

/**
 * An idle connection is kept for four seconds, as by the built-in fetch: fewer than servers and balancers keep theirs. The
 * agent applies this time to idle connections alone.
 */
const idle = { keepAlive: true, timeout: 4000 }

/** Bytes of a plain body that are collected before the answer is handed on. A longer one is streamed. */
const mostCollected = 2 ** 18

/** What the built-in fetch takes and this one does not: it is left to the built-in one. */
const isPlain = (input: unknown, { body, redirect }: RequestInit): boolean =>
  (typeof input === 'string' || input instanceof URL) &&
  redirect === 'manual' &&
  (body === undefined || body === null || typeof body === 'string' || body instanceof URLSearchParams)

/**
 * A `fetch` for the option of `createCloudways`, for programs on Node.js that make many calls. The command uses it.
 *
 * Requests that follow redirects, or bring another body than a text or a form, go to the global fetch. So do all where a
 * proxy is in use, which only the built-in fetch reads; where an instrumentation has replaced the global fetch; and in
 * Bun and Deno, whose own fetch is as cheap.
 *
 * @returns also how to close the connections. Idle ones keep no process alive, and end by themselves after four seconds.
 *
 * @example
 * const { fetch } = createKeepAlive()
 * const cloudways = createCloudways({ credentials, fetch })
 */
export function createKeepAlive(): { fetch: typeof globalThis.fetch; close(): void } {
  const builtIn = globalThis.fetch
  const isNode = !('Bun' in globalThis || 'Deno' in globalThis)
  const isOurs = () => isNode && globalThis.fetch === builtIn && !proxyState()?.isUsed
  const agents = { 'http:': new HttpAgent(idle), 'https:': new HttpsAgent(idle) }
  const send = { 'http:': httpRequest, 'https:': httpsRequest }
  const fetch: typeof globalThis.fetch = async (input, init = {}) => {
    if (!isPlain(input, init) || !isOurs()) return globalThis.fetch(input, init)
    const url = new URL(String(input))
    const protocol = url.protocol as keyof typeof agents
    const agent = agents[protocol]
    if (!agent) return globalThis.fetch(input, init)
    const { method = 'GET', body, signal } = init
    signal?.throwIfAborted()
    const text = body ? String(body) : undefined
    const headers = headersOf(init, text)
    return exchange(send[protocol](url, { method, headers, agent }), text, signal ?? undefined)
  }
  const close = () => {
    for (const agent of Object.values(agents)) agent.destroy()
  }
  return { fetch, close }
}

function headersOf({ headers, body }: RequestInit, text: string | undefined): Record<string, string> {
  const given = Object.fromEntries(new Headers(headers))
  return {
    'accept-encoding': 'gzip',
    ...(body instanceof URLSearchParams && {
      'content-type': 'application/x-www-form-urlencoded;charset=UTF-8',
    }),
    ...given,
    ...(text !== undefined && { 'content-length': String(Buffer.byteLength(text)) }),
  }
}

/** Send, and answer when the head of the answer is there; where the body is short, when all of it is. */
function exchange(
  outgoing: ClientRequest,
  text: string | undefined,
  signal?: AbortSignal,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const stop = signal && onAbort(signal, () => outgoing.destroy(signal.reason))
    const fail = (error: Error) => {
      stop?.()
      reject(signal?.aborted ? signal.reason : new TypeError('fetch failed', { cause: error }))
    }
    outgoing.on('error', fail)
    // A head that can't be shown as a Response is no answer.
    const settle = (make: () => Response) => {
      try {
        resolve(make())
      } catch (error) {
        fail(error as Error)
      }
    }
    outgoing.on('response', (incoming) => {
      incoming.once('close', () => stop?.())
      const { 'content-length': length, 'content-encoding': encoding } = incoming.headers
      if (encoding || !length || Number(length) > mostCollected) {
        return settle(() => streamed(incoming, encoding))
      }
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('error', fail)
      incoming.on('end', () =>
        settle(() => answer(incoming, hasBody(incoming) ? Buffer.concat(chunks) : null)),
      )
    })
    outgoing.end(text)
  })
}

const streamed = (incoming: IncomingMessage, encoding: string | undefined): Response =>
  answer(incoming, bodyOf(incoming, encoding === 'gzip' ? unpack : undefined))

function unpack(incoming: IncomingMessage): Readable {
  const gunzip = createGunzip()
  incoming.on('error', (error) => gunzip.destroy(error))
  gunzip.on('close', () => incoming.destroy())
  return incoming.pipe(gunzip)
}

function answer(
  incoming: IncomingMessage,
  body: Buffer<ArrayBuffer> | ReadableStream<Uint8Array> | null,
): Response {
  const { statusCode = 500, headers: given } = incoming
  const headers = new Headers()
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value)
  }
  // What is handed on is unpacked.
  headers.delete('content-encoding')
  return new Response(body, { status: statusCode, headers })
}
