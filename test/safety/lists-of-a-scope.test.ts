/** Tools that answer lists are held to a scope of apps by what they send: a list is cut, and the rest is of whole servers. */
import { describe, expect, it } from 'vitest'
import { setUp } from '../support/toolkit.ts'

const scope = { apps: ['90021'], confirm: 'never' as const }
const listing = Object.values(setUp(scope).cloudways.tools).filter(
  (tool) => tool?.reach === 'listed' && !('operation_id' in tool.input),
)

const needed: Record<string, object> = { find_resource: { query: 'store' } }

describe('under a scope of one app, on a server that has others', () => {
  it('there are such tools', () => expect(listing.length).toBeGreaterThan(5))

  it.each(listing.map((tool) => tool?.name as 'list_apps'))('%s asks about no whole server', async (name) => {
    const { cloudways, sandbox } = setUp(scope)
    const answer = await cloudways.call(name, needed[name] ?? {})
    const whole = sandbox.requests.filter(({ query }) => query.server_id && !query.app_id)
    expect(whole.map(({ path }) => path)).toEqual([])
    const others = sandbox.state.apps.filter(({ id }) => id !== '90021')
    for (const { id, sys_user } of others) expect(JSON.stringify(answer)).not.toMatch(`${id}|${sys_user}`)
  })

  it('a report tells what it did not read of the server', async () => {
    const { cloudways } = setUp(scope)
    const { servers, not_checked } = await cloudways.call('who_has_access', {})
    expect(servers).toMatchObject([{ server_id: '70011', ssh: null, mysql: null }])
    expect(not_checked).toContainEqual({
      what: 'ssh of server 70011',
      why: expect.stringContaining('apps outside of what this toolkit may touch'),
    })
  })
})

it('under a scope of all apps of a server, a report reads the server', async () => {
  const { cloudways } = setUp({ ...scope, apps: ['90021', '90022', '90023'] })
  const { servers } = await cloudways.call('who_has_access', {})
  expect(servers).toMatchObject([
    { server_id: '70011', ssh: { addresses: ['198.51.100.7', '198.51.100.8'] } },
  ])
})
