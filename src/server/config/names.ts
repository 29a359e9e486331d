/**
 * Names of variables, and whether they are set: a guard under a wrong name, or without its value, would silently be
 * off.
 *
 * @module
 */

import { nearest } from '../../base/options.ts'
import { InputError } from '../../errors.ts'
import { type VariableName, variableList } from './variables.ts'

/** The environment as `process.env` has it. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Whether a variable is set. An empty text is not a value: compose files and CI write that for "nothing". */
export function isSet(env: Environment, name: string): boolean {
  return (env[name] ?? '').trim() !== ''
}

/**
 * A guard that says nothing, mostly because a variable of a shell or of a compose file had no value.
 *
 * @throws InputError
 */
export function checkGuard(env: Environment, name: string): void {
  const text = env[name]
  if (text === undefined || /[^\s,]/.test(text)) return
  throw new InputError(
    `${name} is set, and empty: it would hold nothing back.`,
    'Give it a value, or unset it.',
    { variable: name },
  )
}

const prefix = 'CLOUDWAYS_'
const names = variableList.map(([name]) => name as string)

/**
 * Guards that are off by default, and by whose names hardly anything else begins: PROTECT_APPS was meant to protect,
 * and would protect nothing.
 */
const guards = ['READ_ONLY', 'PROTECT', 'EXCLUDE_TOOLS'] as const satisfies VariableName[]
const shortened = new Map([
  ['EXCLUDE', 'EXCLUDE_TOOLS'],
  ['PROTECTED', 'PROTECT'],
])

/**
 * @throws InputError for a `CLOUDWAYS_` variable that does not exist, for near misses of the others, and for what
 * begins like a guard.
 */
export function checkNames(env: Environment): void {
  for (const name of Object.keys(env)) {
    if (names.includes(name) || env[name] === undefined) continue
    if (isSet(env, name)) checkName(env, name)
    // Also when it is empty, as its right name is, and beside the right name: nobody else reads it.
    const guard = shortened.get(name) ?? guards.find((right) => startsLike(name, right))
    if (guard) refuse(name, guard, ` If another program needs it: env -u ${name} cloudways-tools ...`)
  }
}

function checkName(env: Environment, name: string): void {
  if (name.startsWith(prefix)) {
    const bare = name.slice(prefix.length)
    const ours = names.filter((right) => right.startsWith(prefix)).map((right) => right.slice(prefix.length))
    // The remainder alone: with the common prefix everything is near to everything.
    const near = nearest(bare, ours) ?? ours.find((right) => right.endsWith(`_${bare}`))
    refuse(name, names.includes(bare) ? bare : near && `${prefix}${near}`)
  }
  // Where the right name is set too, the other belongs to another program.
  const meant = names.find((right) => isNearMiss(name, right) && !isSet(env, right))
  if (meant) refuse(name, meant)
}

const startsLike = (name: string, right: string) =>
  name.replace('READONLY', 'READ_ONLY').toUpperCase().startsWith(`${right}_`)

function refuse(name: string, meant: string | undefined, also = ''): never {
  throw new InputError(
    `There is no variable ${name.slice(0, 60)}.`,
    meant ? `Did you mean ${meant}?${also}` : 'cloudways-tools --help lists the variables.',
    { variable: name, ...(meant && { nearest: meant }) },
  )
}

/**
 * Whether `name` was surely meant to be `right`: the environment is full of other programs' variables, so this
 * is one slip of the fingers and no more. Of single words a changed letter does not count (PROJECT is not
 * PROTECT), and short ones (HOST, APPS) have to be right but for case and underscores.
 */
function isNearMiss(name: string, right: string): boolean {
  const [given, wanted] = [bare(name), bare(right)]
  if (given === wanted) return true
  if (wanted.length < 6) return false
  const slip = slipOf(given, wanted)
  return slip !== undefined && (slip !== 'changed' || right.includes('_'))
}

const bare = (name: string) => name.replaceAll(/[-_]/g, '').toUpperCase()

/** The one slip between two words, or `undefined` when there are more. */
function slipOf(a: string, b: string): 'missing' | 'changed' | 'swapped' | undefined {
  let start = 0
  while (start < a.length && a[start] === b[start]) start++
  let end = 0
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end++
  const [left, right] = [a.slice(start, a.length - end), b.slice(start, b.length - end)]
  if (left.length + right.length === 1) return 'missing'
  if (left.length === 1 && right.length === 1) return 'changed'
  if (left.length === 2 && left === [...right].reverse().join('')) return 'swapped'
  return undefined
}
