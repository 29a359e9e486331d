/** The longest texts among arguments. They are measured before any pattern sees them. @module */
import { InputError } from '../../errors.ts'

/** The longest text of an argument whose schema sets no bound. */
export const mostCharacters = 100_000

/** @throws InputError that tells the place and both lengths. */
export function checkLength(text: string, most: number, [tool, ...path]: readonly string[]): void {
  if (text.length <= most) return
  const where = path.join('.').slice(0, 100) || 'a name'
  throw new InputError(`${tool}: ${where}: has ${text.length} characters; at most ${most} are taken.`)
}
