import { InputError, toolSpecs } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import * as z3 from 'zod/v3'
import { echoing } from '../support/toolkit.ts'
import { providerProblems, strictProblems } from '../tools/provider-check.ts'

const listed = (input: object): { properties?: object } => {
  const all = toolSpecs(echoing(input))
  return all.find(({ name }) => name === 'my_tool')?.inputSchema ?? {}
}

const four = {
  url: z.url(),
  mail: z.email().optional().describe('Contact'),
  when: z.iso.datetime(),
  day: z.iso.date(),
  text: z.string().max(10).nullish(),
  pattern: z.string().regex(/^a/),
  only: z.literal('x'),
  numbers: z.literal([1, 2]).describe('Speed'),
  mixed: z.literal([1, 'a', true, null]),
  of_two_types: z.enum({ one: 1, two: 'x' }),
  five: z.literal(5),
  several: z.union([z.string(), z.number()]),
  words: z.union([z.literal('a'), z.literal('b')]),
  choice: z.enum(['', 'b']).nullable(),
  pair: z.tuple([z.string(), z.number()]),
  open: z.record(z.string(), z.number()),
  anything: z.unknown(),
  empty: z.object({}),
  kinds: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('a') }),
    z.object({ kind: z.literal('b'), at: z.number().positive() }),
  ]),
  both: z.intersection(z.object({ a: z.string() }), z.object({ b: z.url() })),
  more: z.int().positive(),
  list: z.array(z.any()),
  nested: z.object({ list: z.array(z.record(z.string(), z.string())) }).optional(),
  set: z.array(z.string()).min(1),
}

const three = {
  url: z3.string().url(),
  mail: z3.string().email().optional(),
  text: z3.string().max(10).nullish(),
  only: z3.literal('x'),
  numbers: z3.union([z3.literal(1), z3.literal(2)]),
  several: z3.union([z3.string(), z3.number()]),
  choice: z3.enum(['a', 'b']).nullable(),
  pair: z3.tuple([z3.string(), z3.number()]),
  open: z3.record(z3.number()),
  anything: z3.unknown(),
  kinds: z3.discriminatedUnion('kind', [
    z3.object({ kind: z3.literal('a') }),
    z3.object({ kind: z3.literal('b'), at: z3.number().positive() }),
  ]),
  both: z3.intersection(z3.object({ a: z3.string() }), z3.object({ b: z3.string().url() })),
  list: z3.array(z3.any()),
}

describe.each<[string, Record<string, unknown>]>([
  ['4', four],
  ['3', three],
])('arguments of zod %s of a tool of one’s own', (_, shape) => {
  it.each(Object.keys(shape))('are listed in words that every provider takes: %s', (name) => {
    expect(providerProblems(listed({ [name]: shape[name] }))).toEqual([])
  })

  it.each(Object.keys(shape))('have a strict form: %s', (name) => {
    const specs = toolSpecs(echoing({ [name]: shape[name] }), { strict: true })
    expect(strictProblems(specs.find((spec) => spec.name === 'my_tool')?.inputSchema ?? {})).toEqual([])
  })
})

it('are listed with what they mean', () => {
  expect(listed(four).properties).toMatchObject({
    mail: { type: 'string', description: 'Contact' },
    when: { type: 'string', format: 'date-time' },
    only: { type: 'string', enum: ['x'] },
    numbers: { type: 'number', description: 'Speed. One of 1, 2.' },
    several: { anyOf: [{ type: 'string' }, { type: 'number' }] },
    words: { type: 'string', enum: ['a', 'b'] },
    choice: { type: 'string', enum: ['b'] },
    open: { type: 'string', description: 'JSON of an object' },
    both: { type: 'object', properties: { a: { type: 'string' }, b: { type: 'string' } } },
    more: { type: 'integer' },
    nested: { type: 'object', properties: { list: { type: 'array', items: { type: 'string' } } } },
  })
})

it('an object of any fields is taken as an object and as the text that is listed', async () => {
  const { call } = echoing({ open: z.record(z.string(), z.number()) })
  for (const open of [{ a: 1 }, '{"a":1}']) {
    expect(await call('my_tool' as never, { open } as never)).toEqual({ got: { open: { a: 1 } } })
  }
})

const self: z.ZodType = z.lazy(() => z.object({ inner: self.optional() }))

it.each<[string, object, string]>([
  ['holds itself', { tree: self }, 'Tool my_tool: its argument tree holds itself'],
  ['takes nothing', { nothing: z.never() }, 'Tool my_tool: its argument nothing takes no value'],
  [
    'is both of two lists',
    { both: z.intersection(z.array(z.string()), z.array(z.string())) },
    'Tool my_tool: its argument both is an intersection',
  ],
  ['has a name with blanks', { 'my name': z.string() }, 'needs a name of letters'],
])('an argument that %s is refused when a toolkit is made', (_, input, words) => {
  expect(() => echoing(input)).toThrow(InputError)
  expect(() => echoing(input)).toThrow(words)
})
