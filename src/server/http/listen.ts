/**
 * The application on a port of Node, with bounds on time, and an end that loses no call.
 *
 * @module
 */
import { once } from 'node:events'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { promisify } from 'node:util'
import { createAdaptorServer } from '@hono/node-server'
import { InputError } from '../../errors.ts'

export interface ListenOptions {
  /** @param env the request and response of Node, from which a handler learns the client's address. */
  fetch: (request: Request, env: unknown) => Response | Promise<Response>
  host: string
  port: number
}

/** A server that listens. */
export interface Listener {
  /** The port, also when 0 was asked for. */
  readonly port: number
  /** Open connections now. */
  sockets(): Promise<number>
  /**
   * Take no more connections and let the calls under way end.
   *
   * @param seconds after which those that are left are aborted.
   * @returns whether every call ended by itself.
   */
  close(seconds: number): Promise<boolean>
}

/** Milliseconds. A client that sends slower than this holds a connection for nothing. */
const headersTimeout = 15_000
const requestTimeout = 30_000
/** Longer than the idle time of common balancers, which otherwise race with our closing. */
const keepAliveTimeout = 75_000

/** Milliseconds. A connection opened just before the end has its first request on the way, a round trip later. */
const grace = 1000

/** Milliseconds. */
const mostAccepting = 500

/** @throws InputError, one line, when the address is taken or not ours. */
export async function listen({ fetch, host, port }: ListenOptions): Promise<Listener> {
  const server = createAdaptorServer({
    fetch,
    // Its own Request and Response are a little faster, and break other libraries' `instanceof` in this process.
    overrideGlobalObjects: false,
    serverOptions: {
      headersTimeout,
      requestTimeout,
      keepAliveTimeout,
      connectionsCheckingInterval: 5000,
      maxHeaderSize: 16_384,
    },
  }) as Server
  const traffic = watchTraffic(server)
  server.listen(port, host)
  await once(server, 'listening').catch((error: NodeJS.ErrnoException) => {
    throw listenError(error, host, port)
  })
  return {
    port: (server.address() as AddressInfo).port,
    sockets: () => promisify(server.getConnections.bind(server))(),
    close: (seconds) => close(server, traffic, seconds),
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
   * Connections that never sent a request, as browsers and balancers open them ahead, with the time of their
   * opening. Node takes them for busy.
   */
  silent: ReadonlyMap<Socket, number>
  /** Answers that are not complete. */
  open: ReadonlySet<ServerResponse>
}

function watchTraffic(server: Server): Traffic {
  const silent = new Map<Socket, number>()
  const open = new Set<ServerResponse>()
  server.on('connection', (socket: Socket) => {
    silent.set(socket, performance.now())
    socket.once('close', () => silent.delete(socket))
  })
  // Before the handler, which may answer at once.
  server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    silent.delete(socket)
    open.add(response)
    response.once('close', () => open.delete(response))
    if (!server.listening) endAfter(response)
  })
  return { silent, open }
}

/** Tell the client to send its next request elsewhere: on this connection it would meet our closing. */
function endAfter(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('connection', 'close')
}

/**
 * Take the connections that the system has opened for us and this process has not seen: closing resets them, and
 * their clients have sent a request already. One is taken in each turn of the loop; a quick turn that brings none
 * leaves next to no time for another. A client that connects without a pause must not keep us from closing.
 */
async function acceptWaiting(server: Server): Promise<void> {
  let taken = 0
  const count = () => taken++
  server.on('connection', count)
  const begun = performance.now()
  // From inside the loop's look at its events, the first ends that look, and only the next ones begin one.
  await setImmediate()
  for (let quiet = false; !quiet && performance.now() - begun < mostAccepting; ) {
    const [before, started] = [taken, performance.now()]
    await setImmediate()
    quiet = taken === before && performance.now() - started < 1
  }
  server.off('connection', count)
}

async function close(server: Server, { silent, open }: Traffic, seconds: number): Promise<boolean> {
  await acceptWaiting(server)
  const closed = once(server, 'close').then(() => true)
  server.close()
  for (const response of open) endAfter(response)
  // A connection that becomes idle after this moment would stay until its keep-alive ends.
  const sweep = setInterval(() => {
    server.closeIdleConnections()
    const stale = performance.now() - grace
    for (const [socket, opened] of silent) if (opened < stale) socket.destroy()
  }, 50)
  let bound: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => {
    bound = setTimeout(() => resolve(false), seconds * 1000)
  })
  const drained = await Promise.race([closed, late])
  clearInterval(sweep)
  clearTimeout(bound)
  // Ends the calls through their signal.
  if (!drained) server.closeAllConnections()
  return drained
}
