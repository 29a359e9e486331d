import { context, propagation, type TextMapPropagator, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { callTool, connect, startTestServer as start } from '../support.ts'

const exporter = new InMemorySpanExporter()

/** The part of W3C trace context that these tests need. */
const traceparent: TextMapPropagator<Record<string, string>> = {
  inject: () => {},
  fields: () => ['traceparent'],
  extract: (active, carrier) => {
    const [, traceId = '', spanId = '', traceFlags] = (carrier.traceparent ?? '').split('-')
    const remote = { traceId, spanId, traceFlags: Number(traceFlags), isRemote: true }
    return traceId ? trace.setSpanContext(active, remote) : active
  },
}

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  propagation.setGlobalPropagator(traceparent)
  trace.setGlobalTracerProvider(
    new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
  )
})
afterAll(() => {
  for (const api of [context, propagation, trace]) api.disable()
})

afterEach(() => exporter.reset())

const server = 1
const client = 2
const spans = () =>
  exporter.getFinishedSpans().map(({ name, kind, attributes, status }) => ({
    name,
    kind,
    attributes,
    failed: status.code === 2,
  }))

describe('spans', () => {
  it('go around a call, and below it around its request to Cloudways', async () => {
    const { url } = await start({ env: { WAIT_SECONDS: '0' } })
    await callTool(url, 'get_server_disk_usage', { server_id: '70011' })
    expect(spans()).toEqual([
      {
        name: 'GET /api/v2/server/{id}/diskUsage',
        kind: client,
        attributes: {
          'http.request.method': 'GET',
          'url.template': '/api/v2/server/{id}/diskUsage',
          'server.address': 'api.cloudways.com',
          'server.port': 443,
          'http.response.status_code': 200,
        },
        failed: false,
      },
      {
        name: 'tools/call get_server_disk_usage',
        kind: server,
        attributes: {
          'mcp.method.name': 'tools/call',
          'gen_ai.operation.name': 'execute_tool',
          'gen_ai.tool.name': 'get_server_disk_usage',
          'network.transport': 'tcp',
          'network.protocol.name': 'http',
        },
        failed: false,
      },
    ])
    const [inner, outer] = exporter.getFinishedSpans()
    expect(inner?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId)
    expect(outer?.parentSpanContext).toBeUndefined()
  })

  it("go below the caller's, when the request names one", async () => {
    const { url } = await start()
    const [traceId, spanId] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331']
    await callTool(url, 'list_servers', {}, { traceparent: `00-${traceId}-${spanId}-01` })
    const [inner, outer] = exporter.getFinishedSpans()
    expect(outer?.parentSpanContext).toMatchObject({ traceId, spanId, isRemote: true })
    expect(inner?.spanContext().traceId).toBe(traceId)
  })

  it('go to their own callers, whatever runs at once and on whose account', async () => {
    const { url, sandbox } = await start()
    const { accessToken, otherAccessToken } = sandbox.credentials
    const callers = Array.from({ length: 10 }, (_, index) => ({
      traceId: index.toString(16).padStart(32, 'a'),
      token: index % 2 ? accessToken : otherAccessToken,
    }))
    // Before the first call with credentials, the server asks whether they are right: that is a span of its own.
    for (const token of [accessToken, otherAccessToken]) {
      await callTool(url, 'ping', {}, { 'x-cloudways-access-token': token })
    }
    await Promise.all(
      callers.map(({ traceId, token }) =>
        callTool(
          url,
          'restart_server',
          { server_id: '1' },
          {
            traceparent: `00-${traceId}-b7ad6b7169203331-01`,
            'x-cloudways-access-token': token,
          },
        ),
      ),
    )
    for (const { traceId } of callers) {
      const own = exporter.getFinishedSpans().filter((span) => span.spanContext().traceId === traceId)
      expect(own.map(({ kind }) => kind).sort()).toEqual([server, client])
    }
  })

  it('tell a failure by its kind, not by its words', async () => {
    const { url, sandbox } = await start()
    sandbox.fail({ answer: 'invalid' })
    await callTool(url, 'list_projects')
    await callTool(url, 'no_such_tool')
    const [request, call, unknown] = spans()
    expect(request).toMatchObject({
      failed: true,
      attributes: { 'http.response.status_code': 422, 'error.type': '422' },
    })
    expect(call).toMatchObject({
      failed: true,
      attributes: { 'error.type': 'tool_error', 'cloudways_tools.error.code': 'upstream_failed' },
    })
    expect(unknown).toMatchObject({
      name: 'tools/call',
      failed: true,
      attributes: { 'error.type': 'tool_error', 'cloudways_tools.error.code': 'invalid_input' },
    })
    expect(unknown?.attributes).not.toHaveProperty('gen_ai.tool.name')
    for (const span of exporter.getFinishedSpans()) {
      expect(span.status.message).toBeUndefined()
      expect(span.events).toEqual([])
    }
  })

  it('tell why no answer came, and that a caller went away', async () => {
    const { url, sandbox } = await start()
    sandbox.fail({ reset: 'before' })
    await callTool(url, 'restart_server', { server_id: '70011' })
    expect(spans()[0]).toMatchObject({ failed: true, attributes: { 'error.type': 'ECONNRESET' } })
    exporter.reset()
    sandbox.fail({ latency: 600, times: 9 })
    const abort = new AbortController()
    const mcp = await connect(url)
    const call = mcp.callTool({ name: 'list_servers', arguments: {} }, undefined, { signal: abort.signal })
    await expect.poll(() => sandbox.requests.length).toBe(2)
    abort.abort()
    await call.catch(() => {})
    await mcp.close()
    await expect.poll(() => spans().find(({ kind }) => kind === server)).toBeDefined()
    expect(spans().find(({ kind }) => kind === server)).toMatchObject({
      failed: true,
      attributes: { 'error.type': 'cancelled' },
    })
  })

  it('hold no credential, no argument, no id and no answer', async () => {
    const { url, sandbox } = await start({ env: { REVEAL_SECRETS: 'true' } })
    const { accessToken, email, apiKey } = sandbox.credentials
    const asked = { server_id: '70011', app_id: '90021' }
    await callTool(url, 'get_app_credentials', asked, { 'x-cloudways-access-token': accessToken })
    const key = { 'x-cloudways-email': email, 'x-cloudways-api-key': apiKey }
    await callTool(url, 'list_servers', { detail: 'full' }, key)
    await callTool(url, 'get_operation', { operation_id: 'canaryword' }, key)
    await callTool(url, 'canary_tool', { note: 'canary' }, { 'x-cloudways-access-token': 'cw_canary01' })
    const all = JSON.stringify(
      exporter.getFinishedSpans().map(({ name, attributes, events, links, status }) => ({
        name,
        attributes,
        events,
        links,
        status,
      })),
    )
    expect(all).toContain('/operation/{id}')
    expect(all).toContain('get_app_credentials')
    expect(all).not.toMatch(/canary|acct_|70011|90021/)
    for (const secret of [...sandbox.secrets, accessToken, email, apiKey]) expect(all).not.toContain(secret)
  })
})
