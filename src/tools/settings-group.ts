/** Groups of settings that the platform replaces as a whole: what a call does not name stays as it is. @module */
import * as z from 'zod'
import { type Json, object } from '../core/send/inventory.ts'
import type { SuggestedCall } from '../core/types/plan.ts'
import { InputError } from '../errors.ts'

/**
 * The group with what the call names.
 *
 * @param now every value of the group; null for one that the platform does not tell.
 * @throws InputError when the call names nothing, or leaves out a value that nobody knows.
 */
export function withAsked<Group extends object>(tool: string, now: Group, asked: Partial<Json>): Group {
  const names = Object.keys(now)
  if (names.every((name) => asked[name] === undefined)) {
    throw new InputError(
      `${tool}: nothing is asked for.`,
      `Nothing was changed. Give ${names.length > 0 ? `one or more of ${names.join(', ')}` : 'at least one of its settings'}.`,
    )
  }
  const next = { ...now, ...Object.fromEntries(names.flatMap((name) => given(name, asked[name]))) }
  const unknown = Object.entries(next).flatMap(([name, value]) => (value === null ? [name] : []))
  if (unknown.length === 0) return next
  throw new InputError(
    `${tool}: Cloudways takes these settings together, and does not tell what ${unknown.join(', ')} is now.`,
    `Nothing was changed. Ask the person, and give ${unknown.join(' and ')} as well.`,
  )
}

const given = (name: string, value: unknown) => (value === undefined ? [] : [[name, value]])

/**
 * The call that sets a group back to what it was; `undefined` when that is not known for each value that changes, or
 * nothing changes.
 *
 * @param shape the arguments for the values of the group.
 */
export function setBack(
  tool: string,
  shape: z.ZodRawShape,
  { server_id, ...input }: Json,
  now: unknown,
): SuggestedCall | undefined {
  const before = object(now)
  const names = Object.keys(shape).filter((name) => input[name] !== undefined)
  const changing = names.filter((name) => before?.[name] !== input[name])
  if (!before || changing.length === 0) return undefined
  const values = z.object(shape).safeParse(Object.fromEntries(names.map((name) => [name, before[name]])))
  const isKnown = values.success && changing.every((name) => values.data[name] !== undefined)
  return isKnown ? { tool, input: { server_id, ...values.data } } : undefined
}
