/**
 * The check behind /health, and the resources that the process uses, as a log line at a regular interval.
 *
 * @module
 */
import { within } from '../../base/signal.ts'
import { isCloudwaysError } from '../../errors.ts'
import type { Storage } from '../../types.ts'
import type { Logger } from './logging.ts'

interface StorageHealth {
  status: 'ok' | 'failing'
  /** Why it fails. */
  reason?: string
}

/** Probes ask every few seconds, so a slower storage counts as failing. */
const timeoutMilliseconds = 2000
/** For how long a result is reused, so that nobody can load the storage with requests to /health. */
const freshMilliseconds = 1000

/** A check that writes to the storage and reads back, in bounded time. Simultaneous callers share one check. */
export function createStorageCheck(storage: Storage): () => Promise<StorageHealth> {
  // A key of its own: a replica must not read what another one has written. It is made at the first check, because
  // Workers give no random values before the first request.
  let key: string | undefined
  let checked = {
    at: Number.NEGATIVE_INFINITY,
    health: Promise.resolve<StorageHealth>({ status: 'failing' }),
  }

  async function roundTrip(): Promise<StorageHealth> {
    const stamp = performance.now()
    key ??= `health:${crypto.randomUUID()}`
    await storage.set(key, stamp, { ttl: 60 })
    if ((await storage.get<number>(key)) === stamp) return { status: 'ok' }
    return { status: 'failing', reason: 'The storage does not answer what was written.' }
  }

  return () => {
    const now = performance.now()
    if (now - checked.at > freshMilliseconds) {
      const health = within(timeoutMilliseconds, roundTrip(), () => new Error('too slow'))
      checked = {
        at: now,
        // The words of another error may be anybody's.
        health: health.catch((error: unknown) => ({
          status: 'failing',
          reason: isCloudwaysError(error) ? error.message : 'The storage does not answer in time.',
        })),
      }
    }
    return checked.health
  }
}

/** Every client notices a process that stands still for this time. */
const slowMilliseconds = 100

/**
 * Write a `resources` line at each interval: memory in MB, the delay of the event loop since the last line in
 * milliseconds, open sockets, uptime in seconds. The line is at INFO if somebody is connected or the event loop was
 * slow. Otherwise it is at DEBUG, so that an idle server does not fill the log.
 *
 * @param options.sockets counts the open connections of the server.
 * @param options.interval seconds between two lines. Default 60.
 * @returns a function that stops the lines.
 */
export async function logResources({
  logger,
  sockets,
  interval = 60,
}: {
  logger: Logger
  sockets: () => Promise<number>
  interval?: number
}): Promise<() => void> {
  if (!logger.writes('INFO')) return () => {}
  // Not every runtime that serves the routes of this package has it.
  const { monitorEventLoopDelay } = await import('node:perf_hooks')
  const delay = monitorEventLoopDelay({ resolution: 20 })
  delay.enable()

  const write = async () => {
    const [mean, p99, max] = [delay.mean, delay.percentile(99), delay.max].map(milliseconds)
    delay.reset()
    const { rss, heapUsed, heapTotal } = process.memoryUsage()
    const open = await sockets().catch(() => undefined)
    logger[open || (max ?? 0) >= slowMilliseconds ? 'info' : 'debug']('resources', {
      rss_mb: megabytes(rss),
      heap_used_mb: megabytes(heapUsed),
      heap_total_mb: megabytes(heapTotal),
      loop_mean_ms: mean,
      loop_p99_ms: p99,
      loop_max_ms: max,
      sockets: open,
      uptime_s: Math.round(process.uptime()),
    })
  }
  const timer = setInterval(() => void write(), interval * 1000).unref()
  return () => {
    clearInterval(timer)
    delay.disable()
  }
}

const megabytes = (bytes: number) => Math.round(bytes / 1024 / 1024)
/** Without a sample, the mean is not a number. */
const milliseconds = (nanoseconds: number) =>
  Number.isFinite(nanoseconds) ? Math.round(nanoseconds / 1e5) / 10 : 0
