/** A simple round-robin proxy: each request goes to the next replica, on a new connection. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'

export interface RoundRobin {
  url: string
  /** How many requests each port has answered. */
  answered: ReadonlyMap<number, number>
  /** Ports of the replicas; changes apply to the next request. */
  ports: number[]
  close(): Promise<void>
}

export async function startProxy(): Promise<RoundRobin> {
  const answered = new Map<number, number>()
  const ports: number[] = []
  let turn = 0

  /** Connects to the next replica that accepts. When a replica refuses, nothing has been sent to it. */
  async function open(): Promise<{ socket: Socket; port: number }> {
    const first = turn++
    for (let index = 0; index < ports.length; index++) {
      const port = ports[(first + index) % ports.length]!
      const socket = connect(port, '127.0.0.1')
      try {
        await once(socket, 'connect')
        return { socket, port }
      } catch {}
    }
    throw new Error('no replica takes connections')
  }

  async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { socket, port } = await open()
    const address = incoming.socket.remoteAddress ?? ''
    const forwarded = [incoming.headers['x-forwarded-for'], address].filter(Boolean).join(', ')
    const sent = request({
      createConnection: () => socket,
      method: incoming.method,
      path: incoming.url,
      headers: { ...incoming.headers, 'x-forwarded-for': forwarded, connection: 'close' },
    })
    outgoing.on('close', () => sent.destroy())
    incoming.pipe(sent)
    const [answer] = (await once(sent, 'response')) as [IncomingMessage]
    // The answer is read in full before it is passed on: half an answer of a replica that died is no answer.
    const body = await buffer(answer)
    answered.set(port, (answered.get(port) ?? 0) + 1)
    outgoing.writeHead(answer.statusCode ?? 502, { ...answer.headers, 'x-replica': String(port) }).end(body)
  }

  const server = createServer((incoming, outgoing) => {
    pass(incoming, outgoing).catch((error: Error) => {
      if (outgoing.headersSent) outgoing.destroy()
      else outgoing.writeHead(502).end(`bad gateway: ${error.message}`)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answered,
    ports,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
