import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { accepts, inputSchema, nothing, parseInput } from '../../../src/core/decide/parse.ts'
import { InputError } from '../../../src/errors.ts'
import { idOf, thrownBy, toolOf } from './support.ts'

const tool = toolOf({
  name: z.string().min(2).optional(),
  size: z.enum(['s', 'm']).optional(),
  count: z.number().optional(),
  ids: z
    .array(z.string().regex(/^\d+$/, { error: 'must be an id' }))
    .min(1)
    .optional(),
  deep: z.strictObject({ a: z.enum(['x', 'y']), b: z.string().optional() }).optional(),
})
const message = (input: unknown, of = tool) => (thrownBy(() => parseInput(of, input)) as Error).message

describe('arguments that fit', () => {
  it.each([undefined, null, {}])('are none where %j is given', (input) =>
    expect(parseInput(tool, input)).toEqual({}),
  )

  it('are answered as their schema makes them', () =>
    expect(parseInput(toolOf({ server_id: idOf('server') }), { server_id: 7 })).toEqual({ server_id: '7' }))

  it('stay as they are', () => {
    const input = { name: ' shop ', size: 's', count: 3, ids: ['1', '2'], deep: { a: 'x' } }
    expect(parseInput(tool, input)).toEqual(input)
  })

  it('meet one schema, built once for a tool', () => {
    expect(inputSchema(tool)).toBe(inputSchema(tool))
    expect(inputSchema(toolOf({}))).not.toBe(inputSchema(tool))
  })
})

describe('the meaning of arguments that a schema refuses is seen:', () => {
  it.each(['', ' \n', 'null', 'None', ' nil', 'undefined ', 'OMIT'])('%j stands for nothing', (word) => {
    expect(nothing.test(word)).toBe(true)
    expect(parseInput(tool, { size: word, count: 2 })).toEqual({ count: 2 })
  })

  it.each(['x', 'nullx', 'xnull', 'omit it', 'nones', '-'])('%j does not', (word) => {
    expect(nothing.test(word)).toBe(false)
    expect(message({ size: word })).toBe('my_tool: size: must be one of s, m.')
  })

  it.each<[unknown]>([[[]], [['']], [[null]], [['null', ' ', []]], [{}], [[{}]]])(
    '%j stands for no list',
    (value) => expect(parseInput(tool, { ids: value })).toEqual({}),
  )

  it.each<[unknown]>([[['1', 'x']], [[null, '1']], [['', 'x']], [{ a: '' }], [0], [false], [null]])(
    '%j does not',
    (value) => expect(message({ ids: value })).toMatch(/^my_tool: ids/),
  )

  it('a word for nothing where an argument is needed is no value', () =>
    expect(message({ size: 'null' }, toolOf({ size: z.enum(['s']) }))).toBe(
      'my_tool: size: must be one of s.',
    ))

  it('a word for nothing stays where any text fits', () =>
    expect(parseInput(tool, { name: 'null', size: '' })).toEqual({ name: 'null' }))

  it('blanks around a value are none of it', () =>
    expect(parseInput(tool, { size: ' s\n', ids: [' 1', '2 '] })).toEqual({ size: 's', ids: ['1', '2'] }))

  it('what fits is not touched when another argument does not', () =>
    expect(parseInput(tool, { name: ' shop ', size: ' s ' })).toEqual({ name: ' shop ', size: 's' }))

  it.each([
    ['1,2', ['1', '2']],
    [' 1 , 2\n3 ', ['1', '2', '3']],
    ['1,', ['1']],
    [',,1,,2,', ['1', '2']],
  ])('%j is a list', (text, ids) => expect(parseInput(tool, { ids: [text] })).toEqual({ ids }))

  it.each<[unknown]>([[['1,2', '3']], [[' , ']], ['1,2'], [[12]], [['1;2']]])('%j is none', (ids) =>
    expect(() => parseInput(tool, { ids })).toThrow(InputError),
  )

  it('a list in one text is at most as long as any list', () => {
    const list = (count: number) => Array.from({ length: count }, () => '1').join()
    expect(parseInput(tool, { ids: [list(1000)] }).ids).toHaveLength(1000)
    expect(message({ ids: [list(1001)] })).toBe('my_tool: ids.0: must be an id.')
  })

  it('blanks in a list are no empty list, which would take away what is there', () => {
    const some = toolOf({ ids: z.array(z.enum(['1'])) })
    expect(message({ ids: [','] }, some)).toBe('my_tool: ids.0: must be one of 1.')
    expect(message({ ids: ['.'] }, some)).toBe('my_tool: ids.0: must be one of 1.')
  })

  it('however the values of a list are joined', () => {
    const value = fc.nat().map(String)
    fc.assert(
      fc.property(fc.array(value, { minLength: 1 }), fc.constantFrom(',', ', ', '\n', ' ,\n'), (ids, by) => {
        expect(parseInput(tool, { ids: [ids.join(by)] })).toEqual({ ids })
      }),
    )
  })

  it('a name that every object has is no argument', () => {
    for (const name of ['constructor', 'toString', 'hasOwnProperty']) {
      expect(message({ [name]: ' s ' })).toBe(
        `my_tool: ${name}: no such argument; there are name, size, count, ids, deep.`,
      )
    }
  })
})

describe('whether arguments fit a shape', () => {
  const named = toolOf({ server_id: idOf('server'), size: z.enum(['s', 'm']) })

  it('is told with a name in the place of an id', () => {
    expect(accepts(named, { server_id: 'shop', size: ' m ' }, named.input)).toBe(true)
    expect(accepts(named, { server_id: 'shop', size: 'l' }, named.input)).toBe(false)
    expect(accepts(named, { size: 'm' }, named.input)).toBe(false)
    expect(accepts(named, { size: 'm' }, { size: z.string() as never })).toBe(true)
  })

  it('is not asked of what is nested too deep', () => {
    const cyclic: unknown[] = []
    cyclic.push(cyclic)
    expect(() => accepts(named, { size: cyclic }, named.input)).toThrow('nested more than 64 levels deep')
  })
})
