import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { parseInput } from '../../../src/core/decide/parse.ts'
import { InputError } from '../../../src/errors.ts'
import { idOf, thrownBy, toolOf } from './support.ts'

const refusal = (tool: ReturnType<typeof toolOf>, input: unknown) =>
  thrownBy(() => parseInput(tool, input)) as InputError
const deep = z.strictObject({ a: z.enum(['x', 'y']), b: z.string().optional() }).optional()
const tool = toolOf({ size: z.enum(['s', 'm']), server_id: idOf('server').optional(), deep })
const none = toolOf({})
const list = toolOf({ list: z.array(z.strictObject({ v: z.number() })) })

describe('a wrong call is told how to be right', () => {
  it.each<[string, ReturnType<typeof toolOf>, unknown, string]>([
    ['a missing choice', tool, {}, 'size: required. One of s, m.'],
    ['a missing value', toolOf({ to: z.string() }), {}, 'to: required.'],
    ['a wrong choice', tool, { size: 'l' }, 'size: must be one of s, m.'],
    ['a choice inside', tool, { size: 's', deep: { a: 'z' } }, 'deep.a: must be one of x, y.'],
    ['a missing one inside', tool, { size: 's', deep: { b: '' } }, 'deep.a: required. One of x, y.'],
    ['a field too many inside', tool, { size: 's', deep: { a: 'x', c: 1 } }, 'deep.c: no such field.'],
    ['a field of a row', list, { list: [{ v: 1 }, { v: 1, w: 2 }] }, 'list.1.w: no such field.'],
    [
      'a misspelt name',
      tool,
      { size: 's', serverId: 1 },
      'serverId: no such argument; did you mean server_id?',
    ],
    [
      'a strange name',
      tool,
      { size: 's', zzz: 1 },
      'zzz: no such argument; there are size, server_id, deep.',
    ],
    ['a name where there are none', none, { a: 1 }, 'a: no such argument; this tool takes none.'],
    [
      'no form of a name',
      tool,
      { size: 's', 'a b': 1 },
      '...: no such argument; there are size, server_id, deep.',
    ],
    ['no form of a name inside', tool, { size: 's', deep: { a: 'x', 'a b': 1 } }, 'deep....: no such field.'],
    ['a list', tool, [], 'The arguments: expected object, received array.'],
    ['a text', none, 'now', 'The arguments: expected object, received string.'],
    ['a wrong id', tool, { size: 's', server_id: 'x' }, 'server_id: must be the id of a server.'],
    [
      'a sentence of its own',
      toolOf({ a: z.string().refine(() => false, { error: 'Say: Invalid input: no. Twice.' }) }),
      { a: 'b' },
      'a: Say: Invalid input: no. Twice.',
    ],
    [
      'several',
      tool,
      { server_id: 'x', sizes: 1 },
      'size: required. One of s, m. server_id: must be the id of a server. sizes: no such argument; did you mean size?',
    ],
  ])('by %s', (_, of, input, message) => {
    const error = refusal(of, input)
    expect(error).toBeInstanceOf(InputError)
    expect(error.message).toBe(`my_tool: ${message}`)
    expect(error.next).toBe('Fix the arguments and call again.')
    expect(error.details).toEqual({ tool: 'my_tool', arguments: Object.keys(of.input) })
  })

  it('a long name is not said whole', () => {
    const name = (length: number) => 'z'.repeat(length)
    expect(refusal(none, { [name(99)]: 1 }).message).toBe(
      `my_tool: ${name(60)}: no such argument; this tool takes none.`,
    )
  })

  it('of ten problems at most, arguments, names and fields alike', () => {
    const many = <T>(prefix: string, value: T) =>
      Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`${prefix}${index}`, value]))
    const missing = toolOf(many('a', z.string()))
    expect(refusal(missing, {}).message.match(/required\./g)).toHaveLength(10)
    expect(refusal(none, many('zz', 1)).message.match(/no such argument/g)).toHaveLength(10)
    const inside = { size: 's', deep: { a: 'x', ...many('zz', 1) } }
    expect(refusal(tool, inside).message.match(/no such field/g)).toHaveLength(10)
  })

  it('never by a value', () => {
    const secret = fc.stringMatching(/^[A-Z]{12}$/)
    fc.assert(
      fc.property(secret, (value) => {
        const input = {
          size: value,
          server_id: [value],
          deep: { a: value, [`${value} x`]: value },
          [`x ${value}`]: 1,
        }
        expect(JSON.stringify(refusal(tool, input))).not.toContain(value)
      }),
    )
  })
})

describe('the server that the app tells', () => {
  const both = toolOf({ server_id: idOf('server'), app_id: idOf('app'), size: z.enum(['s']) })
  it.each([
    [{ size: 's' }, 'app_id: required.'],
    [{ app_id: 1 }, 'size: required. One of s.'],
    [{ app_id: 1, size: 's' }, 'server_id: required.'],
    [{ server_id: 'x', app_id: 1, size: 's' }, 'server_id: must be the id of a server.'],
    [{ server_id: 'x', size: 's' }, 'server_id: must be the id of a server. app_id: required.'],
  ])('is asked for only when nothing else is wrong: %j', (input, message) =>
    expect(refusal(both, input).message).toBe(`my_tool: ${message}`),
  )
})

describe('arguments of any size end', () => {
  const any = toolOf({ value: z.unknown() })
  const inLists = (levels: number) => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`)
  const tooDeep = 'my_tool: The arguments: nested more than 64 levels deep.'

  it('the nesting', () => {
    expect(parseInput(any, { value: inLists(63) })).toEqual({ value: inLists(63) })
    const error = refusal(any, { value: inLists(64) })
    expect(error.message).toBe(tooDeep)
    expect(error.next).toBe('Fix the arguments and call again.')
    expect(error.details).toEqual({ tool: 'my_tool' })
    expect(refusal(any, inLists(20_000)).message).toBe(tooDeep)
  })

  it('the nesting of what a schema makes of a text', () => {
    const parsed = toolOf({ value: z.string().transform((text) => JSON.parse(text) as unknown) })
    expect(parseInput(parsed, { value: '[[]]' })).toEqual({ value: [[]] })
    expect(refusal(parsed, { value: JSON.stringify(inLists(64)) }).message).toBe(tooDeep)
  })

  it('the number of lists and objects', () => {
    const lists = (count: number) => Array.from({ length: count }, () => [])
    // The arguments and the list itself are two.
    expect(parseInput(any, { value: lists(99_998) }).value).toHaveLength(99_998)
    const message = 'my_tool: The arguments: more than 100000 lists and objects.'
    expect(refusal(any, { value: lists(100_001) }).message).toBe(message)
    let shared: unknown[] = []
    for (let level = 0; level < 60; level++) shared = [shared, shared]
    expect(refusal(any, { value: shared }).message).toBe(message)
  })

  it('the bytes of a file are no parts', () => {
    const bytes = new Uint8Array(200_000)
    expect(parseInput(any, { value: bytes })).toEqual({ value: bytes })
  })

  it.each<[string, (text: string) => unknown, string]>([
    ['texts', (text) => ({ value: text }), 'value'],
    ['texts inside', (text) => ({ value: { note: text } }), 'note'],
    ['names', (text) => ({ [text]: 1 }), 'a name'],
    ['names inside', (text) => ({ value: { [text]: 1 } }), 'a name'],
  ])('the length of %s', (_, given, place) => {
    expect(refusal(any, given('x'.repeat(100_001))).message).toBe(
      `my_tool: ${place}: has 100001 characters; at most 100000 are taken.`,
    )
  })

  it('texts of the greatest length are taken', () => {
    const text = 'x'.repeat(100_000)
    expect(parseInput(any, { value: [text] })).toEqual({ value: [text] })
  })
})
