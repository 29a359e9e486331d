/** The argument `until`: what is read as a time, and what is refused. */
import { InputError } from 'cloudways-tools'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readUntil, timeOf } from '../../../src/core/closing/until.ts'
import type { AnyTool } from '../../../src/core/types/tool.ts'
import { own } from '../../tools/all.ts'

const tool = own.find(({ name }) => name === 'update_whitelisted_ips') as AnyTool
const read = (given: unknown) => readUntil(tool, given)
const [minute, month] = [60, 30 * 86_400]
const unit = fc.constantFrom(['m', 60], ['h', 3600], ['d', 86_400] as const)

describe('until', () => {
  it.each([
    ['30m', 1800],
    ['2h', 7200],
    ['3d', 259_200],
    ['in 2 hours', 7200],
    ['45 minutes', 2700],
    [' 1 Day ', 86_400],
  ])('reads %j', (given, seconds) => expect(read(given)).toEqual({ seconds }))

  it('reads every duration from a minute to thirty days, and refuses every other', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9999 }), unit, (count, [letter, size]) => {
        const seconds = count * Number(size)
        const given = `${count}${letter}`
        if (seconds >= minute && seconds <= month) expect(read(given)).toEqual({ seconds })
        else expect(() => read(given)).toThrow('until must be from one minute to 30 days.')
      }),
    )
  })

  it('reads a time that is ahead, and refuses one that is over or too far', () => {
    fc.assert(
      fc.property(fc.integer({ min: -month, max: 2 * month }), (seconds) => {
        const at = Math.floor(Date.now() / 1000) * 1000 + seconds * 1000
        const given = new Date(at).toISOString()
        // A test takes time as well.
        if (seconds >= minute + 30 && seconds <= month) expect(timeOf(read(given)!)).toBe(at)
        else if (seconds < minute || seconds > month + 30) expect(() => read(given)).toThrow(InputError)
      }),
    )
  })

  it.each(['tomorow', '2', '2 weeks', '-2h', '2h30m', 'h', 7200, true, {}])(
    'refuses %j, and tells the forms',
    (given) => expect(() => read(given)).toThrow('until must be a duration as 30m, 2h or 3d, or a time as'),
  )

  it('is left out where nothing is given', () =>
    expect([undefined, null, ''].map(read)).toEqual([undefined, undefined, undefined]))
})
