/**
 * The path of a campaign:
 *
 *     begin    the wish of the tool, once for the same call                  this file
 *     plan     each target as for a single call                              planning.ts
 *     ask      once, with all targets                                        words.ts, decide/confirm.ts
 *     turns    one target after the other, each read anew and sent once      turn.ts, step.ts
 *
 * A call goes on as far as its time reaches. Whoever calls next, on any replica, goes on from there.
 *
 * @module
 */
import { notify } from '../../base/signal.ts'
import { InputError, PolicyError } from '../../errors.ts'
import { refusedByStop } from '../control/stop.ts'
import { askPerson } from '../decide/change.ts'
import type { Yes } from '../decide/confirm.ts'
import { readsOnly } from '../send/api.ts'
import { secondsLeft } from '../send/clock.ts'
import { refuseChange } from '../send/edit.ts'
import type { AcceptedCall, Input } from '../types/call.ts'
import type { Campaign, CampaignItem, CampaignReport, CampaignWish, WantedItem } from '../types/campaign.ts'
import type { BoundPlan } from '../types/plan.ts'
import { isOwed } from './chain-plan.ts'
import { end } from './end.ts'
import { checkHolds, takeHolds } from './holds.ts'
import { checkItems } from './inner.ts'
import { checkNamed } from './named.ts'
import { asWanted, planItems } from './planning.ts'
import { openCampaign } from './read.ts'
import {
  askedFor,
  findAsked,
  list,
  readCampaign,
  rememberAsked,
  writeCampaign,
  writeCancel,
  writeItem,
} from './records.ts'
import { hasEnded, report } from './report.ts'
import { cancelled, endSettled, inTurn, isTaken, takeTurn } from './turn.ts'
import { type Begin, undoing } from './undo.ts'
import { planOfCampaign } from './words.ts'

/** The longest time of a yes to a campaign, in seconds. */
const yesSeconds = 12 * 3600

/** A plan that nobody said yes to is made anew after so many seconds. */
const planSeconds = 3600

/** As with other calls that are not made twice. */
const repeatSeconds = 600

/** Seconds that a call has to have left, so that a target is begun. */
const leastSeconds = 12

type Items = (CampaignItem | undefined)[]

/** Make a call of a tool that runs campaigns. Answers how far the campaign is. */
export async function runCampaign(call: AcceptedCall): Promise<Input> {
  const opened = await open(call)
  if ('cancel' in opened) return { ...(await cancel(call, opened.cancel)) }
  let { campaign } = opened
  if (campaign.state === 'planning' || campaign.state === 'waiting') {
    const planned = await inTurn(call, campaign.id, () => plan(call, campaign.id))
    if (!planned.bound) return { ...planning(planned) }
    campaign = await approve(call, { ...planned, bound: planned.bound })
  }
  return { ...(await goOn(call, campaign)) }
}

/** What a call of such a tool would do. The plan is kept: the call itself finds it. @throws InputError while it is made */
export async function planCampaign(call: AcceptedCall): Promise<BoundPlan | undefined> {
  const opened = await open(call)
  if ('cancel' in opened || !['planning', 'waiting'].includes(opened.campaign.state)) return undefined
  const { bound, left } = await inTurn(call, opened.campaign.id, () => plan(call, opened.campaign.id))
  if (bound) return bound
  throw new InputError(
    `${call.tool.name}: the plan of ${left} targets is not made yet.`,
    'Nothing was changed. Make the same call again: it goes on with the rest.',
    { reason: 'planning', campaign_id: opened.campaign.id },
  )
}

/** The campaign that a call is about. */
async function open(call: AcceptedCall): Promise<{ campaign: Campaign } | { cancel: string }> {
  const { kit, tool, input, account, api } = call
  const asked = await askedFor(await account.id(), tool.name, input)
  const known = await sameCall(call, asked)
  if (known) return { campaign: known }
  const wish = (await tool.campaign?.(input, readsOnly(api, refuseChange(tool)))) as CampaignWish
  if ('cancel' in wish) return wish
  if ('goOn' in wish) return openCampaign(call, wish.goOn, api.inventory)
  const begun = 'undo' in wish ? await undoing(call, wish.undo) : wish
  checkItems(tool, begun.items, (name) => kit.find(name))
  // What is taken back may be gone by now: its row tells so.
  if (begun === wish) await checkNamed(call, begun)
  // Of two same calls at the same time, one begins it.
  const first = async () => (await sameCall(call, asked)) ?? begin(call, begun, asked)
  return { campaign: await kit.rules.storage.lock(`campaign:asked:${asked}`, beginning, first) }
}

/** Seconds: the work under the lock is a write for each target. */
const beginning = { ttl: 60, wait: 20 }

/** The campaign that the same call has begun. */
async function sameCall({ kit, account }: AcceptedCall, asked: string): Promise<Campaign | undefined> {
  const before = await findAsked(kit.rules, asked)
  const known = before === null ? undefined : await readCampaign(kit.rules, before)
  return known?.account === (await account.id()) && isSame(known) ? known : undefined
}

/**
 * Whether the same call means the campaign that it began: while that goes on, and for ten minutes after it was done. A
 * client whose answer was lost makes its call again, and means no other campaign by that.
 */
function isSame(campaign: Campaign): boolean {
  const { state, at, endedAt = 0 } = campaign
  if (state === 'planning' || state === 'waiting') return Date.now() - at < planSeconds * 1000
  return !hasEnded(campaign) || (state === 'done' && Date.now() - endedAt < repeatSeconds * 1000)
}

async function begin(call: AcceptedCall, wish: Begin, asked: string): Promise<Campaign> {
  const { kit, account, tool } = call
  const { items, title, policy, includeProtected } = wish
  const campaign: Campaign = {
    id: crypto.randomUUID(),
    account: await account.id(),
    ...{ tool: tool.name, asked, title, policy, includeProtected },
    at: Date.now(),
    state: 'planning',
    size: items.length,
    risk: tool.risk,
    next: 0,
    wave: { index: 0, from: 0, size: 0 },
    counts: {},
    failures: 0,
  }
  // The items first: a campaign that is found has all of them.
  for (const [place, item] of items.entries()) {
    await writeItem(kit.rules, campaign.id, place, opened(item))
  }
  await writeCampaign(kit.rules, campaign)
  await list(kit.rules, campaign)
  await rememberAsked(kit.rules, campaign)
  return campaign
}

/** An item at its beginning. What is left out has a place, so that who may not see its target does not see it. */
function opened({ leftOut, ...item }: WantedItem): CampaignItem {
  if (!leftOut) return { ...item, state: 'waiting' }
  const { why, ...named } = leftOut
  const place = { server_id: named.server?.id, app_id: named.app?.id }
  return { ...item, ...place, isPlanned: true, state: 'skipped', why, row: { ...named, left_out: why } }
}

interface Planned {
  campaign: Campaign
  items: Items
  left: number
  /** Why a part is left. */
  why?: string
  bound?: BoundPlan
}

/** Plan what is left. The plan stays as it is once it is finished: a person may be looking at it. */
async function plan(call: AcceptedCall, id: string): Promise<Planned> {
  const { rules } = call.kit
  const campaign = (await readCampaign(rules, id)) as Campaign
  const { items, left, why } = await planItems(call, campaign)
  if (left > 0) return { campaign, items, left, why }
  const bound = await planOfCampaign(call, campaign, items)
  const planned: Campaign = { ...campaign, state: 'waiting', binding: bound.binding, risk: bound.plan.risk }
  if (campaign.state === 'planning') await writeCampaign(rules, planned)
  return { campaign: planned, items, left, bound }
}

const planning = ({ campaign, items, left, why }: Planned): CampaignReport & { next: string } => ({
  ...report(campaign, []),
  counts: { waiting: campaign.size },
  why: `${items.length - left} of ${items.length} targets are planned.${why ? ` ${why}` : ''}`,
  next: 'Nothing was changed. Make the same call again: it goes on with the plan, and then asks the person.',
})

/** Ask the person, once for all targets; then hold them. */
async function approve(call: AcceptedCall, planned: Planned & { bound: BoundPlan }): Promise<Campaign> {
  const { kit, decision } = call
  const { campaign, items, bound } = planned
  const { storage, policy } = kit.rules
  decision.risk = bound.plan.risk
  if (bound.request === null) return nothingLeft(call, campaign, items)
  const stop = await refusedByStop(storage, call.tool.name, campaign.account)
  if (stop) throw stop
  await checkHolds(storage, campaign, items)
  const isAsked = bound.plan.needs.confirmation
  const yes: Pick<Yes, 'at' | 'by'> = isAsked ? await askPerson(call, bound) : { at: Date.now() }
  if (yes.by) decision.approvers = yes.by
  decision.rule = isAsked ? 'confirmed' : policy.confirm === 'never' ? 'never' : 'default'
  return inTurn(call, campaign.id, async () => {
    const now = (await readCampaign(kit.rules, campaign.id)) as Campaign
    // Another call with the same yes was faster, or somebody cancelled it meanwhile.
    if (now.state !== 'waiting' || now.binding !== bound.binding) return now
    const agreed: Campaign = {
      ...now,
      state: 'running',
      risk: bound.plan.risk,
      yes: { at: yes.at, by: yes.by, until: yes.at + yesSeconds * 1000, asked: isAsked },
    }
    await takeHolds(storage, agreed, items)
    await writeCampaign(kit.rules, agreed)
    return agreed
  })
}

/** Nothing is to be changed: because all is as wanted, or because no target can be changed, which is not done. */
function nothingLeft(call: AcceptedCall, campaign: Campaign, items: Items): Promise<Campaign> {
  const isDone = items.every((item) => item?.isPlanned && asWanted.includes(item.why ?? ''))
  return isDone
    ? end(call, campaign, 'done', 'Nothing was left to change.')
    : end(call, campaign, 'stopped', 'No target can be changed: each says why.')
}

/** Turn after turn, while the call has time. */
async function goOn(call: AcceptedCall, begun: Campaign): Promise<CampaignReport & { next?: string }> {
  const { kit, clock, options, started, signal } = call
  let campaign = begun
  call.decision.risk = campaign.risk
  let isElsewhere = false
  while (campaign.state === 'running' && secondsLeft(clock) > leastSeconds && !options.pause?.aborted) {
    signal.throwIfAborted()
    try {
      const turn = await takeTurn(call, campaign.id)
      campaign = turn.campaign
      const tell = options.onProgress
      const { next, size } = campaign
      if (tell) notify(() => tell((Date.now() - started) / 1000, `${next} of ${size} targets.`), undefined)
      if (!turn.goesOn) break
    } catch (error) {
      if (!isTaken(error)) throw error
      isElsewhere = true
      break
    }
  }
  const { items } = await openCampaign(call, campaign.id, call.api.inventory)
  if (campaign.state !== 'running') return report(campaign, items)
  const isOwn = kit.rules.onWork !== undefined
  if (isOwn) {
    const seconds = Math.max(0, ((campaign.resumeAt ?? 0) - Date.now()) / 1000)
    notify(kit.rules.onWork, { kind: 'campaign', id: campaign.id, account: kit.name, seconds })
  }
  return { ...report(campaign, items), next: isOwn ? byItself : byCalls(isElsewhere) }
}

const byItself = 'It goes on by itself. get_campaign tells how far it is; cancel_campaign stops it.'
const byCalls = (isElsewhere: boolean) =>
  isElsewhere
    ? 'Another process goes on with it at this moment. get_campaign tells how far it is.'
    : 'It goes on while run_campaign is called with this campaign_id. Call it again, at goes_on_at where that is told.'

/** Between two targets: what is under way is finished. */
async function cancel(call: AcceptedCall, id: string): Promise<CampaignReport & { next?: string }> {
  const { kit, api } = call
  const { campaign } = await openCampaign(call, id, api.inventory)
  if (hasEnded(campaign)) {
    throw new PolicyError('campaign', `Campaign ${id} has ended already.`, 'get_campaign tells what it did.')
  }
  await writeCancel(kit.rules, id)
  const stop = async () => {
    const now = (await readCampaign(kit.rules, id)) as Campaign
    if (hasEnded(now)) return now
    return (await isOwed(call, now)) ? undefined : endSettled(call, now, 'cancelled', cancelled)
  }
  const ended = await inTurn(call, id, stop).catch((error: unknown) => {
    if (isTaken(error)) return undefined
    throw error
  })
  const { items } = await openCampaign(call, id, api.inventory)
  if (ended && hasEnded(ended)) return report(ended, items)
  const next = ended ? underWay : (await isOwed(call, campaign)) ? owed : atThisMoment
  return { ...report(ended ?? campaign, items), next }
}

const atThisMoment = 'A target is being changed at this moment; after that it stops. get_campaign tells when.'
const afterThat =
  'it ends after that. Where it does not go on by itself, call run_campaign with this campaign_id.'
const underWay = `The operation of a target is running: ${afterThat}`
const owed = `An app was changed, and its site is not looked at yet: ${afterThat}`
