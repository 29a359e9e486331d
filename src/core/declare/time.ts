/** Times of the platform. They have no zone: they are taken as UTC, and every text that has one says so. @module */

/** A time in milliseconds since 1970; `NaN` for text that is none. Without a zone of its own it is taken as UTC. */
export function msOf(text: string): number {
  const [, day, clock = '00:00', zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:\.\d+)?)?\s?(Z|[+-]\d\d:?\d\d)?$/i.exec(text.trim()) ??
    []
  const at = Date.parse(`${day}T${clock}${zone.toUpperCase()}`)
  // Of a day that no month has, some runtimes make a day of the next month.
  return day !== undefined && new Date(`${day}T00:00Z`).getTime() === roundTrip(day) ? at : Number.NaN
}

function roundTrip(day: string): number {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number)
  const at = Date.UTC(year, month - 1, date)
  return new Date(at).getUTCMonth() === month - 1 ? at : Number.NaN
}

/** ISO 8601 in UTC, without fractions of a second. */
export const isoTime = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')

/** How long ago, in the one unit that fits: `3 days`. */
export function ageOf(ms: number, now = Date.now()): string {
  const minutes = Math.max(0, Math.round((now - ms) / 60_000))
  const [count, unit] =
    minutes < 120
      ? [minutes, 'minute']
      : minutes < 2880
        ? [Math.round(minutes / 60), 'hour']
        : [Math.round(minutes / 1440), 'day']
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

export const assumedZone = 'UTC, assumed: Cloudways writes no time zone'
