import { createCloudways } from 'cloudways-tools'
import { createMetrics, createServer, readConfig } from 'cloudways-tools/server'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { openServices } from '../../../src/server/http/services.ts'
import { mayReadMetrics } from '../../../src/server/watch/metrics.ts'
import { callTool, raw, startTestServer, type TestServerOptions } from '../support.ts'

async function start({ env, ...options }: TestServerOptions = {}) {
  const server = await startTestServer({ env: { METRICS: 'true', ...env }, ...options })
  const read = async () => (await fetch(`${server.base}/metrics`)).text()
  return { ...server, read }
}

/** The samples of one metric, without its help. */
const samples = (text: string, name: string) =>
  text.split('\n').filter((line) => new RegExp(`^cloudways_tools_${name}[{ ]`).test(line))
const labels = (text: string, name: string) => samples(text, name).map((line) => line.split(/[{}]/)[1])

describe('/metrics', () => {
  it('is not there by default', async () => {
    const server = await startTestServer()
    expect((await fetch(`${server.base}/metrics`)).status).toBe(404)
  })

  it('answers Prometheus, with the process, and without a line of the log for each scrape', async () => {
    const server = await start()
    const response = await fetch(`${server.base}/metrics`)
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
    expect(response.headers.get('cache-control')).toBe('no-store')
    const text = await response.text()
    for (const name of [
      'process_resident_memory_bytes',
      'process_cpu_seconds_total',
      'nodejs_eventloop_lag_p99_seconds',
      'nodejs_active_handles_total',
    ]) {
      expect(text).toMatch(new RegExp(`^${name} \\S+$`, 'm'))
    }
    await expect
      .poll(() => server.lines.find((line) => line.includes('path=/metrics')))
      .toContain('DEBUG   request')
  })

  it('counts requests by route, calls by tool and outcome, and requests to Cloudways by class', async () => {
    const server = await start()
    await callTool(server.url, 'list_servers')
    await callTool(server.url, 'list_servers', { nonsense: 1 })
    server.sandbox.fail({ answer: 'invalid' })
    await callTool(server.url, 'list_projects')
    server.sandbox.fail({ reset: 'after' })
    await callTool(server.url, 'restart_server', { server_id: '70011' })
    await fetch(`${server.base}/health`)
    const text = await server.read()
    expect(samples(text, 'http_requests_total')).toEqual([
      'cloudways_tools_http_requests_total{method="POST",route="/mcp",status="200"} 4',
      'cloudways_tools_http_requests_total{method="GET",route="/health",status="200"} 1',
    ])
    expect(samples(text, 'http_request_duration_seconds_count')).toEqual([
      'cloudways_tools_http_request_duration_seconds_count{method="POST",route="/mcp"} 4',
      'cloudways_tools_http_request_duration_seconds_count{method="GET",route="/health"} 1',
    ])
    expect(samples(text, 'tool_calls_total')).toEqual([
      'cloudways_tools_tool_calls_total{tool="list_servers",outcome="ok"} 1',
      'cloudways_tools_tool_calls_total{tool="list_servers",outcome="failed"} 1',
      'cloudways_tools_tool_calls_total{tool="list_projects",outcome="failed"} 1',
      'cloudways_tools_tool_calls_total{tool="restart_server",outcome="unknown"} 1',
    ])
    expect(samples(text, 'tool_call_duration_seconds_count')).toHaveLength(3)
    expect(samples(text, 'upstream_requests_total')).toEqual([
      'cloudways_tools_upstream_requests_total{method="GET",status="2xx"} 1',
      'cloudways_tools_upstream_requests_total{method="GET",status="4xx"} 1',
      'cloudways_tools_upstream_requests_total{method="POST",status="error"} 1',
    ])
    expect(samples(text, 'upstream_request_duration_seconds_count')).toEqual([
      'cloudways_tools_upstream_request_duration_seconds_count{method="GET"} 2',
      'cloudways_tools_upstream_request_duration_seconds_count{method="POST"} 1',
    ])
  })

  it('tells which limit refused: the account, one endpoint, or Cloudways', async () => {
    // The buckets don't refill.
    vi.useFakeTimers({ toFake: ['performance'] })
    onTestFinished(() => void vi.useRealTimers())
    const limits = { RATE_LIMIT_REQUESTS: '22', RATE_LIMIT_TOTAL: '22', RATE_LIMIT_WAIT: '0' }
    const server = await start({ env: { ...limits, WAIT_SECONDS: '0' } })
    const asked = { server_id: '70011', app_id: '90021' }
    const traffic = { ...asked, duration: '1h', resource: 'top_ips' }
    for (let count = 0; count < 21; count++) await callTool(server.url, 'get_app_analytics_traffic', traffic)
    server.sandbox.fail({ status: 429, headers: {} })
    for (let count = 0; count < 4; count++) await callTool(server.url, 'clear_app_cache', asked)
    expect(samples(await server.read(), 'rate_limit_refusals_total')).toEqual([
      'cloudways_tools_rate_limit_refusals_total{limit="account"} 2',
      'cloudways_tools_rate_limit_refusals_total{limit="endpoint"} 1',
      'cloudways_tools_rate_limit_refusals_total{limit="cloudways"} 1',
    ])
  })

  it('tells of waits apart: a call that waits and passes was not refused', async () => {
    const limits = { RATE_LIMIT_REQUESTS: '2', RATE_LIMIT_WINDOW: '4', RATE_LIMIT_TOTAL: '100' }
    const server = await start({ env: { ...limits, RATE_LIMIT_WAIT: '20' } })
    const calls = Array.from({ length: 3 }, () => callTool(server.url, 'ping'))
    for (const { isError } of await Promise.all(calls)) expect(isError).toBeFalsy()
    const text = await server.read()
    for (const sample of samples(text, 'rate_limit_refusals_total')) expect(sample).toMatch(/ 0$/)
    expect(samples(text, 'rate_limit_waits_total')).toEqual([
      expect.stringMatching(/limit="account"} 0$/),
      expect.stringMatching(/limit="endpoint"} [1-9]/),
    ])
  })

  it('has no series for what strangers make up', async () => {
    const server = await start()
    const visit = async (round: string) => {
      for (let count = 0; count < 20; count++) {
        await fetch(`${server.base}/path-${round}-${count}`)
        await fetch(`${server.base}/metrics/${round}-${count}`)
        await callTool(server.url, `tool_${round}_${count}`)
        await raw(`${server.base}/x`, { method: 'PROPFIND', headers: { host: `${round}-${count}.example` } })
      }
      return server.read()
    }
    await visit('canary-a')
    const before = await visit('canary-b')
    const after = await visit('canary-c')
    const series = (text: string) => text.split('\n').filter((line) => line.startsWith('cloudways_')).length
    expect(series(after)).toBe(series(before))
    expect(after).not.toContain('canary')
    expect(samples(after, 'tool_calls_total')).toEqual([
      'cloudways_tools_tool_calls_total{tool="unknown",outcome="failed"} 60',
    ])
    expect(labels(after, 'http_requests_total')).toContain('method="other",route="other",status="404"')
  })

  it('holds no credential, no account, no argument and no answer', async () => {
    const server = await start()
    const { accessToken, email, apiKey } = server.sandbox.credentials
    const asked = { server_id: '70011', app_id: '90021' }
    await callTool(server.url, 'get_app_credentials', asked, { 'x-cloudways-access-token': accessToken })
    const key = { 'x-cloudways-email': email, 'x-cloudways-api-key': apiKey }
    await callTool(server.url, 'list_servers', { detail: 'full' }, key)
    await callTool(
      server.url,
      'canary_tool',
      { note: 'canary' },
      { 'x-cloudways-access-token': 'cw_canary01' },
    )
    await fetch(`${server.base}/mcp?access_token=${accessToken}`, { method: 'POST' })
    await fetch(`${server.base}/${accessToken}`)
    const text = await server.read()
    expect(text).toContain('get_app_credentials')
    expect(text).not.toMatch(/canary|acct_|70011|90021/)
    for (const secret of [...server.sandbox.secrets, accessToken, email, apiKey]) {
      expect(text).not.toContain(secret)
    }
  })

  it('counts what happens at the sign-in, with every kind at 0 from the start', async () => {
    const metrics = await createMetrics()
    const services = await openServices(readConfig({}), { metrics })
    const time = new Date().toISOString()
    services.onAuthEvent({ type: 'locked_out', time, address: '192.0.2.1', account: 'acct_canary' })
    services.onAuthEvent({ type: 'canary' as never, time })
    await services.dispose()
    const { text } = await metrics.read()
    expect(text).toContain('cloudways_tools_sign_in_events_total{event="locked_out"} 1\n')
    expect(text).toContain('cloudways_tools_sign_in_events_total{event="sign_in"} 0\n')
    expect(text).toContain('cloudways_tools_sign_in_events_total{event="other"} 1\n')
    expect(text).not.toMatch(/canary|192\.0/)
  })

  it("hears of the server's own sign-in", async () => {
    const server = await start()
    const response = await fetch(`${server.base}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ redirect_uris: ['http://127.0.0.1:1/callback'] }),
    })
    expect(response.status).toBe(201)
    const text = await server.read()
    expect(text).toContain('cloudways_tools_sign_in_events_total{event="registered"} 1\n')
    expect(labels(text, 'http_requests_total')).toContain('method="POST",route="/register",status="201"')
  })
})

describe('who may read /metrics', () => {
  it('over the network: not by the public name, not through a proxy', async () => {
    const server = await start({ env: { AUTH_BASE_URL: 'https://mcp.example.com' } })
    const status = async (headers: Record<string, string>) =>
      (await raw(`${server.base}/metrics`, { headers })).status
    expect(await status({})).toBe(200)
    expect(await status({ host: 'mcp.example.com' })).toBe(404)
    expect(await status({ host: 'evil.example.org' })).toBe(404)
    expect(await status({ 'x-forwarded-for': '127.0.0.1' })).toBe(404)
  })

  it('in an application of another runtime: nobody, for the address is not known', async () => {
    const metrics = await createMetrics()
    const { app } = createServer({ cloudways: createCloudways(), metrics, signIn: false })
    const headers = { host: 'localhost' }
    expect((await app.request('/metrics', { headers })).status).toBe(404)
    const env = { incoming: { socket: { remoteAddress: '::ffff:127.0.0.1' } } }
    expect((await app.request('/metrics', { headers }, env)).status).toBe(200)
  })

  it.each<[boolean, string, Record<string, string>]>([
    [true, '127.0.0.1', { host: 'localhost:7000' }],
    [true, '::1', { host: '[::1]:7000' }],
    [true, '10.2.3.4', { host: '10.9.9.9:7000' }],
    [true, 'fd00::5', { host: '[fd00::9]:7000' }],
    [true, '172.18.0.3', { host: 'server:7000' }],
    [false, '172.32.0.3', { host: 'server:7000' }],
    [false, '203.0.113.9', { host: 'localhost' }],
    [false, '2001:db8::1', { host: 'localhost' }],
    [false, '', { host: 'localhost' }],
    [false, '10.2.3.4', {}],
    [false, '10.2.3.4', { host: '203.0.113.9' }],
    [false, '10.2.3.4', { host: 'rebound.example' }],
    [false, '10.2.3.4', { host: 'localhost.example' }],
    [false, '10.2.3.4', { host: 'x@localhost' }],
    [false, '10.2.3.4', { host: 'intranet:443' }],
    [false, '127.0.0.1', { host: 'localhost', forwarded: 'for=10.0.0.1' }],
    [false, '127.0.0.1', { host: 'localhost', via: '1.1 proxy' }],
    [false, '127.0.0.1', { host: 'localhost', 'x-forwarded-proto': 'https' }],
    [false, '127.0.0.1', { host: 'localhost', 'x-real-ip': '10.0.0.1' }],
  ])('%s for %s with %o', (allowed, remoteAddress, headers) => {
    const env = { incoming: { socket: { remoteAddress } } }
    expect(mayReadMetrics(new Headers(headers), env, 'intranet')).toBe(allowed)
  })
})
