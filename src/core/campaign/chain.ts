/**
 * A change with its own backup and its own way back:
 *
 *     backup    the site answers; the restore points before it are noted
 *     change    the backup is among the restore points now
 *     then      the change was sent
 *     back      the site fails after the change, at three looks: to the restore point of this very backup
 *
 * Each part is an item, sent once like any other. Here is what stands before it.
 *
 * @module
 */
import { object } from '../../base/json.ts'
import { isCloudwaysError } from '../../errors.ts'
import { msOf } from '../declare/time.ts'
import { sendsNothing } from '../once.ts'
import { restorePointsRequest } from '../platform.ts'
import type { AcceptedCall } from '../types/call.ts'
import type { Campaign, CampaignItem, ChainPart } from '../types/campaign.ts'
import { bindingOfBack, placeOf } from './chain-plan.ts'
import { isHost, problemOf, statusOf } from './look.ts'
import { readItem, writeItem } from './records.ts'

interface Place {
  campaign: Campaign
  place: number
  item: CampaignItem
}

/** The item is sent now, perhaps with the binding of its last plan; or it has ended; or it is tried again later. */
export type Link =
  | { send: CampaignItem; binding?: string }
  | { item: CampaignItem }
  | { later: { why: string; seconds: number } }

/** Seconds between two looks. */
const lookSeconds = 20
/** Looks for what is not there yet: a backup in the list, a site that can be seen. */
const mostForPoint = 15
/** Looks at a site that fails, before it goes back. */
const mostForSite = 3

/** What stands before a part of a chain. */
export function link(call: AcceptedCall, at: Place): Promise<Link> {
  const { part } = at.item
  if (part === 'backup') return beforeBackup(call, at)
  if (part === 'change') return beforeChange(call, at)
  return part === 'then' ? afterChange(call, at) : beforeBack(call, at)
}

async function beforeBackup(call: AcceptedCall, at: Place): Promise<Link> {
  const { item } = at
  if (item.pointBefore !== undefined) return { send: item }
  const seen = await look(call, item)
  if (!('status' in seen)) {
    const why = 'fails' in seen ? `The site fails already: ${seen.fails}` : `It can't be seen: ${seen.unseen}`
    return skip(call, at, `${why}. Nothing was changed.`)
  }
  const points = await newestPoint(call, item)
  if ('why' in points) return again(call, at, points.why)
  const noted = { ...item, looks: 0, pointBefore: points.newest, statusBefore: seen.status }
  await keep(call, at, noted)
  return { send: noted }
}

async function beforeChange(call: AcceptedCall, at: Place): Promise<Link> {
  const { item } = at
  const backup = await other(call, at, 'backup')
  if (backup?.state !== 'done') return skip(call, at, 'Its backup was not made. Nothing was changed.')
  if (item.point !== undefined) return { send: item }
  const points = await newestPoint(call, item)
  if ('why' in points) return again(call, at, points.why)
  if (!isNewer(points.newest, backup.pointBefore)) return again(call, at, notListed)
  const noted = { ...item, looks: 0, point: points.newest as string }
  await keep(call, at, noted)
  return { send: noted }
}

const notListed = 'Its backup is not among the restore points yet.'

async function afterChange(call: AcceptedCall, at: Place): Promise<Link> {
  const change = await other(call, at, 'change')
  return change && change.state !== 'skipped'
    ? { send: at.item }
    : skip(call, at, 'There was no change before it.')
}

async function beforeBack(call: AcceptedCall, at: Place): Promise<Link> {
  const { campaign, item, place } = at
  const [backup, change] = [await other(call, at, 'backup'), await other(call, at, 'change')]
  const { point } = change ?? {}
  if (!backup || !change || change.state === 'skipped' || point === undefined)
    return skip(call, at, 'There was no change before it.')
  const back = { ...item, input: { server_id: item.server_id, app_id: item.app_id, time: point } }
  const seen = await look(call, change)
  if ('unseen' in seen) {
    const why = `The site can't be seen after the change: ${seen.unseen}. Look at it; restore_app with ${point} takes it back.`
    return again(call, at, why, { most: mostForPoint, state: 'failed' })
  }
  const problem = 'fails' in seen ? seen.fails : worse(backup.statusBefore, seen.status)
  if (problem === undefined) {
    const undo = change.state === 'done' ? { undo: { tool: item.tool, input: back.input } } : {}
    await writeItem(call.kit.rules, campaign.id, placeOf(place, 'back', 'change'), { ...change, ...undo })
    return skip(call, at, 'The site answers well after the change.')
  }
  if ((item.looks ?? 0) + 1 < mostForSite)
    return again(call, at, `The site fails: ${problem}.`, { most: mostForSite })
  const { bound, ids, input } = await call.kit.inner.plan(call.kit.find(item.tool), back.input, {
    ofCampaign: sendsNothing(call.clock.deadline),
    signal: call.signal,
  })
  const isSame =
    item.binding === (await bindingOfBack(item, { backup, change })) &&
    ids.app_id === change.app_id &&
    input.time === point
  if (!isSame) return skip(call, at, 'It is not as it was approved.')
  return { send: { ...back, why: `The site failed after the change: ${problem}.` }, binding: bound.binding }
}

/** A page that was there, and is refused or gone now. */
const worse = (before: number | undefined, now: number): string | undefined =>
  before !== undefined && before < 400 && now >= 400 ? `it answers ${now}, and ${before} before` : undefined

const other = ({ kit }: AcceptedCall, { campaign, place, item }: Place, wanted: ChainPart) =>
  readItem(kit.rules, campaign.id, placeOf(place, item.part as ChainPart, wanted))

/** What a visitor of the app gets; what is wrong with that; or why nobody knows. */
type Look = { status: number } | { fails: string } | { unseen: string }

async function look({ api }: AcceptedCall, { row }: CampaignItem): Promise<Look> {
  const domain = row?.app?.domain
  if (!api.outside) return { unseen: 'nobody here may look at it (OUTSIDE_CHECKS)' }
  if (!isHost(domain)) return { unseen: 'the app has no domain to look at' }
  const view = await api.outside(domain)
  // No deployment changes where a name leads, and a network of ours that fails says nothing of the site.
  if ('why' in view.addresses || view.addresses.length === 0) return { unseen: 'its domain leads nowhere' }
  const [status, problem] = [statusOf(view), problemOf(view)]
  return problem === undefined && status !== undefined
    ? { status }
    : { fails: problem ?? 'it does not answer' }
}

async function newestPoint(
  { api, signal }: AcceptedCall,
  { server_id, app_id }: CampaignItem,
): Promise<{ newest: string | null } | { why: string }> {
  try {
    const dates = object(await api.job(restorePointsRequest(server_id, app_id)))?.backup_dates
    if (!Array.isArray(dates)) return { why: 'Cloudways did not tell the restore points.' }
    const known = dates.filter((date) => typeof date === 'string' && !Number.isNaN(msOf(date)))
    const [newest = null] = known.sort((one, two) => msOf(two) - msOf(one))
    return { newest }
  } catch (error) {
    signal.throwIfAborted()
    if (!isCloudwaysError(error) || error.code === 'credentials_refused') throw error
    return { why: error.message }
  }
}

/** Compared with each other alone: the platform's times have no zone. */
const isNewer = (now: string | null, before: string | null | undefined) =>
  now !== null && (before === null || (before !== undefined && msOf(now) > msOf(before)))

async function keep({ kit }: AcceptedCall, { campaign, place }: Place, item: CampaignItem): Promise<void> {
  await writeItem(kit.rules, campaign.id, place, item)
}

async function skip(
  call: AcceptedCall,
  at: Place,
  why: string,
  state: 'skipped' | 'failed' = 'skipped',
): Promise<Link> {
  const item: CampaignItem = { ...at.item, state, why }
  await keep(call, at, item)
  return { item }
}

interface Patience {
  most?: number
  /** What it is when the last look found nothing either. */
  state?: 'skipped' | 'failed'
}

async function again(
  call: AcceptedCall,
  at: Place,
  why: string,
  { most = mostForPoint, state = 'skipped' }: Patience = {},
): Promise<Link> {
  const looks = (at.item.looks ?? 0) + 1
  if (looks >= most) return skip(call, at, why, state)
  await keep(call, at, { ...at.item, looks })
  return { later: { why, seconds: lookSeconds } }
}
