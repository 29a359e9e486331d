/**
 * The `fetch` by which a server reaches Cloudways: it bounds how many requests run at once, and times them for the log
 * at DEBUG and for the metrics.
 *
 * @module
 */
import { never, unlessAborted } from '../../base/signal.ts'
import { createSlots } from '../../storage/lock.ts'
import type { Logger } from '../watch/logging.ts'
import type { Metrics } from '../watch/metrics.ts'

interface UpstreamOptions {
  fetch: typeof fetch
  /** Requests that run at once. Further requests wait for their turn. */
  pool: number
  /** Seconds a request waits for its turn. */
  wait: number
  logger?: Logger
  metrics?: Pick<Metrics, 'upstream'>
}

/** A request holds its slot until the headers arrive. Its body is read by the caller at once. */
export function createUpstream(options: UpstreamOptions): typeof fetch {
  const { pool, wait, metrics } = options
  const logger = options.logger?.writes('DEBUG') ? options.logger : undefined
  const slots = createSlots(pool)
  const send = logger || metrics ? timed({ ...options, logger }) : options.fetch

  return async (input, init) => {
    const signal = init?.signal ?? never()
    const entered = slots.enter(wait * 1000)
    const inTime = await unlessAborted(entered, signal).catch((error: unknown) => {
      // The caller has gone, but its turn may still come: the slot is given back then.
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

/** The error of undici when it gets no connection in time. It means that nothing was sent. */
function busy(): TypeError {
  const cause = Object.assign(new Error('HTTP_POOL_SIZE requests are under way'), {
    code: 'UND_ERR_CONNECT_TIMEOUT',
  })
  return new TypeError('fetch failed', { cause })
}

function timed({ fetch: send, logger, metrics }: UpstreamOptions): typeof fetch {
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
