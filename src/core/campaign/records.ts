/**
 * The stored form of campaigns: a record of each, and one of each of its items, so that two hundred targets are never
 * read or written as a whole. All are sealed, as they hold labels and arguments.
 *
 * @module
 */
import { hashOf, type Json, object } from '../../base/json.ts'
import { isText, readRecord, writeRecord } from '../../base/record.ts'
import type { Rules } from '../types/call.ts'
import type { Campaign, CampaignItem } from '../types/campaign.ts'

/** Seconds that a campaign is remembered. The counters of what was sent live as long. */
export const keptSeconds = 30 * 86_400

/** The newest campaigns of an account. */
export const mostListed = 100

type Frame = Pick<Rules, 'storage' | 'seal'>

const keyOf = (id: string) => `campaign:${id}`
const itemKey = (id: string, place: number) => `campaign:${id}:item:${place}`
const listKey = (account: string) => `campaigns:${account}`
const askedKey = (asked: string) => `campaign:asked:${asked}`

/** The counter that decides who sends an item. It is never given back. */
export const sentKey = (id: string, place: number, attempt: number) =>
  `campaign:${id}:sent:${place}:${attempt}`
const cancelKey = (id: string) => `campaign:${id}:cancel`
export const lockKey = (id: string) => `campaign:${id}:turn`

// The key is sealed in: a record that somebody moved to another key is none.
async function write({ storage, seal }: Frame, key: string, record: object): Promise<void> {
  const sealed = await seal.encrypt(JSON.stringify({ key, record }))
  await writeRecord(storage, key, sealed, { ttl: keptSeconds })
}

async function read({ storage, seal }: Frame, key: string): Promise<Json | undefined> {
  const sealed = await readRecord<string>(storage, key, { isValid: isText })
  if (sealed === null) return undefined
  try {
    const found = object(JSON.parse(await seal.decrypt(sealed)))
    return found?.key === key ? object(found.record) : undefined
  } catch {
    storage.onDamaged?.(key, 'sealed')
    return undefined
  }
}

export const writeCampaign = (rules: Frame, campaign: Campaign): Promise<void> =>
  write(rules, keyOf(campaign.id), campaign)

export const readCampaign = async (rules: Frame, id: string): Promise<Campaign | undefined> =>
  (await read(rules, keyOf(id))) as Campaign | undefined

export const writeItem = (rules: Frame, id: string, place: number, item: CampaignItem): Promise<void> =>
  write(rules, itemKey(id, place), item)

export const readItem = async (rules: Frame, id: string, place: number): Promise<CampaignItem | undefined> =>
  (await read(rules, itemKey(id, place))) as CampaignItem | undefined

/** Note that no further target may be changed. */
export const writeCancel = ({ storage }: Frame, id: string): Promise<void> =>
  writeRecord(storage, cancelKey(id), true, { ttl: keptSeconds })

/** One that can't be read cancels. */
export const isCancelled = async ({ storage }: Frame, id: string): Promise<boolean> =>
  (await readRecord<boolean>(storage, cancelKey(id), {
    isValid: (value) => value === true,
    instead: { value: true, ttl: keptSeconds },
  })) !== null

/** All items, in their order. An item that can't be read is left out, and its place tells so. */
export async function readItems(
  rules: Frame,
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

export const rememberAsked = ({ storage }: Frame, { asked, id }: Campaign): Promise<void> =>
  writeRecord(storage, askedKey(asked), id, { ttl: keptSeconds })

export const findAsked = ({ storage }: Frame, asked: string): Promise<string | null> =>
  readRecord<string>(storage, askedKey(asked), { isValid: isText })
