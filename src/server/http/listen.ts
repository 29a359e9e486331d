/** The application on a port of Node, with limits on time, and a way to stop that loses no call. @module */
import { once } from 'node:events'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { promisify } from 'node:util'
import { createAdaptorServer } from '@hono/node-server'
import { InputError } from '../../errors.ts'

interface ListenOptions {
  /** @param env the request and response of Node. A handler learns the client's address from them. */
  fetch: (request: Request, env: unknown) => Response | Promise<Response>
  host: string
  port: number
}

/** Options of `node:http`, in milliseconds. */
const timeouts = {
  // A client that sends more slowly than this keeps a connection busy for nothing.
  headersTimeout: 15_000,
  requestTimeout: 30_000,
  // Longer than the idle time of common load balancers. Otherwise a balancer could send a request on a connection that
  // this server is closing.
  keepAliveTimeout: 75_000,
  connectionsCheckingInterval: 5000,
}

/** A connection that was opened just before the stop gets this time for its first request. */
const firstRequestMilliseconds = 1000

/** The longest time in which waiting connections are accepted. */
const acceptMilliseconds = 500

/** @throws InputError when the address is taken, or is not an address of this machine. */
export async function listen({ fetch, host, port }: ListenOptions) {
  const server = createAdaptorServer({
    fetch,
    // The adapter's own Request and Response are a little faster, but as globals they break `instanceof` elsewhere.
    overrideGlobalObjects: false,
    serverOptions: { ...timeouts, maxHeaderSize: 16_384 },
  }) as Server
  const traffic = watchTraffic(server)
  server.listen(port, host)
  await once(server, 'listening').catch((error: NodeJS.ErrnoException) => {
    throw listenError(error, host, port)
  })
  return {
    /** The port that was taken: useful with port 0. */
    port: (server.address() as AddressInfo).port,
    /** The number of open connections. */
    sockets: (): Promise<number> => promisify(server.getConnections.bind(server))(),
    close: (seconds: number) => close(server, traffic, seconds),
  }
}

function listenError({ code }: NodeJS.ErrnoException, host: string, port: number): Error {
  if (code === 'EADDRINUSE') {
    return new InputError(
      `Port ${port} of ${host} is taken.`,
      'Set PORT to a free one, or end the program that has it.',
    )
  }
  if (code === 'EACCES') {
    return new InputError(`Port ${port} needs more rights than this user has.`, 'Set PORT to 1024 or more.')
  }
  return new InputError(
    `${host} is not an address of this machine (${code}).`,
    'Set HOST to 127.0.0.1, or 0.0.0.0 for all.',
  )
}

interface Traffic {
  /**
   * Connections that have sent no request yet, with the time of their opening. Browsers and balancers open such
   * connections in advance. Node counts them as busy, so closing idle connections does not close them.
   */
  silent: ReadonlyMap<Socket, number>
  /** Answers that are not complete yet. */
  open: ReadonlySet<ServerResponse>
}

function watchTraffic(server: Server): Traffic {
  const silent = new Map<Socket, number>()
  const open = new Set<ServerResponse>()
  server.on('connection', (socket: Socket) => {
    silent.set(socket, performance.now())
    socket.once('close', () => silent.delete(socket))
  })
  // This listener runs before the handler, because the handler may answer at once.
  server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    silent.delete(socket)
    open.add(response)
    response.once('close', () => open.delete(response))
    if (!server.listening) endAfter(response)
  })
  return { silent, open }
}

/** Tells the client to open another connection for its next request, because this one will be closed. */
function endAfter(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('connection', 'close')
}

/**
 * Accepts the connections that the system has opened but Node has not seen yet. Their clients may have sent a request
 * already, and `server.close()` would reset them.
 *
 * Node accepts one connection in each turn of the event loop. So when a short turn brings no connection, none is
 * waiting. The time is limited, because a client that connects without a pause must not keep the server from closing.
 */
async function acceptWaiting(server: Server): Promise<void> {
  let taken = 0
  const count = () => taken++
  server.on('connection', count)
  const begun = performance.now()
  // The current turn of the event loop may have looked for connections already, so only the following turns count.
  await setImmediate()
  for (let quiet = false; !quiet && performance.now() - begun < acceptMilliseconds; ) {
    const [before, started] = [taken, performance.now()]
    await setImmediate()
    quiet = taken === before && performance.now() - started < 1
  }
  server.off('connection', count)
}

/**
 * Take no more connections, and wait until the calls under way have ended.
 *
 * @param seconds calls that run longer are aborted.
 * @returns whether every call ended by itself.
 */
async function close(server: Server, { silent, open }: Traffic, seconds: number): Promise<boolean> {
  await acceptWaiting(server)
  const closed = once(server, 'close').then(() => true)
  server.close()
  for (const response of open) endAfter(response)
  // Connections become idle one by one. Without this, each would stay open until its keep-alive time ends.
  const sweep = setInterval(() => {
    server.closeIdleConnections()
    const stale = performance.now() - firstRequestMilliseconds
    for (const [socket, opened] of silent) if (opened < stale) socket.destroy()
  }, 50)
  let bound: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => {
    bound = setTimeout(() => resolve(false), seconds * 1000)
  })
  const drained = await Promise.race([closed, late])
  clearInterval(sweep)
  clearTimeout(bound)
  // The calls that are left end through their signal.
  if (!drained) server.closeAllConnections()
  return drained
}
