import { InputError } from 'cloudways-tools'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import * as z3 from 'zod/v3'
import type { InputShape } from '../../src/core/types/tool.ts'
import { echoing } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'

/** A tool that answers the arguments it got. */
function echoOf(input: InputShape) {
  const mine = echoing(input)
  return async (given: unknown) =>
    ((await mine.call('my_tool' as never, given as never)) as { got: unknown }).got
}

const four = {
  id: z.string().regex(/^\d+$/),
  other_id: z.string().regex(/^\d+$/).optional(),
  ids: z.array(z.string().regex(/^\d+$/)).optional(),
  text: z.string().optional(),
  label: z.string().min(1).max(40).optional(),
  size: z.number().optional(),
  count: z.int().max(1000).optional(),
  on: z.boolean().optional(),
  mode: z.enum(['allow_all', 'block', 'none']).optional(),
  level: z.enum(['low', 'high']).default('low'),
  hosts: z.array(z.string().regex(/^[a-z.]+$/)).optional(),
  ports: z.array(z.int()).optional(),
  rule: z.object({ from: z.string(), depth_limit: z.int().optional() }).optional(),
  rules: z.array(z.object({ from: z.string() })).optional(),
  any_fields: z.record(z.string(), z.unknown()).optional(),
  maybe: z.string().nullable().optional(),
}

const three = {
  id: z3.string().regex(/^\d+$/),
  other_id: z3.string().regex(/^\d+$/).optional(),
  ids: z3.array(z3.string().regex(/^\d+$/)).optional(),
  text: z3.string().optional(),
  label: z3.string().min(1).max(40).optional(),
  size: z3.number().optional(),
  count: z3.number().int().max(1000).optional(),
  on: z3.boolean().optional(),
  mode: z3.enum(['allow_all', 'block', 'none']).optional(),
  level: z3.enum(['low', 'high']).default('low'),
  hosts: z3.array(z3.string().regex(/^[a-z.]+$/)).optional(),
  ports: z3.array(z3.number().int()).optional(),
  rule: z3.object({ from: z3.string(), depth_limit: z3.number().int().optional() }).optional(),
  rules: z3.array(z3.object({ from: z3.string() })).optional(),
  any_fields: z3.record(z3.unknown()).optional(),
  maybe: z3.string().nullable().optional(),
} as unknown as typeof four

const base = { id: '7', level: 'low' }

describe.each([
  ['4', four],
  ['3', three],
])('what clients make of arguments of zod %s is read as it was meant', (_, shape) => {
  const echo = echoOf(shape)

  it.each<[string, unknown, object]>([
    [
      'null for what is left out',
      { id: '7', text: null, on: null, hosts: null, rule: null, level: null },
      {},
    ],
    ['undefined for what is left out', { id: '7', text: undefined }, {}],
    ['an empty text where that is no value', { id: '7', on: '', count: ' ', hosts: '', mode: '' }, {}],
    ['an empty text where only a longer one is', { id: '7', label: '', rule: '' }, {}],
    ['an empty object or list', { id: '7', on: {}, label: {}, count: [] }, {}],
    ['the words for nothing', { id: '7', on: 'None', count: 'null', hosts: 'undefined', level: 'OMIT' }, {}],
    ['the words for nothing, for ids', { id: '7', other_id: 'None', ids: 'null' }, {}],
    [
      'the words for nothing in a list, for ids',
      { id: '7', other_id: ['null'], ids: ['undefined', null] },
      {},
    ],
    [
      'the words for nothing, where they are a text',
      { id: '7', text: 'null', label: 'None', hosts: ['null'] },
      { text: 'null', label: 'None', hosts: ['null'] },
    ],
    ['none, where it is a choice', { id: '7', mode: 'None' }, { mode: 'none' }],
    ['null, where it is a value', { id: '7', maybe: null }, { maybe: null }],
    ['numbers as text', { id: '7', size: '2.5', count: ' 10 ' }, { size: 2.5, count: 10 }],
    [
      'whole numbers with a fraction',
      { id: '7', count: '10.0', ports: ['80.0'] },
      { count: 10, ports: [80] },
    ],
    ['numbers for text', { id: 7, text: 2026 }, { text: '2026' }],
    ['switches as text', { id: '7', on: 'True' }, { on: true }],
    ['a switch that is off', { id: '7', on: ' false ' }, { on: false }],
    [
      'a choice in other letters',
      { id: '7', mode: 'Allow-All', level: 'HIGH ' },
      { mode: 'allow_all', level: 'high' },
    ],
    [
      'a list as text',
      { id: '7', hosts: '["a.b","c"]', ports: '[1, "2"]' },
      { hosts: ['a.b', 'c'], ports: [1, 2] },
    ],
    ['one value for a list', { id: '7', hosts: 'a.b', ports: 5 }, { hosts: ['a.b'], ports: [5] }],
    [
      'one text with several values',
      { id: '7', hosts: 'a.b, c\nd', ports: '[]' },
      { hosts: ['a.b', 'c', 'd'], ports: [] },
    ],
    ['a choice in quotes', { id: '7', mode: '"block"', level: "'High'" }, { mode: 'block', level: 'high' }],
    [
      'an object as the text of a text',
      { id: '7', rule: JSON.stringify('{"from":"a"}') },
      { rule: { from: 'a' } },
    ],
    ['a list of one for a value', { id: ['7'], on: [true] }, { on: true }],
    ['an object as text', { id: '7', rule: '{"from":"a"}' }, { rule: { from: 'a' } }],
    ['an object of any fields as text', { id: '7', any_fields: '{"a":"1"}' }, { any_fields: { a: '1' } }],
    [
      'habits inside of objects',
      { id: '7', rule: { from: 5, depthLimit: '3' } },
      { rule: { from: '5', depth_limit: 3 } },
    ],
    ['null inside of objects', { id: '7', rule: { from: 'a', depth_limit: null } }, { rule: { from: 'a' } }],
    ['one object for a list of them', { id: '7', rules: { from: 'a' } }, { rules: [{ from: 'a' }] }],
    ['objects as text in a list', { id: '7', rules: ['{"from":"a"}'] }, { rules: [{ from: 'a' }] }],
    ['names in other letters', { Id: '7', 'any-fields': { A: 1 } }, { any_fields: { A: 1 } }],
    ['blanks around a value', { id: ' 7\n', hosts: [' a.b '] }, { hosts: ['a.b'] }],
    ['all arguments as text', '{"id":"7","on":"true"}', { on: true }],
    ['all arguments in one more object', { arguments: { id: '7', count: '3' } }, { count: 3 }],
    ['all arguments in one more object, as text', { params: '{"id":"7"}' }, {}],
    ['two more objects', { input: { kwargs: { id: '7' } } }, {}],
    ['an empty object of arguments beside them', { id: '7', args: '{}' }, {}],
    [
      'what a client adds',
      { id: '7', toolCallId: 'call_1', sessionId: 's', task_progress: '- [ ] a', _meta: {} },
      {},
    ],
    [
      'what a chat of n8n adds',
      { id: '7', action: 'sendMessage', chatInput: 'delete all', tool: 'my_tool', toolCallId: 'call_1' },
      {},
    ],
    ['what Gemini CLI adds', { id: '7', wait_for_previous: true }, {}],
    ['the name of the tool once more', { id: '7', tool: 'my_tool' }, {}],
    ['an unknown argument without a value', { id: '7', force: null }, {}],
  ])('%s', async (_, given, more) => {
    expect(await echo(given)).toEqual({ ...base, ...more })
  })

  it.each<[string, unknown, RegExp]>([
    ['a required one as null', { id: null }, /id: required/],
    ['a required one as an empty text', { id: '' }, /: id: /],
    ['the word null for a text with a form', { id: 'null' }, /: id: /],
    ['the word null in a list, for a required one', { id: ['null'] }, /: id: /],
    ['a blank beside a member', { id: '7', ids: ['8', ''] }, /: ids\.1: /],
    ['the word null beside an id', { id: '7', ids: ['null', '8'] }, /: ids\.0: /],
    [
      'an octal or a power',
      { id: '7', count: '010', size: '1e3' },
      /size: expected number.* count: expected number/i,
    ],
    ['a number that loses digits', { id: '7', count: '123456789012345678901' }, /count: /],
    ['a fraction for a whole number', { id: '7', count: '1.5' }, /count: /],
    ['yes for a switch', { id: '7', on: 'yes' }, /on: expected boolean/i],
    ['a number for a switch', { id: '7', on: 1 }, /on: expected boolean/i],
    ['another choice', { id: '7', mode: 'allow' }, /mode: must be one of allow_all, block, none/],
    ['two values for one', { id: ['7', '8'] }, /: id: /],
    ['half a list as text', { id: '7', hosts: '["a"' }, /hosts: /],
    ['two spellings of one argument', { id: '7', ID: '8' }, /ID: no such argument/],
    ['two spellings of an absent one', { id: '7', anyFields: {}, ANY_FIELDS: {} }, /no such argument/],
    ['another name', { id: '7', host: 'a' }, /host: no such argument; did you mean hosts/],
    ['one more object beside arguments', { id: '7', args: { on: true } }, /args: no such argument/],
    ['another action than that of a chat', { id: '7', action: 'delete' }, /action: no such argument/],
    ['the name of another tool', { id: '7', tool: 'other_tool' }, /tool: no such argument/],
    ['fillers beside arguments', { id: '7', random_string: 'x' }, /random_string: no such argument/],
    ['an object for a list of texts', { id: '7', hosts: { 0: 'a' } }, /hosts: /],
  ])('what can mean two things, or nothing, is refused: %s', async (_, given, words) => {
    const error = await failure(echo(given))
    expect(error).toBeInstanceOf(InputError)
    expect((error as Error).message).toMatch(words)
  })

  it('a text for a text is never changed', async () => {
    const telling = fc.constantFrom('null', 'None', 'true', '5', '[1]', '{"a":1}', ' x ', 'undefined', '""')
    await fc.assert(
      fc.asyncProperty(fc.oneof(telling, fc.string()), async (text) => {
        expect(await echo({ id: '7', text })).toEqual({ ...base, text })
      }),
    )
  })

  it('every disguise of right arguments comes to the same', async () => {
    const values = fc.record(
      {
        size: fc.integer({ min: -1e6, max: 1e6 }),
        count: fc.integer({ min: 0, max: 1000 }),
        on: fc.boolean(),
        level: fc.constantFrom('low', 'high'),
        hosts: fc.array(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 1, maxLength: 3 }),
        rule: fc.record({ from: fc.string({ minLength: 1 }), depth_limit: fc.nat(9) }),
      },
      { requiredKeys: [] },
    )
    const disguises = fc.array(fc.constantFrom('text', 'null', 'camel', 'wrapped', 'whole', 'client'))
    await fc.assert(
      fc.asyncProperty(values, disguises, async (right, worn) => {
        const given = worn.reduce<unknown>((all, disguise) => disguised(all, disguise), { id: '7', ...right })
        expect(await echo(given)).toEqual({ ...base, ...right })
      }),
    )
  })
})

function disguised(given: unknown, disguise: string): unknown {
  if (typeof given === 'string') return given
  const all = given as Record<string, unknown>
  const [only] = Object.keys(all)
  if (disguise === 'whole') return JSON.stringify(all)
  if (disguise === 'wrapped') return only === 'input' ? all : { input: all }
  if (only === 'input') return all
  if (disguise === 'null') return { label: null, text: null, ...all }
  if (disguise === 'client') return { ...all, toolCallId: 'call_9' }
  const change = ([name, value]: [string, unknown]) =>
    disguise === 'camel'
      ? [name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()), value]
      : [name, typeof value === 'string' || value === null ? value : JSON.stringify(value)]
  return Object.fromEntries(Object.entries(all).map(change) as [string, unknown][])
}

it('a tool without arguments takes what clients invent for it, and nothing else', async () => {
  const echo = echoOf({})
  for (const filler of [
    { random_string: 'dummy' },
    { dummy: '' },
    { __arg1: 'None' },
    { args: {} },
    '',
    null,
  ]) {
    expect(await echo(filler)).toEqual({})
  }
  expect(((await failure(echo({ host: 'x' }))) as Error).message).toContain('this tool takes none')
})

describe('a text that is too long', () => {
  const long = 'a'.repeat(100_001)

  it.each<[string, unknown, string]>([
    [
      'is refused by the bound of its schema',
      { id: '7', label: 'a'.repeat(41) },
      'label: has 41 characters; at most 40',
    ],
    ['is refused without a bound', { id: '7', text: long }, 'text: has 100001 characters; at most 100000'],
    ['is refused in a list', { id: '7', hosts: ['a', long] }, 'hosts.1: has 100001 characters'],
    ['is refused in an object', { id: '7', rule: { from: long } }, 'rule.from: has 100001 characters'],
    ['is refused in an open object', { id: '7', any_fields: { deep: [long] } }, 'has 100001 characters'],
    ['is refused as a name', { id: '7', any_fields: { [long]: 1 } }, 'has 100001 characters'],
  ])('%s', async (_, given, words) => {
    const error = (await failure(echoOf(four)(given))) as Error
    expect(error).toBeInstanceOf(InputError)
    expect(error.message).toContain(words)
    expect(error.message.length).toBeLessThan(300)
  })
})
