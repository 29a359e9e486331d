import { memoryRateLimit } from 'cloudways-tools/rate-limit'
import { describe, expect, it } from 'vitest'
import { failure, finished, inTurn, json, providers, startUpstream, toolkit } from '../support/upstream.ts'

const read = 'GET /providers'
const traffic = 'GET /app/analytics/traffic'
const limiter = (requests = 90) => memoryRateLimit({ requests, window: 60, now: () => 0 })
const call = (cloudways: ReturnType<typeof toolkit>) => cloudways.call('get_available_providers', {})

describe('the bucket of the account', () => {
  it('lets through as many calls as it holds, and sends nothing beyond', async () => {
    const upstream = await startUpstream({ [read]: json(providers) })
    const cloudways = toolkit(upstream.url, { rateLimit: limiter(3) })
    for (let count = 0; count < 3; count++) await call(cloudways)
    const error = await failure(call(cloudways))
    expect(error).toMatchObject({
      status: 429,
      retryAfter: 20,
      outcome: 'failed',
      next: 'Nothing was sent. Wait 20 s, then call again.',
    })
    expect(upstream.seen).toHaveLength(3)
  })

  it('is one for each account', async () => {
    const upstream = await startUpstream({ [read]: json(providers) })
    const cloudways = toolkit(upstream.url, { rateLimit: limiter(1) })
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
    const cloudways = toolkit(upstream.url, { rateLimit: limiter(2) })
    expect(await cloudways.call('restart_server', { server_id: 1 })).toMatchObject({ state: 'completed' })
    expect(await failure(call(cloudways))).toMatchObject({ status: 429 })
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

describe('traffic analytics', () => {
  const input = { server_id: 1, app_id: 2, duration: '1h', resource: 'top_ips' } as const

  it('have a limit of 20 of their own', async () => {
    const upstream = await startUpstream({ [traffic]: finished, [read]: json(providers) })
    const cloudways = toolkit(upstream.url, { rateLimit: limiter() })
    for (let count = 0; count < 20; count++) await cloudways.call('get_app_analytics_traffic', input)
    const error = await failure(cloudways.call('get_app_analytics_traffic', input))
    expect((error as Error).message).toBe(
      'The limit of /app/analytics/traffic (20 calls) is used up, or Cloudways asked to wait.',
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
      bucket: { limit: 10, remaining: 10, retry_after: 0 },
      platform: null,
    })
    await call(cloudways)
    expect(await cloudways.call('rate_limit_status', {})).toEqual({
      bucket: { limit: 10, remaining: 9, retry_after: 0 },
      platform: { limit: 100, remaining: 42, at: expect.stringMatching(/^\d{4}-.*Z$/) },
    })
    expect(upstream.seen).toHaveLength(1)
  })

  it('is honest about headers that say nothing, and about no bucket', async () => {
    const upstream = await startUpstream({ [read]: json(providers, 200, { 'x-ratelimit-limit': 'many' }) })
    const cloudways = toolkit(upstream.url)
    await call(cloudways)
    expect(await cloudways.call('rate_limit_status', {})).toEqual({ bucket: null, platform: null })
  })
})
