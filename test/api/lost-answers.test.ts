/** Answers that do not tell whether a change was made, and changes that would get no answer. */
import {
  type CloudwaysError,
  type CloudwaysOptions,
  defineTools,
  type RunContext,
  type UpstreamError,
} from 'cloudways-tools'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import * as z from 'zod'
import { type Answer, failure, json, providers, startUpstream, text, toolkit } from '../support/upstream.ts'

const app = { server_id: '1', app_id: '2' }
const elsewhere = { location: 'http://127.0.0.1:9/elsewhere' }
const clone = 'POST /app/clone'
const purge = 'POST /app/cache/purge'
const made = json({ operation: { id: '7', is_completed: '1' } })

async function twice(answer: Answer) {
  const upstream = await startUpstream({ [clone]: answer })
  const cloudways = toolkit(upstream.url)
  const call = () => failure(cloudways.call('clone_app', { ...app, app_label: 'copy' }))
  const [first, second] = [(await call()) as CloudwaysError, (await call()) as CloudwaysError]
  return { first, second, sent: upstream.requests(clone) }
}

describe.each<[string, Answer, RegExp]>([
  ['a redirect', text('', 303, elsewhere), /redirect \(HTTP 303\).* is unknown\.$/],
  ['a moved page', json({}, 308, elsewhere), /redirect \(HTTP 308\).* is unknown\.$/],
  ['408', json({ message: 'timeout' }, 408), /\(HTTP 408\), and whether POST .* is unknown\.$/],
  ['499', json({}, 499), /\(HTTP 499\), and whether POST .* is unknown\.$/],
])('%s after a change', (_, answer, message) => {
  it('is no word on whether it was made', async () => {
    const { url } = await startUpstream({ [purge]: answer })
    const error = (await failure(toolkit(url).call('clear_app_cache', app))) as CloudwaysError
    expect(error.message).toMatch(message)
    expect(error.next).toMatch(/^Do not repeat it\. /)
    expect(error.details).toMatchObject({ outcome: 'unknown' })
  })

  it('does not let anything be made twice', async () => {
    const { first, second, sent } = await twice(answer)
    expect(first.details.outcome).toBe('unknown')
    expect(second.message).toContain('It was not made again.')
    expect(sent).toHaveLength(1)
  })
})

it.each([400, 405, 409, 410, 423])('%i after a change is a refusal', async (status) => {
  const { first, second, sent } = await twice(json({}, status))
  for (const error of [first, second]) expect(error.details).toMatchObject({ outcome: 'failed', status })
  expect(sent).toHaveLength(2)
})

it.each([303, 408, 499])('%i after a read changed nothing', async (status) => {
  const { url } = await startUpstream({ 'GET /providers': json({}, status) })
  const error = await failure(toolkit(url).call('get_available_providers', {}))
  expect(error).toMatchObject({ outcome: 'failed', status })
})

describe('an empty answer', () => {
  it.each([
    ['no body', text('')],
    ['204', text('', 204)],
  ])('to a call that makes something new is no word on whether it was made: %s', async (_, answer) => {
    const { first, second, sent } = await twice(answer)
    expect(first.message).toBe(
      'clone_app: Cloudways answered nothing, and whether it was carried out is unknown.',
    )
    expect(first.next).toMatch(/^Do not repeat it\. list_apps tells whether it happened: /)
    expect(second.message).toContain('It was not made again.')
    expect(sent).toHaveLength(1)
  })

  it('that is a list is the way in which the platform says yes', async () => {
    const { url } = await startUpstream({ 'POST /git/generateKey': json([]) })
    const answer = await toolkit(url).call('generate_git_ssh_key', app)
    expect(answer).toMatchObject({ state: 'completed', operation_id: null })
  })
})

describe('a change after reads that took long', () => {
  /** The clock stands `late` seconds after the call began when the change is to be sent. */
  async function sentLate(late: number, method: 'POST' | 'GET', options: CloudwaysOptions = {}) {
    vi.useFakeTimers({ toFake: ['Date'] })
    onTestFinished(() => void vi.useRealTimers())
    const slow: Answer = (...request) => {
      vi.setSystemTime(Date.now() + late * 1000)
      return json(providers)(...request)
    }
    const upstream = await startUpstream({
      'GET /providers': slow,
      [purge]: made,
      'GET /app/manage/backup': made,
    })
    const extraTools = defineTools('mine', {
      my_tool: {
        title: 'My tool',
        description: 'Looks at something and changes something.',
        risk: 'write',
        input: {},
        output: z.looseObject({}),
        effects: { impact: 'Something is changed.', undo: null },
        run: async (_: unknown, { send }: RunContext) => {
          await send({ method: 'GET', path: '/providers' })
          return method === 'POST'
            ? send({ method, path: '/app/cache/purge', body: app })
            : send({ method, path: '/app/manage/backup', query: app, startsJob: true })
        },
      } as never,
    })
    const call = toolkit(upstream.url, { extraTools, ...options } as never).call('my_tool' as never, {})
    return { upstream, call }
  }

  it.each(['POST', 'GET'] as const)('is not sent when less than 5 seconds are left: %s', async (method) => {
    const { upstream, call } = await sentLate(46, method)
    const error = (await failure(call)) as UpstreamError
    expect(error.message).toBe(
      `Too little time was left for the answer of ${method} ${method === 'POST' ? '/app/cache/purge' : '/app/manage/backup'}.`,
    )
    expect(error.next).toBe('Nothing was sent. Call again.')
    expect(error.details).toMatchObject({ outcome: 'failed', reason: 'timeout' })
    expect(upstream.seen.map(({ path }) => path)).toEqual(['/providers'])
  })

  it.each([
    [44, {}],
    [47, { timeout: 1 }],
  ])('is sent when enough is left: after %i s, %j', async (late, options) => {
    const { upstream, call } = await sentLate(late, 'POST', options)
    await call
    expect(upstream.requests(purge)).toHaveLength(1)
  })
})

it('a change that was answered is no failure because its limit could not be written down', async () => {
  const { url } = await startUpstream({
    [purge]: json({ operation: { id: '8', is_completed: '1' } }, 200, { 'x-ratelimit-remaining': '0' }),
  })
  const open = { allowed: true, limit: 90, remaining: 89, retryAfter: 0 }
  const rateLimit = {
    take: async () => open,
    peek: async () => open,
    block: vi.fn(() => Promise.reject(new Error('canary of the limiter'))),
  }
  expect(await toolkit(url, { rateLimit }).call('clear_app_cache', app)).toMatchObject({ state: 'completed' })
  expect(rateLimit.block).toHaveBeenCalledOnce()
})
