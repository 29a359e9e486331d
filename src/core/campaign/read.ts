/** Reading campaigns, cut to the account and to the scope of who asks. @module */
import { InputError } from '../../errors.ts'
import { isScoped } from '../decide/scope.ts'
import type { Call, Inventory } from '../types/call.ts'
import type { Campaign, CampaignItem, CampaignReads } from '../types/campaign.ts'
import { listed, readCampaign, readItems } from './records.ts'
import { report, summary } from './report.ts'

type Reader = Pick<Call, 'kit' | 'account'>

export const noCampaign = (id: string) =>
  new InputError(
    `This account has no campaign ${id.slice(0, 60)}.`,
    'list_campaigns lists those of the last thirty days. One that was sealed with another key is not found.',
  )

/** @throws InputError for a campaign of another account, which is not told from one that is not there. */
export async function ownCampaign({ kit, account }: Reader, id: string): Promise<Campaign> {
  const found = await readCampaign(kit.rules, id)
  if (!found || found.account !== (await account.id())) throw noCampaign(id)
  return found
}

/** Whether the scope reaches every target. What names none belongs to the account as a whole. */
function isWithin(items: readonly (CampaignItem | undefined)[], { ours }: Inventory): boolean {
  return items.every((item) => {
    if (!item) return false
    // What could not be found tells nothing of any server.
    if (!item.isPlanned) return true
    if (!item.server_id && !item.app_id) return false
    const server = ours.find(({ id }) => id === item.server_id)
    return server !== undefined && (!item.app_id || server.apps.some(({ id }) => id === item.app_id))
  })
}

/** A campaign with its items. @throws InputError when it is not there, or reaches beyond the scope. */
export async function openCampaign(
  call: Reader,
  id: string,
  inventory: () => Promise<Inventory>,
): Promise<{ campaign: Campaign; items: (CampaignItem | undefined)[] }> {
  const campaign = await ownCampaign(call, id)
  const items = await readItems(call.kit.rules, campaign)
  if (isScoped(call.kit.rules.policy) && !isWithin(items, await inventory())) throw noCampaign(id)
  return { campaign, items }
}

export const campaignReads = (call: Reader, inventory: () => Promise<Inventory>): CampaignReads => ({
  async get(id) {
    const { campaign, items } = await openCampaign(call, id, inventory)
    return report(campaign, items)
  },
  async list(limit) {
    const ids = await listed(call.kit.rules, await call.account.id())
    const found: Campaign[] = []
    for (const id of ids) {
      if (found.length >= limit) break
      const one = isScoped(call.kit.rules.policy)
        ? openCampaign(call, id, inventory).then(({ campaign }) => campaign)
        : ownCampaign(call, id)
      const campaign = await one.catch((error: unknown) => {
        if (error instanceof InputError) return undefined
        throw error
      })
      if (campaign) found.push(campaign)
    }
    return found.map(summary)
  },
})
