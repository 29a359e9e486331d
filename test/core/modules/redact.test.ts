import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { markedTexts, namedSecrets, redact } from '../../../src/core/answer/redact.ts'
import {
  addressText,
  asShown,
  type Inside,
  queryText,
  secret,
  toBeMade,
} from '../../../src/core/declare/marks.ts'

const hidden = '[hidden]'
const mark = secret(z.string())
const row = (shape: z.ZodRawShape) => z.looseObject(shape)
const any = z.unknown()

describe('a marked field', () => {
  it.each<[unknown, unknown]>([
    ['open', hidden],
    [7, hidden],
    [false, hidden],
    [['a', { b: 'c' }], hidden],
    [undefined, hidden],
    [null, null],
    ['', ''],
    [toBeMade, toBeMade],
  ])('of %j becomes %j, and stays when the operator reveals it', (value, safe) => {
    const schema = row({ a: secret(any) })
    expect(redact({ a: value }, { schema })).toEqual({ a: safe })
    expect(redact({ a: value }, { schema, exact: true })).toEqual({ a: safe })
    expect(redact({ a: value }, { schema, reveal: true })).toEqual({ a: value })
    expect(redact(value, { schema: secret(any) })).toEqual(safe)
  })

  it.each<[string, z.ZodType, unknown, unknown]>([
    ['of a list', z.array(mark), ['a', 'b'], [hidden, hidden]],
    ['of a list of rows', z.array(row({ v: mark })), [{ v: 'a', w: 'b' }], [{ v: hidden, w: 'b' }]],
    ['at its place in a tuple', z.tuple([any, mark]), ['a', 'b', 'c'], ['a', hidden, 'c']],
    ['behind a tuple', z.tuple([any], mark), ['a', 'b', 'c'], ['a', hidden, hidden]],
    ['of a record', z.record(z.string(), mark), { a: 'b' }, { a: hidden }],
    ['no schema names', row({ a: any }).catchall(mark), { a: 'b', c: 'd' }, { a: 'b', c: hidden }],
    [
      'of one of two',
      z.union([row({ a: any }), row({ b: mark })]),
      { a: 'c', b: 'd' },
      { a: 'c', b: hidden },
    ],
    [
      'of both',
      z.intersection(row({ a: mark }), row({ b: mark })),
      { a: 'c', b: 'd' },
      { a: hidden, b: hidden },
    ],
  ])('is found where it is the one %s', (_, schema, value, safe) => {
    expect(redact(value, { schema })).toEqual(safe)
    expect(redact({ deep: value }, { schema: row({ deep: schema.optional() }) })).toEqual({ deep: safe })
  })

  it('is none in a list where its schema knows an object', () =>
    expect(redact(['a'], { schema: row({ v: mark }) })).toEqual(['a']))

  it('is not one that only has a name in common with all objects', () =>
    expect(redact({ toString: 'a' }, { schema: row({ v: mark }) })).toEqual({ toString: 'a' }))
})

describe('what no mark covers', () => {
  const input = {
    password: 'a',
    note: 'password=b',
    list: [{ api_key: 'c' }],
    key: 'd',
    count: 3,
    none: null,
  }

  it('is hidden by its name and its form', () =>
    expect(redact(input)).toEqual({
      ...{ password: hidden, note: 'password=[hidden]', list: [{ api_key: hidden }] },
      ...{ key: 'd', count: 3, none: null },
    }))

  it('stays for a person who decides, but for what is known', () => {
    expect(redact(input, { exact: true })).toEqual(input)
    const pairs = [['db_password', 'open'], { name: 'DB_PASSWORD', value: 'open' }]
    expect(redact(pairs, { exact: true })).toEqual(pairs)
    expect(redact([pairs.slice(0, 1)], { exact: true })).toEqual([pairs.slice(0, 1)])
    const known = { 'x known-1': ['known-1 y', 'password=b'] }
    expect(redact(known, { exact: true, known: ['known-1'] })).toEqual({
      'x [hidden]': ['[hidden] y', 'password=b'],
    })
  })

  it('is hidden without the guess by name where a schema names it', () => {
    expect(redact({ password: 'required' }, { schema: row({ password: z.string() }) })).toEqual({
      password: 'required',
    })
    expect(redact({ password: 'a' }, { schema: row({ other: any }) })).toEqual({ password: hidden })
    expect(redact({ password: 'a' }, { schema: z.record(z.string(), z.string()) })).toEqual({
      password: hidden,
    })
    expect(redact({ a: { password: 'b' } }, { schema: row({ a: row({}) }) })).toEqual({
      a: { password: hidden },
    })
  })

  it('is hidden in rows that name a setting beside its value', () => {
    expect(redact({ name: 'DB_PASSWORD', value: 'a', other: 'b' })).toEqual({
      ...{ name: 'DB_PASSWORD', value: hidden, other: 'b' },
    })
    expect(redact([{ name: 'DB_NAME', value: 'a' }])).toEqual([{ name: 'DB_NAME', value: 'a' }])
  })

  it.each<[unknown, unknown]>([
    [[['db_password', 'open']], [['db_password', hidden]]],
    [
      [
        ['host', 'db'],
        ['api_key', 'open'],
      ],
      [
        ['host', 'db'],
        ['api_key', hidden],
      ],
    ],
    [[['db_password', '']], [['db_password', '']]],
    [[['password', 'yes']], [['password', 'yes']]],
    [[['password', '7']], [['password', '7']]],
    [[['db_password', 'open', 'more']], [['db_password', 'open', 'more']]],
    [[['db_password', 7]], [['db_password', 7]]],
    [[['db_password', { a: 'b' }]], [['db_password', { a: 'b' }]]],
    [
      [['db_password', 'open'], ['host']],
      [['db_password', 'open'], ['host']],
    ],
    [
      [['db_password', 'open'], 'ab'],
      [['db_password', 'open'], 'ab'],
    ],
    [
      ['db_password', 'open'],
      ['db_password', 'open'],
    ],
    [[], []],
  ])('is hidden in a table of two columns, and in no other: %j', (table, safe) =>
    expect(redact(table)).toEqual(safe),
  )

  it('is hidden in the names of fields', () =>
    expect(redact({ 'password=abc': 1, 'x known-1': 2 }, { known: ['known-1'] })).toEqual({
      'password=[hidden]': hidden,
      'x [hidden]': 2,
    }))

  it('and is no text stays what it is', () => {
    const value = [1, true, null, undefined, [], {}]
    expect(redact(value)).toEqual(value)
  })
})

describe('text that somebody wrote', () => {
  it('is opened by its mark, and without one it is not', () => {
    const text = "select * from users where name = 'ann'"
    const schema = row({ query: queryText(z.string()), note: z.string() })
    const safe = redact({ query: text, note: text }, { schema }) as Record<string, string>
    expect(safe.query).toContain('?')
    expect(safe.query).not.toContain('ann')
    expect(safe.note).toBe(text)
    expect(redact({ query: text }, { schema, exact: true })).toEqual({ query: safe.query })
  })

  it('is opened in every cell of a marked table', () => {
    const schema = row({ table: addressText(any) })
    const table = [{ url: '/a?code=abc', hits: 3, more: [['/b?sig=abc', '/c?x=1']] }]
    expect(redact({ table }, { schema })).toEqual({
      table: [{ url: '/a?code=[hidden]', hits: 3, more: [['/b?sig=[hidden]', '/c?x=1']] }],
    })
  })

  it('is opened in a table that one of two schemas marks', () => {
    const schema = z.union([row({ table: any }), row({ table: addressText(any) })])
    expect(redact({ table: [{ url: '/a?code=abc' }] }, { schema })).toEqual({
      table: [{ url: '/a?code=[hidden]' }],
    })
  })

  it('is opened in a marked table of rows with names, and still hidden by name', () => {
    const schema = addressText(z.array(row({ password: z.string() })))
    expect(redact([{ password: 'a', '/x?code=abc': '/y?code=abc' }], { schema })).toEqual([
      { password: hidden, '/x?code=abc': '/y?code=[hidden]' },
    ])
  })
})

it('what was made without secrets is shown as it is', () => {
  const shown = { password: 'a', list: ['password=b'] }
  expect(redact(shown, { schema: asShown(row({})) })).toBe(shown)
  expect(redact({ a: shown, password: 'b' }, { schema: row({ a: asShown(row({})) }) })).toEqual({
    a: shown,
    password: hidden,
  })
})

describe('the texts', () => {
  const texts = (schema: z.ZodType, value: unknown) => markedTexts(value, [schema as Inside])

  it.each<[string, z.ZodType, unknown, string[]]>([
    ['a text', mark, 'a', ['a']],
    ['what will be made', mark, toBeMade, []],
    ['all inside', secret(any), { a: ['b', { c: 'd' }], e: 7, f: null }, ['b', 'd']],
    ['a field', row({ a: mark, b: any }), { a: 'c', b: 'd', e: 'f' }, ['c']],
    ['a list', z.array(row({ a: mark })), [{ a: 'b' }, { a: 'c', d: 'e' }], ['b', 'c']],
    ['a record', z.record(z.string(), mark), { a: 'b' }, ['b']],
    ['no object', row({ a: mark }), 'a', []],
    ['null', row({ a: mark }), null, []],
  ])('that a schema marks: %s', (_, schema, value, found) => expect(texts(schema, value)).toEqual(found))

  it('that no schema reaches are not looked for, so that the walk ends', () => {
    const cyclic: Record<string, unknown> = { a: 'b' }
    cyclic.self = cyclic
    expect(markedTexts(cyclic, [])).toEqual([])
    expect(texts(row({ a: mark }), cyclic)).toEqual(['b'])
  })

  it.each<[unknown, string[]]>([
    [{ password: 'a', note: 'b' }, ['a']],
    [{ deep: [{ api_key: 'a' }, { api_key: ['b', { c: 'd' }] }] }, ['a', 'b', 'd']],
    [{ password: toBeMade }, []],
    [{ password: '' }, []],
    [{ password: { password: 7 } }, []],
    [['password', 'a'], []],
    [Object.assign(['a'], { password: 'b' }), []],
    ['password', []],
    [null, []],
    [undefined, []],
  ])('of fields that are called like a secret: %j', (value, found) =>
    expect(namedSecrets(value)).toEqual(found),
  )

  it('that fields of such a name hold are never told', () => {
    const value = fc.stringMatching(/^[A-Za-z0-9]{12,30}$/)
    const name = fc.constantFrom('password', 'apiKey', 'client_secret')
    fc.assert(
      fc.property(value, name, fc.jsonValue(), (text, field, other) => {
        const input = { other: [other, { [field]: text }] }
        expect(namedSecrets(input)).toContain(text)
        expect((redact(input) as { other: unknown[] }).other[1]).toEqual({ [field]: hidden })
      }),
    )
  })
})
