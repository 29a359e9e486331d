/** What of a plan decides, as rows for the person: what is asked for, and what would be sent beside it. @module */
import { canonical } from '../../base/json.ts'
import type { Plan } from '../types/plan.ts'

export type Fact = [name: string, value: unknown]

/** The arguments, but for the ids of the target, which the person reads as names. */
export function askedFor({ input, target: { server, app } }: Plan): Fact[] {
  const own: Record<string, unknown> = { server_id: server?.id, app_id: app?.id }
  return Object.entries(input).filter(
    ([name, value]) => value !== undefined && !(own[name] !== undefined && own[name] === value),
  )
}

/** The fields of the request that are not the same in the arguments: what the tool itself makes of them. */
export function alsoSent({ input, request }: Plan): Fact[] {
  const { query = {}, body = {}, json = {} } = request ?? {}
  return Object.entries({ ...query, ...body, ...json }).filter(
    ([name, value]) =>
      value !== undefined && !(Object.hasOwn(input, name) && canonical(input[name]) === canonical(value)),
  )
}
