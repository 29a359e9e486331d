/** A call that touches more than its arguments `server_id` and `app_id` name: the rules look at all of it. */
import { app, type CloudwaysOptions, server } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import type { Json } from '../../src/base/json.ts'
import type { Place, Touched } from '../../src/core/types/touched.ts'
import { otherServer } from '../../src/tools/params.ts'
import { setUpTool } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'
import { changing } from './support.ts'

const both = { server_id: server(), app_id: app() }
const store = { server_id: '70011', app_id: '90021' }
const copy = { server_id: '70011', app_id: '90022' }
const portal = { server_id: '70024', app_id: '90122' }

const clone = (body: object) => ({ method: 'POST', path: '/app/cloneToOtherServer', body })
const sync = ({ server_id, app_id }: Place, from: Place) => ({
  method: 'POST',
  path: '/sync/app',
  body: {
    ...{ server_id, app_id, action: from === store ? 'pull' : 'push', appFiles: true },
    ...{ source_server_id: from.server_id, source_app_id: from.app_id },
  },
})

/** Asks nobody, and writes down what it would have asked. */
function asked() {
  const plans: Json[] = []
  const onConfirm = (plan: object) => {
    plans.push(plan as Json)
    return false
  }
  return { plans, onConfirm }
}

describe('a server besides', () => {
  const input = { ...both, destination_server_id: otherServer() }
  const setUp = (options: CloudwaysOptions = {}) =>
    setUpTool(
      { risk: 'write', input, request: (body: object) => clone({ ...body, app_label: 'copy' }) },
      options,
    )

  it.each(['70024', 'agency', '203.0.113.25'])('is taken by %s', async (name) => {
    const { call, sandbox } = setUp()
    await call({ ...store, destination_server_id: name })
    expect(sandbox.violations).toEqual([])
    expect(sandbox.state.apps.at(-1)?.server_id).toBe('70024')
  })

  it.each([
    ['nothing', 'nowhere', 'never', 'invalid_input'],
    ['no server of the account', '70999', 'write', 'upstream_failed'],
  ])('is refused where it names %s', async (_, name, confirm, code) => {
    const { call, sandbox } = setUp({ confirm } as CloudwaysOptions)
    expect(await failure(call({ ...store, destination_server_id: name }))).toMatchObject({ code })
    expect(changing(sandbox)).toEqual([])
  })

  it('is inside of the scope, or nothing is sent', async () => {
    const { call, sandbox } = setUp({ servers: ['shop'] })
    const error = await failure(call({ ...store, destination_server_id: '70024' }))
    expect(error).toMatchObject({ code: 'refused_by_policy', message: expect.stringContaining('70024') })
    expect(changing(sandbox)).toEqual([])
    const within = setUp({ servers: ['shop', 'agency'] })
    await within.call({ ...store, destination_server_id: '70024' })
    expect(within.sandbox.mutations).toHaveLength(1)
  })

  it('with apps beyond a scope of apps is refused', async () => {
    const { call, sandbox } = setUp({ apps: ['90021', '90122'] })
    const error = await failure(call({ ...store, destination_server_id: '70024' }))
    expect(error).toMatchObject({ code: 'refused_by_policy' })
    expect(changing(sandbox)).toEqual([])
  })

  it('that is protected needs its name typed', async () => {
    const { plans, onConfirm } = asked()
    const { call } = setUp({ protect: ['agency'], onConfirm })
    await failure(call({ ...store, destination_server_id: '70024' }))
    expect(plans).toMatchObject([{ needs: { type_name: 'agency' } }])
  })

  it('can not be the server that a call is about', () => {
    const request = () => clone({})
    const input = { server_id: otherServer() }
    expect(() => setUpTool({ risk: 'write', input, request })).toThrow('use server()')
  })
})

describe('a call that changes another app than the named one', () => {
  const setUp = (touched: Touched, options: CloudwaysOptions = {}, to: Place = store) =>
    setUpTool(
      {
        risk: 'disruptive',
        input: both,
        touches: () => touched,
        request: (named: Place) => sync(to, named),
      },
      { confirm: 'never', ...options },
    )

  it('is about that app for the plan, the audit and the journal', async () => {
    const { call, cloudways, events, sandbox } = setUp({ instead: store })
    const plan = await cloudways.plan('my_tool' as never, copy as never)
    expect(plan).toMatchObject({ target: { app: { label: 'store' } }, affected: [{ label: 'store' }] })
    await call(copy)
    expect(sandbox.mutations).toHaveLength(1)
    expect(events.at(-1)).toMatchObject({ outcome: 'ok', target: store })
    const { changes } = await cloudways.call('list_changes', {})
    expect(changes).toMatchObject([{ app: 'store' }])
  })

  it('is refused where either of the two is outside of the scope', async () => {
    for (const apps of [['90021'], ['90022']]) {
      const { call, sandbox } = setUp({ instead: store }, { apps })
      expect(await failure(call(copy))).toMatchObject({ code: 'refused_by_policy' })
      expect(changing(sandbox)).toEqual([])
    }
    const { call, sandbox } = setUp({ instead: store }, { apps: ['90021', '90022'] })
    await call(copy)
    expect(sandbox.mutations).toHaveLength(1)
  })

  it('asks for the name of that app where it is protected', async () => {
    const { plans, onConfirm } = asked()
    const { call, sandbox } = setUp({ instead: store }, { protect: ['store'], onConfirm })
    await failure(call(copy))
    expect(plans).toMatchObject([{ needs: { type_name: 'store' } }])
    expect(changing(sandbox)).toEqual([])
  })

  it('needs the recent backup of that app', async () => {
    const { call, sandbox } = setUpTool(
      {
        risk: 'destructive',
        input: both,
        touches: () => ({ instead: store }),
        requires: 'recent backup',
        request: (named: Place) => sync(store, named),
      },
      { confirm: 'never' },
    )
    expect(await failure(call(copy))).toMatchObject({
      code: 'refused_by_policy',
      details: { first: { tool: 'backup_app', input: store } },
    })
    expect(changing(sandbox)).toEqual([])
  })

  it('sends nothing about a third app', async () => {
    const { call, sandbox } = setUp({ instead: store }, {}, portal)
    expect(await failure(call(copy))).toMatchObject({ code: 'refused_by_policy' })
    expect(changing(sandbox)).toEqual([])
  })
})

describe('an app that a call only reads', () => {
  const setUp = (options: CloudwaysOptions, touches?: () => Touched) =>
    setUpTool(
      { risk: 'disruptive', input: both, touches, request: (named: Place) => sync(named, store) },
      { confirm: 'never', ...options },
    )

  it('has to be declared', async () => {
    const { call, sandbox } = setUp({})
    expect(await failure(call(copy))).toMatchObject({ code: 'refused_by_policy' })
    expect(changing(sandbox)).toEqual([])
  })

  it('is bound by the scope, and not by protection', async () => {
    const touches = () => ({ reads: [store] })
    const beyond = setUp({ apps: ['90022'] }, touches)
    expect(await failure(beyond.call(copy))).toMatchObject({ code: 'refused_by_policy' })
    expect(changing(beyond.sandbox)).toEqual([])
    const { call, sandbox } = setUp({ protect: ['store'] }, touches)
    await call(copy)
    expect(sandbox.mutations).toHaveLength(1)
  })
})
