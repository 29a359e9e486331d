import { createSandbox } from 'cloudways-tools/sandbox'
import { createLogger, readConfig, startServer } from 'cloudways-tools/server'
import { afterEach, expect, it, vi } from 'vitest'
import { logResources } from '../../../src/server/watch/health.ts'
import { until } from '../../cli/run.ts'

afterEach(() => {
  vi.useRealTimers()
})

/** A log, and a way to wait for a line of it. */
function capture(level: 'DEBUG' | 'INFO' | 'WARNING' = 'DEBUG') {
  const lines: string[] = []
  const found = (pattern: RegExp) => until(() => lines.find((line) => pattern.test(line)))
  return { lines, found, logger: createLogger({ level, write: (line) => lines.push(line) }) }
}

it('a server writes what it uses once a minute, until it is closed', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const { lines, found, logger } = capture()
  const config = readConfig({ PORT: '0' })
  const server = await startServer({ config, sandbox: createSandbox(), logger })
  const health = await fetch(server.url.replace(/mcp$/, 'health'))
  await health.text()
  vi.advanceTimersByTime(59_000)
  expect(lines.join('')).not.toContain('resources')
  vi.advanceTimersByTime(1000)
  expect(await found(/resources/)).toMatch(
    /INFO {4}resources rss_mb=\d+ heap_used_mb=\d+ heap_total_mb=\d+ loop_mean_ms=[\d.]+ loop_p99_ms=[\d.]+ loop_max_ms=[\d.]+ sockets=[1-9]\d* uptime_s=\d+\n$/,
  )
  const stopped = server.close()
  vi.advanceTimersByTime(120_000)
  await stopped
  expect(lines.filter((line) => line.includes('resources'))).toHaveLength(1)
  expect(vi.getTimerCount()).toBe(0)
})

it('an idle server does not fill its log', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const { found, logger } = capture()
  const stop = await logResources({ logger, sockets: async () => 0, interval: 5 })
  vi.advanceTimersByTime(5000)
  // The line is at INFO only if the machine was so slow that the event loop stood still.
  expect(await found(/resources/)).toMatch(/DEBUG {3}resources .* sockets=0 |INFO .*loop_max_ms=\d{3,}/)
  stop()
  expect(vi.getTimerCount()).toBe(0)
})

it('nothing is measured for a log that would not show it', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const { logger } = capture('WARNING')
  await logResources({ logger, sockets: async () => 0 })
  expect(vi.getTimerCount()).toBe(0)
})
