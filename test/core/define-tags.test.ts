import { app, createCloudways, defineTools, InputError, server } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { operationRef } from '../../src/tools/params.ts'

const declare = (input: object, risk: 'read' | 'disruptive' = 'disruptive') =>
  defineTools('mine', {
    my_tool: {
      title: 'My tool',
      description: 'Does something to a server. Answers nothing.',
      risk,
      input: input as Record<string, z.ZodType>,
      output: z.looseObject({}),
      effects: { impact: 'Offline.', undo: null },
      request: () => ({ method: 'POST', path: '/server/restart', body: {} }),
    },
  })

/** What a person is asked about is one server and one app: a call must not name others in another way. */
describe('a tool is refused whose arguments', () => {
  it.each<[string, object]>([
    ['name two servers', { from: server(), to: server() }],
    ['name two servers, one of them perhaps', { server_id: server(), target: server().optional() }],
    ['name two apps', { server_id: server(), app_id: app(), other: app().nullable() }],
    ['name two operations', { a: operationRef(), b: operationRef() }],
    ['name servers in a list', { servers: z.array(server()) }],
    ['name servers in a list, perhaps', { servers: z.array(server()).optional() }],
    ['name servers in a pair', { servers: z.tuple([server(), z.string()]) }],
    ['name a server in an object', { target: z.object({ server_id: server() }) }],
    ['name servers in a record', { servers: z.record(z.string(), server()) }],
    ['name a server or something else', { server_id: z.union([server(), z.literal('all')]) }],
    ['name something else or a server', { server_id: z.union([z.literal('all'), server()]) }],
    ['name an app that is turned into something else', { app_id: app().transform((id) => `${id}0`) }],
    ['name a server that is piped', { server_id: server().pipe(z.string()) }],
    ['name a server that something else becomes', { server_id: z.string().pipe(server() as never) }],
    ['name a server after preprocessing', { server_id: z.preprocess((id) => id, server()) }],
    ['name a server late', { server_id: z.lazy(() => server()) }],
    ['name a server in an intersection', { server_id: z.intersection(server(), z.string()) }],
  ])('%s', (_, input) => {
    expect(() => declare(input)).toThrow(InputError)
    expect(() => declare(input)).toThrow(/^Tool my_tool: /)
    expect(() => declare(input, 'read')).toThrow(InputError)
  })
})

describe('an argument with the name of an id needs the tag', () => {
  it.each<[string, object, string]>([
    ['a bare text', { server_id: z.string() }, 'server_id: use server()'],
    ['an optional number', { app_id: z.number().optional() }, 'app_id: use app()'],
    ['the tag of the other', { server_id: app() }, 'server_id: use server()'],
    ['another tag', { app_id: operationRef() }, 'app_id: use app()'],
  ])('%s', (_, input, sentence) => {
    expect(() => declare(input)).toThrow(
      `Tool my_tool: ${sentence}, so that scope, protection and the plan know`,
    )
    expect(() => declare(input, 'read')).toThrow(sentence)
  })
})

describe('a tool is accepted whose arguments', () => {
  it.each<[string, object]>([
    ['name one of each', { server_id: server(), app_id: app(), operation_id: operationRef() }],
    ['name it perhaps', { server_id: server().optional(), app_id: app().nullable() }],
    ['name it by default', { server_id: server().default('70011') }],
    ['name it with a description', { server_id: server().describe('Where') }],
    ['name nothing', { labels: z.array(z.string()), either: z.union([z.string(), z.number()]) }],
  ])('%s', (_, input) => {
    expect(() => createCloudways({ extraTools: declare(input) })).not.toThrow()
  })
})
