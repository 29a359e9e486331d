import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { checkIds, checkScope } from '../../../src/core/decide/scope.ts'
import type { Scope } from '../../../src/core/types/call.ts'
import type { TargetIds } from '../../../src/core/types/plan.ts'
import { all, app, call, ours, policy, refusal, server, tool, tooWide } from './made.ts'

const listed = 'list_servers and list_apps list those. Do not retry; tell the person if another is needed.'
const outsider = (what: string) => ({
  name: 'PolicyError',
  rule: 'scope',
  message: `${what} among the servers and apps that this toolkit may touch.`,
  next: listed,
})
describe('the ids of a call', () => {
  const fine: [TargetIds][] = [
    [{}],
    [{ server_id: '1' }],
    [{ app_id: '11' }],
    [{ app_id: '31' }],
    [{ server_id: '3', app_id: '31' }],
    [{ operation_id: '99' }],
  ]
  it.each(fine)('within the scope go through: %j', (ids) => {
    expect(() => checkIds(ids, ours)).not.toThrow()
  })

  const refused: [TargetIds, string][] = [
    [{ server_id: '5' }, 'Server 5 is not'],
    [{ server_id: '5', app_id: '11' }, 'Server 5 is not'],
    [{ app_id: '12' }, 'App 12 is not'],
    [{ server_id: '1', app_id: '12' }, 'App 12 is not on server 1'],
    [{ server_id: '3', app_id: '11' }, 'App 11 is not on server 3'],
  ]
  it.each(refused)('outside of the scope are refused: %j', async (ids, what) => {
    expect(await refusal(() => checkIds(ids, ours))).toEqual(outsider(what))
  })

  it('may name each app of a server, and none on a server without apps', async () => {
    const several = [server('1', 'one', [app('11'), app('12'), app('13')]), server('2')]
    for (const app_id of ['11', '12', '13'])
      expect(() => checkIds({ server_id: '1', app_id }, several)).not.toThrow()
    expect(await refusal(() => checkIds({ app_id: '14' }, several))).toEqual(outsider('App 14 is not'))
    const none = await refusal(() => checkIds({ server_id: '2', app_id: '11' }, several))
    expect(none).toEqual(outsider('App 11 is not on server 2'))
  })

  it('are refused in words that do not tell whether such a thing exists', async () => {
    const id = fc.integer({ min: 1, max: 60 }).map(String)
    const kit = { rules: { policy: policy({ apps: ['shop'] }) } }
    const said = async (ids: TargetIds, all: unknown[]) => {
      const api = { inventory: async () => ({ ours, all, rows: [] }) }
      return refusal(() => checkScope(call({ kit, tool: tool(), ids, api })))
    }
    const within = ['1', '3', '11', '31']
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('server_id', 'app_id'), id, async (argument, id) => {
        fc.pre(!within.includes(id))
        const ids: TargetIds = { [argument]: id }
        expect(await said(ids, [...all, server(id, 'there', [app(id)])])).toEqual(await said(ids, ours))
      }),
    )
  })
})

describe('a call', () => {
  const within = (rules: Partial<Scope>, parts: object) => {
    const inventory = vi.fn(async () => ({ ours, all, rows: [] }))
    const kit = { rules: { policy: policy(rules) } }
    return {
      inventory,
      check: () => checkScope(call({ kit, tool: tool(), ids: {}, api: { inventory }, ...parts })),
    }
  }

  const unread: [string, Partial<Scope>, object][] = [
    [
      'without a scope',
      {},
      { ids: { server_id: '5' }, further: { changes: [{ server_id: '5' }], reads: [] } },
    ],
    ['that names nothing', { servers: ['one'] }, {}],
    ['that touches nothing', { apps: ['shop'] }, { further: { changes: [], reads: [] } }],
  ]
  it.each(unread)('%s reads no list of servers', async (_, rules, parts) => {
    const { inventory, check } = within(rules, parts)
    await expect(check()).resolves.toBeUndefined()
    expect(inventory).not.toHaveBeenCalled()
  })

  const fine: [string, Partial<Scope>, object][] = [
    ['about a server', { servers: ['one', 'three'] }, { ids: { server_id: '1' } }],
    ['about an app', { apps: ['shop'] }, { ids: { app_id: '11' } }],
    ['about a server with all its apps', { apps: ['shop'] }, { ids: { server_id: '3' } }],
    [
      'that lists what is on a server',
      { apps: ['shop'] },
      { ids: { server_id: '1' }, tool: tool({ reach: 'listed' }) },
    ],
    ['that reads another', { apps: ['shop'] }, { further: { changes: [], reads: [{ app_id: '31' }] } }],
  ]
  it.each(fine)('%s within the scope goes through', async (_, rules, parts) => {
    const { inventory, check } = within(rules, parts)
    await expect(check()).resolves.toBeUndefined()
    expect(inventory).toHaveBeenCalledOnce()
  })

  const mine = { ids: { server_id: '3', app_id: '31' } }
  const refused: [string, Partial<Scope>, object, object][] = [
    ['about a server', { servers: ['one'] }, { ids: { server_id: '5' } }, outsider('Server 5 is not')],
    ['about an app', { apps: ['shop'] }, { ids: { app_id: '12' } }, outsider('App 12 is not')],
    ['about more than its apps', { apps: ['shop'] }, { ids: { server_id: '1' } }, tooWide('my_tool', '1')],
    [
      'that changes another besides',
      { servers: ['one'] },
      { ...mine, further: { changes: [{ app_id: '31' }, { app_id: '51' }], reads: [] } },
      outsider('App 51 is not'),
    ],
    [
      'that reads another besides',
      { servers: ['one'] },
      { further: { changes: [], reads: [{ server_id: '5' }] } },
      outsider('Server 5 is not'),
    ],
    [
      'that reads a whole server besides',
      { apps: ['shop'] },
      { ...mine, further: { changes: [], reads: [{ server_id: '1' }] } },
      tooWide('my_tool', '1'),
    ],
  ]
  it.each(refused)('%s outside of the scope is refused', async (_, rules, parts, error) => {
    expect(await refusal(within(rules, parts).check)).toEqual(error)
  })
})
