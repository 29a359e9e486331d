/**
 * The `fetch` by which a server reaches Cloudways: with a ceiling, and with timing at DEBUG and for metrics.
 *
 * @module
 */
import { never, unlessAborted } from '../../base/signal.ts'
import { createSlots } from '../../storage/slots.ts'
import type { Logger } from '../watch/logging.ts'
import type { Metrics } from '../watch/metrics.ts'

export interface UpstreamOptions {
  fetch: typeof fetch
  /** Requests under way at once; more wait their turn. */
  pool: number
  /** Seconds a request waits for its turn. */
  wait: number
  logger?: Logger
  metrics?: Pick<Metrics, 'upstream'>
}

/** The slot is held until the headers are there: bodies are read at once by whoever asked. */
export function createUpstream(options: UpstreamOptions): typeof fetch {
  const { pool, wait, metrics } = options
  const logger = options.logger?.writes('DEBUG') ? options.logger : undefined
  const slots = createSlots(pool)
  const send = logger || metrics ? timed(options.fetch, logger, metrics) : options.fetch

  return async (input, init) => {
    const signal = init?.signal ?? never()
    const entered = slots.enter(wait * 1000)
    const inTime = await unlessAborted(entered, signal).catch((error: unknown) => {
      // The turn may come after the caller has gone.
      void entered.then((late) => late && slots.leave())
      throw error
    })
    if (!inTime) throw busy()
    try {
      signal.throwIfAborted()
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

function timed(
  send: typeof fetch,
  logger: Logger | undefined,
  metrics: UpstreamOptions['metrics'],
): typeof fetch {
  return async (input, init) => {
    const started = performance.now()
    const { pathname } = new URL(input instanceof Request ? input.url : String(input))
    const method = init?.method ?? 'GET'
    const ended = (end: { status: number } | { failed: string }) => {
      const ms = performance.now() - started
      logger?.debug('upstream', { method, path: pathname, ms: Math.round(ms), ...end })
      metrics?.upstream({ method, ms, ...('status' in end && end) })
    }
    try {
      const response = await send(input, init)
      ended({ status: response.status })
      return response
    } catch (error) {
      ended({ failed: (error as Error).name })
      throw error
    }
  }
}
