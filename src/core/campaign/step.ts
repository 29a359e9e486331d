/**
 * One target: it is read anew, compared with what was approved, and sent once.
 *
 * Who sends it is decided by a counter directly before the first change, which is never given back. So neither a crash
 * nor a second process that goes on with the campaign can send it again. What was claimed, and of which nobody noted the
 * end, is settled by a read; what no read settles is unknown, and stays so.
 *
 * @module
 */
import { object } from '../../base/json.ts'
import { type CloudwaysError, isCloudwaysError, PolicyError } from '../../errors.ts'
import { isWhole } from '../journal/entry.ts'
import { claimOf, sendsNothing } from '../once.ts'
import { secondsLeft } from '../send/clock.ts'
import type { AcceptedCall, Input } from '../types/call.ts'
import type { Campaign, CampaignItem, OfCampaign } from '../types/campaign.ts'
import type { SuggestedCall } from '../types/plan.ts'
import { link } from './chain.ts'
import { keptSeconds, readItem, sentKey, writeItem } from './records.ts'
import { isFinal } from './report.ts'

/** What became of an item; `later`: nothing was sent, and it is tried again. */
export type Step = { item: CampaignItem } | { later: { why: string; seconds: number } }

/** Rules that refuse for a time, and not this target. */
const forATime = ['stopped', 'budget', 'gate']

/** Seconds until the next try, where nobody tells. */
const laterSeconds = 15
const pausedSeconds = 60

interface Place {
  campaign: Campaign
  place: number
  item: CampaignItem
  /** Of a plan that could be made only now. */
  binding?: string
}

export async function stepItem(call: AcceptedCall, at: Place): Promise<Step> {
  if (at.item.state !== 'waiting') return settleItem(call, at)
  if (!at.item.part) return sendItem(call, at)
  const next = await link(call, at)
  return 'send' in next ? sendItem(call, { ...at, item: next.send, binding: next.binding }) : next
}

async function sendItem(call: AcceptedCall, at: Place): Promise<Step> {
  const { kit, signal, clock, options } = call
  const { campaign, item } = at
  const approved = approvedOf(campaign, at.binding === undefined ? item : { ...item, binding: at.binding })
  const held = claimed(call, at)
  try {
    const tool = kit.find(item.tool)
    const answer = await kit.inner.run(tool, item.input, {
      ofCampaign: { deadline: clock.deadline, approved, ...held.way },
      signal,
      onProgress: options.onProgress,
    })
    return { item: await kept(call, at, doneWith(item, answer)) }
  } catch (error) {
    signal.throwIfAborted()
    if (held.isLost()) return lost(call, at)
    if (!isCloudwaysError(error) || error.code === 'credentials_refused') throw error
    return failedWith(call, at, { error, isClaimed: held.isOurs() })
  }
}

/**
 * Another process has sent the item: what is known here of it is old. Its record is read anew, and what stands there
 * counts.
 */
async function lost(call: AcceptedCall, at: Place): Promise<Step> {
  const item = (await readItem(call.kit.rules, at.campaign.id, at.place)) ?? at.item
  if (isFinal(item)) return { item }
  // The other process was refused for sure, and left the item to a later attempt.
  const isNext = item.state === 'waiting' && (item.attempt ?? 1) > (at.item.attempt ?? 1)
  return isNext ? stepItem(call, { ...at, item }) : settleItem(call, { ...at, item })
}

const approvedOf = (
  { yes }: Campaign,
  { binding = '', typeName = null }: CampaignItem,
): OfCampaign['approved'] => yes && { binding, typeName, ...yes }

/** Who sends the item. The record says so before the first change is sent. */
function claimed({ kit }: AcceptedCall, { campaign, place, item }: Place) {
  const note = (now: CampaignItem) => writeItem(kit.rules, campaign.id, place, now)
  const { claim, ...held } = claimOf(kit.rules.storage, {
    key: sentKey(campaign.id, place, item.attempt ?? 1),
    ttl: keptSeconds,
    refusal: `${item.tool}: another process has sent this. It was not sent again.`,
    note: () => note({ ...item, state: 'sending' }),
  })
  return {
    ...held,
    way: {
      claim,
      // The change is made. A storage that fails now must not turn it into an error.
      started: (operation_id: string) => note({ ...item, state: 'running', operation_id }).catch(() => {}),
    },
  }
}

function doneWith(item: CampaignItem, answer: Input): CampaignItem {
  const { state, operation_id } = answer
  const undo = object(answer.undo) as SuggestedCall | undefined
  return {
    ...item,
    state: state === 'running' ? 'running' : 'done',
    ...(typeof operation_id === 'string' && { operation_id }),
    // An edit that found nothing to do has nothing to take back.
    undo: isWhole(undo) ? undo : answer.changed === false ? undefined : item.undo,
  }
}

async function failedWith(
  call: AcceptedCall,
  at: Place,
  { error, isClaimed }: { error: CloudwaysError; isClaimed: boolean },
): Promise<Step> {
  const { item } = at
  const { outcome } = error.details
  // Nothing is sent before the claim, and a storage that is down says nothing of this target.
  if (!isClaimed && error.details.service === 'storage') {
    return { later: { why: error.message, seconds: secondsUntil(error) } }
  }
  const isUnknown = outcome === 'unknown'
  if (!isUnknown && isForATime(error)) {
    // The refusal is sure, so that another attempt sends nothing twice.
    if (isClaimed) await kept(call, at, { ...item, state: 'waiting', attempt: (item.attempt ?? 1) + 1 })
    return { later: { why: error.message, seconds: secondsUntil(error) } }
  }
  const refused = ['invalid_input', 'refused_by_policy', 'confirmation_required'].includes(error.code)
  const state = isUnknown ? 'unknown' : refused && !isClaimed ? 'skipped' : 'failed'
  return { item: await kept(call, at, { ...item, state, why: error.message }) }
}

/** Whether it was surely not done, and may be done later: no request is left, the server is busy, a rule waits. */
function isForATime(error: CloudwaysError): boolean {
  const { reason } = error.details
  if (reason === 'rate_limited' || reason === 'busy') return true
  if (!(error instanceof PolicyError)) return false
  // A window that never opens is no pause.
  return error.rule === 'windows' ? error.details.opens !== undefined : forATime.includes(error.rule)
}

/** Until it may be tried again. */
function secondsUntil({ details: { retryAfter, opens, reason } }: CloudwaysError): number {
  if (typeof retryAfter === 'number') return retryAfter
  const left = typeof opens === 'string' ? (Date.parse(opens) - Date.now()) / 1000 : Number.NaN
  if (Number.isFinite(left)) return Math.max(1, left)
  return reason ? laterSeconds : pausedSeconds
}

/** An item that was claimed, and of whose end there is no word. Reads only. */
async function settleItem(call: AcceptedCall, at: Place): Promise<Step> {
  const { kit, signal, clock, api } = call
  const { item } = at
  const { operation_id } = item
  try {
    if (operation_id !== undefined) {
      const seen = await api.wait(operation_id, Math.max(0, secondsLeft(clock) - leftSeconds))
      if (seen.state === 'running') {
        await kept(call, at, { ...item, state: 'running' })
        return { later: { why: `Operation ${operation_id} is running.`, seconds: laterSeconds } }
      }
      const isDone = seen.state === 'completed'
      return {
        item: await kept(call, at, {
          ...item,
          state: isDone ? 'done' : 'failed',
          ...(!isDone && { why: 'Cloudways started this, but the operation failed.' }),
        }),
      }
    }
    const { bound } = await kit.inner.plan(kit.find(item.tool), item.input, {
      ofCampaign: sendsNothing(clock.deadline),
      signal,
    })
    if (bound.request === null) return { item: await kept(call, at, { ...item, state: 'done' }) }
  } catch (error) {
    signal.throwIfAborted()
    if (!isCloudwaysError(error) || error.code === 'credentials_refused') throw error
    if (error.details.reason === 'rate_limited')
      return { later: { why: error.message, seconds: laterSeconds } }
  }
  // Whoever sent it may have noted the end while this was reading.
  const now = await readItem(kit.rules, at.campaign.id, at.place)
  if (now && isFinal(now)) return { item: now }
  if (now?.operation_id !== undefined && operation_id === undefined)
    return settleItem(call, { ...at, item: now })
  return { item: await kept(call, at, { ...item, state: 'unknown', why: nobodyKnows }) }
}

/** Seconds of a call that are left after the wait for an operation. */
const leftSeconds = 8

const nobodyKnows =
  'The process ended while this was being sent, and no read here tells whether it happened. It is not sent again: look at the target.'

async function kept(
  { kit }: AcceptedCall,
  { campaign, place }: Place,
  item: CampaignItem,
): Promise<CampaignItem> {
  await writeItem(kit.rules, campaign.id, place, item)
  return item
}
