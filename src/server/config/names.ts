/**
 * The names of variables, and whether a variable is set. A misspelt or empty guard would be off without a word.
 *
 * @module
 */
import leven from 'leven'
import { nearest } from '../../base/options.ts'
import { InputError } from '../../errors.ts'
import { accountFilePrefix, accountPrefix, type VariableName, variableList } from './variables.ts'

/** The environment as `process.env` has it. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Whether a variable is set. An empty text does not count: compose files and CI write it for "no value". */
export function isSet(env: Environment, name: string): boolean {
  return (env[name] ?? '').trim() !== ''
}

/** @throws InputError for a guard that is set but has no entry, mostly because a variable of a shell had no value. */
export function checkGuard(env: Environment, name: string): void {
  const text = env[name]
  if (text === undefined || /[^\s,]/.test(text)) return
  throw new InputError(
    `${name} is set, and empty: it would hold nothing back.`,
    'Give it a value, or unset it.',
    { variable: name },
  )
}

const names = variableList.map(([name]) => name as string)
const prefix = 'CLOUDWAYS_'

/** Whether a variable holds the token of a further account, whatever its name is worth. */
export const isAccount = (name: string): boolean => name.startsWith(accountPrefix)

/** Whether a variable names the file with the token of a further account. */
export const isAccountFile = (name: string): boolean => name.startsWith(accountFilePrefix)

/** Whether a variable is about a further account: its name ends as the person chose. */
export const isFurther = (name: string): boolean => isAccount(name) || isAccountFile(name)

/** Guards that are off by default. Hardly any other variable begins with one of these names. */
const guards = ['READ_ONLY', 'PROTECT', 'EXCLUDE_TOOLS'] as const satisfies VariableName[]

/**
 * Refuse the names that surely mean one of our variables, and are not its name.
 *
 * @throws InputError that names the right variable: for an unknown name with the prefix `CLOUDWAYS_`, for a slip in
 * another name, and for a name that begins like a guard (PROTECT_APPS would protect nothing).
 */
export function checkNames(env: Environment): void {
  for (const name of Object.keys(env)) {
    if (names.includes(name) || env[name] === undefined) continue
    if (isFurther(name)) continue
    if (isSet(env, name)) {
      if (name.startsWith(prefix)) refuse(name, prefixed(name.slice(prefix.length)))
      // If the right name is set too, this one belongs to another program.
      const meant = names.find((right) => isSlip(name, right) && !isSet(env, right))
      if (meant) refuse(name, meant)
    }
    // A name that begins like a guard is refused even when it is empty, and even beside the right name.
    const guard = guardLike(name)
    if (guard) refuse(name, guard, ` If another program needs it: env -u ${name} cloudways-tools ...`)
  }
}

/** The variable that was meant by `CLOUDWAYS_` and these words. Compared without the prefix, which is long and alike. */
function prefixed(words: string): string | undefined {
  if (names.includes(words)) return words
  const known = names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length))
  const meant = nearest(words, known) ?? known.find((name) => name.endsWith(`_${words}`))
  return meant && prefix + meant
}

function guardLike(name: string): string | undefined {
  if (name === 'EXCLUDE') return 'EXCLUDE_TOOLS'
  if (name === 'PROTECTED') return 'PROTECT'
  const spelled = name.replace('READONLY', 'READ_ONLY').toUpperCase()
  return guards.find((guard) => spelled.startsWith(`${guard}_`))
}

/**
 * Whether `name` is `right` with one slip of the fingers. The bound is narrow, as the environment is full of variables
 * of other programs: in a single word a changed letter does not count (PROJECT is not PROTECT), and in a short word
 * (HOST, APPS) only case and underscores may differ.
 */
function isSlip(name: string, right: string): boolean {
  const [given, wanted] = [bare(name), bare(right)]
  if (given === wanted) return true
  if (wanted.length < 6) return false
  if (leven(given, wanted, { maxDistance: 2 }) > 1) return isSwapped(given, wanted)
  return given.length !== wanted.length || right.includes('_')
}

const bare = (name: string) => name.replaceAll(/[-_]/g, '').toUpperCase()

/** Whether two letters beside each other are swapped. */
function isSwapped(given: string, wanted: string): boolean {
  const at = [...wanted].findIndex((letter, index) => letter !== given[index])
  return given === wanted.slice(0, at) + wanted[at + 1] + wanted[at] + wanted.slice(at + 2)
}

function refuse(name: string, meant: string | undefined, also = ''): never {
  throw new InputError(
    `There is no variable ${name.slice(0, 60)}.`,
    meant ? `Did you mean ${meant}?${also}` : 'cloudways-tools --help lists the variables.',
    { variable: name, ...(meant && { nearest: meant }) },
  )
}
