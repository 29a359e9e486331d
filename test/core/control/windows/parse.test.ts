/** The text of CHANGE_WINDOWS: what it means, and what is wrong with it and where. */
import { InputError } from 'cloudways-tools'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseWindows, printWindows } from '../../../../src/core/control/windows/parse.ts'
import type { When, WindowRule } from '../../../../src/core/control/windows/types.ts'
import { runs } from '../../../support/deep.ts'
import { anyText } from '../../../support/texts.ts'

const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Etc/GMT+5')

const hours: fc.Arbitrary<When> = fc
  .record({
    kind: fc.constant('hours' as const),
    days: fc.subarray([0, 1, 2, 3, 4, 5, 6], { minLength: 1 }),
    from: fc.nat(1439),
    to: fc.integer({ min: 1, max: 1440 }),
    zone: zones,
  })
  .filter(({ from, to }) => from !== to)

const when = fc.oneof(hours, fc.constantFrom<When>({ kind: 'always' }, { kind: 'never' }))
/** No label of a rule can hold these two: they part entries and rules. */
const label = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  .filter((text) => !/[,;]/.test(text) && text.trim() === text)

const rules: fc.Arbitrary<WindowRule[]> = fc.array(
  fc.record({ targets: fc.array(label, { maxLength: 3 }), when }),
  { minLength: 1, maxLength: 4 },
)

describe('windows', () => {
  it('are read as they are printed', () => {
    fc.assert(
      fc.property(rules, (given) => {
        expect(parseWindows(printWindows(given))).toEqual(given)
      }),
    )
  })

  it('are refused as an InputError that names a column in the text, whatever it is', () => {
    const near = fc
      .array(
        fc.constantFrom(
          'shop',
          ':',
          ' ',
          ';',
          ',',
          'sat',
          '-',
          '02:00',
          '25:00',
          'UTC',
          'Mars/X',
          'never',
          '*',
          'ü',
        ),
      )
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(fc.oneof(near, fc.string(), anyText()), (text) => {
        try {
          parseWindows(text)
        } catch (error) {
          expect(error).toBeInstanceOf(InputError)
          const { column } = (error as InputError).details as { column: number }
          expect(column).toBeGreaterThanOrEqual(1)
          expect(column).toBeLessThanOrEqual(text.length + 1)
        }
      }),
      { numRuns: runs(500) },
    )
  })

  it.each<[string, WindowRule[]]>([
    ['always', [{ targets: [], when: { kind: 'always' } }]],
    ['shop:never', [{ targets: ['shop'], when: { kind: 'never' } }]],
    [
      'Sat-Sun 02:00-06:00 Europe/Berlin; my shop, default:70011: never',
      [
        { targets: [], when: { kind: 'hours', days: [5, 6], from: 120, to: 360, zone: 'Europe/Berlin' } },
        { targets: ['my shop', 'default:70011'], when: { kind: 'never' } },
      ],
    ],
    [
      'fri-mon,wed 22:00-00:00',
      [{ targets: [], when: { kind: 'hours', days: [0, 2, 4, 5, 6], from: 1320, to: 1440, zone: 'UTC' } }],
    ],
    [
      'Web: Production: daily 23:30-01:00 utc',
      [
        {
          targets: ['Web: Production'],
          when: { kind: 'hours', days: [0, 1, 2, 3, 4, 5, 6], from: 1410, to: 60, zone: 'utc' },
        },
      ],
    ],
  ])('%s', (text, expected) => expect(parseWindows(text)).toEqual(expected))

  it.each([
    ['', /^column 1: a rule is missing/],
    ['always;', /^column 8: a rule is missing/],
    ['satt 02:00-03:00', /^column 1, 'satt': that is no day\. Did you mean sat\?/],
    ['shop: saturday 02:00-03:00', /^column 7, 'saturday': .+Did you mean sat\?/],
    ['alway', /^column 1, 'alway': .+Did you mean always\?/],
    ['shop: nevr', /^column 7, 'nevr': .+Did you mean never\?/],
    ['sat', /^column 4: hours are missing/],
    ['sat 2:00-03:00', /^column 5, '2:00': that is no time of the day/],
    ['sat 02:00-24:01', /^column 11, '24:01'/],
    ['sat 02:00-02:00', /^column 5, .+Did you mean 00:00-24:00\?/],
    ['sat 24:00-02:00', /^column 5, /],
    ['sat 02:00', /^column 5, '02:00': hours are written/],
    [
      'sat 02:00-03:00 Europe/Berln',
      /^column 17, 'Europe\/Berln': there is no such time zone\. Did you mean Europe\/Berlin\?/,
    ],
    ['sat 02:00-03:00 +02:00', /^column 17, '\+02:00': there is no such time zone/],
    ['sat 02:00-03:00 UTC sun', /^column 21, 'sun': nothing follows the zone/],
    ['never 02:00-03:00', /^column 7, .+nothing follows never/],
    ['shop,, blog: never', /^column 6: an id or a label is missing/],
    [': never', /^column 1: an id or a label is missing/],
    ['shop: ', /^column 1, 'shop:': that is no day/],
    ['sat-sun-mon 02:00-03:00', /^column 1, 'sat-sun-mon': a range has two days/],
  ])('%j is wrong, and says where', (text, words) => {
    const said = (() => {
      try {
        parseWindows(text)
        return 'it was taken'
      } catch (error) {
        return `${(error as InputError).message} ${(error as InputError).next}`
      }
    })()
    expect(said).toMatch(words)
  })
})
