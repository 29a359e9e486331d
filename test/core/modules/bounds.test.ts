import { describe, expect, it, vi } from 'vitest'
import { changed, checkLock, checkOwnTarget, checkPlan, tooOld } from '../../../src/core/send/bounds.ts'
import type { ApiRequest } from '../../../src/core/types/api.ts'
import type { Inventory } from '../../../src/core/types/call.ts'
import type { Further } from '../../../src/core/types/touched.ts'
import { ConfirmationRequired, PolicyError, UpstreamError } from '../../../src/errors.ts'
import { thrownBy, toolOf } from './support.ts'

const tool = toolOf({})
const server = (id: string, ...apps: string[]) => ({
  ...{ id, label: id, status: 'running' },
  apps: apps.map((app) => ({ id: app, label: app, domain: null, cname: null })),
})
const inventoryOf = (...all: ReturnType<typeof server>[]): Inventory => ({ all, ours: all, rows: [] })
const two = inventoryOf(server('1', '11', '12'), server('2', '21'))

interface Sent {
  ids?: object
  further?: Partial<Further>
  protect?: string[]
  risk?: string
  before?: Inventory
  after?: Inventory
}
const post = (path: string, body: object = {}): ApiRequest => ({ method: 'POST', path, body: { ...body } })

function send(request: ApiRequest, { ids, further, protect = [], risk, before = two, after = two }: Sent) {
  const inventory = vi.fn(async () => before)
  const readAgain = vi.fn(async () => after)
  const call = {
    ...{ tool: risk ? toolOf({}, { risk }) : tool, ids, kit: { rules: { policy: { protect } } } },
    further: further && { changes: [], reads: [], ...further },
  }
  const sent = checkOwnTarget(call as never, request, inventory, readAgain)
  return { sent, looks: () => [inventory.mock.calls.length, readAgain.mock.calls.length] }
}

const [toServer1, toServer2] = [post('/server/1'), post('/server/2')]
const onBoth = post('/app/11', { server_id: 1 })

describe('a change of what its arguments name is sent:', () => {
  it.each<[string, ApiRequest, Sent]>([
    ['a read', { method: 'GET', path: '/server/2' }, { ids: { server_id: '1' }, risk: 'read' }],
    ['the server', toServer1, { ids: { server_id: '1' } }],
    ['the app', post('/app/11'), { ids: { app_id: '11' } }],
    ['both', onBoth, { ids: { server_id: '1', app_id: '11' } }],
    ['a server where there is protection', toServer1, { ids: { server_id: '1' }, protect: ['x'] }],
    ['an app where there is protection', post('/app/11'), { ids: { app_id: '11' }, protect: ['x'] }],
    ['both where there is protection', onBoth, { ids: { server_id: '1', app_id: '11' }, protect: ['x'] }],
    ['neither', post('/project'), { ids: { server_id: '1' } }],
    ['nothing, by a call that names nothing', post('/project'), { protect: ['prod'] }],
    ['a server, by a call that names nothing and protects nothing', toServer1, {}],
    [
      'a server agreed on',
      toServer2,
      { ids: { server_id: '1' }, further: { changes: [{ server_id: '2' }] } },
    ],
    [
      'a server agreed to be read',
      toServer2,
      { ids: { server_id: '1' }, further: { reads: [{ server_id: '2' }] } },
    ],
    [
      'an app agreed on',
      post('/app/21'),
      { ids: { app_id: '11' }, further: { changes: [{ app_id: '21' }] } },
    ],
    ['a protected one agreed on', toServer2, { protect: ['x'], further: { reads: [{ server_id: '2' }] } }],
  ])('%s', async (_, request, call) => {
    const { sent, looks } = send(request, call)
    expect(await sent).toBeUndefined()
    expect(looks()).toEqual([0, 0])
  })

  it.each<[string, ApiRequest, Sent]>([
    ['an app of the named server', post('/app/12'), { ids: { server_id: '1' } }],
    ['the server of the named app', onBoth, { ids: { app_id: '11' } }],
    ['two apps of the named server', post('/x', { app_ids: [11, 12] }), { ids: { server_id: '1' } }],
  ])('%s, after a look', async (_, request, call) => {
    const { sent, looks } = send(request, call)
    expect(await sent).toBeUndefined()
    expect(looks()).toEqual([1, 0])
  })

  it('an app that the call has just made, after a second look', async () => {
    const after = inventoryOf(server('1', '11', '13'))
    const { sent, looks } = send(post('/app/13'), { ids: { server_id: '1' }, after })
    expect(await sent).toBeUndefined()
    expect(looks()).toEqual([1, 1])
  })
})

describe('a change of something else is not sent:', () => {
  const elsewhere = 'was to change something else than its arguments name'
  const unnamed = 'names no server or app among its arguments, so that protection could not be looked at'

  it.each<[string, ApiRequest, Sent, string]>([
    ['any by a read', toServer1, { ids: { server_id: '1' }, risk: 'read' }, 'is declared to change nothing'],
    ['another server', toServer2, { ids: { server_id: '1' } }, elsewhere],
    ['another app', post('/app/12'), { ids: { app_id: '11' } }, elsewhere],
    [
      'another server beside its own',
      post('/server/1', { server_id: 2 }),
      { ids: { server_id: '1' } },
      elsewhere,
    ],
    ['another app on its server', post('/app/12'), { ids: { server_id: '1', app_id: '11' } }, elsewhere],
    ['an app of another server', post('/app/21'), { ids: { server_id: '1' } }, elsewhere],
    ['one of several apps', post('/x', { app_ids: [11, 21] }), { ids: { server_id: '1' } }, elsewhere],
    ['an app of no server', post('/app/99'), { ids: { server_id: '1' } }, elsewhere],
    [
      'another server than that of its app',
      post('/app/11', { server_id: 2 }),
      { ids: { app_id: '11' } },
      elsewhere,
    ],
    [
      'one server more than was agreed on',
      post('/server/2', { server_id: 3 }),
      { ids: { server_id: '1' }, further: { changes: [{ server_id: '2' }] } },
      elsewhere,
    ],
    [
      'another app than was agreed on',
      post('/app/12'),
      { ids: { app_id: '11' }, further: { changes: [{ app_id: '21' }] } },
      elsewhere,
    ],
    ['a server where there is protection', toServer1, { protect: ['prod'] }, unnamed],
    ['an app where there is protection', post('/app/11'), { ids: {}, protect: ['prod'] }, unnamed],
  ])('%s', async (_, request, call, words) => {
    const error = await send(request, call).sent.catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(PolicyError)
    expect(error).toMatchObject({
      ...{ rule: 'scope', message: `my_tool ${words}. That was not sent.` },
      next: 'Its developer has to fix the tool.',
    })
  })
})

describe('the approved plan', () => {
  const request = post('/server/1', { a: 1, b: 2 })
  const approvedOf = (bound: object, isUsed = false) => ({
    bound: { plan: { tool: 'my_tool' }, ...bound },
    isUsed,
  })
  const check = (sent: ApiRequest, approved: object | undefined, of = tool) =>
    checkPlan({ tool: of, approved } as never, sent)

  it('is asked about nothing where none was needed', () => expect(check(request, undefined)).toBeUndefined())

  it.each<[string, ApiRequest]>([
    ['as it is', request],
    ['with its fields in another order', post('/server/1', { b: 2, a: 1 })],
    ['with empty parts', { ...request, query: {}, json: {} }],
    ['with notes for the client', { ...request, startsJob: true, reads: true }],
  ])('lets its request be sent, %s', (_, sent) => {
    const approved = approvedOf({ request })
    check(sent, approved)
    expect(approved.isUsed).toBe(true)
  })

  it.each<[string, ApiRequest]>([
    ['method', { ...request, method: 'PUT' }],
    ['path', { ...request, path: '/server/2' }],
    ['query', { ...request, query: { a: 1 } }],
    ['body', post('/server/1', { a: 1 })],
    ['JSON', { ...request, json: { a: 1 } }],
  ])('refuses one with another %s', (_, sent) => {
    const approved = approvedOf({ request })
    const error = thrownBy(() => check(sent, approved))
    expect(error).toBeInstanceOf(ConfirmationRequired)
    expect(error).toMatchObject({
      message: 'my_tool: what is there has changed since it was looked at. Nothing was changed.',
      next: 'Make the same call again: it is looked at anew.',
      details: { plan: { tool: 'my_tool' } },
    })
    expect(approved.isUsed).toBe(false)
  })

  it('without a request allows none', () =>
    expect(() => check(request, approvedOf({ request: null }))).toThrow(ConfirmationRequired))

  const unplanned = {
    ...{
      rule: 'confirmation',
      message: 'my_tool was to make a change that was not in the plan. That was not sent.',
    },
    next: 'Its developer has to fix the tool: what needs a yes sends its change before it starts any job.',
  }
  const running = toolOf({}, { run: async () => ({}) })
  const job: ApiRequest = { method: 'GET', path: '/job', startsJob: true }

  it('allows the further changes of a tool that makes several', () =>
    expect(check(post('/server/1', { c: 3 }), approvedOf({ request }, true), running)).toBeUndefined())

  it('of a job allows no change after it', () => {
    const approved = approvedOf({ request: job }, true)
    expect(thrownBy(() => check(request, approved, running))).toMatchObject(unplanned)
    expect(check({ method: 'GET', path: '/other' }, approved, running)).toBeUndefined()
    expect(check(request, approvedOf({ request: null }, true), running)).toBeUndefined()
  })

  it('of one request allows only its other form after it', () => {
    const otherRequest = post('/server/1', { c: 3 })
    expect(check(post('/server/1', { c: 3 }), approvedOf({ request, otherRequest }, true))).toBeUndefined()
    for (const bound of [{ request }, { request, otherRequest }]) {
      const error = thrownBy(() => check(request, approvedOf(bound, true)))
      expect(error).toBeInstanceOf(PolicyError)
      expect(error).toMatchObject(unplanned)
    }
    expect(() => check(otherRequest, approvedOf({ request, otherRequest }))).toThrow(ConfirmationRequired)
  })
})

it('a lock holds up to its last millisecond', () => {
  vi.useFakeTimers({ toFake: ['Date'], now: 1000 })
  try {
    expect(checkLock({ tool })).toBeUndefined()
    expect(checkLock({ tool, lockedUntil: 1000 })).toBeUndefined()
    const error = thrownBy(() => checkLock({ tool, lockedUntil: 999 }))
    expect(error).toBeInstanceOf(UpstreamError)
    expect(error).toMatchObject({
      message:
        'my_tool: reading what is there took so long that another call may be changing it by now. That was not sent.',
      ...{ next: 'Call again.', details: { reason: 'timeout' } },
    })
  } finally {
    vi.useRealTimers()
  }
})

it('a plan that is not there, or too old, is told to be asked for anew', () => {
  expect(changed(tool).details).toEqual({})
  expect(tooOld(tool, { plan: { tool: 'my_tool' } } as never, 5)).toMatchObject({
    code: 'confirmation_required',
    message: "my_tool: more than 5 minutes have passed since the person's yes. Nothing was changed.",
    next: 'Make the same call again: the person is asked anew.',
    details: { plan: { tool: 'my_tool' } },
  })
})
