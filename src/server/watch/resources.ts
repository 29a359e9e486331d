/**
 * What the process uses, in the log, at an interval.
 *
 * @module
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Logger } from './logging.ts'

export interface ResourceOptions {
  logger: Logger
  /** Open connections of the listener. */
  sockets: () => Promise<number>
  /** Seconds between two lines. Default 60. */
  interval?: number
}

/** Milliseconds. A process that stands still for so long is felt by every client. */
const slow = 100

/**
 * Write a `resources` line at each interval: memory in MB, the delay of the event loop since the line before in
 * milliseconds, open sockets, uptime in seconds. At DEBUG while nobody is connected and nothing was slow, so
 * that an idle server does not fill the log; else at INFO.
 *
 * @returns stops it.
 */
export function logResources({ logger, sockets, interval = 60 }: ResourceOptions): () => void {
  if (!logger.writes('INFO')) return () => {}
  const delay = monitorEventLoopDelay({ resolution: 20 })
  delay.enable()

  const write = async () => {
    const [mean, p99, max] = [delay.mean, delay.percentile(99), delay.max].map(milliseconds)
    delay.reset()
    const { rss, heapUsed, heapTotal } = process.memoryUsage()
    const open = await sockets().catch(() => undefined)
    logger[open || (max ?? 0) >= slow ? 'info' : 'debug']('resources', {
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
/** Of nanoseconds; without a sample the mean is not a number. */
const milliseconds = (value: number) => (Number.isFinite(value) ? Math.round(value / 1e5) / 10 : 0)
