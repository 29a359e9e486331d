/** The argument `until`: how long access stays open. @module */
import { InputError } from '../../errors.ts'
import { isoTime, msOf } from '../declare/time.ts'
import type { Until } from '../types/closing.ts'
import type { AnyTool } from '../types/tool.ts'

const units = { m: 60, h: 3600, d: 86_400 } as const

/** Seconds. Less is over before anybody has used it. */
const shortest = 60
/** Seconds. What shall stay longer is no access for a time. */
const longest = 30 * 86_400

const forms = 'a duration as 30m, 2h or 3d, or a time as 2026-12-01T18:00Z'

/**
 * Read the argument.
 *
 * @throws InputError for text that is neither a duration nor a time, and for one that is too short or too long.
 */
export function readUntil(tool: AnyTool, given: unknown): Until | undefined {
  if (given === undefined || given === null || given === '') return undefined
  const refuse = (why: string, next = `Give ${forms}.`) =>
    new InputError(`${tool.name}: until ${why}`, `Nothing was changed. ${next}`)
  if (typeof given !== 'string') throw refuse(`must be ${forms}.`, 'Call again with one of them.')
  const text = given.trim().slice(0, 60)
  const [, count, unit] = /^(?:in\s+)?(\d{1,4})\s?(m|h|d)(?:in(?:utes?)?|ours?|ays?)?$/i.exec(text) ?? []
  if (count !== undefined) {
    const seconds = Number(count) * units[unit?.toLowerCase() as keyof typeof units]
    if (seconds < shortest || seconds > longest) throw refuse('must be from one minute to 30 days.')
    return { seconds }
  }
  const at = msOf(text)
  if (!Number.isFinite(at)) throw refuse(`must be ${forms}.`, 'Call again with one of them.')
  checkTime(tool, { at })
  return { at }
}

/** A time may pass while a person is asked. @throws InputError */
export function checkTime(tool: AnyTool, until: Until): void {
  if (!('at' in until)) return
  const left = (until.at - Date.now()) / 1000
  if (left >= shortest && left <= longest) return
  throw new InputError(
    `${tool.name}: until is ${left < shortest ? `${isoTime(until.at)}, which is over or less than a minute from now` : 'more than 30 days from now'}.`,
    `Nothing was changed. Give ${forms}.`,
  )
}

/** Milliseconds since 1970, for access that is opened now. */
export const timeOf = (until: Until, now = Date.now()): number =>
  'at' in until ? until.at : now + until.seconds * 1000

/** The argument in words for a plan. */
export function untilWords(until: Until): string {
  if ('at' in until) return `at ${isoTime(until.at)}`
  const { seconds } = until
  const [unit, size] =
    seconds % 86_400 === 0 ? ['day', 86_400] : seconds % 3600 === 0 ? ['hour', 3600] : ['minute', 60]
  const count = seconds / Number(size)
  return `${count} ${unit}${count === 1 ? '' : 's'} after it was opened`
}
