/**
 * Strict options and optional packages. An unknown option is an error that names the nearest known one.
 *
 * A misspelt option that is silently ignored is the most dangerous kind, because the guard it should set stays off.
 *
 * @module
 */
import leven from 'leven'
import { InputError } from '../errors.ts'

/**
 * The candidate nearest to a misspelt name, or `undefined` when none is near enough.
 *
 * Case, `-` and `_` do not count, so `RedisUrl`, `redis-url` and `redis_url` are all nearest to `redisUrl`.
 */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  // The distance takes time in proportion to both lengths, and no name is that long.
  if (name.length > 200) return undefined
  const wanted = bare(name)
  let best: string | undefined
  // At most one edit for three characters: `prefx` finds `prefix`, and `x` finds nothing.
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
 * Refuse an unknown option.
 *
 * @param where the function that takes the options, for the message.
 * @throws InputError that names the unknown option, the nearest known one and all known ones.
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
 * Refuse an option that is not a finite number in range.
 *
 * @param where the function that takes the option, for the message.
 * @param least the smallest value that is allowed. Default: anything above 0.
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

/** Reads one option: checks what was given, and answers it or its default. */
export type Reader<Value> = (given: unknown, name: string, where: string) => Value

/** The reader of each option. An option that is missing here does not compile. */
export type Rows<Options> = { [Name in keyof Options]-?: Reader<unknown> }

/**
 * Read every option by its row.
 *
 * @throws InputError that names the option which has no row, or whose value can't work.
 */
export function readRows<R extends Record<string, Reader<unknown>>>(where: string, options: object, rows: R) {
  checkOptions(where, options, Object.keys(rows))
  const given = options as Record<string, unknown>
  const values = Object.entries(rows).map(([name, read]) => [name, read(given[name], name, where)])
  return Object.fromEntries(values) as { [Name in keyof R]: ReturnType<R[Name]> }
}

export const anything = () => {}

export function atLeastOne(byDefault: number): Reader<number> {
  return (given = byDefault, name, where) => {
    checkNumber(where, name, given, 1)
    return given as number
  }
}

/** Strict: a text such as 'false' counts as true in JavaScript, and would leave a way in open by accident. */
export function trueOrFalse(byDefault: boolean): Reader<boolean> {
  return (given = byDefault, name, where) => {
    if (typeof given === 'boolean') return given
    throw new InputError(`${where}: '${name}' must be true or false.`, `Fix '${name}'.`, { option: name })
  }
}

function bare(name: string): string {
  return name.replace(/[-_]/g, '').toLowerCase()
}

/**
 * Load an optional package.
 *
 * @param feature the feature that needs the package, as the first word of the error.
 * @param install name and version for `npm install`, such as `ioredis@5`.
 * @param load the import of a literal name inside of `try`, which bundlers and the type checker have to see. Without
 * `try`, Turbopack and webpack take a missing package for an error. It answers `undefined` for one.
 * @throws InputError that says what to install.
 */
export async function loadOptional<T>(
  feature: string,
  install: string,
  load: () => Promise<T | undefined>,
): Promise<T> {
  const loaded = await load()
  if (loaded) return loaded
  const name = install.slice(0, install.lastIndexOf('@'))
  throw new InputError(`${feature} needs the package '${name}'.`, `Run: npm install ${install}`)
}
