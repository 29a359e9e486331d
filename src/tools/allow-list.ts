/** The lists of addresses that may use SSH/SFTP or MySQL on a server. The platform replaces a list as a whole. @module */
import * as z from 'zod'
import { sameSpelling } from '../core/declare/addresses.ts'
import type { Before, Edit, RunContext } from '../core/types/tool.ts'
import { InputError, UpstreamError } from '../errors.ts'
import { ipOrNetwork } from './params.ts'

export const policies = ['allow_all', 'block_all'] as const
type Policy = (typeof policies)[number]
export type Tab = 'sftp' | 'mysql'

export const list = z.looseObject({
  ips: z.array(z.string()),
  policy: z
    .enum(policies)
    .nullable()
    .describe('For addresses not listed; null: not told, and MySQL has none'),
})

export const addresses = z.array(ipOrNetwork()).max(500)

interface AllowList {
  ips: string[]
  policy: Policy | null
}

export interface Change {
  server_id: string
  tab: Tab
  add?: string[]
  remove?: string[]
  ip?: string[]
  ipPolicy?: Policy
}

export const edit: Edit<Change> = {
  read: ({ server_id, tab }, context) => readList(context, server_id, tab),
  next: (change, now) => nextList(change, now as AllowList),
  write: ({ server_id, tab }, next) => {
    const { ips, policy } = next as AllowList
    return {
      method: 'POST',
      path: '/security/whitelisted',
      // The name of the list goes into two parameters. MySQL takes no other policy.
      body: { server_id, tab, type: tab, ip: ips, ipPolicy: policy ?? 'allow_all' },
    }
  },
}

function nextList({ tab, add = [], remove = [], ip: all, ipPolicy }: Change, now: AllowList): AllowList {
  // Some models fill in every list: an empty one beside others says nothing.
  const ip = all?.length === 0 && add.length + remove.length > 0 ? undefined : all
  const refuse = (problem: string, next?: string) =>
    new InputError(`update_whitelisted_ips: ${problem}`, next)
  if (ip ? add.length + remove.length > 0 : add.length + remove.length === 0 && !ipPolicy) {
    throw refuse('give add and/or remove, or ip for the whole list, not both.')
  }
  if (tab === 'mysql' && ipPolicy === 'block_all') {
    throw refuse(
      'the list of MySQL has no policy: whoever is not in it has no access anyway.',
      'Nothing was changed. Leave ipPolicy out.',
    )
  }
  if (ip?.length === 0) {
    throw refuse(
      'ip: an empty list would take everybody off the list.',
      'Nothing was changed. To empty the list, give all its addresses in remove.',
    )
  }
  const removed = new Set(remove.map(sameSpelling))
  const both = add.find((address) => removed.has(sameSpelling(address)))
  if (both) throw refuse(`${both} is in add and in remove.`)
  const policy = tab === 'mysql' ? null : (ipPolicy ?? now.policy)
  if (tab === 'sftp' && !policy) {
    throw refuse(
      'ipPolicy is needed; Cloudways does not say which one is set.',
      'Nothing was changed. Ask the person whether other addresses are allowed (allow_all) or blocked (block_all).',
    )
  }
  const ips = distinct(ip ?? [...now.ips, ...add]).filter((address) => !removed.has(sameSpelling(address)))
  if (ips.length === 0 && policy === 'block_all') {
    throw refuse(
      'an empty list with block_all would lock everybody out.',
      'Nothing was changed. Keep at least one address, or use allow_all.',
    )
  }
  return { ips, policy }
}

/** The first spelling of each address stays. */
function distinct(ips: readonly string[]): string[] {
  const spellings = ips.map(sameSpelling)
  return ips.filter((_, index) => spellings.indexOf(spellings[index] as string) === index)
}

/** What a change does to the list that is there; `undefined` when that is not known, or the change can't be made. */
export function differenceOf(change: Change, { now }: Before) {
  const known = allowList.safeParse(now)
  if (!known.success) return undefined
  const before = known.data
  try {
    const after = nextList(change, before)
    return {
      added: withoutAddresses(after.ips, before.ips),
      removed: withoutAddresses(before.ips, after.ips),
      policy: after.policy === before.policy ? undefined : after.policy,
      before,
      after,
    }
  } catch {
    return undefined
  }
}

/** The addresses of a list that was read; `undefined` where that is not known. */
export const allowedIn = (now: unknown): string[] | undefined => allowList.safeParse(now).data?.ips

const allowList = z.object({ ips: addresses, policy: z.enum(policies).nullable() })

export function withoutAddresses(some: readonly string[], others: readonly string[]): string[] {
  const known = new Set(others.map(sameSpelling))
  return some.filter((ip) => !known.has(sameSpelling(ip)))
}

export async function readList({ send }: RunContext, server_id: string, tab: Tab): Promise<AllowList> {
  const path = tab === 'sftp' ? '/security/whitelisted' : '/security/whitelistedIpsMysql'
  const body = (await send({ method: 'GET', path, query: { server_id } })) as { data?: ListBody } & ListBody
  const { ip_list, policy } = body?.data ?? body ?? {}
  const ips = listOf(ip_list)
  // An unknown shape is no empty list: the next write would then drop every address.
  if (!ips) {
    throw new UpstreamError(
      `Cloudways answered the allowed addresses of server ${server_id} in a shape this version does not know.`,
      'Nothing was changed. Report this; a person can see the list in the Cloudways platform.',
      { reason: 'not_json' },
    )
  }
  return { ips, policy: tab === 'mysql' ? null : (policies.find((one) => one === policy) ?? null) }
}

interface ListBody {
  ip_list?: unknown
  policy?: unknown
}

/**
 * The addresses in an answer: an array, or on v2 JSON in a string. Blank entries are none. `undefined` for any other
 * shape.
 */
export function listOf(value: unknown): string[] | undefined {
  if (typeof value === 'string' && value.trim().startsWith('[')) {
    try {
      return listOf(JSON.parse(value))
    } catch {
      return undefined
    }
  }
  if (!Array.isArray(value)) return undefined
  const entries = value.map((item) => (item === null ? '' : item)).filter((item) => item !== '')
  if (!entries.every((item) => typeof item === 'string')) return undefined
  return distinct(entries.map((item) => item.trim()).filter(Boolean))
}
