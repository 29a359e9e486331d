/** The one thing that a name fits, or the refusal that says between which to choose. Nothing is guessed. @module */
import type { Json } from '../../base/json.ts'
import { InputError } from '../../errors.ts'
import type { AnyTool } from '../types/tool.ts'
import { type Called, nearTo } from './names.ts'

/** What an error lists, at most. */
const mostCandidates = 8

/** How a refusal speaks of the things of a kind. */
export interface Kind<E extends Called> {
  /** `server` */
  noun: string
  /** What may name one: `id, label, domain, address or system user`. */
  by: string
  /** The tool that lists them. */
  list: string
  /** What tells one from others. */
  row: (entry: E) => Json
}

/** A name, and the argument that it came in. */
export interface Asked {
  argument: string
  name: string
}

interface Found<E extends Called> extends Asked {
  fits: readonly E[]
  entries: readonly E[]
  /** What is said first where a name fits nothing. */
  instead?: string
}

const nameErrors = new WeakSet<object>()

/** Whether an error says that a name fits nothing, or more than one thing. */
export const isNameError = (error: unknown): error is InputError => nameErrors.has(Object(error))

function nameError(...given: ConstructorParameters<typeof InputError>): InputError {
  const error = new InputError(...given)
  nameErrors.add(error)
  return error
}

/** @throws InputError when a name fits nothing, or more than one thing: with what it comes near to, or fits. */
export function onlyOne<E extends Called>(
  tool: AnyTool,
  { noun, by, list, row }: Kind<E>,
  { argument, name, fits, entries, instead = '' }: Found<E>,
): E {
  const [first, ...others] = fits
  if (first && others.length === 0) return first
  const listed = first ? fits : nearTo(name, entries, mostCandidates)
  const more = Math.max(0, listed.length - mostCandidates)
  const rest = more > 0 ? ` ${more} more are not listed here; ${list} has them.` : ''
  const details = listed.length > 0 ? { candidates: listed.slice(0, mostCandidates).map(row) } : {}
  if (first) {
    throw nameError(
      `${tool.name}: ${argument} fits ${fits.length} ${noun}s.`,
      `Nothing is guessed: call again with the id of the one that is meant.${rest}`,
      details,
    )
  }
  throw nameError(
    `${tool.name}: ${argument} fits no ${noun} by ${by}.`,
    instead +
      (listed.length > 0
        ? `These come near to it: call again with an id if one of them is meant.${rest}`
        : `${list} lists the ${noun}s.`),
    details,
  )
}
