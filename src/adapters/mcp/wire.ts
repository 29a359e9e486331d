/**
 * The line under a stdio server: it waits with the first messages until their era is known, and knows which
 * requests have no answer yet.
 *
 * @module
 */
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js'

/** A transport for the server of either version of the SDK. */
interface Wire extends Transport {
  /** Resolves when every request has its answer, or after some milliseconds. */
  settled(milliseconds: number): Promise<void>
}

/**
 * Put `inner`, which reads and writes, behind a transport that can be connected later.
 *
 * Both eras share one reader, so that a line which is no message means the same in both. `inner` has to be
 * started; what comes before a server starts the wire is held for it.
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
      // A subscription is answered when the connection ends: the end must not wait for it.
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
