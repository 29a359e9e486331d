/**
 * The text of `CHANGE_WINDOWS`: `sat-sun 02:00-06:00 Europe/Berlin; shop, *production*: never`.
 *
 *     rules    rule, separated by ";"
 *     rule     [TARGET, TARGET ... ":"] when
 *     when     "always" | "never" | days HH:MM-HH:MM [ZONE]
 *     days     "daily" | day or range of days, separated by ","
 *
 * The last colon before a word ends the targets, so a label may hold a colon. It can hold no comma and no semicolon: an
 * id or a `*` stands for those.
 *
 * @module
 */
import { nearest } from '../../../base/options.ts'
import { InputError } from '../../../errors.ts'
import type { Hours, When, WindowRule } from './types.ts'

export const dayNames = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

/** A part of the text, and where it begins. */
interface Part {
  text: string
  /** From 0. */
  at: number
}

/** @throws InputError that names the column, the text there, and the nearest word that fits. */
export function parseWindows(text: string): WindowRule[] {
  return split({ text, at: 0 }, ';').map((part) => {
    if (part.text === '') throw wrong(part, 'a rule is missing')
    return ruleOf(part)
  })
}

function ruleOf(part: Part): WindowRule {
  const colon = [...part.text.matchAll(/:(?=\s*\p{L})/gu)].at(-1)?.index
  if (colon === undefined) return { targets: [], when: whenOf(part) }
  const targets = split({ text: part.text.slice(0, colon), at: part.at }, ',')
  const empty = targets.find((target) => target.text === '')
  if (empty) throw wrong(empty, 'an id or a label is missing')
  const when = whenOf(trimmed(part.text.slice(colon + 1), part.at + colon + 1))
  return { targets: targets.map((target) => target.text), when }
}

function whenOf(part: Part): When {
  const [first, hours, zone, more] = words(part)
  const word = (first as Part).text.toLowerCase()
  if (word === 'always' || word === 'never') {
    if (hours) throw wrong(hours, `nothing follows ${word}`)
    return { kind: word }
  }
  const days = daysOf(first as Part)
  if (!hours) throw wrong(end(part), 'hours are missing, as 02:00-06:00')
  const times = hoursOf(hours)
  if (more) throw wrong(more, 'nothing follows the zone')
  return { kind: 'hours', days, ...times, zone: zone ? zoneOf(zone) : 'UTC' }
}

const everyDay = dayNames.map((_, day) => day)

function daysOf(part: Part): number[] {
  if (part.text.toLowerCase() === 'daily') return everyDay
  const found = split(part, ',').flatMap((range) => {
    const [from, to, more] = split(range, '-').map(dayOf)
    if (more !== undefined) throw wrong(range, 'a range has two days, as sat-sun')
    return to === undefined ? [from as number] : between(from as number, to)
  })
  return [...new Set(found)].sort((one, other) => one - other)
}

/** `fri-mon` goes over the end of the week. */
const between = (from: number, to: number) =>
  Array.from({ length: ((to - from + 7) % 7) + 1 }, (_, step) => (from + step) % 7)

function dayOf(part: Part): number {
  const day = (dayNames as readonly string[]).indexOf(part.text.toLowerCase())
  if (day >= 0) return day
  const long = dayNames.find((name) => part.text.toLowerCase().startsWith(name))
  const near = long ?? nearest(part.text, [...dayNames, 'daily', 'always', 'never'])
  throw wrong(part, 'that is no day', near ?? 'mon, tue, wed, thu, fri, sat, sun, daily, always or never')
}

function hoursOf(part: Part): Pick<Hours, 'from' | 'to'> {
  const [from, to, more] = split(part, '-').map(minuteOf)
  if (from === undefined || to === undefined || more !== undefined)
    throw wrong(part, 'hours are written 02:00-06:00')
  if (from === 1440) throw wrong(part, 'a window begins at 00:00, and not at 24:00')
  if (from === to) throw wrong(part, 'a window ends at another time than it begins', '00:00-24:00')
  return { from, to: to === 0 ? 1440 : to }
}

function minuteOf(part: Part): number {
  const [, hours, minutes] = /^(\d\d):(\d\d)$/.exec(part.text) ?? []
  const minute = Number(hours) * 60 + Number(minutes)
  if (hours !== undefined && Number(minutes) < 60 && minute <= 1440) return minute
  throw wrong(part, 'that is no time of the day, from 00:00 to 24:00')
}

function zoneOf(part: Part): string {
  // Intl takes offsets as well. They know no daylight saving, and look like a part of the hours.
  if (/^[a-z][\w+/-]*$/i.test(part.text) && isZone(part.text)) return part.text
  const near = nearest(part.text, ['UTC', ...Intl.supportedValuesOf('timeZone')])
  throw wrong(part, 'there is no such time zone', near ?? 'a name as Europe/Berlin')
}

function isZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone })
    return true
  } catch {
    return false
  }
}

function split({ text, at }: Part, separator: string): Part[] {
  let begin = at
  return text.split(separator).map((piece) => {
    const part = trimmed(piece, begin)
    begin += piece.length + 1
    return part
  })
}

function trimmed(text: string, at: number): Part {
  const bare = text.trimStart()
  return { text: bare.trimEnd(), at: at + text.length - bare.length }
}

/** @returns one part at least. */
const words = ({ text, at }: Part): Part[] =>
  text === ''
    ? [{ text, at }]
    : [...text.matchAll(/\S+/g)].map((match) => ({ text: match[0], at: at + match.index }))

const end = ({ text, at }: Part): Part => ({ text: '', at: at + text.length })

function wrong({ text, at }: Part, problem: string, meant?: string): InputError {
  const there = text === '' ? '' : `, '${text.replaceAll(/\s+/g, ' ').slice(0, 60)}'`
  return new InputError(
    `column ${at + 1}${there}: ${problem}.`,
    meant === undefined
      ? 'Write it as: sat-sun 02:00-06:00 Europe/Berlin; shop: never'
      : `Did you mean ${meant}?`,
    { column: at + 1 },
  )
}

const time = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`

/** The same as `parseWindows` takes. */
export function printWhen(when: When): string {
  if (when.kind !== 'hours') return when.kind
  const { days, from, to, zone } = when
  const named = days.length === 7 ? 'daily' : days.map((day) => dayNames[day]).join(',')
  return `${named} ${time(from)}-${time(to)} ${zone}`
}

export const printWindows = (rules: readonly WindowRule[]): string =>
  rules
    .map(({ targets, when }) => `${targets.length > 0 ? `${targets.join(', ')}: ` : ''}${printWhen(when)}`)
    .join('; ')
