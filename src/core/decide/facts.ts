/** What of a plan decides, as rows for the person: what is asked for, and what would be sent beside it. @module */
import { canonical, leaves } from '../../base/json.ts'
import { partOfAll, sameSpelling } from '../declare/addresses.ts'
import type { Plan } from '../types/plan.ts'

export type Fact = [name: string, value: unknown]

/** The arguments, but for the ids of the target, which the person reads as names. */
export function askedFor({ input, target: { server, app }, now }: Plan): Fact[] {
  const own: Record<string, unknown> = { server_id: server?.id, app_id: app?.id }
  const asked = Object.entries(input).filter(
    ([name, value]) => value !== undefined && !(own[name] !== undefined && own[name] === value),
  )
  return decidingFirst(asked, now)
}

/** The fields of the request that are not the same in the arguments: what the tool itself makes of them. */
export function alsoSent({ input, request, now }: Plan): Fact[] {
  const { query = {}, body = {}, json = {} } = request ?? {}
  const sent = Object.entries({ ...query, ...body, ...json }).filter(
    ([name, value]) =>
      value !== undefined && !(Object.hasOwn(input, name) && canonical(input[name]) === canonical(value)),
  )
  return decidingFirst(sent, now)
}

/**
 * In each list, what decides first: members that are not there yet, the widest networks before the others. Wherever a
 * long list is cut, its end is what matters least, in whatever order the caller wrote it.
 */
function decidingFirst(facts: readonly Fact[], now: unknown): Fact[] {
  const there = new Set(leaves(now).map(sameSpelling))
  const isThere = (member: unknown) => Number(there.has(sameSpelling(String(member))))
  return facts.map(([name, value]) => {
    const isList = Array.isArray(value) && value.every((member) => typeof member === 'string')
    if (!isList) return [name, value]
    return [name, value.toSorted((a, b) => isThere(a) - isThere(b) || partOfAll(b) - partOfAll(a))]
  })
}
