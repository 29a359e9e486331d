/**
 * The connection to Redis that storage and rate limit share: bounded in time, silent about secrets.
 *
 * @module
 */
import { checkNumber, checkOptions } from '../base/options.ts'
import { CloudwaysError, InputError, UpstreamError } from '../errors.ts'
import { damaged } from './item.ts'
import { createSlots } from './lock.ts'
import { type Opened, openRedis, type RedisClient } from './redis-open.ts'

/** A {@link RedisClient} whose calls end within a bounded time, and fail with an `UpstreamError`. */
export interface RedisConnection extends RedisClient {
  /** Run a Lua script on one key. The text of the script is sent only when the server does not know it yet. */
  evaluate(script: string, key: string, ...args: (string | number)[]): Promise<unknown>
  /** Close the connection, if it was opened here. */
  close(): Promise<void>
}

export interface RedisClientOptions {
  /** `redis://user:password@host:6379/0`, or `rediss://` for TLS. Either this or `client`. */
  url?: string
  /**
   * A connected client of your own, for example of a cluster. You close it. Switch its offline queue off
   * (`enableOfflineQueue: false`): a command that was given up must not run later.
   */
  client?: RedisClient | RedisConnection
  /**
   * The most commands under way at once in this process. Further commands wait their turn, within their `timeout`.
   * One connection carries all of them, and each storage or limiter opens one connection at most. So this bounds load
   * and memory, not the number of sockets.
   *
   * @default 500
   */
  pool?: number
  /**
   * Seconds within which each command is answered or fails. Waiting for a turn and for the connection is included.
   *
   * @default 2
   */
  timeout?: number
}

export const redisClientOptions = ['url', 'client', 'pool', 'timeout'] as const

/**
 * A connection to share between `redisStorage` and `redisRateLimit`: pass it to both as `client`.
 *
 * The connection opens at the first command, reconnects with backoff for as long as it takes, and never queues
 * commands for later. When Redis has been away for longer than `timeout`, commands fail at once.
 *
 * @throws InputError for an unknown or wrong option. Its calls throw UpstreamError: `outcome` is `unknown` when the
 * command was sent and no answer came.
 */
export function redisClient(options: RedisClientOptions): RedisConnection {
  checkOptions('redisClient', options, redisClientOptions)
  return connectRedis('redisClient', options)
}

/** {@link redisClient} for a factory called `where` that has checked the names of its options. */
export function connectRedis(where: string, options: RedisClientOptions): RedisConnection {
  const { url, client, pool = 500, timeout = 2 } = options
  checkNumber(where, 'pool', pool, 1)
  checkNumber(where, 'timeout', timeout)
  if ((url === undefined) === (client === undefined)) {
    throw new InputError(`${where} needs either 'url' or 'client'.`, "Pass url: 'redis://localhost:6379/0'.")
  }
  if (client !== undefined && 'evaluate' in client) {
    // This connection is bounded already, by the same rules. The code that made it closes it.
    if (options.pool === undefined && options.timeout === undefined)
      return { ...client, close: async () => {} }
    throw new InputError(`${where}: 'pool' and 'timeout' belong to redisClient() here.`, 'Pass them there.')
  }
  if (url !== undefined) checkUrl(where, url)

  const bound = timeout * 1000
  const slots = createSlots(pool)
  const server: Opened = url === undefined ? lent(client as RedisClient) : openRedis(url, bound)

  async function send(deadline: number, command: string, args: (string | number)[]): Promise<unknown> {
    if (!(await slots.enter(deadline - performance.now())))
      throw unreachable('too many commands wait for their turn', 'failed')
    try {
      const ready = await server.ready(deadline - performance.now())
      if (!ready) throw unreachable(server.reason(), 'failed')
      return await within(Math.ceil(deadline - performance.now()), ready.call(command, ...args))
    } finally {
      slots.leave()
    }
  }

  return {
    call: (command, ...args) => send(performance.now() + bound, command, args).catch(rethrow),
    async evaluate(script, key, ...args) {
      const deadline = performance.now() + bound
      const hash = await sha1(script)
      try {
        return await send(deadline, 'EVALSHA', [hash, 1, key, ...args])
      } catch (error) {
        // After a restart or a failover the server does not know the script. The script did not run, so it may run now.
        if (!isReply(error) || !error.message.startsWith('NOSCRIPT')) return rethrow(error)
        return send(deadline, 'EVAL', [script, 1, key, ...args]).catch(rethrow)
      }
    },
    close: async () => server.close(),
  }
}

function lent(client: RedisClient): Opened {
  return { ready: async () => client, reason: () => 'no connection', close() {} }
}

/** No part of the url may be in an error: the url holds a password. */
function checkUrl(where: string, url: string): void {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed === undefined) {
    const next =
      'Write redis://user:password@host:6379/0, with special characters of the password percent-encoded.'
    throw new InputError(`${where}: 'url' is not a URL.`, next)
  }
  if (parsed.protocol !== 'redis:' && parsed.protocol !== 'rediss:') {
    throw new InputError(`${where}: the scheme of 'url' must be redis: or rediss: (TLS).`, "Fix 'url'.")
  }
  if (
    parsed.hostname === '' ||
    !/^\/?\d*$/.test(parsed.pathname) ||
    parsed.search !== '' ||
    parsed.hash !== ''
  ) {
    const next = "Write redis://host:6379/0, or pass a 'client' with options of its own."
    throw new InputError(`${where}: 'url' must be a host, a port and the number of a database.`, next)
  }
}

function within<T>(time: number, answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(unreachable('no answer in time', 'unknown')), time)
    answer.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

function rethrow(error: unknown): never {
  if (error instanceof CloudwaysError) throw error
  if (!isReply(error)) throw unreachable(codeOf(error) ?? 'the connection was lost', 'unknown')
  // The first word is the code of Redis (OOM, READONLY, ...). The other words may quote the command.
  const code = /^[A-Z]+/.exec(error.message)?.[0] ?? 'ERR'
  if (code === 'WRONGTYPE') throw damaged()
  const next = 'The operator: look at the Redis server and its log. Then try again.'
  throw new UpstreamError(`Redis refused a command (${code}).`, next, { service: 'storage', retryAfter: 2 })
}

function unreachable(reason: string, outcome: 'failed' | 'unknown'): UpstreamError {
  return new UpstreamError(
    `Redis is unreachable: ${reason}.`,
    'The operator: start Redis, or fix its URL. The connection comes back by itself; then try again.',
    { service: 'storage', outcome, retryAfter: 2 },
  )
}

function isReply(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ReplyError'
}

function codeOf(error: unknown): string | undefined {
  const { code } = error as { code?: unknown }
  return typeof code === 'string' && /^[A-Z_]+$/.test(code) ? code : undefined
}

async function sha1(text: string): Promise<string> {
  const known = hashes.get(text)
  if (known !== undefined) return known
  const digest = await crypto.subtle.digest('SHA-1', new TextEncoder().encode(text))
  const hash = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
  hashes.set(text, hash)
  return hash
}

/** SHA-1 by script. The scripts are constants of this package, so the map stays small. */
const hashes = new Map<string, string>()
