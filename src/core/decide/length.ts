/** The bounds of arguments. They are measured before any pattern or schema sees the arguments. @module */
import { InputError } from '../../errors.ts'

/** The longest text of an argument whose schema sets no bound. */
export const mostCharacters = 100_000
/** The longest list whose schema sets no bound, and the most fields of an object in the arguments. */
export const mostItems = 1000
/** The most arguments of a call. */
export const mostArguments = 100

/** @throws InputError that tells the place and both lengths. */
export function checkLength(text: string, most: number, path: readonly string[]): void {
  if (text.length > most) refuse(text.length, most, 'characters', path)
}

/** @throws InputError that tells the place and both numbers. */
export function checkCount(
  count: number,
  most: number,
  what: 'arguments' | 'fields' | 'items',
  path: readonly string[],
): void {
  if (count > most) refuse(count, most, what, path)
}

function refuse(count: number, most: number, what: string, [tool, ...path]: readonly string[]): never {
  const where = path.join('.').slice(0, 100) || (what === 'characters' ? 'a name' : 'the call')
  throw new InputError(`${tool}: ${where}: has ${count} ${what}; at most ${most} are taken.`)
}
