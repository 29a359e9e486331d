import { type CloudwaysError, CredentialError, errorText, UpstreamError } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import { type Answer, failure, json, startUpstream, text, token, toolkit } from '../support/upstream.ts'

const catchAll = 'You have reached Cloudways API.'
const busy = {
  message: 'An operation is already in progress',
  operation: {
    id: 'flex-58210001',
    type: 'restarting_server',
    estimated_time_remaining: '3',
    is_completed: '0',
  },
}

interface Expected {
  kind?: typeof CredentialError
  message: RegExp
  next?: RegExp
  status?: number
  reason?: string
  /** The platform's words, in the details alone. */
  said?: string
  fields?: Record<string, string>
  outcome?: 'failed' | 'unknown'
}

async function callWith(answer: Answer, how: 'read' | 'write'): Promise<CloudwaysError> {
  const routes = { 'GET /project': answer, 'POST /server/restart': answer }
  const { url, seen } = await startUpstream(routes)
  const cloudways = toolkit(url)
  const error = await failure(
    how === 'read'
      ? cloudways.call('list_projects', {})
      : cloudways.call('restart_server', { server_id: 70011 }),
  )
  expect(seen).toHaveLength(1)
  return error as CloudwaysError
}

const refusals: [string, 'read' | 'write', Answer, Expected][] = [
  [
    'the catch-all text with 200 on a read',
    'read',
    text(catchAll),
    { message: /does not know GET \/project/, reason: 'unknown_path' },
  ],
  [
    'the catch-all text with 200 on a write',
    'write',
    text(catchAll),
    { message: /does not know POST \/server\/restart/, next: /Nothing was done/, reason: 'unknown_path' },
  ],
  [
    'status false with 200',
    'write',
    json({ status: false, message: 'Not possible right now.' }),
    {
      message: /^Cloudways refused POST \/server\/restart\.$/,
      said: 'Not possible right now.',
      reason: 'refused',
      status: 200,
    },
  ],
  [
    'status false as a word',
    'read',
    json({ status: 'false', message: 'No.' }),
    { message: /^Cloudways refused GET \/project\.$/, said: 'No.', reason: 'refused' },
  ],
  ['an HTML page with 200 on a read', 'read', text('<html>'), { message: /not JSON/, reason: 'not_json' }],
  [
    'an HTML page with 200 on a write',
    'write',
    text('<html>'),
    { message: /not JSON, and whether .* is unknown/, reason: 'not_json', outcome: 'unknown' },
  ],
  [
    'truncated JSON on a read',
    'read',
    text('{"projects": [{"id": "1'),
    { message: /not JSON/, reason: 'not_json' },
  ],
  [
    'truncated JSON on a write',
    'write',
    text('{"operation_id": 5821'),
    { message: /not JSON/, next: /Do not repeat it\. No tool here shows/, outcome: 'unknown' },
  ],
  [
    '422 with problems by field',
    'write',
    json({ server_id: [{ code: 'integer', message: 'has to be a number.' }], time: ['is missing'] }, 422),
    {
      message: /^Cloudways did not accept these values: server_id, time\.$/,
      fields: { server_id: 'has to be a number.', time: 'is missing' },
      reason: 'validation',
      status: 422,
    },
  ],
  [
    '422 with a message',
    'write',
    json({ status: false, message: 'Not possible for this application.' }, 422),
    {
      message: /^Cloudways refused POST \/server\/restart\.$/,
      said: 'Not possible for this application.',
      reason: 'refused',
      status: 422,
    },
  ],
  [
    '422 of a busy server',
    'write',
    json(busy, 422),
    {
      message: /busy with another operation \(restarting_server, about 3 min left\)/,
      next: /call get_operation with operation_id flex-58210001 until it is completed, then repeat this call/,
      said: 'An operation is already in progress',
      reason: 'busy',
    },
  ],
  [
    '422 of a server that is busy with something unheard of',
    'write',
    json({ operation: { id: 'call restart_server', type: 'a new kind', is_completed: '0' } }, 422),
    {
      message: /busy with another operation \(unknown type\)\.$/,
      next: /^Wait: give it a minute, then repeat this call\.$/,
      reason: 'busy',
    },
  ],
  [
    '403 beyond the role on a read',
    'read',
    json({ code: 'insufficient_scope', message: 'no' }, 403),
    {
      kind: CredentialError,
      message: /does not reach GET \/project: it needs READ or FULL ACCESS/,
      next: /Do not retry/,
    },
  ],
  [
    '403 beyond the role on a write',
    'write',
    json({ error: 'insufficient_scope' }, 403),
    {
      kind: CredentialError,
      message: /does not reach POST \/server\/restart: it needs FULL ACCESS, or LIMITED with this group/,
    },
  ],
  [
    '403 for another reason',
    'read',
    json({ message: 'Members may not do this' }, 403),
    {
      kind: CredentialError,
      message: /^Cloudways does not allow this account or member to call GET \/project\.$/,
      said: 'Members may not do this',
    },
  ],
  [
    '401 on an access token',
    'write',
    json({ message: 'Unauthorized' }, 401),
    {
      kind: CredentialError,
      message: /refused the access token: it is invalid or has expired/,
      next: /https:\/\/platform\.cloudways\.com\/api.*CLOUDWAYS_ACCESS_TOKEN/,
    },
  ],
  [
    '400 without a token',
    'read',
    json({ message: 'Access token missing' }, 400),
    { kind: CredentialError, message: /carried no access token\.$/, said: 'Access token missing' },
  ],
  [
    '400 for another reason',
    'read',
    json({ error: 'invalid', error_description: 'Bad filter.' }, 400),
    { message: /refused the call \(HTTP 400\)\.$/, said: 'Bad filter.', status: 400, reason: 'refused' },
  ],
  [
    '404',
    'read',
    json({ message: 'Not found' }, 404),
    { message: /nothing with these ids\.$/, said: 'Not found', reason: 'not_found' },
  ],
  ['405', 'write', json({ message: 'no' }, 405), { message: /HTTP 405/, status: 405, outcome: 'failed' }],
  [
    '429 on a write',
    'write',
    json({}, 429, { 'retry-after': '88' }),
    {
      message: /limit of calls/,
      next: /Nothing was done\. Wait 88 s/,
      reason: 'rate_limited',
      outcome: 'failed',
    },
  ],
  [
    '501 on a read, which is not repeated',
    'read',
    json({ message: 'Server Error' }, 501),
    { message: /failed \(HTTP 501\)\.$/, said: 'Server Error', reason: 'server_error', outcome: 'failed' },
  ],
  [
    'a redirect on a read',
    'read',
    text('', 302, { location: 'http://127.0.0.1:9/elsewhere' }),
    { message: /redirect \(HTTP 302\), which was not followed/, next: /^Nothing was done\./, status: 302 },
  ],
  [
    'a redirect on a write',
    'write',
    text('', 307, { location: 'http://127.0.0.1:9/elsewhere' }),
    {
      message: /redirect \(HTTP 307\)/,
      next: /^Do not repeat it\. A person has to check the API URL\./,
      outcome: 'unknown',
    },
  ],
]

describe('answers that mean no', () => {
  it.each(refusals)('%s', async (_, how, answer, expected) => {
    const error = await callWith(answer, how)
    expect(error).toBeInstanceOf(expected.kind ?? UpstreamError)
    expect(error.message).toMatch(expected.message)
    if (expected.next) expect(error.next).toMatch(expected.next)
    expect(error.details).toMatchObject({
      ...(expected.status && { status: expected.status }),
      ...(expected.reason && { reason: expected.reason }),
      ...(expected.said && { said: expected.said }),
      ...(expected.fields && { fields: expected.fields }),
      ...(!expected.kind && { outcome: expected.outcome ?? 'failed' }),
    })
    expect(JSON.stringify(error)).not.toContain(token)
  })

  it('names the running operation of a busy server in its details', async () => {
    const error = await callWith(json(busy, 422), 'write')
    expect(error.details.operation).toEqual({ id: 'flex-58210001', type: 'restarting_server' })
  })
})

describe('answers that mean yes', () => {
  it.each([
    ['an empty list', json([])],
    ['an empty object', json({})],
    ['no body', text('')],
    ['204', text('', 204)],
  ])('%s finishes a write at once', async (_, answer) => {
    const { url } = await startUpstream({ 'POST /app/manage/reset_permissions': answer })
    const done = await toolkit(url).call('reset_app_file_permissions', { server_id: '1', app_id: 2 })
    expect(done).toEqual({ state: 'completed', operation_id: null })
  })

  it('an envelope of status false around a finished operation', async () => {
    const body = { status: false, operation: { id: 7, is_completed: '1', parameters: '{"a":1}' } }
    const { url } = await startUpstream({ 'GET /operation/7': json(body) })
    const seen = await toolkit(url).call('get_operation', { operation_id: 7 })
    expect(seen).toMatchObject({ state: 'completed', operation_id: '7', result: { a: 1 } })
  })

  it.each([
    ['text', '12'],
    ['numbers', 12],
  ])('ids as %s, always text in answers', async (_, id) => {
    const row = { id, label: 'shop', status: 'running', cloud: 'do', region: 'x', apps: [{ id, label: 'a' }] }
    const { url } = await startUpstream({ 'GET /server': json({ servers: [row] }) })
    const { servers } = await toolkit(url).call('list_servers', {})
    expect(servers[0]).toMatchObject({ id: '12', apps: [{ id: '12' }] })
    const { server } = await toolkit(url).call('get_server_details', { server_id: 12 })
    expect(server?.id).toBe('12')
  })

  it('reports an answer whose shape it does not know, without its values', async () => {
    const { url } = await startUpstream({ 'GET /project': json({ projects: 'hunter22' }) })
    const error = (await failure(toolkit(url).call('list_projects', {}))) as CloudwaysError
    expect(errorText(error)).toBe(
      'list_projects: Cloudways answered in a shape this version does not know (projects). ' +
        'Report this; calling again will not help.',
    )
  })
})
