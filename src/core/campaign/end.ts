/** The end of a campaign: its targets are free again. @module */
import type { AcceptedCall } from '../types/call.ts'
import type { Campaign, CampaignItem, CampaignState } from '../types/campaign.ts'
import { releaseHolds } from './holds.ts'
import { readItems, writeCampaign } from './records.ts'

/** @param why what is told of the targets that it did not come to. */
export async function end(
  { kit }: Pick<AcceptedCall, 'kit'>,
  campaign: Campaign,
  state: CampaignState,
  why?: string,
): Promise<Campaign> {
  const { rules } = kit
  const { resumeAt: _, why: __, ...rest } = campaign
  const ended: Campaign = { ...rest, state, endedAt: Date.now(), ...(why !== undefined && { why }) }
  await writeCampaign(rules, ended)
  const items = await readItems(rules, campaign)
  const held = items.filter((item): item is CampaignItem => item?.isPlanned === true)
  // A hold that can't be released ends with the time of the yes.
  await releaseHolds(rules.storage, campaign, held).catch(() => {})
  return ended
}
