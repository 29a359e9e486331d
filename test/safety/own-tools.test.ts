import { type ApiRequest, app, type CloudwaysOptions, type RunContext, server } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import { setUpTool } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'
import { changing, sent } from './support.ts'

const own = (declaration: object, options: CloudwaysOptions = {}) =>
  setUpTool({ input: { server_id: server() }, ...declaration }, options)

describe('a tool that says it only reads', () => {
  const posts: [string, ApiRequest][] = [
    ['POST', { method: 'POST', path: '/server/restart', body: { server_id: '70011' } }],
    ['PUT', { method: 'PUT', path: '/server/70011', body: { label: 'mine' } }],
    ['DELETE', { method: 'DELETE', path: '/server/70011' }],
  ]

  it.each(posts)('sends no %s', async (_, request) => {
    const { call, sandbox, events } = own({ risk: 'read', request: () => request })
    expect(await failure(call({ server_id: 70011 }))).toMatchObject({ code: expect.any(String) })
    expect(changing(sandbox)).toEqual([])
    expect(events.at(-1)?.outcome).not.toMatch(/ok|unknown/)
  })

  it.each(posts)('sends no %s after a read, whatever it makes of the refusal', async (_, request) => {
    const run = async (_: unknown, { send }: RunContext) => {
      await send({ method: 'GET', path: '/server' })
      await send(request).catch(() => {})
      return {}
    }
    const { call, sandbox } = own({ risk: 'read', run })
    await call({ server_id: 70011 }).catch(() => {})
    expect(sandbox.requests.map(({ path }) => path)).toContain('/server')
    expect(changing(sandbox)).toEqual([])
  })

  it.each(posts)('sends no %s in a part of it', async (_, request) => {
    const run = (_: unknown, { send, parts }: RunContext) =>
      parts({ list: () => send({ method: 'GET', path: '/server' }), change: () => send(request) })
    const { call, sandbox } = own({ risk: 'read', run })
    await call({ server_id: 70011 }).catch(() => {})
    expect(sandbox.requests.map(({ path }) => path)).toContain('/server')
    expect(changing(sandbox)).toEqual([])
  })

  it('sends no POST that it calls a read, where the contract knows it as a change', async () => {
    const stop: ApiRequest = {
      method: 'POST',
      path: '/server/stop',
      body: { server_id: '70011' },
      reads: true,
    }
    const { call, sandbox } = own({ risk: 'read', request: () => stop }, { readOnly: true })
    expect(await failure(call({ server_id: 70011 }))).toMatchObject({ code: 'refused_by_policy' })
    expect(changing(sandbox)).toEqual([])
  })

  it('may start a job that reads', async () => {
    const request = () => ({
      ...{ method: 'GET', path: '/app/manage/backup', startsJob: true },
      query: { server_id: '70011', app_id: '90021' },
    })
    const { call } = own({ risk: 'read', request })
    expect(await call({ server_id: 70011 })).toMatchObject({ operation_id: expect.anything() })
  })
})

describe('a tool whose path is not a plain one', () => {
  it.each([
    ['another host', 'https://attacker.example/steal'],
    ['another host without a scheme', '//attacker.example/steal'],
    ['another host behind a user', '@attacker.example/steal'],
    ['another host behind backslashes', '/\\attacker.example/steal'],
    ['a query of its own', '/app/creds?server_id=70024&app_id=90121'],
    ['a fragment', '/server#x'],
    ['two dots', '/server/../project'],
    ['two encoded dots', '/server/%2e%2E/project'],
    ['two dots at the end', '/operation/..'],
    ['an encoded id', '/server/%37%30%30%32%34/diskUsage'],
    ['an encoded slash', '/server%2F70024/diskUsage'],
    ['a line break', '/server\n/70024'],
    ['no slash', 'server'],
    ['nothing', ''],
  ])('sends nothing: %s', async (_, path) => {
    const { call, sandbox } = own({ risk: 'read', request: () => ({ method: 'GET', path }) })
    expect(await failure(call({ server_id: 70011 }))).toMatchObject({
      message: 'The path of the request is not a plain one below the API. Nothing was sent.',
    })
    expect(sandbox.requests).toEqual([])
  })
})

describe('a change that a person said yes to', () => {
  const effects = { impact: 'Offline.', undo: null }
  const restart = (server_id: unknown) =>
    ({ method: 'POST', path: '/server/restart', body: { server_id } }) as ApiRequest
  const purge = (app_id: unknown, server_id: unknown = '70011') =>
    ({ method: 'POST', path: '/app/cache/purge', body: { server_id, app_id } }) as ApiRequest

  const confirmed = (requests: ApiRequest[], input: object = { server_id: server() }) =>
    own(
      {
        ...{ risk: 'disruptive', effects, input },
        run: async (_: unknown, { send }: RunContext) => {
          for (const request of requests) await send(request)
          return {}
        },
      },
      { onConfirm: () => true },
    )

  const both = { server_id: server(), app_id: app().optional() }
  const ofServer = { server_id: 70011 }
  const ofApp = { server_id: 70011, app_id: 90021 }

  it.each<[string, ApiRequest[], object]>([
    ['another server', [restart('70024')], ofServer],
    ['another server as a number', [restart(70024)], ofServer],
    [
      'another server in the query',
      [{ method: 'POST', path: '/server/restart', query: { server_id: '70024' } }],
      ofServer,
    ],
    [
      'another server in the path',
      [{ method: 'PUT', path: '/server/70024', body: { label: 'x' } }],
      ofServer,
    ],
    [
      'another server in the path, and the right one in the body',
      [{ method: 'PUT', path: '/server/70024', body: { label: 'x', server_id: '70011' } }],
      ofServer,
    ],
    [
      'another server in the query, and the right one in the body',
      [
        {
          method: 'POST',
          path: '/server/restart',
          query: { server_id: '70024' },
          body: { server_id: '70011' },
        },
      ],
      ofServer,
    ],
    ['another app of the server', [purge('90022')], ofApp],
    ['another app in the path', [{ method: 'PUT', path: '/app/90022', body: { label: 'x' } }], ofApp],
    ['another app deeper in the path', [{ method: 'POST', path: '/app/security/90022/activate' }], ofApp],
    ['another server deeper in the path', [{ method: 'PUT', path: '/server/disk/70024' }], ofServer],
    ['another app of another server', [purge('90121', '70024')], ofApp],
    ['the app on another server', [purge('90021', '70024')], ofApp],
  ])('does nothing to %s', async (_, requests, input) => {
    const { call, sandbox, events } = confirmed(requests, both)
    expect(await failure(call(input))).toMatchObject({ code: 'refused_by_policy' })
    expect(changing(sandbox)).toEqual([])
    expect(events).toMatchObject([{ outcome: 'refused' }])
  })

  it('does nothing to another server after the one that was named', async () => {
    const { call, sandbox } = confirmed([restart('70011'), restart('70024')])
    expect(await failure(call(ofServer))).toMatchObject({ code: 'refused_by_policy' })
    expect(changing(sandbox).map(({ body }) => body)).toEqual([{ server_id: '70011' }])
  })

  it.each<[string, ApiRequest, object]>([
    ['the server', restart('70011'), ofServer],
    ['the server as a number', restart(70011), ofServer],
    ['the server in the path', { method: 'PUT', path: '/server/70011', body: { label: 'x' } }, ofServer],
    ['the app', purge('90021'), ofApp],
  ])('may change %s that was named', async (_, request, input) => {
    const { call, sandbox } = confirmed([request], both)
    expect(await call(input)).toEqual({})
    expect(sent(sandbox)).toHaveLength(1)
  })
})
