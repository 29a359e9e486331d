/** Taking a campaign back, as a campaign of its own. @module */
import { InputError } from '../../errors.ts'
import type { AcceptedCall } from '../types/call.ts'
import type { CampaignWish } from '../types/campaign.ts'
import { openCampaign } from './read.ts'
import { hasEnded, undoOf } from './report.ts'

/** What begins a campaign. */
export type Begin = Extract<CampaignWish, { items: unknown }>

/** The wish to take back what a campaign did. @throws InputError when there is nothing that a call takes back. */
export async function undoing(call: AcceptedCall, id: string): Promise<Begin> {
  const { campaign, items } = await openCampaign(call, id, call.api.inventory)
  if (!hasEnded(campaign)) {
    throw new InputError(
      `Campaign ${id} has not ended yet.`,
      'Wait for its end or cancel it; then what it did is taken back.',
    )
  }
  const calls = undoOf(items)
  if (calls.length === 0) {
    throw new InputError(
      `No call takes back what campaign ${id} did.`,
      'Its targets say what became of each.',
    )
  }
  return {
    title: `Take back: ${campaign.title}`,
    items: calls.map(({ tool, input }) => ({ tool, input: withoutAccount(input) })),
    policy: campaign.policy,
    // What was approved by name for the change is asked for by name again.
    includeProtected: campaign.includeProtected,
  }
}

/** Where there are several accounts, a proposed call names its own. */
const withoutAccount = ({ account: _, ...input }: Readonly<Record<string, unknown>>) => input
