/** The lists of addresses of the security suite, and whom nobody blocks by mistake. @module */
import { covers, sameSpelling } from '../core/declare/addresses.ts'
import { object, textOf, unknownShape } from '../core/send/inventory.ts'
import type { RunContext } from '../core/types/tool.ts'
import { InputError } from '../errors.ts'
import { readList } from './allow-list.ts'
import { addressesIn } from './security-rows.ts'

export type RuleList = 'allow' | 'block'

/** `null`: it can't be read, and is no empty list. */
export type IpRules = Record<RuleList, string[] | null>

export const rulesPath = (server_id: string) => `/server/security/${server_id}/ips`

/** @throws UpstreamError when neither list can be read. */
export function rulesOf(body: unknown): IpRules {
  const { allowlist, blocklist } = object(body) ?? {}
  const [allow = null, block = null] = [addressesIn(allowlist), addressesIn(blocklist)]
  if (!allow && !block) throw unknownShape('the lists of addresses')
  return { allow, block }
}

export const readRules = async ({ server_id }: { server_id: string }, { send }: RunContext) =>
  rulesOf(await send({ method: 'GET', path: rulesPath(server_id) }))

/** The lists as `effects.now` read them; `undefined`: not known. */
export function rulesIn(now: unknown, list: RuleList): string[] | undefined {
  return addressesIn(object(now)?.[list])
}

export const without = (some: readonly string[], others: readonly string[]) => {
  const known = new Set(others.map(sameSpelling))
  return some.filter((one) => !known.has(sameSpelling(one)))
}

/**
 * Refuses to block addresses that belong to the account: its servers call each other, and who may use SSH or MySQL is
 * of the team. Nothing tells the address of the caller; it is most likely among these.
 *
 * @throws InputError
 */
export async function refuseOwn(
  tool: string,
  server_id: string,
  ips: readonly string[],
  context: RunContext,
): Promise<void> {
  const servers = await context.rows()
  const own = ips.find((ip) => servers.some(({ public_ip }) => covers(textOf(public_ip), ip)))
  if (own) throw refused(tool, own, 'is the address of a server of this account', 'Give another address.')
  const { values } = await teamLists(server_id, context)
  const team = [...(values.ssh ?? []), ...(values.mysql ?? [])]
  const theirs = ips.find((ip) => team.some((entry) => covers(entry, ip)))
  if (!theirs) return
  const next =
    'Ask the person whose address it is. If it is to be blocked, update_whitelisted_ips takes it off first.'
  throw refused(tool, theirs, 'may use SSH or MySQL of this server, so it is of the team', next)
}

/** A list that can't be read protects nobody, and stops nobody either: the person is asked all the same. */
async function teamLists(server_id: string, context: RunContext) {
  const ipsOf = async (tab: 'sftp' | 'mysql') => (await readList(context, server_id, tab)).ips
  return context.parts<{
    ssh: () => Promise<string[]>
    mysql: () => Promise<string[]>
    none: () => Promise<null>
  }>({
    ssh: () => ipsOf('sftp'),
    mysql: () => ipsOf('mysql'),
    none: async () => null,
  })
}

const refused = (tool: string, ip: string, why: string, next: string) =>
  new InputError(`${tool}: ${ip} ${why}. It was not blocked.`, `Nothing was changed. ${next}`)

/** Who is behind an address, for a person who is to say yes. */
export const whoIsBehind =
  'Behind one address may be a whole office, a payment service, a monitor, or you yourself.'
