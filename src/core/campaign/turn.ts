/**
 * The turns of a running campaign: one target, and after the last one of a wave the look at its sites. One process at a
 * time takes a turn. What became of a target is noted in its own record first and counted after that, so that a crash
 * between the two counts it once.
 *
 * @module
 */
import { isCloudwaysError, UpstreamError } from '../../errors.ts'
import { oneAtATime } from '../once.ts'
import type { AcceptedCall } from '../types/call.ts'
import type { Campaign, CampaignItem } from '../types/campaign.ts'
import { isOwed } from './chain-plan.ts'
import { end } from './end.ts'
import { waveSize } from './inner.ts'
import { looksFailed } from './look.ts'
import { isCancelled, lockKey, readCampaign, readItem, writeCampaign, writeItem } from './records.ts'
import { hasEnded, isFinal } from './report.ts'
import { stepItem } from './step.ts'

/** Seconds that the turn of a process holds that died: longer than any call. */
const turnSeconds = 90
/** Seconds that a call waits for the turn of another process. */
const waitSeconds = 2

/** Do work that no other process may do for this campaign at the same time. @throws UpstreamError when another does. */
export const inTurn = <T>(
  { kit }: Pick<AcceptedCall, 'kit'>,
  id: string,
  work: () => Promise<T>,
): Promise<T> =>
  oneAtATime(
    kit.rules.storage,
    { key: lockKey(id), ttl: turnSeconds, wait: waitSeconds, taken: () => taken(id) },
    work,
  )

const taken = (id: string) =>
  new UpstreamError(
    `Another process goes on with campaign ${id} at this moment, or its turn could not be taken.`,
    'Call again in some seconds.',
    { service: 'storage', reason: 'busy', retryAfter: 5 },
  )

/** Whether another process has the turn. */
export const isTaken = (error: unknown): boolean =>
  isCloudwaysError(error) && error.details.service === 'storage' && error.details.reason === 'busy'

/** The campaign after a turn, and whether there is something for the next one now. */
export interface Turn {
  campaign: Campaign
  goesOn: boolean
}

/** @throws UpstreamError when another process has the turn, or the storage can't be used. */
export const takeTurn = (call: AcceptedCall, id: string): Promise<Turn> =>
  inTurn(call, id, async () => {
    const { rules } = call.kit
    const campaign = await readCampaign(rules, id)
    if (!campaign) throw gone(id)
    if (campaign.state !== 'running') return { campaign, goesOn: false }
    if ((await isCancelled(rules, id)) && !(await isOwed(call, campaign))) {
      return { campaign: await endSettled(call, campaign, 'cancelled', cancelled), goesOn: false }
    }
    if (Date.now() > (campaign.yes?.until ?? 0)) {
      return { campaign: await endSettled(call, campaign, 'expired', expired), goesOn: false }
    }
    if ((campaign.resumeAt ?? 0) > Date.now()) return { campaign, goesOn: false }
    const { resumeAt: _, why: __, ...fresh } = campaign
    return campaign.next >= campaign.size ? endOfAll(call, fresh) : oneTarget(call, fresh)
  })

export const cancelled = 'The campaign was cancelled.'
const expired = 'The time of the yes was over.'

/**
 * The end of a campaign before its last target. A target that a process began and left is looked at first, so that its
 * end is told where a read knows it. The campaign goes on while that one is still under way.
 */
export async function endSettled(
  call: AcceptedCall,
  campaign: Campaign,
  state: 'cancelled' | 'expired',
  why: string,
): Promise<Campaign> {
  const item = await readItem(call.kit.rules, campaign.id, campaign.next)
  const isBegun = item?.state === 'sending' || item?.state === 'running'
  const settled = isBegun ? (await oneTarget(call, campaign)).campaign : campaign
  const isUnderWay = isBegun && settled.next === campaign.next
  return isUnderWay || hasEnded(settled) ? settled : end(call, settled, state, why)
}

const gone = (id: string) =>
  new UpstreamError(
    `The record of campaign ${id} can't be read any more.`,
    'list_changes tells what was done.',
    {
      service: 'storage',
    },
  )

async function oneTarget(call: AcceptedCall, campaign: Campaign): Promise<Turn> {
  const { rules } = call.kit
  const { id, next } = campaign
  const item = await readItem(rules, id, next)
  if (item && !isFinal(item)) {
    const step = await stepItem(call, { campaign, place: next, item })
    if ('later' in step) {
      const { why, seconds } = step.later
      const waits: Campaign = { ...campaign, why, resumeAt: Date.now() + seconds * 1000 }
      await writeCampaign(rules, waits)
      return { campaign: waits, goesOn: false }
    }
    return counted(call, campaign, step.item)
  }
  // It was left out of the plan, or its end was noted by a process that died before it was counted.
  return counted(call, campaign, item)
}

/** The next target, after the end of this one was noted. @param item `undefined`: its record can't be read. */
async function counted(
  call: AcceptedCall,
  campaign: Campaign,
  item: CampaignItem | undefined,
): Promise<Turn> {
  const state = item?.state ?? 'unknown'
  const { counts, wave, next, failures } = campaign
  // A way back is there for a change that went wrong.
  const isBad = state === 'failed' || state === 'unknown' || (item?.part === 'back' && state === 'done')
  const after: Campaign = {
    ...campaign,
    next: next + 1,
    counts: { ...counts, [state]: (counts[state] ?? 0) + 1 },
    failures: failures + Number(isBad),
    // What was left out is no part of a wave.
    wave: { ...wave, size: wave.size + Number(state !== 'skipped') },
  }
  if (after.failures >= after.policy.stopAfter && !(await isOwed(call, after))) return stopped(call, after)
  const isFull = after.wave.size >= waveSize(after.policy, after.wave.index)
  if (isFull && after.next < after.size) return endOfWave(call, after)
  await writeCampaign(call.kit.rules, after)
  return { campaign: after, goesOn: true }
}

const stopped = async (call: AcceptedCall, campaign: Campaign): Promise<Turn> => {
  const { failures } = campaign
  const why = `Stopped after ${failures === 1 ? 'a target that was' : `${failures} targets that were`} not changed well.`
  return { campaign: await end(call, campaign, 'stopped', why), goesOn: false }
}

/** The look at the sites of the wave; then the pause. */
async function endOfWave(call: AcceptedCall, campaign: Campaign): Promise<Turn> {
  const { policy, wave, next } = campaign
  const looked = await afterLook(call, campaign)
  if (looked.failures >= policy.stopAfter) return stopped(call, looked)
  const following: Campaign = {
    ...looked,
    wave: { index: wave.index + 1, from: next, size: 0 },
    ...(policy.pauseSeconds > 0 && {
      resumeAt: Date.now() + policy.pauseSeconds * 1000,
      why: 'The pause between two waves.',
    }),
  }
  await writeCampaign(call.kit.rules, following)
  return { campaign: following, goesOn: policy.pauseSeconds === 0 }
}

async function endOfAll(call: AcceptedCall, campaign: Campaign): Promise<Turn> {
  const looked = await afterLook(call, campaign)
  return { campaign: await end(call, looked, 'done'), goesOn: false }
}

/** A site that does not answer after its change counts as a failure. */
async function afterLook(call: AcceptedCall, campaign: Campaign): Promise<Campaign> {
  const { policy, wave, next, id } = campaign
  if (policy.check !== 'site') return campaign
  const { rules } = call.kit
  const places = Array.from({ length: next - wave.from }, (_, index) => wave.from + index)
  const items = await Promise.all(
    places.map(async (place) => ({ place, item: await readItem(rules, id, place) })),
  )
  const bad = await looksFailed(call, items)
  for (const { place, why } of bad) {
    const item = items.find((one) => one.place === place)?.item as CampaignItem
    await writeItem(rules, id, place, { ...item, state: 'failed', why })
  }
  const { counts, failures } = campaign
  const moved = { done: (counts.done ?? 0) - bad.length, failed: (counts.failed ?? 0) + bad.length }
  return {
    ...campaign,
    failures: failures + bad.length,
    counts: bad.length > 0 ? { ...counts, ...moved } : counts,
  }
}
