import { type ApiRequest, app, type CloudwaysOptions, server } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import { setUpTool } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'
import { changing, sent } from './support.ts'

/** A tool that sends `request`, whatever its arguments name. */
const own = (input: object, request: ApiRequest, options: CloudwaysOptions = {}) =>
  setUpTool({ risk: 'write', input, request: () => request }, options)

const restart = (body: object) => ({ method: 'POST', path: '/server/restart', body }) as ApiRequest
const purge = (body: object) => ({ method: 'POST', path: '/app/cache/purge', body }) as ApiRequest
const rules: CloudwaysOptions[] = [{}, { protect: ['agency'] }, { servers: ['70011', '70024'] }]
const everyRule = rules.map((options): [string, CloudwaysOptions] => [JSON.stringify(options), options])

describe.each(everyRule)('with %s, a tool that names an app alone', (_, options) => {
  const input = { app_id: app() }

  it.each<[string, ApiRequest]>([
    ['another server', restart({ server_id: '70024' })],
    ['another server besides', restart({ server_id: ['70011', '70024'] })],
    ['a server that is not there', restart({ server_id: '4711' })],
    ['its app on another server', purge({ server_id: '70024', app_id: '90021' })],
  ])('does nothing to %s', async (_, request) => {
    const { call, sandbox } = own(input, request, options)
    expect(await failure(call({ app_id: '90021' }))).toMatchObject({ code: 'refused_by_policy' })
    expect(changing(sandbox)).toEqual([])
  })

  it('may name the server that its app is on', async () => {
    const { call, sandbox } = own(input, purge({ server_id: '70011', app_id: '90021' }), options)
    expect(await call({ app_id: '90021' })).toMatchObject({ status: true })
    expect(sent(sandbox)).toHaveLength(1)
  })
})

describe.each(everyRule)('with %s, a tool that names a server alone', (_, options) => {
  const input = { server_id: server() }

  it.each<[string, ApiRequest]>([
    ['an app of another', purge({ app_id: '90121' })],
    ['an app of another, behind its own id', purge({ server_id: '70011', app_id: '90121' })],
    ['a list of others', restart({ server_id: ['70024'] })],
    ['others in a list of a form', restart({ 'server_id[]': ['70011', '70024'] })],
    ['others in a numbered list of a form', restart({ 'server_id[0]': '70024' })],
    ['another as the destination', restart({ server_id: '70011', destination_server_id: '70024' })],
    ['another as the source', restart({ server_id: '70011', source_server_id: '70024' })],
    ['another by a name that PHP reads as its id', restart({ 'server.id': '70024' })],
    ['apps in a list with commas', purge({ server_id: '70011', app_ids: '90021,90121' })],
    ['an application', purge({ server_id: '70011', application_id: '90121' })],
    [
      'others in a query',
      { method: 'POST', path: '/server/restart', query: { 'server_id[]': '70024' }, body: {} },
    ],
    ['another in a JSON body', { method: 'POST', path: '/server/restart', json: { server_id: 70024 } }],
    [
      'others deep in a JSON body',
      {
        method: 'POST',
        path: '/server/restart',
        json: { list: [{ server_id: '70011' }, { server_id: '70024' }] },
      },
    ],
    ['others in a map of ids', restart({ server_ids: { first: '70011', second: '70024' } })],
  ])('does nothing to %s', async (_, request) => {
    const { call, sandbox } = own(input, request, options)
    expect(await failure(call({ server_id: '70011' }))).toMatchObject({ code: 'refused_by_policy' })
    expect(changing(sandbox)).toEqual([])
  })

  it('may change an app that is on it', async () => {
    const { call, sandbox } = own(input, purge({ server_id: '70011', app_id: '90021' }), options)
    expect(await call({ server_id: '70011' })).toMatchObject({ status: true })
    expect(sent(sandbox)).toHaveLength(1)
  })
})

it('a tool sends no change when the owner of the app cannot be looked up', async () => {
  const { call, sandbox } = own({ app_id: app() }, restart({ server_id: '70011' }))
  sandbox.fail({ method: 'GET', path: '/server', status: 403 })
  expect(await failure(call({ app_id: '90021' }))).toMatchObject({ code: 'credentials_refused' })
  expect(changing(sandbox)).toEqual([])
})

it('the scope bounds a tool that names its targets in a list as well', async () => {
  const read: ApiRequest = {
    method: 'GET',
    path: '/server/70011',
    query: { 'server_id[]': '70024' },
  }
  const { call, sandbox } = own({ server_id: server() }, read, { servers: ['70011'] })
  expect(await failure(call({ server_id: '70011' }))).toMatchObject({ code: 'refused_by_policy' })
  expect(sandbox.requests.map(({ path }) => path)).toEqual(['/server'])
})
