/** Why a filter fits nothing, and what comes near to it. @module */
import { nearest } from '../../base/options.ts'
import { oneLine, readable } from '../../base/text.ts'
import { InputError } from '../../errors.ts'

/** One condition of a filter. */
export interface Condition {
  /** `label` */
  name: string
  given: unknown
  /** What the condition is compared with. */
  values: readonly string[]
  /** Whether it fits something by itself. */
  fits: boolean
}

/** Values that an error lists. */
const mostListed = 8

/** @param noun `apps` or `servers` */
export function noMatch(conditions: readonly Condition[], noun: string): InputError {
  const wrong = conditions.filter(({ fits }) => !fits)
  const named = wrong.map(
    ({ name, given }) => `where.${name} ${JSON.stringify(oneLine(readable(String(given)), 60))}`,
  )
  const candidates = wrong.flatMap(({ name, given, values }) => {
    const distinct = [...new Set(values.filter(Boolean))]
    const near = nearest(String(given), distinct)
    return (near ? [near] : distinct.slice(0, mostListed)).map((value) => ({
      where: name,
      value: oneLine(value, 120),
    }))
  })
  const why =
    wrong.length > 0
      ? `${named.join(' and ')} ${wrong.length > 1 ? 'fit' : 'fits'} none of the ${noun}.`
      : `none of the ${noun} fits all of where together.`
  return new InputError(
    `run_campaign: ${why}`,
    `Nothing was changed, and no campaign was begun. ${candidates.length > 0 ? 'What comes near to it, or is there, is listed.' : 'Leave a condition out, or name the targets.'}`,
    candidates.length > 0 ? { candidates } : {},
  )
}
