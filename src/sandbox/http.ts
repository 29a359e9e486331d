import type { IncomingMessage } from 'node:http'
import type { Incoming, Reply } from './platform.ts'

/** Where a sandbox listens, and how to end it. */
export interface Listening {
  /** The base URL with `/api/v2`. */
  url: string
  /** Ends all connections, also those that wait for a delayed answer. */
  close(): Promise<void>
}

export interface ListenOptions {
  /** Default 0: a free port. */
  port?: number
  /** Default `127.0.0.1`. */
  host?: string
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

/** A real HTTP server for the sandbox, in which delays take time and resets break the connection. */
export async function listen(
  handle: (incoming: Incoming) => Reply,
  { port = 0, host = '127.0.0.1' }: ListenOptions,
): Promise<Listening> {
  const { createServer } = await import('node:http')
  const timers = new Set<NodeJS.Timeout>()
  const server = createServer(async (request, response) => {
    // A client that leaves before it has sent the whole body has sent no request.
    const body = await read(request).catch(() => undefined)
    if (body === undefined) return
    const headers = new Headers()
    for (const [name, value] of Object.entries(request.headers)) {
      for (const one of [value ?? []].flat()) headers.append(name, one)
    }
    const url = new URL(request.url ?? '/', 'http://sandbox')
    const reply = handle({ method: request.method ?? 'GET', url, headers, body })
    const send = () => {
      if (reply.reset) request.socket.resetAndDestroy()
      else response.writeHead(reply.status, reply.headers).end(reply.body)
    }
    if (reply.latency === 0) return send()
    const timer = setTimeout(() => {
      timers.delete(timer)
      send()
    }, reply.latency * 1000)
    timers.add(timer)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const address = server.address()
  const actual = typeof address === 'object' && address ? address.port : port
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actual}/api/v2`,
    close: () =>
      new Promise((resolve, reject) => {
        for (const timer of timers) clearTimeout(timer)
        server.close((error) => (error ? reject(error) : resolve()))
        server.closeAllConnections()
      }),
  }
}
