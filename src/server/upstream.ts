/**
 * The `fetch` by which a server reaches Cloudways: with a ceiling, and with timing at DEBUG.
 *
 * @module
 */
import { createSlots } from '../storage/slots.ts'
import type { Logger } from './logging.ts'

export interface UpstreamOptions {
  fetch: typeof fetch
  /** Requests under way at once; more wait their turn. */
  pool: number
  /** Seconds a request waits for its turn. */
  wait: number
  logger?: Logger
}

/** The slot is held until the headers are there: bodies are read at once by whoever asked. */
export function createUpstream(options: UpstreamOptions): typeof fetch {
  const { pool, wait, logger } = options
  const slots = createSlots(pool)
  const send = logger?.writes('DEBUG') ? timed(options.fetch, logger) : options.fetch

  return async (input, init) => {
    const signal = init?.signal ?? undefined
    const entered = slots.enter(wait * 1000)
    const inTime = await orAborted(entered, signal).catch((error: unknown) => {
      // The turn may come after the caller has gone.
      void entered.then((late) => late && slots.leave())
      throw error
    })
    if (!inTime) throw busy()
    try {
      signal?.throwIfAborted()
      return await send(input, init)
    } finally {
      slots.leave()
    }
  }
}

/** What undici throws when it gets no connection in time: nothing was sent. */
function busy(): TypeError {
  const cause = Object.assign(new Error('HTTP_POOL_SIZE requests are under way'), {
    code: 'UND_ERR_CONNECT_TIMEOUT',
  })
  return new TypeError('fetch failed', { cause })
}

async function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work
  signal.throwIfAborted()
  let stop = () => {}
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
  })
  return Promise.race([work, aborted]).finally(() => signal.removeEventListener('abort', stop))
}

function timed(send: typeof fetch, logger: Logger): typeof fetch {
  return async (input, init) => {
    const started = performance.now()
    const { pathname } = new URL(input instanceof Request ? input.url : String(input))
    const facts = () => ({
      method: init?.method ?? 'GET',
      path: pathname,
      ms: Math.round(performance.now() - started),
    })
    try {
      const response = await send(input, init)
      logger.debug('upstream', { ...facts(), status: response.status })
      return response
    } catch (error) {
      logger.debug('upstream', { ...facts(), failed: (error as Error).name })
      throw error
    }
  }
}
