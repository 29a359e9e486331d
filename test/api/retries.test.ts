import { UpstreamError } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import {
  type Answer,
  failure,
  finished,
  gate,
  inTurn,
  json,
  providers,
  reset,
  silence,
  startUpstream,
  text,
  timedOut,
  toolkit,
} from '../support/upstream.ts'

const now = { 'retry-after': '0' }
const read = 'GET /providers'
const write = 'POST /server/restart'
const good = json(providers)
const restart = (url: string, options = {}) =>
  toolkit(url, options).call('restart_server', { server_id: '70011' })

describe('reads', () => {
  it.each([408, 425, 429, 500, 502, 503, 504])(
    'are tried again after %i, when Retry-After says',
    async (status) => {
      const upstream = await startUpstream({ [read]: inTurn(text('', status, now), good) })
      await toolkit(upstream.url).call('get_available_providers', {})
      expect(upstream.seen).toHaveLength(2)
    },
  )

  it('are tried again after a 429 that does not say when, also with a bucket of our own', async () => {
    const upstream = await startUpstream({ [read]: inTurn(json({}, 429), good) })
    await toolkit(upstream.url, { rateLimit: undefined }).call('get_available_providers', {})
    expect(upstream.seen).toHaveLength(2)
  })

  it('are tried again after a reset', async () => {
    const upstream = await startUpstream({ [read]: inTurn(reset, good) })
    await toolkit(upstream.url).call('get_available_providers', {})
    expect(upstream.seen).toHaveLength(2)
  })

  it('are tried four times at most', async () => {
    const upstream = await startUpstream({ [read]: text('', 503, now) })
    const error = await failure(toolkit(upstream.url).call('get_available_providers', {}))
    expect(error).toMatchObject({ status: 503, outcome: 'failed' })
    expect(upstream.seen).toHaveLength(4)
  })

  it.each([
    ['501', text('', 501, now)],
    ['a refusal', json({ status: false, message: 'no' }, 422, now)],
    ['a 429 that asks for more time than a call has', json({}, 429, { 'retry-after': '88' })],
    ['a 503 that asks for more time than a call has', json({}, 503, { 'retry-after': '3600' })],
  ])('are not tried again after %s', async (_, answer) => {
    const upstream = await startUpstream({ [read]: answer })
    expect(await failure(toolkit(upstream.url).call('get_available_providers', {}))).toBeInstanceOf(
      UpstreamError,
    )
    expect(upstream.seen).toHaveLength(1)
  })

  it('that get no answer in time say so and are not repeated', async () => {
    const upstream = await startUpstream({ [read]: silence })
    const call = () => toolkit(upstream.url).call('get_available_providers', {})
    const error = await timedOut(call, () => upstream.arrived(1))
    expect(error).toMatchObject({
      message: 'Cloudways did not answer in time.',
      details: { reason: 'timeout', outcome: 'failed' },
    })
    expect(upstream.seen).toHaveLength(1)
  })

  it('whose body stops in the middle are not left hanging', async () => {
    const half: Answer = (_, response) => response.writeHead(200).write('{"providers"')
    const upstream = await startUpstream({ [read]: half })
    const { open, opened: begun } = gate()
    const send: typeof fetch = (...request) => fetch(...request).finally(open)
    const cloudways = toolkit(upstream.url, { fetch: send })
    const error = await timedOut(
      () => cloudways.call('get_available_providers', {}),
      () => begun,
    )
    expect(error).toMatchObject({ details: { reason: 'timeout' } })
  })
})

describe('writes are sent once', () => {
  it.each([
    ['500', text('', 500, now), /failed \(HTTP 500\)/],
    ['502', text('', 502, now), /failed \(HTTP 502\)/],
    ['503', text('', 503, now), /failed \(HTTP 503\)/],
    ['504', text('', 504, now), /failed \(HTTP 504\)/],
    ['a reset', reset, /connection to Cloudways broke/],
    ['no answer', silence, /did not answer in time/],
  ])('after %s nobody knows whether it happened, and the message says so', async (_, answer, words) => {
    const upstream = await startUpstream({ [write]: answer })
    const call = () => restart(upstream.url)
    const error = await (answer === silence ? timedOut(call, () => upstream.arrived(1)) : failure(call()))
    expect(error).toMatchObject({ outcome: 'unknown', details: { outcome: 'unknown' } })
    expect((error as Error).message).toMatch(words)
    expect((error as Error).message).toContain('whether POST /server/restart was carried out is unknown.')
    expect((error as UpstreamError).next).toBe(
      'Do not repeat it. No tool here shows whether it happened: a person has to look in the Cloudways platform.',
    )
    expect(upstream.seen).toHaveLength(1)
  })

  it('after a 429 with Retry-After', async () => {
    const upstream = await startUpstream({ [write]: inTurn(json({}, 429, now), json([])) })
    expect(await failure(restart(upstream.url))).toMatchObject({
      status: 429,
      outcome: 'failed',
      retryAfter: 0,
    })
    expect(upstream.seen).toHaveLength(1)
  })

  it('and not at all when no connection is made: nothing happened', async () => {
    const { url, close } = await startUpstream({})
    await close()
    const error = await failure(restart(url))
    expect(error).toMatchObject({
      message: "Cloudways can't be reached (ECONNREFUSED).",
      next: 'Nothing was sent. Check the network and the API URL, then call again.',
      outcome: 'failed',
    })
  })
})

describe('reads that start work', () => {
  const route = 'GET /server/1/diskUsage'

  it.each([
    ['502', text('', 502, now)],
    ['a reset', reset],
  ])('are not repeated after %s', async (_, answer) => {
    const upstream = await startUpstream({ [route]: answer })
    await failure(toolkit(upstream.url).call('get_server_disk_usage', { server_id: 1 }))
    expect(upstream.seen).toHaveLength(1)
  })

  it('are repeated after 429, which started nothing', async () => {
    const upstream = await startUpstream({ [route]: inTurn(json({}, 429, now), finished) })
    await toolkit(upstream.url).call('get_server_disk_usage', { server_id: 1 })
    expect(upstream.seen).toHaveLength(2)
  })
})

describe('addresses', () => {
  it('the retired version is reached by its base URL, also with a slash at the end', async () => {
    const upstream = await startUpstream({ [read]: good, 'GET /alerts/': json({ alerts: [] }) })
    const cloudways = toolkit(`${upstream.url.replace('v2', 'v1')}/`)
    await cloudways.call('get_available_providers', {})
    await cloudways.call('get_alerts', {})
    expect(upstream.seen.map((one) => one.url)).toEqual([
      '/api/v1/providers',
      '/api/v1/alerts/',
      '/api/v1/server',
    ])
  })

  it('forms carry lists as name[], an empty one too', async () => {
    const empty = json({ ip_list: ['203.0.113.7'] })
    const route = 'POST /security/whitelisted'
    const upstream = await startUpstream({ 'GET /security/whitelisted': empty, [route]: json([]) })
    const cloudways = toolkit(upstream.url)
    const change = { server_id: 1, tab: 'sftp', ipPolicy: 'allow_all' } as const
    await cloudways.call('update_whitelisted_ips', { ...change, add: ['203.0.113.8'] })
    await cloudways.call('update_whitelisted_ips', { ...change, remove: ['203.0.113.7'] })
    const [added, emptied] = upstream.requests(route)
    expect(added?.contentType).toContain('application/x-www-form-urlencoded')
    expect(added?.form.getAll('ip[]')).toEqual(['203.0.113.7', '203.0.113.8'])
    expect(emptied?.form.getAll('ip[]')).toEqual([''])
  })
})
