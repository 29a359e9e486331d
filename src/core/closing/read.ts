/** The access that closes by itself, cut to the account and to the scope of who asks. @module */
import { accountKey, accountKeyOf } from '../control/account-key.ts'
import { isScoped } from '../decide/scope.ts'
import type { Call, Inventory, Kit } from '../types/call.ts'
import type { Work } from '../types/campaign.ts'
import type { ClosingReport } from '../types/closing.ts'
import { hasEnded, readClosings, reportOf } from './records.ts'

/** What names no server belongs to the account as a whole, and no scope reaches it. */
export async function closingsWithin(
  call: Omit<Call, 'api'>,
  inventory: () => Promise<Inventory>,
): Promise<ClosingReport[]> {
  const { rules } = call.kit
  const all = await readClosings(rules, await accountKey(call))
  if (!isScoped(rules.policy)) return all.map(reportOf)
  const { ours } = await inventory()
  const isWithin = ({ server_id, app_id }: (typeof all)[number]) => {
    const server = ours.find(({ id }) => id === server_id)
    const isWhole = rules.policy.apps.length === 0
    return server !== undefined && (app_id ? server.apps.some(({ id }) => id === app_id) : isWhole)
  }
  return all.filter(isWithin).map(reportOf)
}

/** What waits to be closed, as work to do. */
export async function openWork(kit: Kit): Promise<Work[]> {
  const all = await readClosings(kit.rules, await accountKeyOf(kit))
  return all
    .filter((closing) => !hasEnded(closing))
    .map(({ id, at }) => ({
      ...{ kind: 'closing', id, account: kit.name },
      seconds: Math.max(0, (at - Date.now()) / 1000),
    }))
}
