/** What a no is bound to: the change, however its arguments are written and whatever state the target is in. @module */
import { hashOf } from '../../base/json.ts'
import type { AcceptedCall } from '../types/call.ts'
import type { BoundPlan } from '../types/plan.ts'

/**
 * A model that got a no must not get another question by another spelling, or by a small change of the state. Two
 * changes that are told apart by signs alone count as one: that refuses too much for ten minutes, and asks nobody twice.
 */
export function refusalOf(
  { tool, input, ids }: AcceptedCall,
  { account, decisive }: Pick<BoundPlan, 'account' | 'decisive'>,
): Promise<string> {
  const rest = { ...input, server_id: undefined, app_id: undefined }
  // Members can be given as a whole list, as additions and as removals. What comes and goes is the same.
  const members =
    decisive && plain(Object.values(decisive.lists).map(({ added, removed }) => ({ added, removed })))
  const given = Object.entries(rest).map(([name, value]) => {
    const isMember = members !== undefined && Array.isArray(value)
    const one = isMember ? undefined : plain(value)
    return [name, one === defaultOf(tool.input[name]) ? undefined : one]
  })
  const { server_id, app_id } = ids
  return hashOf({ account, tool: tool.name, server_id, app_id, members, given: Object.fromEntries(given) })
}

/** The default that the description of an argument names: leaving it out means the same. */
function defaultOf(field: { description?: string } | undefined): unknown {
  return plain(/Default: (\w+)/.exec(field?.description ?? '')?.[1])
}

/** @returns `undefined` for what says nothing: an empty value, `false`, signs alone. */
function plain(value: unknown): unknown {
  if (value === null || value === undefined || value === false) return undefined
  if (Array.isArray(value)) {
    const items = [...new Set(value.map(plain).map((item) => JSON.stringify(item)))].sort()
    return items.length > 0 ? items : undefined
  }
  if (typeof value === 'object') {
    const fields = Object.entries(value).map(([name, item]) => [name, plain(item)] as const)
    const told = fields.filter(([, item]) => item !== undefined)
    return told.length > 0 ? Object.fromEntries(told) : undefined
  }
  return words(String(value)) || undefined
}

const words = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    // A network of one address.
    .replace(/\/(32|128)(?!\d)/g, '')
    // The T and the Z of a time.
    .replace(/(\d)t(?=\d)/g, '$1 ')
    .replace(/(\d)z$/, '$1')
    .replace(/[^\p{L}\p{N}*]+/gu, '.')
    .replace(/^\.|\.$/g, '')
