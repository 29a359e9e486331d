import type { CloudwaysError } from 'cloudways-tools'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import {
  type Answer,
  failure,
  finished,
  inTurn,
  json,
  startUpstream,
  text,
  toolkit,
} from '../support/upstream.ts'

const start = 'POST /server/restart'
const restart = { server_id: 1 }
const row = (fields: object) => json({ operation: { id: '7', ...fields } })
const running = row({ is_completed: '0', status: 'Process is initiated', estimated_time_remaining: '2' })
const done = row({ is_completed: '1', status: 'Operation completed' })

describe('the answer that starts an operation', () => {
  it.each([
    ['a number', { operation_id: 7 }, '7'],
    [
      'a UUID',
      { status: true, operation_id: '6f0f8d1c-7d0a-4d57-8f53-1f0d1c5f1c11' },
      '6f0f8d1c-7d0a-4d57-8f53-1f0d1c5f1c11',
    ],
    ['a task', { status: true, task_id: 'flex-9' }, 'flex-9'],
    ['nested in response', { response: { operation_id: 58210053 } }, '58210053'],
    [
      'in the row of a server',
      { server: { id: '70012', operations: [{ id: '58210045', type: 'add_server' }] } },
      '58210045',
    ],
    ['of a copy to another server', { source_operation_id: 1, destination_operation_id: 2, app_id: 3 }, '2'],
    ['of a copy, the destination alone', { destination_operation_id: 2 }, '2'],
    ['of a copy, the source alone', { source_operation_id: 1 }, '1'],
    ['a row that runs', { operation: { id: '8', is_completed: '0' } }, '8'],
  ])('has the id of the operation in %s', async (_, body, operation_id) => {
    const { url } = await startUpstream({ [start]: json(body) })
    const answer = await toolkit(url, { waitSeconds: 0 }).call('restart_server', restart)
    expect(answer).toMatchObject({ state: 'running', operation_id })
  })

  it('has no id in half of a character, which no path can hold: nobody knows what came of the call', async () => {
    const { url } = await startUpstream({ [start]: json({ operation_id: '\ud800' }) })
    expect(await failure(toolkit(url, { waitSeconds: 1 }).call('restart_server', restart))).toMatchObject({
      message: expect.stringContaining('without an operation'),
      details: { outcome: 'unknown' },
    })
  })

  it('says that there is nothing to wait for in a row that is finished', async () => {
    const upstream = await startUpstream({ [start]: finished })
    const answer = await toolkit(upstream.url).call('restart_server', restart)
    expect(answer).toMatchObject({ state: 'completed', operation_id: '8' })
    expect(upstream.seen).toHaveLength(1)
  })

  it('can tell that the operation failed already', async () => {
    const body = { operation: { id: '8', is_completed: '-1', message: 'No space left' } }
    const { url } = await startUpstream({ [start]: json(body) })
    const error = await failure(toolkit(url).call('restart_server', restart))
    expect((error as Error).message).toBe('Cloudways started this, but the operation failed.')
    expect((error as CloudwaysError).details.said).toBe('No space left')
  })

  it('keeps the id of the new app through the wait', async () => {
    const upstream = await startUpstream({
      'POST /app/clone': json({ operation_id: 7, app_id: 90 }),
      'GET /operation/7': done,
    })
    const input = { server_id: 1, app_id: 2, app_label: 'copy' }
    expect(await toolkit(upstream.url).call('clone_app', input)).toMatchObject({
      state: 'completed',
      app_id: '90',
    })
  })
})

const look = async (body: unknown) => {
  const { url } = await startUpstream({ 'GET /operation/7': json(body) })
  return toolkit(url).call('get_operation', { operation_id: '7' })
}

describe('the state of an operation', () => {
  const next_steps = [expect.objectContaining({ tool: 'wait_for_operation', input: { operation_id: '7' } })]

  it.each([
    ['0', 'running'],
    [0, 'running'],
    [false, 'running'],
    ['1', 'completed'],
    [1, 'completed'],
    [true, 'completed'],
    ['-1', 'failed'],
    [-1, 'failed'],
  ])('with is_completed %j is %s', async (is_completed, state) => {
    expect(await look({ status: false, operation: { is_completed } })).toMatchObject({ state })
    expect(await look({ is_completed })).toMatchObject({ state })
  })

  it.each(['Operation failed', 'ERROR', 'cancelled', 'Canceled by user'])(
    'a status of %j is a failure, whatever is_completed says',
    async (status) => {
      expect(await look({ operation: { is_completed: '1', status } })).toMatchObject({ state: 'failed' })
    },
  )

  it('tells type, message and minutes while it runs', async () => {
    const operation = {
      is_completed: '0',
      type: 'restarting_server',
      message: 'Started',
      estimated_time_remaining: '2',
    }
    expect(await look({ operation })).toEqual({
      next_steps,
      state: 'running',
      operation_id: '7',
      type: 'restarting_server',
      message: 'Started',
      minutes_left: 2,
    })
    expect(await look({ operation: { is_completed: 0, estimated_time_remaining: null } })).toEqual({
      next_steps,
      state: 'running',
      operation_id: '7',
    })
  })

  it.each([
    [
      'JSON in a string',
      { parameters: '{"backup_dates":["2026-08-05T23:19:06"]}' },
      { backup_dates: ['2026-08-05T23:19:06Z'] },
    ],
    [
      'encoded once more',
      { parameters: '{"content":"[{\\"target\\":\\"CPU\\"}]"}' },
      { content: [{ target: 'CPU' }] },
    ],
    ['an object', { content: { a: 1 } }, { a: 1 }],
    ['plain text', { data: 'finished' }, 'finished'],
    ['text that only looks like JSON', { result: '[half' }, '[half'],
    ['beside an empty field', { parameters: '', content: '[1]' }, [1]],
  ])('has its result as %s', async (_, fields, result) => {
    expect(await look({ operation: { is_completed: '1', ...fields } })).toMatchObject({ result })
  })

  it('is not made up from an answer that has none', async () => {
    expect(await failure(look({ status: true }))).toMatchObject({
      code: 'upstream_failed',
      outcome: 'failed',
    })
  })
})

describe('the wait for an operation', () => {
  /** The same answer; when it arrives, the time of the call is over. */
  const atLast = (answer: Answer): Answer => {
    vi.useFakeTimers({ toFake: ['Date'] })
    onTestFinished(() => void vi.useRealTimers())
    return (...request) => {
      vi.setSystemTime(Date.now() + 25_000)
      return answer(...request)
    }
  }

  it('looks until it is finished, and tells about each look', async () => {
    const upstream = await startUpstream({
      [start]: json({ operation_id: 7 }),
      'GET /operation/7': inTurn(running, running, done),
    })
    const told: [number, string][] = []
    const onProgress = (elapsed: number, message: string) => told.push([elapsed, message])
    const answer = await toolkit(upstream.url).call('restart_server', restart, { onProgress })
    expect(answer).toMatchObject({ state: 'completed', operation_id: '7', message: 'Operation completed' })
    expect(told).toEqual([
      [expect.any(Number), 'The operation is running, about 2 min left.'],
      [expect.any(Number), 'The operation is running, about 2 min left.'],
    ])
    expect(upstream.requests('GET /operation/7')).toHaveLength(3)
  })

  it('answers the handle when the time is over', async () => {
    const upstream = await startUpstream({
      [start]: json({ operation_id: 7 }),
      'GET /operation/7': inTurn(running, atLast(running)),
    })
    const answer = await toolkit(upstream.url).call('restart_server', restart)
    expect(answer).toMatchObject({ state: 'running', operation_id: '7', minutes_left: 2 })
    expect(upstream.requests('GET /operation/7')).toHaveLength(2)
  })

  it.each([
    ['is not there yet', json({ message: 'Not found' }, 404)],
    ['fails', text('', 500)],
    ['is HTML', text('<html>')],
  ])('goes on after a look that %s', async (_, answer) => {
    const upstream = await startUpstream({
      [start]: json({ operation_id: 7 }),
      'GET /operation/7': inTurn(answer, done),
    })
    expect(await toolkit(upstream.url).call('restart_server', restart)).toMatchObject({ state: 'completed' })
  })

  it('does not lose the handle when every look fails', async () => {
    const upstream = await startUpstream({
      [start]: json({ operation_id: 7 }),
      'GET /operation/7': inTurn(text('', 500), atLast(text('', 500))),
    })
    expect(await toolkit(upstream.url).call('restart_server', restart)).toMatchObject({
      state: 'running',
      operation_id: '7',
      message: 'Its state could not be read: Cloudways failed (HTTP 500).',
    })
  })

  it('ends with an error when the operation failed', async () => {
    const failed = row({ is_completed: '-1', type: 'restarting_server', message: 'Disk full.' })
    const upstream = await startUpstream({
      [start]: json({ operation_id: 7 }),
      'GET /operation/7': inTurn(running, failed),
    })
    const error = (await failure(toolkit(upstream.url).call('restart_server', restart))) as CloudwaysError
    expect(error.message).toBe('Cloudways started this, but the operation failed.')
    expect(error.details).toMatchObject({
      outcome: 'failed',
      reason: 'operation_failed',
      operation: { id: '7', type: 'restarting_server' },
      said: 'Disk full.',
    })
  })

  it('happens in the call that started the operation: get_operation looks once', async () => {
    const upstream = await startUpstream({ 'GET /operation/7': running })
    await toolkit(upstream.url).call('get_operation', { operation_id: 7 })
    expect(upstream.seen).toHaveLength(1)
  })
})
