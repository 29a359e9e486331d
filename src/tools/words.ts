/** Rows of the platform that are passed on whole, in words that can be read: switches, times and schedules. @module */
import { type Json, object, textOf } from '../core/send/inventory.ts'
import { isOn } from './effects.ts'
import { assumed, numberOf, timeFields } from './values.ts'

const isTime = /(?:_at|_on)$|^datetime$/
const isSwitch =
  /^is_|^has_|_enabled$|^(?:auto|wild_card|own_ssl|local_backups|direct_access|autoscale|enforce_https|cors_header|xmlrpc|webp|access)$/

/** Numbers that the platform writes as text, under names that say their unit where it is known. */
const numbers: Readonly<Record<string, string>> = {
  backup_frequency: 'backup_frequency_hours',
  backup_retention: 'backup_retention',
  snapshot_frequency: 'snapshot_frequency',
}

/** Only a value that is one of two words is a switch: anything else under such a name stays what it is. */
function switched(value: unknown): unknown {
  const isWord = ['string', 'number', 'boolean'].includes(typeof value)
  return (isWord ? isOn(value) : null) ?? value
}

function entry(name: string, value: unknown): Json {
  if (isTime.test(name) && (value === null || textOf(value))) return timeFields({ [name]: value })
  if (Object.hasOwn(numbers, name)) return { [numbers[name] as string]: numberOf(value) }
  // `0110` is ten past one.
  const [, hour, minute] = name === 'backup_time' ? (/^(\d\d):?(\d\d)$/.exec(textOf(value)) ?? []) : []
  if (hour) return { [name]: `${hour}:${minute}` }
  if (object(value)) return { [name]: inWords(value as Json) }
  return { [name]: isSwitch.test(name) ? switched(value) : value }
}

/** The row with switches as true and false, and times in ISO 8601. {@link assumed} has to stand beside it. */
export const inWords = (row: Json): Json =>
  Object.assign({}, ...Object.entries(row).map(([name, value]) => entry(name, value)))

/** Every `0` and `1` of this answer is a switch. What envelopes it is left out. */
export function switchesIn(body: unknown): unknown {
  const row = object(body)
  if (!row) return body
  const { status: _, ...rest } = row
  const entries = Object.entries(rest).map(([name, value]) =>
    /_id$/.test(name) ? [name, value] : [name, /^[01]$/.test(textOf(value)) ? isOn(value) : value],
  )
  return Object.fromEntries(entries)
}

/** The states of services, and beside them what is wanted, as words. */
export const stateWords = (states: Readonly<Record<string, unknown>>): Record<string, string | null> =>
  Object.fromEntries(
    Object.entries(states).map(([name, state]) => {
      const wanted = name.endsWith('_enabled') ? isOn(state) : null
      return [name, wanted === null ? textOf(state) || null : wanted ? 'on' : 'off']
    }),
  )

/** What has to stand beside rows whose times have no zone of their own. */
export const zoneOf = (detail: 'compact' | 'full', fields: readonly string[] = []) =>
  detail === 'full' || fields.some((field) => isTime.test(field)) ? { times: assumed } : {}
