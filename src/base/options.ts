/**
 * Strict options: what is unknown or out of range is an error that names the nearest right one.
 *
 * A misspelt option that is silently ignored is the costliest kind: the guard that it should have set is off.
 *
 * @module
 */

import leven from 'leven'
import { InputError } from '../errors.ts'

/**
 * The candidate that was most likely meant, or `undefined` when none is reasonably near.
 *
 * Case, `-` and `_` do not count, so `RedisUrl`, `redis-url` and `redis_url` are all nearest to `redisUrl`.
 */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  const wanted = bare(name)
  let best: string | undefined
  // One edit in three characters: `prefx` finds `prefix`, `x` finds nothing.
  let bound = Math.floor(Math.max(wanted.length, 3) / 3)
  for (const candidate of candidates) {
    const distance = leven(wanted, bare(candidate), { maxDistance: bound + 1 })
    if (distance > bound || (best !== undefined && distance === bound)) continue
    best = candidate
    bound = distance
  }
  return best
}

/**
 * Refuse an option that `where` does not know.
 *
 * @throws InputError that names the unknown option, the nearest right one and all known ones.
 */
export function checkOptions(where: string, options: object, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new InputError(`${where} takes an object of options.`, `Pass { ${known.join(', ')} }.`)
  }
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue
    const meant = nearest(name, known)
    throw new InputError(
      `${where} has no option '${name}'.${meant ? ` Did you mean '${meant}'?` : ''}`,
      `Known options: ${known.join(', ')}.`,
      meant ? { option: name, nearest: meant } : { option: name },
    )
  }
}

/**
 * Refuse what is not a finite number of at least `least`; without `least`, not above 0.
 *
 * @throws InputError that names the option.
 */
export function checkNumber(where: string, name: string, value: unknown, least?: number): void {
  const fits = typeof value === 'number' && Number.isFinite(value)
  if (fits && (least === undefined ? value > 0 : value >= least)) return
  throw new InputError(
    `${where}: '${name}' must be a number ${least === undefined ? 'above 0' : `of at least ${least}`}.`,
    `Fix '${name}'.`,
    { option: name },
  )
}

function bare(name: string): string {
  return name.replace(/[-_]/g, '').toLowerCase()
}
