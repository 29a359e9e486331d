/** What is told of a campaign: what needs a look first, and no more than a model has to read. @module */
import { readable } from '../../base/text.ts'
import type {
  Campaign,
  CampaignItem,
  CampaignReport,
  CampaignRow,
  CampaignState,
  ItemState,
} from '../types/campaign.ts'

const ended: readonly CampaignState[] = ['done', 'stopped', 'cancelled', 'expired']
export const hasEnded = ({ state }: Pick<Campaign, 'state'>): boolean => ended.includes(state)

const final: readonly ItemState[] = ['done', 'failed', 'unknown', 'skipped']
export const isFinal = ({ state }: Pick<CampaignItem, 'state'>): boolean => final.includes(state)

/** What needs a look comes first. */
const order: readonly CampaignRow['state'][] = ['failed', 'unknown', 'running', 'skipped', 'waiting', 'done']

/** The state of an item as it is told: what a campaign did not come to before its end is left. */
function stateOf(campaign: Campaign, item: CampaignItem): CampaignRow['state'] {
  if (item.state === 'waiting' && hasEnded(campaign)) return 'skipped'
  if (item.state !== 'sending') return item.state
  return hasEnded(campaign) ? 'unknown' : 'running'
}

export const iso = (at: number) => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z')

const named = ({ id, label }: { id: string; label: string }) =>
  `${readable(label) || 'without a name'} (${id})`

function rowOf(campaign: Campaign, item: CampaignItem, severalTools: boolean): CampaignRow {
  const { row, called, change, why, operation_id } = item
  const state = stateOf(campaign, item)
  const target = row?.target ?? called
  const reason = why ?? (state === 'skipped' ? campaign.why : undefined)
  return {
    ...(severalTools && { tool: item.tool }),
    ...(row?.app ? { app: named(row.app) } : row?.server && { server: named(row.server) }),
    ...(!row?.app && !row?.server && target !== undefined && { target: readable(target) }),
    ...(change !== undefined && { change: readable(change) }),
    state,
    ...(reason !== undefined && { why: reason }),
    ...(operation_id !== undefined && state !== 'done' && { operation_id }),
  }
}

/** The campaign without its targets. */
export function summary(campaign: Campaign): Omit<CampaignReport, 'targets'> {
  const { id, title, state, at, counts, size, why, resumeAt } = campaign
  const known = Object.values(counts).reduce((sum, count) => sum + count, 0)
  const rest = Math.max(0, size - known)
  const left = hasEnded(campaign) ? 'skipped' : 'waiting'
  return {
    campaign_id: id,
    ...{ title, state, began: iso(at) },
    counts: {
      ...(counts as CampaignReport['counts']),
      ...(rest > 0 && { [left]: (counts[left] ?? 0) + rest }),
    },
    ...(why !== undefined && { why }),
    ...(state === 'running' && resumeAt && resumeAt > Date.now() && { goes_on_at: iso(resumeAt) }),
  }
}

/** @param items those that can't be read are `undefined`. */
export function report(campaign: Campaign, items: readonly (CampaignItem | undefined)[]): CampaignReport {
  const severalTools = new Set(items.map((item) => item?.tool)).size > 1
  const rows = items.map(
    (item): CampaignRow =>
      item ? rowOf(campaign, item, severalTools) : { state: 'unknown', why: 'Its record could not be read.' },
  )
  const counts: CampaignReport['counts'] = {}
  for (const { state } of rows) counts[state] = (counts[state] ?? 0) + 1
  const undo = undoOf(items)
  return {
    ...summary(campaign),
    counts,
    targets: rows.sort((one, other) => order.indexOf(one.state) - order.indexOf(other.state)),
    ...(hasEnded(campaign) && undo.length > 0 && { undo_list: undo }),
  }
}

/** The calls that take a campaign back, the newest change first. */
export const undoOf = (items: readonly (CampaignItem | undefined)[]) =>
  items.flatMap((item) => (item?.state === 'done' && item.undo ? [item.undo] : [])).reverse()
