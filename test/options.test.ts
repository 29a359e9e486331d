import { expect, it } from 'vitest'
import { checkNumber, checkOptions, nearest } from '../src/base/options.ts'
import { InputError } from '../src/errors.ts'

it.each([
  ['prefx', 'prefix'],
  ['REDIS-URL', 'redisUrl'],
  ['redis_url', 'redisUrl'],
  ['timeuot', 'timeout'],
  ['tll', 'ttl'],
])('finds what %s was meant to be', (name, meant) => {
  expect(nearest(name, ['prefix', 'redisUrl', 'timeout', 'ttl', 'pool'])).toBe(meant)
})

it.each(['x', 'colour', '', 'constructor'])('finds nothing near %s', (name) => {
  expect(nearest(name, ['prefix', 'timeout', 'pool'])).toBeUndefined()
})

it('prefers the nearer of two', () => {
  expect(nearest('requets', ['request', 'requests'])).toBe('requests')
})

it('accepts known options, also undefined ones', () => {
  expect(() => checkOptions('thing', { a: 1, b: undefined }, ['a', 'b', 'c'])).not.toThrow()
})

it('refuses an unknown option and names the nearest', () => {
  const attempt = () => checkOptions('thing', { prefx: 'a' }, ['prefix', 'pool'])
  expect(attempt).toThrow(InputError)
  expect(attempt).toThrow("thing has no option 'prefx'. Did you mean 'prefix'?")
  expect(() => checkOptions('thing', { zzz: 1 }, ['prefix'])).toThrow(/^thing has no option 'zzz'\.$/)
})

it.each([null, 'text', [1], undefined])('refuses %s as options', (options) => {
  expect(() => checkOptions('thing', options as unknown as object, ['a'])).toThrow(InputError)
})

it('refuses numbers out of range, and what is not a number', () => {
  for (const value of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, '5', undefined, null]) {
    expect(() => checkNumber('thing', 'size', value), String(value)).toThrow(
      "'size' must be a number above 0",
    )
  }
  expect(() => checkNumber('thing', 'size', 0.5, 1)).toThrow('of at least 1')
  expect(() => checkNumber('thing', 'size', 0, 0)).not.toThrow()
  expect(() => checkNumber('thing', 'size', 0.5)).not.toThrow()
})
