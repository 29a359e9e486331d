/**
 * The stored form of campaigns: a record of each, and one of each of its items, so that two hundred targets are never
 * read or written as a whole. All are sealed, as they hold labels and arguments.
 *
 * @module
 */
import { hashOf } from '../../base/json.ts'
import { isText, readRecord, writeRecord } from '../../base/record.ts'
import { readSealed, type Sealing, writeSealed } from '../sealed-record.ts'
import type { Rules } from '../types/call.ts'
import type { Campaign, CampaignItem } from '../types/campaign.ts'

/** Seconds that a campaign is remembered. The counters of what was sent live as long. */
export const keptSeconds = 30 * 86_400

/** The newest campaigns of an account. */
export const mostListed = 100

const keyOf = (id: string) => `campaign:${id}`
const itemKey = (id: string, place: number) => `campaign:${id}:item:${place}`
const listKey = (account: string) => `campaigns:${account}`
const askedKey = (asked: string) => `campaign:asked:${asked}`

/** The counter that decides who sends an item. It is never given back. */
export const sentKey = (id: string, place: number, attempt: number) =>
  `campaign:${id}:sent:${place}:${attempt}`
const cancelKey = (id: string) => `campaign:${id}:cancel`
export const lockKey = (id: string) => `campaign:${id}:turn`

export const writeCampaign = (rules: Sealing, campaign: Campaign): Promise<void> =>
  writeSealed(rules, keyOf(campaign.id), campaign, keptSeconds)

export const readCampaign = async (rules: Sealing, id: string): Promise<Campaign | undefined> =>
  (await readSealed(rules, keyOf(id))) as Campaign | undefined

export const writeItem = (rules: Sealing, id: string, place: number, item: CampaignItem): Promise<void> =>
  writeSealed(rules, itemKey(id, place), item, keptSeconds)

export const readItem = async (
  rules: Sealing,
  id: string,
  place: number,
): Promise<CampaignItem | undefined> =>
  (await readSealed(rules, itemKey(id, place))) as CampaignItem | undefined

/** Note that no further target may be changed. */
export const writeCancel = ({ storage }: Sealing, id: string): Promise<void> =>
  writeRecord(storage, cancelKey(id), true, { ttl: keptSeconds })

/** One that can't be read cancels. */
export const isCancelled = async ({ storage }: Sealing, id: string): Promise<boolean> =>
  (await readRecord<boolean>(storage, cancelKey(id), {
    isValid: (value) => value === true,
    instead: { value: true, ttl: keptSeconds },
  })) !== null

/** All items, in their order. An item that can't be read is left out, and its place tells so. */
export async function readItems(
  rules: Sealing,
  { id, size }: Pick<Campaign, 'id' | 'size'>,
): Promise<(CampaignItem | undefined)[]> {
  const found: (CampaignItem | undefined)[] = []
  for (let from = 0; from < size; from += atOnce) {
    const places = Array.from({ length: Math.min(atOnce, size - from) }, (_, place) => from + place)
    found.push(...(await Promise.all(places.map((place) => readItem(rules, id, place)))))
  }
  return found
}

const atOnce = 20

/** Note a new campaign in the list of its account. */
export const list = ({ journal }: Pick<Rules, 'journal'>, { account, id }: Campaign): Promise<void> =>
  journal.append(listKey(account), id, { keep: mostListed, ttl: keptSeconds })

/** The ids of the campaigns of an account, the newest first. */
export async function listed({ journal }: Pick<Rules, 'journal'>, account: string): Promise<string[]> {
  const ids = await journal.range<unknown>(listKey(account), -mostListed, mostListed)
  return ids.filter(isText).reverse()
}

/** What the same call has asked for already, so that a repeat of it goes on. */
export const askedFor = (account: string, tool: string, input: unknown): Promise<string> =>
  hashOf({ account, tool, input })

export const rememberAsked = ({ storage }: Sealing, { asked, id }: Campaign): Promise<void> =>
  writeRecord(storage, askedKey(asked), id, { ttl: keptSeconds })

export const findAsked = ({ storage }: Sealing, asked: string): Promise<string | null> =>
  readRecord<string>(storage, askedKey(asked), { isValid: isText })
