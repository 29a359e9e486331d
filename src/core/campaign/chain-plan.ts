/**
 * The plan of a way back. Its restore point is known only after the backup, so that it can't be planned like a single
 * call. The yes is bound to all the rest of it: the tool, the app, and the backup and the change that it belongs to.
 *
 * @module
 */
import { hashOf } from '../../base/json.ts'
import type { AcceptedCall } from '../types/call.ts'
import type { Campaign, CampaignItem, ChainPart } from '../types/campaign.ts'
import { readItem, writeItem } from './records.ts'

const order: readonly ChainPart[] = ['backup', 'change', 'then', 'back']

/** The place of another part of the same chain. */
export const placeOf = (place: number, part: ChainPart, other: ChainPart): number =>
  place - order.indexOf(part) + order.indexOf(other)

const impact =
  'Only where the site fails after the change: files and database go back to the backup that is taken before it. What came in meanwhile is lost.'

/** Plan the ways back whose other parts are planned. A chain is changed as a whole, or left out as a whole. */
export async function planChains(
  { kit }: AcceptedCall,
  { id }: Campaign,
  items: (CampaignItem | undefined)[],
): Promise<void> {
  const keep = async (place: number, item: CampaignItem) => {
    items[place] = item
    await writeItem(kit.rules, id, place, item)
  }
  for (const [place, back] of items.entries()) {
    if (back?.part !== 'back' || back.isPlanned || back.state !== 'waiting') continue
    const places = order.map((part) => placeOf(place, 'back', part))
    const [backup, change] = places.map((one) => items[one])
    const missing = [backup, change].find((item) => item?.state !== 'waiting')
    if (missing?.why !== undefined) {
      for (const one of places) {
        const item = items[one]
        if (item?.state === 'waiting') await keep(one, without(item, missing))
      }
    } else if (backup?.isPlanned && change?.isPlanned) {
      await keep(place, await planned(back, { backup, change, risk: kit.find(back.tool).risk }))
    }
  }
}

function without(item: CampaignItem, { tool, why, row, ...place }: CampaignItem): CampaignItem {
  const reason = `Not without ${tool}: ${why}`
  const { server_id, app_id, isPlanned } = place
  const named = { ...(row?.server && { server: row.server }), ...(row?.app && { app: row.app }) }
  return {
    ...item,
    ...{ server_id, app_id, isPlanned },
    state: 'skipped',
    why: reason,
    row: { ...named, ...item.row, left_out: reason },
  }
}

interface Others {
  backup: CampaignItem
  change: CampaignItem
  risk: NonNullable<CampaignItem['row']>['risk']
}

async function planned(back: CampaignItem, { backup, change, risk }: Others): Promise<CampaignItem> {
  const { row, typeName, affected, server_id, app_id } = change
  return {
    ...back,
    isPlanned: true,
    binding: await bindingOfBack(back, { backup, change }),
    ...{ typeName, affected, server_id, app_id },
    input: { ...back.input, server_id, app_id },
    row: {
      ...(row?.server && { server: row.server }),
      ...(row?.app && { app: row.app }),
      ...{ risk, impact, undo: 'rollback_app_restore, until the next restore' },
      ...(row?.protected && { protected: true as const }),
    },
  }
}

/** What the yes to a way back is bound to. */
export const bindingOfBack = (
  { tool }: CampaignItem,
  { backup, change }: Pick<Others, 'backup' | 'change'>,
): Promise<string> => hashOf({ tool, app: change.app_id, backup: backup.binding, change: change.binding })

/**
 * Whether a chain has begun to change its app, and its next part is not made yet. A campaign that is stopped or
 * cancelled ends after it: the app must not stay behind without its way back.
 */
export async function isOwed(
  { kit }: Pick<AcceptedCall, 'kit'>,
  { id, next, size }: Campaign,
): Promise<boolean> {
  if (next >= size) return false
  const item = await readItem(kit.rules, id, next)
  if (!item?.part || item.part === 'backup') return false
  // A process that died may have sent the change itself without a note of its end.
  const change = await readItem(kit.rules, id, placeOf(next, item.part, 'change'))
  return change !== undefined && change.state !== 'waiting' && change.state !== 'skipped'
}
