/**
 * Opens ioredis, when it is first needed.
 *
 * @module
 */

import { InputError } from '../errors.ts'
import type { RedisClient } from './redis-client.ts'

/** What is used of an ioredis client; its own types would make the optional package a condition to compile. */
interface Client extends RedisClient {
  on(event: string, listener: (error: unknown) => void): unknown
  disconnect(): void
}

export interface Opened {
  /** The client as soon as it is connected; `undefined` when it is not within `wait` milliseconds. */
  ready(wait: number): Promise<RedisClient | undefined>
  /** Why it is not connected. */
  reason(): string
  close(): void
}

/** Milliseconds; the longest pause between two attempts to connect, so also about how late a recovery is seen. */
const longestPause = 1000

const lost = 'no connection'

/** @param bound milliseconds. */
export function openRedis(url: string, bound: number): Opened {
  let opening: Promise<Client> | undefined
  let connected = false
  let closed = false
  let since = performance.now()
  let last = lost
  const waiting = new Set<() => void>()

  async function open(): Promise<Client> {
    const driver = await load()
    // unstorage's driver makes the client. Its get and set are not used: they take `a/b` and `a:b` for one key and
    // know no milliseconds.
    const client = driver({
      url,
      connectTimeout: bound,
      // A dead peer answers nothing, ever: without this the socket would stay, and each command would time out.
      socketTimeout: bound,
      keepAlive: 30_000,
      // A command that was given up must not run later: no queue, no resending.
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      retryStrategy: (attempt) =>
        Math.min(longestPause, 25 * 2 ** Math.min(attempt, 10)) * (0.5 + Math.random() / 2),
      // After a failover the old primary is a replica: the same address may now lead to the new one.
      reconnectOnError: (error) => error.message.startsWith('READONLY'),
    }).getInstance!() as Client
    since = performance.now()
    client.on('ready', () => {
      connected = true
      last = lost
      for (const proceed of waiting) proceed()
    })
    client.on('close', () => {
      if (connected) since = performance.now()
      connected = false
    })
    // Without a listener ioredis prints each failed attempt, and its errors carry the commands' arguments.
    client.on('error', (error) => {
      last = reasonOf(error)
    })
    return client
  }

  return {
    async ready(wait) {
      if (closed) return undefined
      opening ??= open()
      const client = await opening
      if (connected) return client
      const patience = Math.min(wait, since + bound - performance.now())
      if (patience <= 0) return undefined
      await new Promise<void>((resolve) => {
        const timer = setTimeout(proceed, patience)
        function proceed(): void {
          clearTimeout(timer)
          waiting.delete(proceed)
          resolve()
        }
        waiting.add(proceed)
      })
      return connected ? client : undefined
    },
    reason: () => (closed ? 'this storage was disposed of' : last),
    close() {
      closed = true
      for (const proceed of waiting) proceed()
      opening?.then(
        (client) => client.disconnect(),
        () => {},
      )
    },
  }
}

async function load() {
  try {
    return (await import('unstorage/drivers/redis')).default
  } catch {
    throw new InputError("Redis needs the package 'ioredis'.", 'Run: npm install ioredis@5')
  }
}

/** Only codes: messages of ioredis may hold the address, its errors the arguments of AUTH. */
function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown }
  const refused = /\b(?:WRONGPASS|NOAUTH|NOPERM|LOADING|ERR invalid password)\b/.exec(String(message))?.[0]
  if (refused === 'LOADING') return 'it is still loading its data'
  if (refused !== undefined) return `the login was refused (${refused})`
  return typeof code === 'string' && /^[A-Z_0-9]+$/.test(code) ? code : lost
}
