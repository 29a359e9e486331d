/** Windows by the clock on the wall, over weeks in which it is put forward and back. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isOpen, nextOpen, onWall } from '../../../../src/core/control/windows/clock.ts'
import { dayNames, parseWindows } from '../../../../src/core/control/windows/parse.ts'
import type { Hours } from '../../../../src/core/control/windows/types.ts'
import { runs } from '../../../support/deep.ts'

const when = (text: string) => parseWindows(text)[0]?.when as Hours
const at = (text: string) => Date.parse(text)
const minute = 60_000

/** Weeks with a change of the clock, and one without. Lord Howe puts it by half an hour, Santiago at midnight. */
const weeks = [
  ['Europe/Berlin', '2026-03-26T00:00:00Z'],
  ['Europe/Berlin', '2026-10-22T00:00:00Z'],
  ['America/New_York', '2026-03-05T00:00:00Z'],
  ['America/New_York', '2026-10-29T00:00:00Z'],
  ['Australia/Lord_Howe', '2026-04-02T00:00:00Z'],
  ['Australia/Lord_Howe', '2026-10-01T00:00:00Z'],
  ['America/Santiago', '2026-09-03T00:00:00Z'],
  ['Asia/Kathmandu', '2026-06-01T00:00:00Z'],
] as const

const walls = new Map(
  weeks.map(([timeZone]) => [
    timeZone as string,
    new Intl.DateTimeFormat('en-GB', {
      ...{ timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
    }),
  ]),
)

/** The reference: the words that Intl writes for one minute, compared as texts. */
function isOpenByWords({ days, from, to, zone }: Hours, time: number): boolean {
  const text = (walls.get(zone) as Intl.DateTimeFormat).format(time)
  const [, name = '', hours, minutes] = /(\w{3})\D+(\d\d):(\d\d)/.exec(text) ?? []
  const today = (dayNames as readonly string[]).indexOf(name.toLowerCase())
  const now = Number(hours) * 60 + Number(minutes)
  const yesterday = (today + 6) % 7
  if (from < to) return days.includes(today) && from <= now && now < to
  return (days.includes(today) && now >= from) || (days.includes(yesterday) && now < to)
}

/** Begins and ends near the hours in which clocks are put. */
const near = fc.integer({ min: 0, max: 1439 }).chain((any) => fc.constantFrom(any, any % 240, 120, 150, 180))
const windowIn = (zone: string) =>
  fc
    .record({
      kind: fc.constant('hours' as const),
      days: fc.subarray([0, 1, 2, 3, 4, 5, 6], { minLength: 1 }),
      ...{ from: near, to: near.map((to) => to || 1440), zone: fc.constant(zone) },
    })
    .filter(({ from, to }) => from !== to)

describe.each(weeks)('in %s, the week of %s', (zone, begin) => {
  const first = at(begin)

  it('a window is open when the wall says so', () => {
    fc.assert(
      fc.property(windowIn(zone), fc.integer({ min: 0, max: 7 * 1440 - 1 }), (hours, since) => {
        for (let step = since; step < since + 90; step++) {
          const time = first + step * minute
          expect(isOpen(hours, time)).toBe(isOpenByWords(hours, time))
        }
      }),
      { numRuns: runs(30) },
    )
  })

  it('the next opening is open, and nothing before it is', () => {
    fc.assert(
      fc.property(windowIn(zone), fc.integer({ min: 0, max: 7 * 86_400_000 - 1 }), (hours, since) => {
        const from = first + since
        const next = nextOpen(hours, from) as number
        expect(isOpenByWords(hours, next)).toBe(true)
        expect(next === from || next % minute === 0).toBe(true)
        // Every fifth minute, and the last one.
        const before = [next - 1]
        for (let time = from; time < next; time += 5 * minute) before.push(time)
        if (next > from) for (const time of before) expect(isOpenByWords(hours, time)).toBe(false)
      }),
      { numRuns: runs(30) },
    )
  })
})

describe('daylight saving', () => {
  it('opens nothing in the hour that is left out, and a week later again', () => {
    const hours = when('sun 02:00-03:00 Europe/Berlin')
    expect(isOpen(hours, at('2026-03-29T00:59:00Z'))).toBe(false)
    expect(isOpen(hours, at('2026-03-29T01:00:00Z'))).toBe(false)
    expect(nextOpen(hours, at('2026-03-28T00:00:00Z'))).toBe(at('2026-04-05T00:00:00Z'))
  })

  it('opens a window whose begin is left out when the clock has been put', () => {
    expect(nextOpen(when('sun 02:30-04:00 Europe/Berlin'), at('2026-03-29T00:30:00Z'))).toBe(
      at('2026-03-29T01:00:00Z'),
    )
  })

  it('opens twice in the hour that comes twice', () => {
    const hours = when('sun 02:30-02:45 Europe/Berlin')
    expect(nextOpen(hours, at('2026-10-24T22:00:00Z'))).toBe(at('2026-10-25T00:30:00Z'))
    expect(isOpen(hours, at('2026-10-25T00:50:00Z'))).toBe(false)
    expect(nextOpen(hours, at('2026-10-25T00:50:00Z'))).toBe(at('2026-10-25T01:30:00Z'))
    expect(nextOpen(hours, at('2026-10-25T01:45:00Z'))).toBe(at('2026-11-01T01:30:00Z'))
  })
})

it('goes past midnight and over the end of the week', () => {
  const hours = when('sun 22:00-02:00 UTC')
  expect(isOpen(hours, at('2026-11-29T22:00:00Z'))).toBe(true)
  expect(isOpen(hours, at('2026-11-30T01:59:59.999Z'))).toBe(true)
  expect(isOpen(hours, at('2026-11-30T02:00:00Z'))).toBe(false)
  expect(isOpen(hours, at('2026-11-29T01:00:00Z'))).toBe(false)
  expect(onWall('Europe/Berlin', at('2026-11-29T22:00:00Z'))).toBe('Sun 23:00 Europe/Berlin')
})
