import { InputError } from 'cloudways-tools'
import { expect, it } from 'vitest'
import { pickFields } from '../../src/core/answer/shape.ts'

const rows = [
  { id: '1', label: 'shop', apps: [{ id: '2', domain: 'a.example' }], disk: { free: 1, used: 2 } },
  { id: '3', label: 'labs', apps: [], extra: true },
]

it.each([
  [
    'plain fields',
    ['id', 'label'],
    [
      { id: '1', label: 'shop' },
      { id: '3', label: 'labs' },
    ],
  ],
  ['a field of lists', ['apps.domain'], [{ apps: [{ domain: 'a.example' }] }, { apps: [] }]],
  ['a field of objects', ['disk.free'], [{ disk: { free: 1 } }, {}]],
  ['a whole and a part of it', ['disk', 'disk.free'], [{ disk: { free: 1, used: 2 } }, {}]],
  ['a field that one row has', ['extra'], [{}, { extra: true }]],
])('the argument fields picks %s', (_, fields, picked) => expect(pickFields(rows, fields)).toEqual(picked))

it.each([
  ['labl', 'fields: no row has labl; did you mean label?'],
  ['apps.domian', 'fields: no row has apps.domian; did you mean apps.domain?'],
  [
    'zzzzzzzz',
    'fields: no row has zzzzzzzz; there are id, label, apps, apps.id, apps.domain, disk, disk.free, disk.used, extra.',
  ],
  ['constructor', 'fields: no row has constructor; there are id'],
])('the argument fields refuses %s', (field, words) => {
  expect(() => pickFields(rows, ['id', field])).toThrow(InputError)
  expect(() => pickFields(rows, ['id', field])).toThrow(words)
})

it('the argument fields may name anything when there are no rows', () =>
  expect(pickFields([], ['whatever'])).toEqual([]))
