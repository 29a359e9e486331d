/** What a toolkit with a scope sends, and what it lets in of the answers. */
import { describe, expect, it } from 'vitest'
import { inScope, readInventory } from '../../../src/core/send/in-scope.ts'
import type { ApiRequest } from '../../../src/core/types/api.ts'
import type { Scope } from '../../../src/core/types/call.ts'
import { toolOf } from './support.ts'

/** Two servers, of which the first has three apps. */
const servers = [
  {
    id: '1',
    label: 'shop',
    apps: [
      { id: '11', label: 'a' },
      { id: '110', label: 'b' },
      { id: '7', label: 'c' },
    ],
  },
  { id: '2', label: 'labs', apps: [{ id: '21', label: 'd' }] },
]

const list: ApiRequest = { method: 'GET', path: '/server' }
const ofServer = { servers: ['1'], apps: [] }
const ofApp = { servers: [], apps: ['11', '110'] }

interface Setting {
  scope?: Scope
  reach?: 'listed' | 'none'
  answer?: unknown
  own?: string
}

function setUp({ scope = ofServer, reach, answer = {}, own }: Setting) {
  const sent: ApiRequest[] = []
  const platform = async (request: ApiRequest) => {
    if (request === list || request.path === '/server') return { status: true, servers }
    sent.push(request)
    return answer
  }
  const tool = toolOf({}, reach && { reach })
  const send = inScope(platform as never, {
    tool,
    scope,
    inventory: () => readInventory(platform as never, scope),
    isOwn: async (operation) => operation === own,
  })
  return { send, sent, platform }
}

const outside = (text: string | RegExp) => ({ rule: 'scope', message: expect.stringMatching(text) })

it('without a scope, what sends is left as it is', async () => {
  const { send, platform } = setUp({ scope: { servers: [], apps: [] } })
  expect(send).toBe(platform)
  const { all, ours, rows } = await readInventory(platform as never, { servers: [], apps: [] })
  expect(ours).toBe(all)
  expect(rows).toEqual(servers)
})

it('the list of servers is cut to the scope, the rest of its answer is not', async () => {
  const ids = async (scope: Scope) => {
    const answer = (await setUp({ scope }).send(list)) as { status: boolean; servers: typeof servers }
    expect(answer.status).toBe(true)
    return answer.servers.map(({ id, apps }) => [id, apps.map((app) => app.id)])
  }
  expect(await ids(ofServer)).toEqual([['1', ['11', '110', '7']]])
  expect(await ids(ofApp)).toEqual([['1', ['11', '110']]])
})

it('a request of another kind at the same address is no list', async () => {
  const { send } = setUp({ reach: 'none' })
  expect(await send({ method: 'POST', path: '/server' })).toEqual({ status: true, servers })
})

describe('a request', () => {
  const request = (named: object): ApiRequest => ({ method: 'GET', path: '/app/thing', query: { ...named } })

  it.each([
    [ofServer, { server_id: '1' }],
    [ofServer, { server_id: '1', app_id: '7' }],
    [ofServer, { app_id: '7' }],
    [ofApp, { server_id: '1', app_id: '11' }],
    [ofApp, { app_id: '110' }],
    [
      { servers: ['1', '2'], apps: [] },
      { server_id: '2', dest_server_id: '1', app_id: '21' },
    ],
    [
      { servers: ['1', '2'], apps: [] },
      { server_id: '1', dest_server_id: '2', app_id: '21' },
    ],
  ])('under %j goes out with %j', async (scope, named) => {
    const { send, sent } = setUp({ scope, answer: { of: 'it' } })
    expect(await send(request(named))).toEqual({ of: 'it' })
    expect(sent).toHaveLength(1)
  })

  it.each([
    [ofServer, { server_id: '2' }, /^Server 2 is not among/],
    [ofServer, { server_id: '1', dest_server_id: '2' }, /^Server 2 is not among/],
    [ofServer, { server_id: '1', app_id: '21' }, /^App 21 is not on server 1 among/],
    [ofServer, { app_id: '21' }, /^App 21 is not among/],
    [ofApp, { server_id: '1', app_id: '7' }, /^App 7 is not on server 1 among/],
    [{ servers: ['1', '2'], apps: [] }, { server_id: '1', app_id: '21' }, /^App 21 is not on server 1 among/],
    [
      { servers: ['1', '2'], apps: [] },
      { server_id: '1', dest_server_id: '2', app_id: '9' },
      /^App 9 is not among/,
    ],
  ])('under %j does not go out with %j', async (scope, named, message) => {
    const { send, sent } = setUp({ scope })
    await expect(send(request(named))).rejects.toMatchObject(outside(message))
    expect(sent).toEqual([])
  })

  it('of a tool that lists is about no whole server, where the scope is of apps', async () => {
    const { send, sent } = setUp({ scope: ofApp, reach: 'listed' })
    await expect(send(request({ server_id: '1' }))).rejects.toMatchObject(outside(/about the whole server 1/))
    expect(sent).toEqual([])
    await send(request({ server_id: '1', app_id: '11' }))
    await setUp({ scope: ofApp }).send(request({ server_id: '1' }))
    await setUp({ scope: ofServer, reach: 'listed' }).send(request({ server_id: '1' }))
    await setUp({ scope: { servers: [], apps: ['21'] }, reach: 'listed' }).send(request({ server_id: '2' }))
  })

  it('about no server and no app is the fault of its tool, unless that says so', async () => {
    const plain = setUp({})
    await expect(plain.send({ method: 'GET', path: '/project' })).rejects.toMatchObject({
      ...outside(/^my_tool asked for something that belongs to no server or app/),
      next: "Its developer has to fix the tool: it names a server or an app, or declares reach: 'none'.",
    })
    expect(plain.sent).toEqual([])
    const declared = setUp({ reach: 'none' })
    await declared.send({ method: 'GET', path: '/project' })
    expect(declared.sent).toHaveLength(1)
  })
})

describe('alerts', () => {
  const alerts = [
    { of: 'server 1', server_id: 1, app_id: null },
    { of: 'server 1, as 0', server_id: '1', app_id: 0 },
    { of: 'app 11', server_id: 1, app_id: 11 },
    { of: 'app 7', server_id: 1, app_id: '7' },
    { of: 'server 2', server_id: 2, app_id: null },
    { of: 'app 21', server_id: 2, app_id: 21 },
    { of: 'an app that is on another server', server_id: 1, app_id: 21 },
    { of: 'app 11, on no server', app_id: 11 },
    { of: 'nothing' },
  ]
  const read = async (scope: Scope, answer: unknown = { status: true, alerts }) =>
    (await setUp({ scope, answer }).send({ method: 'GET', path: '/alerts/' })) as {
      status?: boolean
      alerts?: typeof alerts
    }

  it('are those of the servers of the scope', async () => {
    const { status, alerts: told } = await read(ofServer)
    expect(status).toBe(true)
    expect(told?.map(({ of }) => of)).toEqual(['server 1', 'server 1, as 0', 'app 11', 'app 7'])
  })

  it('are those of its apps, and not those of their server', async () => {
    expect((await read(ofApp)).alerts?.map(({ of }) => of)).toEqual(['app 11'])
  })

  it.each([null, {}, { alerts: null }, { alerts: 'none' }])(
    'that cannot be read are none: %j',
    async (body) => {
      expect((await read(ofServer, body)).alerts).toBeUndefined()
    },
  )
})

describe('an operation', () => {
  const ask = (setting: Setting, id = '5') => setUp(setting).send({ method: 'GET', path: `/operation/${id}` })

  it.each([
    [ofServer, { server_id: 1 }],
    [ofServer, { server_id: '1', app_id: '0' }],
    [ofServer, { server_id: '1', app_id: '7' }],
    [ofApp, { server_id: '1', app_id: '11' }],
    [ofApp, { server_id: '1', app_id: '110' }],
  ])('under %j is told when it is of %j', async (scope, row) => {
    expect(await ask({ scope, answer: { operation: row } })).toEqual({ operation: row })
    expect(await ask({ scope, answer: row })).toEqual(row)
  })

  it.each([
    [ofServer, {}, /^This operation is not/],
    [ofServer, null, /^This operation is not/],
    [ofServer, { operation: 'done' }, /^This operation is not/],
    [ofServer, { app_id: '11' }, /^This operation is not/],
    [ofServer, { server_id: '2' }, /^Server 2 is not/],
    [ofServer, { server_id: '1', app_id: '21' }, /^App 21 is not/],
    [ofApp, { server_id: '1' }, /^This operation is not/],
    [ofApp, { server_id: '1', app_id: '0' }, /^This operation is not/],
    [ofApp, { server_id: '1', app_id: '7' }, /^App 7 is not/],
    [ofApp, { server_id: '1', app_id: '011' }, /^App 011 is not/],
  ])('under %j is not told when it is of %j', async (scope, row, message) => {
    await expect(ask({ scope, answer: row })).rejects.toMatchObject(outside(message))
  })

  it('that this toolkit began is told whatever its row names', async () => {
    expect(await ask({ answer: {}, own: '5' })).toEqual({})
    expect(await ask({ answer: {}, own: 'a b' }, 'a%20b')).toEqual({})
    await expect(ask({ answer: {}, own: '6' })).rejects.toMatchObject(outside(/^This operation/))
  })
})
