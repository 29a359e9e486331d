/** What clients of other languages put into an envelope: an answer comes with its id, whatever carries it. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runs } from '../support/deep.ts'
import { type Answer, type Door, doors, http, type Json, modern, stdio } from './envelope-doors.ts'

const call = (params: unknown, more: Json = {}): Json => ({
  ...{ jsonrpc: '2.0', id: 1, method: 'tools/call', params },
  ...more,
})

/** Answered like the message without what is null. */
const taken: [string, Json][] = [
  ['arguments: null', call({ name: 'ping', arguments: null })],
  ['arguments as text', call({ name: 'list_servers', arguments: '{"fields":["id"]}' })],
  ['arguments as an empty text', call({ name: 'ping', arguments: '' })],
  ['_meta: null', call({ name: 'ping', _meta: null })],
  ['progressToken: null', call({ name: 'ping', _meta: { progressToken: null } })],
  ['a field that is null', call({ name: 'ping', task: null })],
  ['a result and an error that are null', call({ name: 'ping' }, { result: null, error: null })],
  ['a field of a client beside the others', call({ name: 'ping' }, { timestamp: 1 })],
  ['a list with params: null', { jsonrpc: '2.0', id: 1, method: 'tools/list', params: null }],
  ['a list with cursor: null', { jsonrpc: '2.0', id: 1, method: 'tools/list', params: { cursor: null } }],
  ['an id that is a text', call({ name: 'ping', arguments: null }, { id: 'a' })],
  ['the id 0', call({ name: 'ping', arguments: null }, { id: 0 })],
]

const initialize = (clientInfo: Json, capabilities: Json): Json => ({
  ...{ jsonrpc: '2.0', id: 1, method: 'initialize' },
  params: {
    protocolVersion: '2025-11-25',
    clientInfo: { name: 'a', version: '1', ...clientInfo },
    capabilities,
  },
})

taken.push(
  [
    'initialize with null inside of its objects',
    initialize({ title: null, websiteUrl: null, icons: null }, { roots: null, elicitation: { form: null } }),
  ],
  ['initialize with null in a list', initialize({ icons: [null] }, { experimental: { a: null, b: {} } })],
  [
    'null deep in _meta',
    call({ name: 'ping', _meta: { progressToken: null, traceparent: { a: [null, { b: null }] } } }),
  ],
  [
    'null in what the client says of itself',
    call({
      name: 'ping',
      _meta: {
        'io.modelcontextprotocol/clientInfo': { name: 'a', version: '1', title: null, icons: [null] },
        'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: null }, roots: null },
      },
    }),
  ],
  [
    'initialize with empty lists of PHP for objects',
    initialize({}, { roots: [], elicitation: { form: [] }, extensions: { 'com.example/a': [] } }),
  ],
  ['arguments as an empty list of PHP', call({ name: 'ping', arguments: [], _meta: [] })],
  ['a list with params as an empty list of PHP', { jsonrpc: '2.0', id: 1, method: 'tools/list', params: [] }],
  [
    'null beside the arguments of 2026-07-28',
    call({ name: 'ping', inputResponses: null, requestState: null }),
  ],
)

const refused: [string, Json, RegExp][] = [
  ['params: null', call(null), /^tools\/call: params.name must be a text/],
  ['no params', call(undefined), /params.name must be a text/],
  ['params as a list', call(['ping']), /params must be an object/],
  ['params as an empty list', call([]), /params.name must be a text/],
  ['name: null', call({ name: null }), /params.name must be a text/],
  ['a name that is a number', call({ name: 5 }), /params.name must be a text/],
  ['arguments as a list', call({ name: 'ping', arguments: [1] }), /params.arguments must be an object/],
  ['arguments as a word', call({ name: 'ping', arguments: 'now' }), /params.arguments must be an object/],
  [
    'a progressToken that is an object',
    call({ name: 'ping', _meta: { progressToken: {} } }),
    /params._meta.progressToken must be a text or a whole number/,
  ],
  ['_meta as a text', call({ name: 'ping', _meta: 'x' }), /params._meta must be an object/],
  [
    'a cursor that is a number',
    { ...call({ cursor: 1 }), method: 'tools/list' },
    /params.cursor must be a text/,
  ],
]

const words = (answer: Answer | undefined) => (answer?.error?.message ?? '').replace(/^MCP error -?\d+: /, '')

/** The text of a validator is JSON, with the names of its codes. */
const noDump = (answers: Answer[]) =>
  expect(JSON.stringify(answers)).not.toMatch(/invalid_type|ZodError|"expected\\"/)

describe.each(doors)('through %s', (door, send) => {
  // One process for all, because a start takes a second.
  it('null is what was left out', async () => {
    const messages = taken.filter(
      ([what]) => door !== 'HTTP of 2026-07-28' || !/params: null|initialize/.test(what),
    )
    for (const [index, answer] of (
      await inTurn(
        send,
        messages.map(([, message]) => message),
      )
    ).entries()) {
      const [what, message] = messages[index] as [string, Json]
      expect({ what, id: answer?.id, error: answer?.error }).toEqual({
        what,
        id: message.id,
        error: undefined,
      })
      expect({ what, isError: answer?.result?.isError ?? false }).toEqual({ what, isError: false })
    }
  })

  it('what can not be read is answered with its id, in a sentence', async () => {
    const some = door === 'HTTP of 2026-07-28' ? refused.filter(([what]) => what.includes('argum')) : refused
    const answers = await inTurn(
      send,
      some.map(([, message]) => message),
    )
    for (const [index, answer] of answers.entries()) {
      const [what, , sentence] = some[index] as [string, Json, RegExp]
      expect({ what, id: answer?.id }).toEqual({ what, id: 1 })
      expect(words(answer), what).toMatch(sentence)
      expect(words(answer).length, what).toBeLessThan(120)
    }
    noDump(answers.filter((answer) => answer !== undefined))
  })
})

/** All answers in the order of the messages: ids are told apart, and given back as they were. */
async function inTurn(send: Door, messages: Json[]): Promise<(Answer | undefined)[]> {
  const told = messages.map((message, index) => ({
    ...message,
    id: `${index}:${JSON.stringify(message.id)}`,
  }))
  const answers = await send(told)
  return told.map(({ id }) => {
    const answer = answers.find((one) => one.id === id)
    return answer && { ...answer, id: JSON.parse(id.slice(id.indexOf(':') + 1)) as unknown }
  })
}

const wrong: [string, Json][] = [
  ['an id that is null', call({ name: 'ping' }, { id: null })],
  ['an id that is an object', call({ name: 'ping' }, { id: {} })],
  ['an id that is a fraction', call({ name: 'ping' }, { id: 1.5 })],
  ['no method', { jsonrpc: '2.0', id: 2 }],
  ['a method that is null', { jsonrpc: '2.0', id: 3, method: null }],
  ['another version', { jsonrpc: '1.0', id: 4, method: 'tools/list' }],
  [
    'initialize without who',
    {
      jsonrpc: '2.0',
      id: 5,
      method: 'initialize',
      params: { protocolVersion: '2025-11-25', capabilities: null, clientInfo: null },
    },
  ],
]

/** What is whole is given back, and nothing else. */
const givenBack = ({ id }: Json) => (typeof id === 'number' && Number.isInteger(id) ? id : null)

function expectRefused(answer: Answer | undefined, what: string): void {
  expect(answer?.error?.code, what).toBeLessThan(0)
  expect(answer?.error?.message, what).toMatch(
    /^[a-zA-Z/]+: .*\.$|^method is missing\.$|^jsonrpc must be "2\.0"\.$/,
  )
  noDump([answer as Answer])
}

it.each(wrong)('an envelope with %s is answered over HTTP', async (what, message) => {
  const [answer, ...more] = await http([message])
  expect(more).toEqual([])
  expect(answer?.id).toBe(givenBack(message))
  expectRefused(answer, what)
})

// One process for all, because a start takes half a second. It goes on after each of them.
it('so are all of them over stdio', async () => {
  const answers = await stdio(wrong.map(([, message]) => message))
  expect(answers.map(({ id }) => id).sort()).toEqual(wrong.map(([, message]) => givenBack(message)).sort())
  for (const answer of answers) expectRefused(answer, JSON.stringify(answer))
})

it('whatever an envelope holds, its id comes back', async () => {
  const odd = fc.oneof(
    fc.constant(null),
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.constant([]),
    fc.constant({}),
  )
  const params = fc.oneof(
    odd,
    fc.record({ name: odd, arguments: odd, _meta: odd, cursor: odd }, { requiredKeys: [] }),
    fc.record({
      protocolVersion: fc.constant('2025-11-25'),
      clientInfo: fc.record({ name: fc.constant('a'), version: fc.constant('1'), title: odd, icons: odd }),
      capabilities: fc.record({ elicitation: odd, roots: odd, sampling: odd, experimental: odd }),
    }),
  )
  const method = fc.constantFrom('tools/call', 'tools/list', 'initialize', 'ping')
  await fc.assert(
    fc.asyncProperty(method, params, fc.integer(), async (name, given, id) => {
      for (const send of name === 'initialize' ? [http] : [http, modern]) {
        const [answer] = await send([{ jsonrpc: '2.0', id, method: name, params: given }])
        expect(answer?.id).toBe(id)
        noDump([answer as Answer])
      }
    }),
    { numRuns: runs(150) },
  )
})
