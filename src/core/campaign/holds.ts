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

/** What is held, by the key of its record. What names no server belongs to the account. */
function wanted(
  { account }: Campaign,
  items: readonly (CampaignItem | undefined)[],
): Map<string, string[] | null> {
  const found = new Map<string, string[] | null>()
  for (const item of items) {
    if (item?.state !== 'waiting') continue
    const { server_id, app_id } = item
    const key = server_id ? `campaign:hold:${server_id}` : `campaign:hold:account:${account}`
    const before = found.get(key)
    found.set(key, before === null || app_id === undefined ? null : [...(before ?? []), app_id])
  }
  return found
}

/** @throws PolicyError when another campaign holds one of the targets. */
async function checkFree(
  storage: Storage,
  campaign: Campaign,
  all: ReadonlyMap<string, readonly string[] | null>,
): Promise<Map<string, Hold[]>> {
  const others = new Map<string, Hold[]>()
  for (const [key, apps] of all) {
    const holds = (await readRecord<Hold[]>(storage, key, kind())) ?? []
    const theirs = holds.filter(({ campaign: id, until }) => id !== campaign.id && until > Date.now())
    const taken = theirs.find(
      (hold) => hold.apps === null || apps === null || hold.apps.some((app) => apps.includes(app)),
    )
    if (taken) throw held(key, taken)
    others.set(key, theirs)
  }
  return others
}

const held = (key: string, { campaign, since }: Hold) => {
  const place = key.startsWith('campaign:hold:account:') ? 'the account' : `server ${key.split(':').at(-1)}`
  return new PolicyError(
    'campaign',
    `Campaign ${campaign}, which began at ${new Date(since).toISOString().slice(0, 19)}Z, is changing ${place}. Nothing was changed.`,
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
  const ttl = Math.max(1, Math.ceil((until - Date.now()) / 1000))
  await storage.lock(lock, turn, async () => {
    const others = await checkFree(storage, campaign, all)
    for (const [key, apps] of all) {
      const mine: Hold = { campaign: campaign.id, apps, since: Date.now(), until }
      const holds = [...(others.get(key) ?? []), mine]
      const last = Math.max(...holds.map((hold) => hold.until))
      await writeRecord(storage, key, holds, {
        ttl: Math.max(ttl, Math.ceil((last - Date.now()) / 1000), 1),
      })
    }
  })
}

/** What can't be released ends with the time of the yes. */
export async function releaseHolds(
  storage: Storage,
  campaign: Campaign,
  places: Iterable<Pick<CampaignItem, 'server_id'>>,
): Promise<void> {
  const keys = new Set(
    [...places].map(({ server_id }) =>
      server_id ? `campaign:hold:${server_id}` : `campaign:hold:account:${campaign.account}`,
    ),
  )
  await storage.lock(lock, turn, async () => {
    for (const key of keys) {
      const holds = (await readRecord<Hold[]>(storage, key, kind())) ?? []
      const others = holds.filter(({ campaign: id, until }) => id !== campaign.id && until > Date.now())
      if (others.length === 0) await storage.delete(key)
      else {
        const last = Math.max(...others.map(({ until }) => until))
        await writeRecord(storage, key, others, { ttl: Math.ceil((last - Date.now()) / 1000) })
      }
    }
  })
}
