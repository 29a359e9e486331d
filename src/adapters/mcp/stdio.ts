/**
 * MCP over this process's stdin and stdout.
 *
 * @module
 */
import type { Writable } from 'node:stream'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js'
import type { ToolMap } from '../../core/define.ts'
import type { Toolkit } from '../../core/toolkit.ts'
import { createLowLevelServer } from './low-level.ts'

/** A server on stdin and stdout. */
export interface StdioServer {
  /** Resolves when the client has gone, or after `close()`. */
  readonly closed: Promise<void>
  /** Aborts what is under way and gives stdout back. */
  close(): Promise<void>
}

/** Clients that end stdin wait two seconds before they kill. Milliseconds. */
const grace = 1500

/**
 * Serve the tools on stdin and stdout until stdin ends.
 *
 * stdout carries nothing but the protocol: whatever else writes to it meanwhile, `console.log` included, ends
 * on stderr. One server per process.
 */
export function serveStdio<T extends ToolMap>(cloudways: Toolkit<T>): StdioServer {
  const { stdin } = process
  const stdout = takeStdout()
  const server = createLowLevelServer(cloudways)
  const transport = new StdioServerTransport(stdin, stdout.stream)
  const end = () => server.close()

  const closed = new Promise<void>((resolve) => {
    server.onclose = () => {
      stdin.off('end', onEnd)
      resolve()
    }
  })
  // What is not JSON-RPC is passed over. Its text is not repeated: it may hold a secret.
  server.onerror = (error) => process.stderr.write(`cloudways-tools: passed over a message (${error.name})\n`)

  const underway = countRequests(transport)
  // What was piped in is answered before the end: `printf ... | cloudways-tools` is a way to try a server.
  const onEnd = () => underway.settled(grace).then(end)
  stdin.once('end', onEnd)
  // A client that died: writing to it fails, more than once, and must not end in a stack trace.
  process.stdout.on('error', () => void end())

  server.connect(underway.transport).catch(end)
  return {
    closed,
    async close() {
      await end()
      // Not when the client ends it: it may still read, and what is not protocol is an error to it.
      stdout.giveBack()
    },
  }
}

/** Keep the real stdout for the protocol and send everybody else's writes to stderr. */
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

/** Watch which requests have no answer yet. */
function countRequests(transport: StdioServerTransport) {
  const open = new Set<unknown>()
  let done = () => {}
  const answered = (message: JSONRPCMessage) => {
    if (!('method' in message)) open.delete(message.id)
    if (open.size === 0) done()
  }
  const send = transport.send.bind(transport)
  transport.send = async (message) => {
    await send(message)
    answered(message)
  }
  transport.onmessage = (message) => {
    if ('method' in message && 'id' in message) open.add(message.id)
    // A request that is cancelled gets no answer.
    if ('method' in message && message.method === 'notifications/cancelled') {
      open.delete(message.params?.requestId)
    }
  }
  const settled = (milliseconds: number) =>
    new Promise<void>((resolve) => {
      if (open.size === 0) return resolve()
      const timer = setTimeout(resolve, milliseconds)
      done = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  return { transport, settled }
}
