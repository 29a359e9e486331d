/**
 * Single values of the platform, in one unit each: sizes in MB of 1024 KB, times in ISO 8601. What can't be read is
 * `null`.
 *
 * @module
 */
import { textOf } from '../core/send/inventory.ts'

/** A number, also when the platform writes it as text. */
export function numberOf(value: unknown): number | null {
  const text = textOf(value).trim()
  const number = text === '' ? Number.NaN : Number(text)
  return Number.isFinite(number) ? number : null
}

const perUnit: Record<string, number> = { B: 1 / 1_048_576, K: 1 / 1024, M: 1, G: 1024, T: 1_048_576 }

/** A size in MB. @param unit the unit of a number without one, by its first letter. */
export function megabytes(value: unknown, unit: 'B' | 'K' | 'M' | 'G', digits = 1): number | null {
  const number = numberOf(value)
  if (number === null) return null
  const scale = 10 ** digits
  return Math.round(number * (perUnit[unit] ?? 1) * scale) / scale
}

/** A size with its unit beside the number, `1.5G`; `null` for any other value. */
export function sizeWithUnit(value: unknown): number | null {
  const [, number, unit] = /^\s*(\d+(?:\.\d+)?)\s*([KMGT])(?:i?B)?\s*$/i.exec(textOf(value)) ?? []
  return unit ? megabytes(number, unit.toUpperCase() as 'K') : null
}

/** Seconds since 1970. */
export function timeOfSeconds(value: unknown): string | null {
  const seconds = numberOf(value)
  return seconds === null || Math.abs(seconds) > 1e11 ? null : iso(seconds * 1000)
}

/** A time as `2026-08-05 23:19:06`, without a zone: it is taken as UTC. See {@link assumed}. */
export function timeOfText(value: unknown): string | null {
  const text = textOf(value).trim().replace(' ', 'T')
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text)) return null
  const time = Date.parse(/Z$|[+-]\d\d:?\d\d$/.test(text) ? text : `${text}Z`)
  return Number.isNaN(time) ? null : iso(time)
}

/**
 * Times of the platform, by the names of their fields. One in a form that nobody documents is null, and stands beside
 * it as it was written.
 */
export function timeFields<Name extends string>(times: Readonly<Record<Name, unknown>>) {
  const entries = Object.entries(times).flatMap(([name, value]) => {
    const time = timeOfText(value)
    const text = time === null ? textOf(value) : ''
    return text
      ? [
          [name, time],
          [`${name}_as_written`, text],
        ]
      : [[name, time]]
  })
  return Object.fromEntries(entries) as Record<Name, string | null>
}

/** Told beside every time of {@link timeOfText}. */
export const assumed = 'UTC is assumed: Cloudways names no time zone'

const iso = (milliseconds: number) => new Date(milliseconds).toISOString().replace('.000Z', 'Z')
