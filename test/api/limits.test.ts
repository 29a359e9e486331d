import { memoryRateLimit } from 'cloudways-tools/rate-limit'
import { describe, expect, it } from 'vitest'
import { pathOf } from '../../src/core/send/request.ts'
import { operations } from '../../src/sandbox/contract.ts'
import { failure, finished, inTurn, json, providers, startUpstream, toolkit } from '../support/upstream.ts'

const read = 'GET /providers'
const traffic = 'GET /app/analytics/traffic'
const limiter = (requests = 90) => memoryRateLimit({ requests, window: 60, now: () => 0 })
const atOnce = { rateLimitWait: 0 }
const call = (cloudways: ReturnType<typeof toolkit>) => cloudways.call('get_available_providers', {})

describe('the bucket of a path', () => {
  it('lets through as many calls as it holds, and sends nothing beyond', async () => {
    const upstream = await startUpstream({ [read]: json(providers) })
    const cloudways = toolkit(upstream.url, { rateLimit: limiter(3), ...atOnce })
    for (let count = 0; count < 3; count++) await call(cloudways)
    const error = await failure(call(cloudways))
    expect(error).toMatchObject({
      status: 429,
      retryAfter: 20,
      outcome: 'failed',
      message: 'The limit of 3 requests in 60 s for /providers is used up, or Cloudways asked to wait.',
      next: 'Nothing was sent. Wait 20 s, then call again. get_available_providers makes one request.',
      details: { reason: 'rate_limited', requests: 1 },
    })
    expect(upstream.seen).toHaveLength(3)
  })

  it('is one for each account', async () => {
    const upstream = await startUpstream({ [read]: json(providers) })
    const cloudways = toolkit(upstream.url, { rateLimit: limiter(1), ...atOnce })
    await call(cloudways)
    await call(cloudways.withCredentials({ accessToken: 'cw_another_one' }))
    expect(await failure(call(cloudways))).toMatchObject({ status: 429 })
  })

  it('is taken from for each request of a call, looks at operations included', async () => {
    const done = json({ operation: { id: 7, is_completed: '1' } })
    const upstream = await startUpstream({
      'POST /server/restart': json({ operation_id: 7 }),
      'GET /operation/7': done,
    })
    const cloudways = toolkit(upstream.url, { rateLimit: limiter(1), rateLimitTotal: 2, ...atOnce })
    expect(await cloudways.call('restart_server', { server_id: 1 })).toMatchObject({ state: 'completed' })
    expect(await failure(call(cloudways))).toMatchObject({
      status: 429,
      message:
        'The limit of 2 requests in 60 s for the whole account is used up, or Cloudways asked to wait.',
    })
  })

  it('closes for every toolkit that shares it when the platform asks to wait', async () => {
    const rateLimit = limiter()
    const upstream = await startUpstream({
      [read]: inTurn(json({}, 429, { 'retry-after': '88' }), json(providers)),
    })
    await failure(call(toolkit(upstream.url, { rateLimit })))
    expect(await failure(call(toolkit(upstream.url, { rateLimit })))).toMatchObject({ retryAfter: 88 })
    expect(upstream.seen).toHaveLength(1)
  })

  it('does not close for years on a Retry-After that cannot be meant', async () => {
    const upstream = await startUpstream({ [read]: json({}, 429, { 'retry-after': '99999999' }) })
    const cloudways = toolkit(upstream.url, { rateLimit: limiter() })
    expect(await failure(call(cloudways))).toMatchObject({ retryAfter: 3600 })
  })

  it('understands a Retry-After that is a date', async () => {
    const date = new Date(Date.now() + 1_800_000).toUTCString()
    const upstream = await startUpstream({ [read]: json({}, 429, { 'retry-after': date }) })
    const error = (await failure(call(toolkit(upstream.url)))) as { retryAfter: number }
    expect(error.retryAfter).toBeGreaterThan(1700)
    expect(error.retryAfter).toBeLessThanOrEqual(1800)
  })
})

describe('paths are counted apart', () => {
  const address = { [read]: json(providers), 'GET /server': json({}, 429, { 'retry-after': '60' }) }

  it('a 429 of one closes that one alone, and tells what the headers said of each', async () => {
    const upstream = await startUpstream(address)
    const cloudways = toolkit(upstream.url, { rateLimit: limiter(), ...atOnce })
    const list = () => failure(cloudways.call('list_servers', {}))
    expect(await list()).toMatchObject({ retryAfter: 60 })
    for (let count = 0; count < 30; count++) await call(cloudways)
    expect(await list()).toMatchObject({ retryAfter: 60, message: expect.stringContaining('/server ') })
    expect(upstream.requests('GET /server')).toHaveLength(1)
  })

  it('an empty bucket of one lets the others pass', async () => {
    const upstream = await startUpstream({ [read]: json(providers), 'GET /packages': json({ packages: {} }) })
    const cloudways = toolkit(upstream.url, { rateLimit: limiter(1), ...atOnce })
    await call(cloudways)
    expect(await failure(call(cloudways))).toMatchObject({ status: 429 })
    await cloudways.call('get_available_packages', {})
  })

  it('ids in a path make no further path', async () => {
    const done = json({ operation: { is_completed: '1' } })
    const ids = ['7', 'flex-9', '6f0f8d1c-7d0a-4d57-8f53-1f0d1c5f1c11']
    const routes = Object.fromEntries(ids.map((id) => [`GET /operation/${id}`, done]))
    const upstream = await startUpstream(routes)
    const cloudways = toolkit(upstream.url, { rateLimit: limiter(2), ...atOnce })
    const look = (operation_id: string) => cloudways.call('get_operation', { operation_id })
    await look(ids[0]!)
    await look(ids[1]!)
    expect(await failure(look(ids[2]!))).toMatchObject({
      message: expect.stringContaining('/operation/{id} is used up'),
    })
  })

  it('every path of the contract is one, whatever its ids are', () => {
    const paths = [...new Set(operations.map(({ path }) => path))]
    const fill = (path: string, id: string) => path.replace(/\{\w+\}/g, id)
    const templates = paths.map((path) => pathOf({ path: fill(path, '70011') }))
    expect(templates).toEqual(paths.map((path) => path.replace(/\{\w+\}/g, '{id}')))
    const operation = paths.filter((path) => path.startsWith('/operation/'))
    for (const id of ['flex-a', 'abcdefab-cdef-abcd-efab-cdefabcdefab']) {
      for (const path of operation)
        expect(pathOf({ path: fill(path, id) })).toBe(path.replace(/\{\w+\}/g, '{id}'))
    }
    expect(pathOf({ path: '/app/supervisor/abcdefghij_queue' })).toBe('/app/supervisor/{id}')
  })
})

describe('traffic analytics', () => {
  const input = { server_id: 1, app_id: 2, duration: '1h', resource: 'top_ips' } as const

  it('have a limit of 20 of their own', async () => {
    const upstream = await startUpstream({ [traffic]: finished, [read]: json(providers) })
    const cloudways = toolkit(upstream.url, { rateLimit: limiter(), ...atOnce })
    for (let count = 0; count < 20; count++) await cloudways.call('get_app_analytics_traffic', input)
    const error = await failure(cloudways.call('get_app_analytics_traffic', input))
    expect((error as Error).message).toBe(
      'The limit of 20 requests in 120 s for /app/analytics/traffic is used up, or Cloudways asked to wait.',
    )
    await call(cloudways)
    expect(upstream.seen).toHaveLength(21)
  })

  it('that are told to wait leave the rest of the account open', async () => {
    const upstream = await startUpstream({
      [traffic]: json({}, 429, { 'retry-after': '60' }),
      [read]: json(providers),
    })
    const cloudways = toolkit(upstream.url, { rateLimit: limiter() })
    await failure(cloudways.call('get_app_analytics_traffic', input))
    await call(cloudways)
    expect(await failure(cloudways.call('get_app_analytics_traffic', input))).toMatchObject({
      retryAfter: 60,
    })
    expect(upstream.requests(traffic)).toHaveLength(1)
  })
})

describe('rate_limit_status', () => {
  it('tells our bucket and what the headers of the platform last said', async () => {
    const headers = { 'x-ratelimit-limit': '100', 'x-ratelimit-remaining': '42' }
    const upstream = await startUpstream({ [read]: json(providers, 200, headers) })
    const cloudways = toolkit(upstream.url, { rateLimit: limiter(10) })
    expect(await cloudways.call('rate_limit_status', {})).toEqual({
      bucket: { limit: 200, remaining: 200, retry_after: 0 },
      platform: null,
      paths: [],
    })
    await call(cloudways)
    const at = expect.stringMatching(/^\d{4}-.*Z$/)
    const seen = { path: '/providers', limit: 100, remaining: 42, at }
    expect(await cloudways.call('rate_limit_status', {})).toEqual({
      bucket: { limit: 200, remaining: 199, retry_after: 0 },
      platform: seen,
      paths: [seen],
    })
    expect(upstream.seen).toHaveLength(1)
  })

  it('is honest about headers that say nothing, and about no bucket', async () => {
    const upstream = await startUpstream({ [read]: json(providers, 200, { 'x-ratelimit-limit': 'many' }) })
    const cloudways = toolkit(upstream.url)
    await call(cloudways)
    expect(await cloudways.call('rate_limit_status', {})).toEqual({ bucket: null, platform: null, paths: [] })
  })
})
