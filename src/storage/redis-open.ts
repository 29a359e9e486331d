/** Opens ioredis at the first command. @module */
import { loadOptional } from '../base/options.ts'

/** The part of a Redis client that is needed. `new Redis()` and `new Redis.Cluster()` of ioredis and iovalkey have it. */
export interface RedisClient {
  call(command: string, ...args: (string | number)[]): Promise<unknown>
}

/** The part of an ioredis client that is used. Its own types would make people without ioredis unable to compile. */
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

/** Milliseconds. The longest pause between two attempts to connect, so also the delay after Redis is back. */
const longestPauseMilliseconds = 1000

const noConnection = 'no connection'
const noDatabase = 'it has no such database'
const refusedLogin = 'the login was refused'

/** What no waiting mends: somebody has to change the URL, or the server. */
const isLasting = (reason: string) =>
  reason === noDatabase || reason.startsWith(refusedLogin) || /^ERR_(?:SSL|TLS)_|CERT/.test(reason)

async function load() {
  try {
    return await import('ioredis')
  } catch {
    return undefined
  }
}

/** @param bound milliseconds that each attempt to connect, and each silence of the server, may take. */
export function openRedis(url: string, bound: number): Opened {
  let opening: Promise<Client> | undefined
  let connected = false
  let closed = false
  let awaySince = performance.now()
  let reason = noConnection
  const waiting = new Set<() => void>()

  async function open(): Promise<Client> {
    const { Redis } = await loadOptional('Redis', 'ioredis@5', load)
    const client: Client = new Redis(url, {
      connectTimeout: bound,
      // A dead peer never answers. Without this bound the socket would stay, and each command would time out.
      socketTimeout: bound,
      keepAlive: 30_000,
      // A command that was given up must not run later: no queue, no resending.
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      retryStrategy: (attempt) =>
        Math.min(longestPauseMilliseconds, 25 * 2 ** Math.min(attempt, 10)) * (0.5 + Math.random() / 2),
      // After a failover the old primary is a replica. The same address may now lead to the new primary.
      reconnectOnError: (error) => error.message.startsWith('READONLY'),
    })
    awaySince = performance.now()
    client.on('ready', () => {
      // ioredis goes on in database 0, which others may use.
      if (reason === noDatabase) return
      connected = true
      reason = noConnection
      for (const proceed of waiting) proceed()
    })
    client.on('close', () => {
      if (connected) awaySince = performance.now()
      connected = false
    })
    // Without a listener ioredis prints each failed attempt, and its errors carry the arguments of commands.
    client.on('error', (error) => {
      reason = reasonOf(error)
      if (isLasting(reason)) for (const proceed of waiting) proceed()
    })
    return client
  }

  return {
    async ready(wait) {
      if (closed) return undefined
      opening ??= open()
      const client = await opening
      if (connected) return client
      const left = Math.min(wait, awaySince + bound - performance.now())
      if (left <= 0 || isLasting(reason)) return undefined
      await new Promise<void>((resolve) => {
        const timer = setTimeout(proceed, left)
        function proceed(): void {
          clearTimeout(timer)
          waiting.delete(proceed)
          resolve()
        }
        waiting.add(proceed)
      })
      return connected ? client : undefined
    },
    reason: () => (closed ? 'this storage was disposed of' : reason),
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

/** Codes only: a message of ioredis may hold the address, and its errors the arguments of AUTH. */
function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown }
  const refused = /\b(?:WRONGPASS|NOAUTH|NOPERM|LOADING|ERR invalid password)\b/.exec(String(message))?.[0]
  if (/DB index is out of range/.test(String(message))) return noDatabase
  if (refused === 'LOADING') return 'it is still loading its data'
  if (refused !== undefined) return `${refusedLogin} (${refused})`
  return typeof code === 'string' && /^[A-Z_0-9]+$/.test(code) ? code : noConnection
}
