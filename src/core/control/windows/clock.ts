/**
 * When a window is open. The clock on the wall of its zone decides: where it is put forward, the hour that is left out
 * opens nothing, and where it is put back, the hour that comes twice opens twice.
 *
 * @module
 */
import type { Hours, When } from './types.ts'

const minute = 60_000
const day = 1440 * minute
const week = 7 * day

const formats = new Map<string, Intl.DateTimeFormat>()

/** Milliseconds that the wall is ahead of UTC. */
function offsetAt(zone: string, at: number): number {
  let format = formats.get(zone)
  if (!format) {
    const numeric = 'numeric'
    format = new Intl.DateTimeFormat('en-US', {
      ...{ timeZone: zone, hourCycle: 'h23' },
      ...{ year: numeric, month: numeric, day: numeric, hour: numeric, minute: numeric, second: numeric },
    })
    formats.set(zone, format)
  }
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
  const { year = 0, month = 1, day: date = 1, hour = 0, minute: minutes = 0, second = 0 } = parts
  return Date.UTC(year, month - 1, date, hour, minutes, second) - Math.floor(at / 1000) * 1000
}

/** Milliseconds on the wall since Monday, 00:00. The first of January 1970 was a Thursday. */
const inWeek = (wall: number) => (((wall + 3 * day) % week) + week) % week

/** Begin and end of each window of a week, in milliseconds since Monday. The end may lie in the next week. */
const spansOf = ({ days, from, to }: Hours) =>
  days.map((one) => {
    const begin = one * day + from * minute
    return { begin, end: begin + (to > from ? to - from : to - from + 1440) * minute }
  })

function isOpenOnWall(hours: Hours, wall: number): boolean {
  const now = inWeek(wall)
  return spansOf(hours).some(({ begin, end }) =>
    [now, now + week].some((time) => begin <= time && time < end),
  )
}

/** @param at milliseconds since 1970. */
export function isOpen(when: When, at: number): boolean {
  if (when.kind !== 'hours') return when.kind === 'always'
  return isOpenOnWall(when, at + offsetAt(when.zone, at))
}

/**
 * The first time from `at` on at which a window is open.
 *
 * @returns milliseconds since 1970; `undefined`: never.
 */
export function nextOpen(when: When, at: number): number | undefined {
  if (when.kind === 'never') return undefined
  if (isOpen(when, at)) return at
  const hours = when as Hours
  let now = at
  // A window that lies in an hour which is left out opens a week later.
  for (let tries = 0; tries < 20; tries++) {
    const offset = offsetAt(hours.zone, now)
    const wall = inWeek(now + offset)
    const ahead = spansOf(hours).map(({ begin }) => (begin - wall + week) % week || week)
    const next = now + Math.min(...ahead)
    const change = changeBetween(hours.zone, now, next)
    if (change === undefined) return next
    if (isOpen(hours, change)) return change
    now = change
  }
  return undefined
}

/** When the clock on the wall is put to another time, first; `undefined`: not until `to`, `to` included. */
function changeBetween(zone: string, from: number, to: number): number | undefined {
  const before = offsetAt(zone, from)
  let [low, high] = [from, from]
  // By days: a clock that is put forward and back again within a week would look as if nothing had happened.
  while (offsetAt(zone, high) === before) {
    if (high >= to) return undefined
    low = high
    high = Math.min(to, high + day)
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (offsetAt(zone, middle) === before) low = middle
    else high = middle
  }
  return high
}

/** The time on the wall of a zone, for people: `Sat 02:00 Europe/Berlin`. */
export function onWall(zone: string, at: number): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone: zone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  })
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]))
  return `${parts.weekday} ${parts.hour}:${parts.minute} ${zone}`
}
