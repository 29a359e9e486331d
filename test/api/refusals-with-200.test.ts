/** A 200 is no proof of success: envelopes that say no, and rows that only look like one. */
import type { CloudwaysError } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import { type Answer, failure, json, startUpstream, text, toolkit } from '../support/upstream.ts'

const read = async (answer: Answer) => {
  const { url } = await startUpstream({ 'GET /project': answer })
  return toolkit(url).call('list_projects', {})
}
const reset = async (answer: Answer) => {
  const { url } = await startUpstream({ 'POST /app/manage/reset_permissions': answer })
  return toolkit(url).call('reset_app_file_permissions', { server_id: '1', app_id: '2' })
}
const refusal = (promise: Promise<unknown>) => failure(promise) as Promise<CloudwaysError>

describe('an envelope that says no with 200', () => {
  it.each<[object, string | undefined]>([
    [{ status: 'error', message: 'Not now.' }, 'Not now.'],
    [{ status: 'ERROR' }, undefined],
    [{ status: 0, msg: 'Locked.' }, 'Locked.'],
    [{ status: '0' }, undefined],
    [{ status: ' False ' }, undefined],
    [{ status: 'failed' }, undefined],
    [{ status: -1 }, undefined],
    [{ status: 403, message: 'No.' }, 'No.'],
    [{ success: false, data: { message: 'No such app.' } }, 'No such app.'],
    [{ error: 'invalid_request', error_description: 'The app is gone.' }, 'The app is gone.'],
    [{ status: true, error: { code: 17, message: 'Quota.' } }, 'Quota.'],
    [{ error: true }, undefined],
    [{ is_failed: 1, message: 'It broke.' }, 'It broke.'],
    [{ status: false, message: ['One.', 'Two.'] }, 'One., Two.'],
  ])('%j', async (body, said) => {
    for (const error of [await refusal(read(json(body))), await refusal(reset(json(body)))]) {
      expect(error.message).toMatch(/^Cloudways refused (GET|POST) /)
      expect(error.details).toMatchObject({ reason: 'refused', status: 200, outcome: 'failed' })
      expect(error.details.said).toBe(said)
    }
  })

  it('of a change that another operation holds up, is not that operation', async () => {
    const operation = { id: '9', type: 'backup', is_completed: '0' }
    const error = await refusal(reset(json({ status: false, message: 'Busy.', operation })))
    expect(error.details).toMatchObject({ reason: 'busy', operation: { id: '9' } })
  })

  it('about the role is told as such', async () => {
    const error = await refusal(reset(json({ status: false, error: { code: 'insufficient_scope' } })))
    expect(error.code).toBe('credentials_refused')
  })
})

describe('the sentence for unknown paths', () => {
  it.each<[string, Answer]>([
    ['JSON text', json('You have reached Cloudways API.')],
    ['JSON text in a list', json(['You have reached Cloudways API.'])],
    ['a message', json({ message: 'You have reached  cloudways api' })],
    ['a message of a good status', json({ status: true, message: 'You have reached Cloudways API.' })],
    ['a message within data', json({ data: { message: 'YOU HAVE REACHED CLOUDWAYS API.' } })],
    [
      'a page',
      text(
        '<!doctype html><html><head><title>API</title></head><body><p>You have reached\n Cloudways <b>API</b>.</p></body></html>',
      ),
    ],
    ['blanks around it', text('\n\n  you have reached Cloudways API.  \n')],
    ['404', json({ message: 'You have reached Cloudways API.' }, 404)],
  ])('as %s', async (_, answer) => {
    for (const error of [await refusal(read(answer)), await refusal(reset(answer))]) {
      expect(error.message).toMatch(/^Cloudways does not know (GET|POST) /)
      expect(error.details).toMatchObject({ reason: 'unknown_path', outcome: 'failed' })
    }
  })

  it('in a label is a label', async () => {
    const projects = [{ id: '1', name: 'You have reached Cloudways API.' }]
    expect(await read(json({ projects }))).toMatchObject({ projects })
  })
})

describe('what only looks like a refusal is none', () => {
  it.each<[string, object]>([
    ['no error', { error: null, errors: [] }],
    ['an error of false', { error: false, errors: {} }],
    ['an error of nothing', { error: '', errors: null, status: 'ok' }],
    ['a number of errors', { errors: 3, status: 1 }],
    ['a good word', { status: 'success', success: 'true', is_failed: '0' }],
    ['rows that failed', { status: true, rows: [{ status: 'failed', error: 'disk full' }] }],
  ])('%s', async (_, more) => {
    expect(await read(json({ projects: [], ...more }))).toMatchObject({ projects: [] })
    expect(await reset(json({ ...more }))).toMatchObject({ state: 'completed' })
  })

  it('the row of one thing, which has a status of its own', async () => {
    expect(await reset(json({ id: 5, name: 'x', status: 'failed' }))).toMatchObject({ state: 'completed' })
  })
})

describe('an operation failed', () => {
  const look = async (operation: object) => {
    const { url } = await startUpstream({ 'GET /operation/7': json({ status: true, operation }) })
    return toolkit(url).call('get_operation', { operation_id: '7' })
  }

  it.each([
    { is_completed: '1', status: -1 },
    { is_completed: '0', status: '-1' },
    { is_completed: '1', is_failed: true },
    { is_completed: 1, is_failed: '1', status: 'Operation completed' },
    { is_completed: -2 },
    { is_completed: '1', status: 'Failure' },
  ])('%j', async (row) => {
    expect(await look(row)).toMatchObject({ state: 'failed' })
  })

  it.each([
    { is_completed: '1', is_failed: false },
    { is_completed: '1', is_failed: '0', status: '1' },
    { is_completed: '1', status: 'Operation completed without errors' },
  ])('not: %j', async (row) => {
    expect(await look(row)).toMatchObject({ state: 'completed' })
  })
})
