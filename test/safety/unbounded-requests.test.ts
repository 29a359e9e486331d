import { type ApiRequest, type CloudwaysOptions, server } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import { setUpTool } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'

/** A tool of one's own that sends this. */
const own = (declaration: object, request: ApiRequest, options: CloudwaysOptions) =>
  setUpTool({ risk: 'read', input: {}, request: () => request, ...declaration }, options)

const refused = { code: 'refused_by_policy', rule: 'scope' }
const scopes: [string, CloudwaysOptions][] = [
  ['SERVERS', { servers: ['70011'] }],
  ['APPS', { apps: ['90021'] }],
]

describe.each(scopes)('under %s, a request that belongs to no server or app', (_, scope) => {
  it.each<[string, ApiRequest]>([
    ['the older list of servers', { method: 'GET', path: '/servers' }],
    ['projects', { method: 'GET', path: '/project' }],
    ['team members', { method: 'GET', path: '/member' }],
    ['an integration', { method: 'GET', path: '/integrations/7' }],
  ])('is not sent: %s', async (_, request) => {
    for (const declaration of [{ reach: 'listed' }, { input: { server_id: server().optional() } }]) {
      const { call, sandbox } = own(declaration, request, scope)
      expect(await failure(call({}))).toMatchObject(refused)
      expect(sandbox.requests.filter(({ path }) => path === request.path)).toEqual([])
    }
  })

  it('is sent when the tool says that it reaches nothing of a server or app', async () => {
    const { call, sandbox } = own({ reach: 'none' }, { method: 'GET', path: '/project' }, scope)
    await call({})
    expect(sandbox.requests.map(({ path }) => path)).toContain('/project')
  })

  it('is cut when it is the list of servers', async () => {
    const { call } = own({ reach: 'listed' }, { method: 'GET', path: '/server' }, scope)
    const { servers } = (await call({})) as { servers: { id: unknown }[] }
    expect(servers.map(({ id }) => String(id))).toEqual(['70011'])
  })
})

it('without a scope it is sent', async () => {
  const { call, sandbox } = own({}, { method: 'GET', path: '/project' }, {})
  await call({})
  expect(sandbox.requests).toHaveLength(1)
})
