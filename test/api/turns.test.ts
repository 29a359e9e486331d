/** Calls wait inside for their turn at the limit, as long as the wait and the time of the call allow. */
import { type CloudwaysError, defineTools, type RateLimiter, type RunContext } from 'cloudways-tools'
import { memoryRateLimit } from 'cloudways-tools/rate-limit'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import * as z from 'zod'
import {
  type Answer,
  failure,
  gate,
  inTurn,
  json,
  providers,
  startUpstream,
  token,
  toolkit,
} from '../support/upstream.ts'

const read = 'GET /providers'
const list = 'GET /security/whitelisted'
const call = (cloudways: ReturnType<typeof toolkit>, options = {}) =>
  cloudways.call('get_available_providers', {}, options)
const refused = (promise: Promise<unknown>) =>
  failure(promise) as Promise<CloudwaysError & { retryAfter: number }>

describe('a call that would pass in a few seconds', () => {
  it('waits for it by default, in order of arrival, and says so', async () => {
    const upstream = await startUpstream({ [list]: json({ ip_list: [] }) })
    const order: string[] = []
    const send: typeof fetch = (input, init) => {
      order.push(String(input).split('server_id=')[1] as string)
      return fetch(input, init)
    }
    const rateLimit = memoryRateLimit({ requests: 2, window: 0.2 })
    const cloudways = toolkit(upstream.url, { rateLimit, fetch: send })
    await cloudways.call('customer_info', {})
    const told: string[] = []
    const onProgress = (_: number, message: string) => void told.push(message)
    const calls = Array.from({ length: 8 }, (_, id) =>
      cloudways.call('get_whitelisted_ips_ssh', { server_id: id + 1 }, { onProgress }),
    )
    await Promise.all(calls)
    expect(order).toEqual(['1', '2', '3', '4', '5', '6', '7', '8'])
    expect(told.length).toBeGreaterThan(0)
    for (const one of told) expect(one).toBe('Waiting for its turn at the limit of requests, about 1 s.')
  })

  it('shares one line with every toolkit on the same limiter', async () => {
    const upstream = await startUpstream({ [read]: json(providers) })
    const rateLimit = memoryRateLimit({ requests: 1, window: 0.1 })
    const one = toolkit(upstream.url, { rateLimit })
    const all = [one, toolkit(upstream.url, { rateLimit }), one.select({ readOnly: true })]
    await Promise.all([...all, ...all].map((cloudways) => call(cloudways)))
  })

  it('is served although the one before it leaves', async () => {
    const upstream = await startUpstream({ [list]: json({ ip_list: [] }) })
    const cloudways = toolkit(upstream.url, { rateLimit: memoryRateLimit({ requests: 1, window: 0.2 }) })
    const ask = (server_id: number, options = {}) =>
      cloudways.call('get_whitelisted_ips_ssh', { server_id }, options)
    await ask(1)
    const leaver = new AbortController()
    const gone = failure(ask(2, { signal: leaver.signal, onProgress: () => leaver.abort(new Error('gone')) }))
    const stays = ask(3)
    expect(await gone).toMatchObject({ message: 'gone' })
    await stays
    expect(upstream.seen).toHaveLength(2)
  })
})

describe('a call that would not pass in time', () => {
  it('is refused at once with the wait, the period and what it costs', async () => {
    const upstream = await startUpstream({ [read]: json(providers) })
    const cloudways = toolkit(upstream.url, { rateLimit: memoryRateLimit({ requests: 1, window: 30 }) })
    await call(cloudways)
    const error = await refused(call(cloudways))
    expect(error.message).toMatch(/^The limit of 1 requests in 30 s for \/providers is used up/)
    expect(error.next).toBe(
      'Nothing was sent. Wait 30 s, then call again. get_available_providers makes one request.',
    )
    expect(error).toMatchObject({ retryAfter: 30, outcome: 'failed' })
  })

  it('because of those who wait before it is refused at once too', async () => {
    const upstream = await startUpstream({ [list]: json({ ip_list: [] }) })
    const cloudways = toolkit(upstream.url, { rateLimit: memoryRateLimit({ requests: 1, window: 9 }) })
    const leave = new AbortController()
    const ask = (server_id: number) =>
      cloudways.call('get_whitelisted_ips_ssh', { server_id }, { signal: leave.signal })
    await ask(1)
    const waiting = Promise.allSettled([ask(2), ask(3)])
    expect(await refused(ask(4))).toMatchObject({ retryAfter: 27 })
    leave.abort()
    await waiting
  })

  it('while others take every turn is refused when it has waited as long as it may', async () => {
    const upstream = await startUpstream({})
    const never = { allowed: false, limit: 90, remaining: 0, retryAfter: 0.02 }
    const rateLimit: RateLimiter = { take: async () => never, peek: async () => never, block: async () => {} }
    const cloudways = toolkit(upstream.url, { rateLimit, rateLimitWait: 0.2 })
    expect(await refused(call(cloudways))).toMatchObject({ details: { reason: 'rate_limited' } })
  })

  it('is refused at once with a wait of 0', async () => {
    const upstream = await startUpstream({ [read]: json(providers) })
    const rateLimit = memoryRateLimit({ requests: 1, window: 0.5 })
    const cloudways = toolkit(upstream.url, { rateLimit, rateLimitWait: 0 })
    await call(cloudways)
    expect(await refused(call(cloudways))).toMatchObject({ retryAfter: 1 })
  })

  it('after it has waited for its other requests, has that much less to wait', async () => {
    const upstream = await startUpstream({ [read]: json(providers) })
    const rateLimit = memoryRateLimit({ requests: 1, window: 0.2 })
    const { own } = ownTool(async ({ send }) => {
      for (let count = 0; count < 10; count++) await send({ method: 'GET', path: '/providers' })
    })
    const error = await refused(own(upstream.url, { rateLimit, rateLimitWait: 0.7 }))
    expect(error.details).toMatchObject({ reason: 'rate_limited', requests: 10 })
    expect(error.next).toContain('my_tool makes up to 10 requests.')
    expect(upstream.seen.length).toBeLessThan(6)
  })
})

describe('a pause that the platform asks for is a wait for a turn', () => {
  it.each([
    [429, 3, 2.5],
    [429, 40, 20],
    [429, 1, 0],
    [503, 30, 20],
  ])('%i with %i s is refused at once where a call may wait %d s', async (status, asked, rateLimitWait) => {
    const upstream = await startUpstream({ [read]: json({}, status, { 'retry-after': String(asked) }) })
    const told: string[] = []
    const cloudways = toolkit(upstream.url, { rateLimitWait })
    const error = await refused(call(cloudways, { onProgress: (_: number, text: string) => told.push(text) }))
    expect(error).toMatchObject({ status, outcome: 'failed' })
    if (status === 429) expect(error.next).toMatch(`Nothing was done. Wait ${asked} s, then call again.`)
    expect(upstream.seen).toHaveLength(1)
    expect(told).toEqual([])
  })

  it.each([429, 503])('%i is told to everybody who waits for it', async (status) => {
    const first = gate()
    const answers = inTurn(json({}, status, { 'retry-after': '1' }), json(providers))
    const upstream = await startUpstream({ [read]: answers })
    const cloudways = toolkit(upstream.url)
    await cloudways.call('customer_info', {})
    const told: string[] = []
    const listen = (name: string) => ({
      onProgress: (_: number, text: string) => {
        told.push(`${name}: ${text}`)
        first.open()
      },
    })
    const one = call(cloudways, listen('first'))
    await first.opened
    await Promise.all([one, call(cloudways, listen('second'))])
    const text = 'Waiting for its turn at the limit of requests, about 1 s.'
    expect(told).toEqual([`first: ${text}`, `second: ${text}`])
    expect(upstream.requests(read)).toHaveLength(2)
  })

  it('pays with what the call may wait for all its requests', async () => {
    const upstream = await startUpstream({ [read]: json({}, 429, { 'retry-after': '1' }) })
    const error = await refused(call(toolkit(upstream.url, { rateLimitWait: 1.5 })))
    expect(error).toMatchObject({ status: 429, retryAfter: 1 })
    expect(upstream.seen).toHaveLength(2)
  })
})

it('a read that is told to wait waits for it and is not refused by our own bucket', async () => {
  const counts = new Map<string, number>()
  const once: Answer = (seen, response, count) => {
    const id = seen.url.split('server_id=')[1] as string
    counts.set(id, (counts.get(id) ?? 0) + 1)
    const answer = counts.get(id) === 1 ? json({}, 429, { 'retry-after': '1' }) : json({ ip_list: [] })
    return answer(seen, response, count)
  }
  const upstream = await startUpstream({ [list]: once })
  const size = { requests: 90, window: 60 }
  const calls = Array.from({ length: 80 }, (_, id) =>
    toolkit(upstream.url, { rateLimit: memoryRateLimit(size) }).call('get_whitelisted_ips_ssh', {
      server_id: id + 1,
    }),
  )
  expect(await Promise.all(calls)).toHaveLength(80)
})

/** A tool that does `run`, on a toolkit of its own. */
function ownTool(run: (context: RunContext) => Promise<unknown>) {
  const extraTools = defineTools('mine', {
    my_tool: {
      title: 'My tool',
      description: 'Looks at some things. Answers nothing.',
      risk: 'read',
      reach: 'none',
      input: {},
      output: z.looseObject({}),
      requests: 10,
      run: async (_, context) => {
        await run(context)
        return {}
      },
    },
  })
  const own = (url: string, options = {}) =>
    toolkit(url, { extraTools, ...options } as never).call('my_tool' as never, {})
  return { own }
}

describe('one time pays for all that a call waits for', () => {
  /** The clock of the day goes on by this many seconds when the answer is given. */
  const late =
    (seconds: number, answer: Answer): Answer =>
    (...request) => {
      vi.setSystemTime(Date.now() + seconds * 1000)
      return answer(...request)
    }
  const stopClock = () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    onTestFinished(() => void vi.useRealTimers())
  }
  const running = json({ operation: { id: 7, is_completed: '0' } })

  it('a turn that comes after its end is refused at once', async () => {
    const upstream = await startUpstream({ [read]: late(44, json(providers)) })
    const rateLimit = memoryRateLimit({ requests: 1, window: 10 })
    const { own } = ownTool(async ({ send }) => {
      await send({ method: 'GET', path: '/providers' })
      await send({ method: 'GET', path: '/providers' })
    })
    stopClock()
    expect(await refused(own(upstream.url, { rateLimit }))).toMatchObject({ retryAfter: 10 })
  })

  it('an operation that is not done by then answers its handle, however long it may be waited for', async () => {
    const upstream = await startUpstream({
      'POST /server/restart': late(49.9, json({ operation_id: 7 })),
      'GET /operation/7': running,
    })
    stopClock()
    const answer = await toolkit(upstream.url, { waitSeconds: 3600 }).call('restart_server', { server_id: 1 })
    expect(answer).toMatchObject({ state: 'running', operation_id: '7' })
  })

  it('the pause before another try is part of it', async () => {
    const wait = json({}, 503, { 'retry-after': '12' })
    const upstream = await startUpstream({ [read]: late(40, wait) })
    stopClock()
    expect(await refused(call(toolkit(upstream.url)))).toMatchObject({ status: 503 })
    expect(upstream.seen).toHaveLength(1)
  })

  it('the time in which a person is asked is not', async () => {
    const upstream = await startUpstream({
      'GET /server': json({ servers: [{ id: 1, label: 'shop', apps: [] }] }),
      'POST /server/restart': json({ operation: { id: '7', is_completed: '1' } }),
    })
    stopClock()
    const onConfirm = () => {
      vi.setSystemTime(Date.now() + 300_000)
      return true
    }
    const cloudways = toolkit(upstream.url, { confirm: 'disruptive', onConfirm })
    expect(await cloudways.call('restart_server', { server_id: 1 })).toMatchObject({ state: 'completed' })
  })

  it('a sign-in that takes too long ends with it', async () => {
    const upstream = await startUpstream({ [read]: inTurn(json(providers)) })
    let brought = () => {}
    const credentials = () =>
      new Promise<{ accessToken: string }>((resolve) => {
        brought = () => resolve({ accessToken: token })
      })
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const error = refused(call(toolkit(upstream.url, { credentials })))
    await vi.advanceTimersByTimeAsync(50_000)
    expect(await error).toMatchObject({ details: { reason: 'timeout', outcome: 'failed' } })
    brought()
    expect(upstream.seen).toHaveLength(0)
  })
})
