/** What happens where an optional package is not installed. This file has a worker of its own, where none of them is. */
import type { AddressInfo } from 'node:net'
import { type ServerType, serve } from '@hono/node-server'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { createMcpHandler } from 'cloudways-tools/mcp'
import { loadTracing, readConfig, startServer } from 'cloudways-tools/server'
import { redisStorage } from 'cloudways-tools/storage'
import { expect, it, onTestFinished, vi } from 'vitest'
import { envelope, v1, v2Auto, v2Pinned } from '../adapters/modern-clients.ts'
import { onSandbox } from '../adapters/support.ts'
import { callTool, startTestServer } from '../server/support.ts'

const asked = vi.hoisted(() => [] as string[])
const missing = vi.hoisted(() => (name: string) => {
  asked.push(name)
  throw new Error(`Cannot find package '${name}'`)
})
vi.mock('@modelcontextprotocol/server', () => missing('@modelcontextprotocol/server'))
vi.mock('@opentelemetry/api', () => missing('@opentelemetry/api'))
vi.mock('ioredis', () => missing('ioredis'))
vi.mock('prom-client', () => missing('prom-client'))

/** A listener that serves the tools on a sandbox. */
async function listening(): Promise<URL> {
  const fetch = createMcpHandler({ cloudways: onSandbox().cloudways })
  const server = await new Promise<ServerType>((resolve) => {
    const options = { fetch, port: 0, hostname: '127.0.0.1', overrideGlobalObjects: false }
    const started = serve(options, () => resolve(started))
  })
  onTestFinished(() => void server.close())
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`)
}

it('a client of 2025 needs no package of 2026', async () => {
  const client = await v1({ url: await listening() })
  onTestFinished(() => client.close())
  expect((await client.call('list_servers')).isError).toBeUndefined()
  expect(asked).not.toContain('@modelcontextprotocol/server')
})

it('without it, 2026-07-28 is refused by name, and 2025 works', async () => {
  const url = await listening()
  await expect(v2Pinned({ url })).rejects.toThrow()
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta: envelope } })
  const headers = {
    accept: 'application/json, text/event-stream',
    'content-type': 'application/json',
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': 'tools/list',
  }
  const refusal = await fetch(url, { method: 'POST', headers, body })
  expect(refusal.status).toBe(400)
  expect(await refusal.text()).toMatch(/Unsupported protocol version: 2026-07-28 .*2025-11-25/)
  expect(asked).toContain('@modelcontextprotocol/server')
  const client = await v2Auto({ url })
  onTestFinished(() => client.close())
  expect(client.version).toBe('2025-11-25')
  expect((await client.call('list_servers')).structuredContent).toHaveProperty('servers')
})

it('storage on Redis says what to install', async () => {
  await expect(redisStorage({ url: 'redis://localhost' }).get('key')).rejects.toMatchObject({
    next: expect.stringContaining('npm install ioredis'),
  })
})

it('metrics say what to install', async () => {
  await expect(startServer({ config: readConfig({ PORT: '0', METRICS: 'true' }) })).rejects.toMatchObject({
    message: "METRICS needs the package 'prom-client'.",
    next: 'Run: npm install prom-client@15',
  })
})

it('a server without OpenTelemetry works, and makes no spans', async () => {
  const exporter = new InMemorySpanExporter()
  const { trace } = await vi.importActual<typeof import('@opentelemetry/api')>('@opentelemetry/api')
  trace.setGlobalTracerProvider(
    new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
  )
  onTestFinished(() => trace.disable())
  trace.getTracer('test').startSpan('known').end()
  expect(exporter.getFinishedSpans()).toHaveLength(1)
  expect(await loadTracing()).toBeUndefined()
  const server = await startTestServer()
  expect((await callTool(server.url, 'list_servers')).isError).toBeFalsy()
  expect(exporter.getFinishedSpans()).toHaveLength(1)
})
