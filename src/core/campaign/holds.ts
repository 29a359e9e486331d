/**
 * Two campaigns must not change the same target at the same time. A running campaign holds its targets: whole servers,
 * or single apps of them. The hold of a campaign that nobody goes on with ends with its yes.
 *
 * @module
 */
import { isText, readRecord, writeRecord } from '../../base/record.ts'
import { PolicyError } from '../../errors.ts'
import type { Storage } from '../../types.ts'
import type { Campaign, CampaignItem } from '../types/campaign.ts'
import { iso } from './report.ts'

/** What a campaign holds of one server, or of the account. */
interface Hold {
  campaign: string
  /** `null`: all of it. */
  apps: string[] | null
  /** Milliseconds since 1970. */
  since: number
  until: number
}

/** Seconds. A hold that can't be read refuses for as long. */
const damagedSeconds = 600

const isHold = (value: unknown) => {
  const { campaign, apps, since, until } = Object(value) as Partial<Record<keyof Hold, unknown>>
  const isOfApps = apps === null || (Array.isArray(apps) && apps.every(isText))
  return isText(campaign) && isOfApps && Number.isFinite(since) && Number.isFinite(until)
}

const kind = () => ({
  isValid: (value: unknown) => Array.isArray(value) && value.every(isHold),
  instead: {
    value: [
      {
        campaign: 'that could not be read',
        apps: null,
        since: Date.now(),
        until: Date.now() + damagedSeconds * 1000,
      },
    ] as Hold[],
    ttl: damagedSeconds,
  },
})

/** Seconds: the work under the lock is a read and a write for each server. */
const turn = { ttl: 60, wait: 20 }
const lock = 'campaign:holds'

const ofAccount = 'campaign:hold:account:'

/** What names no server belongs to the account. */
const keyOf = ({ account }: Campaign, { server_id }: Pick<CampaignItem, 'server_id'>) =>
  server_id ? `campaign:hold:${server_id}` : `${ofAccount}${account}`

/** What is held, by the key of its record. */
function wanted(
  campaign: Campaign,
  items: readonly (CampaignItem | undefined)[],
): Map<string, string[] | null> {
  const found = new Map<string, string[] | null>()
  for (const item of items) {
    if (item?.state !== 'waiting') continue
    const { app_id } = item
    const key = keyOf(campaign, item)
    const before = found.get(key)
    found.set(key, before === null || app_id === undefined ? null : [...(before ?? []), app_id])
  }
  return found
}

async function holdsOfOthers(storage: Storage, key: string, campaign: Campaign): Promise<Hold[]> {
  const holds = (await readRecord<Hold[]>(storage, key, kind())) ?? []
  return holds.filter(({ campaign: id, until }) => id !== campaign.id && until > Date.now())
}

/** The record is gone with the last of its holds. */
async function writeHolds(storage: Storage, key: string, holds: readonly Hold[]): Promise<void> {
  if (holds.length === 0) return storage.delete(key)
  const last = Math.max(...holds.map(({ until }) => until))
  await writeRecord(storage, key, holds, { ttl: Math.max(1, Math.ceil((last - Date.now()) / 1000)) })
}

/** @throws PolicyError when another campaign holds one of the targets. */
async function checkFree(
  storage: Storage,
  campaign: Campaign,
  all: ReadonlyMap<string, readonly string[] | null>,
): Promise<Map<string, Hold[]>> {
  const others = new Map<string, Hold[]>()
  for (const [key, apps] of all) {
    const theirs = await holdsOfOthers(storage, key, campaign)
    const taken = theirs.find(
      (hold) => hold.apps === null || apps === null || hold.apps.some((app) => apps.includes(app)),
    )
    if (taken) throw held(key, taken)
    others.set(key, theirs)
  }
  return others
}

const held = (key: string, { campaign, since }: Hold) => {
  const place = key.startsWith(ofAccount) ? 'the account' : `server ${key.split(':').at(-1)}`
  return new PolicyError(
    'campaign',
    `Campaign ${campaign}, which began at ${iso(since)}, is changing ${place}. Nothing was changed.`,
    'Wait for its end: get_campaign tells how far it is. Or cancel it, if the person wants that.',
    { campaign_id: campaign },
  )
}

/** Before a person is asked: nobody shall say yes to what is refused. */
export async function checkHolds(
  storage: Storage,
  campaign: Campaign,
  items: readonly (CampaignItem | undefined)[],
): Promise<void> {
  await checkFree(storage, campaign, wanted(campaign, items))
}

/** Hold all targets, or none. @throws PolicyError */
export async function takeHolds(
  storage: Storage,
  campaign: Campaign,
  items: readonly (CampaignItem | undefined)[],
): Promise<void> {
  const all = wanted(campaign, items)
  const until = campaign.yes?.until ?? Date.now()
  await storage.lock(lock, turn, async () => {
    const others = await checkFree(storage, campaign, all)
    for (const [key, apps] of all) {
      const mine: Hold = { campaign: campaign.id, apps, since: Date.now(), until }
      await writeHolds(storage, key, [...(others.get(key) ?? []), mine])
    }
  })
}

/** What can't be released ends with the time of the yes. */
export async function releaseHolds(
  storage: Storage,
  campaign: Campaign,
  places: Iterable<Pick<CampaignItem, 'server_id'>>,
): Promise<void> {
  const keys = new Set([...places].map((place) => keyOf(campaign, place)))
  await storage.lock(lock, turn, async () => {
    for (const key of keys) await writeHolds(storage, key, await holdsOfOthers(storage, key, campaign))
  })
}
