/** MCP over this process's stdin and stdout. @module */
import type { Writable } from 'node:stream'
import type { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js'
import { longestTimerMilliseconds, onAbort } from '../../base/signal.ts'
import type { Toolkit } from '../../core/toolkit.ts'
import type { ToolMap } from '../../core/types/tool.ts'
import { type McpFace, readFace } from './describe.ts'
import { readLines } from './lines.ts'
import { createLowLevelServer } from './low-level.ts'
import { claimsModern, serveModern } from './modern.ts'

/** A server on stdin and stdout. */
export interface StdioServer {
  /** Resolves when the client has gone, or after `close()`. */
  readonly closed: Promise<void>
  /** Aborts what is under way and gives stdout back. */
  close(): Promise<void>
  /** What the client calls itself; `undefined` before it has said so. */
  clientName(): string | undefined
  /**
   * Ask the person behind the client to open a page. The question is withdrawn when the request's signal aborts.
   *
   * @returns `undefined` when the client has no URL elicitation, or speaks 2026-07-28, where a server can only
   * ask in its answer to a call.
   */
  elicitUrl(request: UrlRequest): Promise<UrlAnswer | undefined>
}

/** Clients that end stdin wait two seconds before they kill the process. */
const graceMilliseconds = 1500

/**
 * Serve the tools on stdin and stdout until stdin ends, to clients of 2025; and to those of 2026-07-28 when
 * `@modelcontextprotocol/server` is installed.
 *
 * stdout carries nothing but the protocol. Everything else that is written to it meanwhile, also by `console.log`, goes
 * to stderr. One server per process.
 */
export function serveStdio<T extends ToolMap>(cloudways: Toolkit<T>, options: McpFace = {}): StdioServer {
  const face = readFace('serveStdio', options)
  const { stdin } = process
  const stdout = takeStdout()
  const lines = readLines(stdin, (answer) => void reader.send(answer as JSONRPCMessage).catch(end))
  const reader: StdioServerTransport = new StdioServerTransport(lines, stdout.stream)
  // A line that is not JSON-RPC is skipped. Its text is not repeated, because it may hold a secret.
  const passedOver = (error: Error) =>
    void process.stderr.write(`cloudways-tools: passed over a message (${error.name})\n`)
  reader.onerror = passedOver

  let server: { close(): Promise<void> } | undefined
  let lean: ReturnType<typeof createLowLevelServer> | undefined
  let ended = false
  const end = () => (server ?? reader).close()
  let started: Promise<unknown> = Promise.resolve()
  const wire = createWire(reader, (first) => {
    started = serve(first).catch(end)
  })

  // The first message tells the era of the connection. Most clients still open with `initialize`; they must not
  // wait the 100 ms that loading a second SDK takes.
  async function serve(first: JSONRPCMessage): Promise<void> {
    const modern = claimsModern(first) ? await serveModern({ cloudways, face }, wire, passedOver) : undefined
    if (modern) {
      server = modern
      // stdin and stdout were gone before there was a server.
      if (ended) await modern.close()
      return
    }
    if (ended) return
    lean = createLowLevelServer(cloudways, face, true)
    lean.onerror = passedOver
    server = lean
    await lean.connect(wire)
  }

  const closed = new Promise<void>((resolve) => {
    const passOn = reader.onclose
    reader.onclose = () => {
      ended = true
      lines.off('end', onEnd)
      // Nobody reads on, and a stream that flows would keep the process.
      stdin.unpipe(lines)
      stdin.pause()
      passOn?.()
      resolve()
    }
  })
  // Requests that were piped in are answered before the end: people try a server with `printf ... | cloudways-tools`.
  // The time that a slow machine takes to load the second SDK does not count.
  const onEnd = () => started.then(() => wire.settled(graceMilliseconds)).then(end)
  lines.once('end', onEnd)
  // When the client has died, every write to it fails. That must not end in a stack trace.
  process.stdout.on('error', () => void end())

  reader.start().catch(end)
  return {
    closed,
    async close() {
      await end()
      // Only here, and not when the client ends the connection: it may still read, and expects the protocol only.
      stdout.giveBack()
    },
    clientName() {
      const client = lean?.getClientVersion()
      return client?.title ?? client?.name
    },
    elicitUrl: async (request) => lean && elicitUrl(lean, request),
  }
}

/** Keep the real stdout for the protocol, and send all other writes to stderr. */
function takeStdout(): { stream: Writable; giveBack(): void } {
  const { stdout, stderr } = process
  const write = stdout.write
  // The transport needs no more of a stream than this.
  const stream = { write: write.bind(stdout), once: stdout.once.bind(stdout) } as unknown as Writable
  stdout.write = stderr.write.bind(stderr) as typeof write
  return {
    stream,
    giveBack() {
      stdout.write = write
    },
  }
}

/** A page that the person behind a client is asked to open (URL elicitation), for example to sign in. */
export interface UrlRequest {
  url: string
  message: string
  /** Aborts when the page is no longer needed. A question that is still open is then withdrawn. */
  signal: AbortSignal
}

/** What the person said. `cancel`: the person closed the question without an answer. */
export type UrlAnswer = 'accept' | 'decline' | 'cancel'

/**
 * Ask the person behind the client to open a page.
 *
 * @returns `undefined` when the client has no URL elicitation.
 */
export async function elicitUrl(server: Server, request: UrlRequest): Promise<UrlAnswer | undefined> {
  if (!server.getClientCapabilities()?.elicitation?.url) return undefined
  const { url, message, signal } = request
  const elicitationId = crypto.randomUUID()
  const { action } = await server.elicitInput(
    { mode: 'url', elicitationId, url, message },
    // `signal` ends the question. Without a time the SDK gives up after a minute.
    { signal, timeout: longestTimerMilliseconds },
  )
  // The notification tells the client that it may close what it shows.
  const completed = server.createElicitationCompletionNotifier(elicitationId)
  if (action === 'accept') onAbort(signal, () => void completed().catch(() => {}))
  return action
}

/** A transport for the server of either version of the SDK. */
interface Wire extends Transport {
  /** Resolves when every request has its answer, or after some milliseconds. */
  settled(milliseconds: number): Promise<void>
}

/**
 * Put `inner`, which reads and writes, behind a transport that can be connected later.
 *
 * Both eras share one reader, so that both treat a line which is no message alike. The caller starts `inner`. Messages
 * that come before a server starts the wire are held for that server.
 *
 * @param opening called once, with the first message.
 */
export function createWire(inner: Transport, opening: (message: JSONRPCMessage) => void): Wire {
  let held: JSONRPCMessage[] | undefined = []
  const open = new Set<unknown>()
  let done = () => {}

  const closeRequest = (id: unknown) => {
    open.delete(id)
    if (open.size === 0) done()
  }
  const wire: Wire = {
    async start() {
      const messages = held ?? []
      held = undefined
      for (const message of messages) wire.onmessage?.(message)
    },
    async send(message) {
      await inner.send(message)
      if (!('method' in message)) closeRequest(message.id)
    },
    close: () => inner.close(),
    settled: (milliseconds) =>
      new Promise((resolve) => {
        if (open.size === 0) return resolve()
        const timer = setTimeout(resolve, milliseconds)
        done = () => {
          clearTimeout(timer)
          resolve()
        }
      }),
  }

  inner.onmessage = (message) => {
    if ('method' in message) {
      // A subscription is answered only when the connection ends, so the end must not wait for the answer.
      if ('id' in message && message.method !== 'subscriptions/listen') open.add(message.id)
      // A request that is cancelled gets no answer.
      if (message.method === 'notifications/cancelled') closeRequest(message.params?.requestId)
    }
    if (!held) wire.onmessage?.(message)
    else if (held.push(message) === 1) opening(message)
  }
  inner.onclose = () => wire.onclose?.()
  return wire
}
