/**
 * The plan of each target, made as for a single call: several at a time, within the limit of requests, and as far as the
 * time of the call reaches. What was planned is kept, so that another call goes on with the rest.
 *
 * @module
 */
import { isCloudwaysError } from '../../errors.ts'
import { isProtectedBy } from '../decide/policy.ts'
import { sendsNothing } from '../once.ts'
import { eachOf } from '../send/each.ts'
import type { AcceptedCall } from '../types/call.ts'
import type { Campaign, CampaignItem } from '../types/campaign.ts'
import type { PlannedCall } from '../types/inner.ts'
import type { NamedApp, NamedServer, Plan } from '../types/plan.ts'
import { planChains } from './chain-plan.ts'
import { readItems, writeItem } from './records.ts'
import { changeOf } from './words.ts'

/**
 * Plan what is not planned yet.
 *
 * @returns the items, and how many are left for another call.
 */
export async function planItems(
  call: AcceptedCall,
  campaign: Campaign,
): Promise<{ items: (CampaignItem | undefined)[]; left: number; why?: string }> {
  const { kit, signal, clock, started, options } = call
  const items = await readItems(kit.rules, campaign)
  const open = items.flatMap((item, place) =>
    item && !item.isPlanned && item.state === 'waiting' && item.part !== 'back' ? [place] : [],
  )
  let refused: unknown
  const work = (place: number) =>
    planOne(call, campaign, { items, place }).catch((error: unknown) => {
      if (isCloudwaysError(error) && error.code === 'credentials_refused') refused = error
      throw error
    })
  const read = await eachOf(open, work, { ...{ signal, clock, started }, onProgress: options.onProgress })
  if (refused) throw refused
  const rest = read.filter((one) => !('value' in one))
  const [first] = rest
  // A target that is named twice is changed once.
  await markTwins(call, campaign, items)
  await planChains(call, campaign, items)
  return { items, left: rest.length, ...(first && 'why' in first && { why: first.why }) }
}

async function planOne(
  call: AcceptedCall,
  campaign: Campaign,
  { items, place }: { items: (CampaignItem | undefined)[]; place: number },
): Promise<void> {
  const { kit, signal, clock } = call
  const item = items[place] as CampaignItem
  let planned: CampaignItem
  try {
    const tool = kit.find(item.tool)
    const made = await kit.inner.plan(tool, item.input, {
      ofCampaign: sendsNothing(clock.deadline),
      signal,
    })
    planned = plannedItem(campaign, item, made)
  } catch (error) {
    signal.throwIfAborted()
    // A credential that does not work, no request left, or a storage that is down says nothing of this target.
    if (!isCloudwaysError(error) || isOfAll(error)) throw error
    planned = {
      ...item,
      state: 'skipped',
      why: error.message,
      row: { ...rowBase(item), left_out: error.message },
    }
  }
  items[place] = planned
  await writeItem(kit.rules, campaign.id, place, planned)
}

const isOfAll = ({ code, details }: { code: string; details: { reason?: unknown; service?: unknown } }) =>
  code === 'credentials_refused' || details.reason === 'rate_limited' || details.service === 'storage'

const rowBase = ({ called }: CampaignItem) => (called === undefined ? {} : { target: called })

function plannedItem(
  { includeProtected }: Campaign,
  item: CampaignItem,
  { bound, input, ids }: PlannedCall,
): CampaignItem {
  const { plan, binding, typeName } = bound
  const { server, app } = plan.target
  const row = {
    ...(server && { server: { id: server.id, label: server.label } }),
    ...(app && { app }),
    risk: plan.risk,
    impact: plan.impact,
    ...(item.change !== undefined && { change: item.change }),
    ...changeOf(bound),
    undo: plan.undo,
    ...(typeName !== null && { protected: true as const }),
  }
  const left = leftOut(plan, typeName, includeProtected)
  return {
    ...item,
    input,
    isPlanned: true,
    state: left === undefined ? 'waiting' : 'skipped',
    ...(left !== undefined && { why: left }),
    ...{ binding, typeName, downtime: plan.downtime, cost: plan.cost },
    ...(plan.request && { request: plan.request }),
    affected: plan.affected,
    row: { ...row, ...(left !== undefined && { left_out: left }) },
    server_id: ids.server_id ?? server?.id,
    app_id: ids.app_id ?? app?.id,
    ...(plan.undo_call && { undo: plan.undo_call }),
  }
}

const isLikeThat = 'It is like that already.'
const isTwin = 'It is named twice.'

/** Why nothing is left to do to a target, which then is as wanted. */
export const asWanted: readonly string[] = [isLikeThat, isTwin]

/** Why a target is not changed, though it was found. */
function leftOut(plan: Plan, typeName: string | null, included: readonly string[]): string | undefined {
  if (plan.request === null) return isLikeThat
  const { first } = plan.needs
  if (first) return `Missing before: ${first.why ?? first.tool}`
  if (typeName === null || isIncluded(plan, included)) return undefined
  return 'It is protected. To change it all the same, name it in include_protected; a person then types its name.'
}

/** Whether the call names the protected target, or what makes it protected. */
function isIncluded({ target: { server, app }, affected }: Plan, included: readonly string[]): boolean {
  const things = [server, app, ...affected].filter(
    (thing): thing is NamedServer | NamedApp => thing !== undefined,
  )
  return included.some((entry) => things.some((thing) => isProtectedBy(entry, thing)))
}

/** Of several items that would do the same, the first one stays. */
async function markTwins(
  { kit }: AcceptedCall,
  campaign: Campaign,
  items: (CampaignItem | undefined)[],
): Promise<void> {
  const seen = new Set<string>()
  for (const [place, item] of items.entries()) {
    if (item?.state !== 'waiting' || item.binding === undefined) continue
    if (!seen.has(item.binding)) {
      seen.add(item.binding)
      continue
    }
    const why = isTwin
    const twin: CampaignItem = { ...item, state: 'skipped', why, row: { ...item.row, left_out: why } }
    items[place] = twin
    await writeItem(kit.rules, campaign.id, place, twin)
  }
}
