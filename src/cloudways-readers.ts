/** What one option of a toolkit accepts: readers that answer the value or the default, or refuse. @module */
import { mayCarrySecrets } from './base/http.ts'
import { nearest } from './base/options.ts'
import { readable } from './base/text.ts'
import { parseWindows } from './core/control/windows/parse.ts'
import type { WindowRule } from './core/control/windows/types.ts'
import { InputError } from './errors.ts'

/** Reads one option: checks what was given, and answers it or the default. `undefined`: the option was left out. */
export type Reader<Given, Value> = (given: Given | undefined, name: string) => Value

export const defaultApiUrl = 'https://api.cloudways.com/api/v2'

export const wrong = (option: string, problem: string) =>
  new InputError(`${option}: ${problem}`, 'Fix the option, or leave it out.', { option })

/** Strict: the text 'false' of an environment variable would count as true, and switch a guard off. */
export function yesOrNo(given: boolean | undefined, name: string): boolean {
  if (![true, false, undefined].includes(given)) throw wrong(name, 'must be true or false.')
  return given ?? false
}

/** Checked now: what is no function would be noticed only when it is called, at the first change. */
export function callback(given: unknown, name: string): void {
  if (!['function', 'undefined'].includes(typeof given)) throw wrong(name, 'must be a function.')
}

export function seconds(least: number, most: number, byDefault: number): Reader<number | undefined, number> {
  return (given, name) => {
    const value = given ?? byDefault
    if (typeof value === 'number' && value >= least && value <= most) return value
    throw new InputError(`${name}: must be a number of seconds from ${least} to ${most}.`, 'Fix the option.')
  }
}

/** An empty list is refused: it is usually an unset variable, and would open everything. */
export function labels(given: readonly string[] | undefined, name: string): readonly string[] {
  if (given === undefined) return []
  const isLabel = (entry: unknown) => typeof entry === 'string' && readable(entry) !== ''
  if (Array.isArray(given) && given.length > 0 && given.every(isLabel)) return given
  throw new InputError(`${name}: must be a list of ids or labels, as texts.`, `Pass { ${name}: ['70011'] }.`)
}

/** Strict: a guard that is misspelt must not be off. */
export function oneOf<const Value extends string>(known: readonly Value[], byDefault: Value) {
  return (given: Value | undefined, name: string): Value => {
    const value = given === undefined ? byDefault : given
    if (known.includes(value)) return value
    const near = nearest(String(value), known)
    throw new InputError(
      `${name}: must be one of ${known.join(', ')}${near ? `; did you mean ${near}?` : '.'}`,
      'Fix the option.',
    )
  }
}

/** A list of known words. */
export function someOf<const Value extends string>(known: readonly Value[]) {
  return (given: readonly Value[] | undefined, name: string): readonly Value[] => {
    if (given === undefined) return []
    if (!Array.isArray(given) || given.length === 0)
      throw wrong(name, `must be a list of ${known.join(', ')}.`)
    return given.map((value) => oneOf(known, value)(value, name))
  }
}

export const storageMethods = ['get', 'set', 'delete', 'take', 'increment', 'lock', 'dispose'] as const

export function driver<D>(given: D | undefined, name: string, methods: readonly (keyof D)[]): D | undefined {
  if (given === undefined) return undefined
  const missing = methods.find((method) => typeof Object(given)[method] !== 'function')
  if (missing) throw wrong(name, `has no method ${String(missing)}; it needs ${methods.join(', ')}.`)
  return given
}

export function readUrl(text: string = defaultApiUrl): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !mayCarrySecrets(url) || url.search || url.username || url.password) {
    throw new InputError(
      'apiUrl: must be an https URL (http for localhost only), without user, password and query.',
      `The default is ${defaultApiUrl}.`,
    )
  }
  return text.replace(/\/+$/, '')
}

/** @throws InputError that names the column. */
export function readWindows(given: string | undefined, name: string): WindowRule[] {
  if (given === undefined) return []
  if (typeof given !== 'string')
    throw wrong(name, "must be a text, such as 'sat-sun 02:00-06:00 Europe/Berlin'.")
  try {
    return parseWindows(given)
  } catch (error) {
    if (error instanceof InputError) error.message = `${name}: ${error.message}`
    throw error
  }
}
