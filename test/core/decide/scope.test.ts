import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json } from '../../../src/base/json.ts'
import { comparable, isNamed, isScoped, outside, rowsInScope } from '../../../src/core/decide/scope.ts'
import { PolicyError } from '../../../src/errors.ts'
import { scope } from './made.ts'

describe('an entry of a scope', () => {
  const row = { id: '70011', label: 'My Shop 2' }
  const named: [string, boolean, { id?: unknown; label?: unknown }][] = [
    ['70011', true, row],
    [' 70011 ', true, row],
    ['70011', true, { ...row, id: 70011 }],
    ['７００１１', true, row],
    ['7001', false, row],
    ['my shop 2', true, row],
    [' MY\u00a0 SHOP\u200b 2 ', true, row],
    ['My Shop', false, row],
    ['2', false, row],
    ['2nd shop', true, { id: '1', label: '2nd Shop' }],
    ['flex-9', true, { id: 'flex-9', label: 'x' }],
    [' flex-9 ', true, { id: 'flex-9', label: 'x' }],
    ['my shop', true, { label: 'my shop' }],
    ['70011', true, { id: '70011' }],
    ['my shop', false, { id: '70011', label: ['my shop'] }],
    ['70011', false, { id: ['70011'], label: '70011' }],
  ]
  it.each(named)('%j names a row: %s, %j', (entry, fits, row) => {
    expect(isNamed([entry], row)).toBe(fits)
    expect(isNamed(['another', entry], row)).toBe(fits)
  })

  it('of digits never names a row by its label', () => {
    const digits = fc.stringMatching(/^\d{1,8}$/)
    fc.assert(
      fc.property(digits, fc.constantFrom('', ' ', '\u200b'), digits, (entry, blank, id) => {
        fc.pre(entry !== id)
        expect(isNamed([entry], { id, label: entry })).toBe(false)
        expect(isNamed([`${blank}${entry}`], { id, label: `${entry}${blank}` })).toBe(false)
        expect(isNamed([entry], { id: entry, label: id })).toBe(true)
      }),
    )
  })

  it('is not there in an empty list', () => {
    expect(isNamed([], row)).toBe(false)
  })

  it('is compared as a person reads it', () => {
    expect(comparable('  My\u00a0\u00a0Caf\u00e9\u200b ')).toBe(comparable('MY CAFE\u0301'))
    expect(comparable('My Shop')).toBe('my shop')
  })
})

it.each([
  [[], [], false],
  [['1'], [], true],
  [[], ['2'], true],
  [['1'], ['2'], true],
])('servers %j and apps %j bound something: %s', (servers, apps, bounds) => {
  expect(isScoped(scope(servers, apps))).toBe(bounds)
})

describe('the rows of a scope', () => {
  const label = fc.constantFrom('shop', 'Shop ', 'blog', '7', '8')
  const name = fc.constantFrom('shop', 'blog', '1', '7', '8', '11')
  const id = fc.constantFrom<string | number>('1', '7', 8, 11)
  const appRow = fc.record({ id, label, extra: fc.boolean() })
  const serverRow = fc.record({
    id,
    label,
    ssh_keys: fc.constant([]),
    apps: fc.array(appRow, { maxLength: 4 }),
  })
  const names = fc.array(name, { maxLength: 3 })

  it('are all within it, with nothing outside of it, and lack none that is', () => {
    fc.assert(
      fc.property(fc.array(serverRow, { maxLength: 5 }), names, names, (rows, servers, apps) => {
        const found = rowsInScope(rows, scope(servers, apps))
        for (const row of found) {
          if (servers.length > 0) expect(isNamed(servers, row)).toBe(true)
          if (apps.length > 0) expect((row.apps as Json[]).every((app) => isNamed(apps, app))).toBe(true)
        }
        const within = rows
          .filter((row) => servers.length === 0 || isNamed(servers, row))
          .map(({ id, apps: all }) => ({
            id,
            apps: all.filter((app) => apps.length === 0 || isNamed(apps, app)),
          }))
          .filter((row) => apps.length === 0 || row.apps.length > 0)
        expect(found.map(({ id, apps }) => ({ id, apps }))).toEqual(within)
      }),
    )
  })

  const keys = { ssh_keys: ['key'], master_user: 'master', master_password: 'word' }
  const others = {
    label: 'My server',
    ssh_keys_allowed: 2,
    my_ssh_keys: 1,
    webmaster_email: 'a@b.example',
    master: 1,
  }
  const row = {
    id: '1',
    ...keys,
    ...others,
    apps: [
      { id: '2', label: 'Shop' },
      { id: '3', label: 'Blog' },
    ],
  }

  it('lose the keys of a server only where apps of it are missing', () => {
    const [shop, blog] = row.apps
    expect(rowsInScope([row], scope([], ['shop']))).toEqual([{ id: '1', ...others, apps: [shop] }])
    expect(rowsInScope([row], scope([], ['shop', '3']))).toEqual([{ ...row, apps: [shop, blog] }])
    expect(rowsInScope([row], scope(['1']))).toEqual([row])
    expect(rowsInScope([row], scope([]))).toEqual([row])
  })

  it('have no server without an app of the scope, also where its apps can not be read', () => {
    const unread = [{ id: '4', apps: 'shop' }, { id: '5' }, { id: '6', apps: [] }]
    expect(rowsInScope([...unread, row], scope([], ['shop'])).map(({ id }) => id)).toEqual(['1'])
    expect(rowsInScope(unread, scope(['4', '5', '6']))).toEqual(unread)
  })

  it('leave the list as it was', () => {
    const rows = Object.freeze([Object.freeze(row)])
    rowsInScope(rows, scope([], ['shop']))
    expect(rowsInScope(rows, scope([]))).not.toBe(rows)
    expect(row).toMatchObject({ ...keys, apps: [{ id: '2' }, { id: '3' }] })
  })
})

it('what is outside is said in the same words, wherever it was met', () => {
  const error = outside('Server 9')
  expect(error).toBeInstanceOf(PolicyError)
  expect(error).toMatchObject({
    rule: 'scope',
    message: 'Server 9 is not among the servers and apps that this toolkit may touch.',
    next: 'list_servers and list_apps list those. Do not retry; tell the person if another is needed.',
  })
  expect(outside('App 7', ' on server 9').message).toBe(
    'App 7 is not on server 9 among the servers and apps that this toolkit may touch.',
  )
})
