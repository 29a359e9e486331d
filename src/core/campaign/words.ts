/** What a campaign would do, as a plan for a person. @module */
import { hashOf } from '../../base/json.ts'
import { readable } from '../../base/text.ts'
import { asksAt, asksTwo, isHigher, oneLevelMore } from '../decide/policy.ts'
import { pathOf } from '../send/request.ts'
import type { ApiRequest } from '../types/api.ts'
import type { AcceptedCall } from '../types/call.ts'
import type { Campaign, CampaignItem } from '../types/campaign.ts'
import type { BoundPlan, NamedApp, Plan, PlannedTarget, Risk } from '../types/plan.ts'
import type { AnyTool } from '../types/tool.ts'

/** Above so many targets, the risk is one level higher. */
const manyTargets = 10

/** Characters of the one line that tells what becomes another. */
const longestChange = 200

/** What an edit makes of each value, in one line. Of any other change, the request of the plan tells it. */
export function changeOf({ plan, decisive }: BoundPlan): { change?: string } {
  if (!decisive) return {}
  const { lists, values } = decisive
  const parts = [
    ...Object.entries(lists).flatMap(([name, { added, removed }]) => [
      ...(added.length > 0 ? [`${name}: + ${added.join(', ')}`] : []),
      ...(removed.length > 0 ? [`${name}: - ${removed.join(', ')}`] : []),
    ]),
    ...Object.entries(values).flatMap(([name, { to, changes }]) =>
      changes ? [`${name}: ${JSON.stringify(Object(plan.now)[name] ?? null)} → ${to}`] : [],
    ),
  ]
  const text = parts.join('; ')
  if (text === '') return {}
  return { change: text.length > longestChange ? `${text.slice(0, longestChange)}…` : text }
}

const highest = (all: readonly Risk[]): Risk =>
  all.reduce<Risk>((most, one) => (isHigher(one, most) ? one : most), 'write')

/** The risk of the whole: the highest of all, one level more for many. It is never below that of a target. */
export function riskOfAll(all: readonly Risk[]): Risk {
  const most = highest(all)
  return all.length > manyTargets ? oneLevelMore(most) : most
}

/** The plan of a campaign, and the hash that the yes is bound to. @param items all of them, planned. */
export async function planOfCampaign(
  call: AcceptedCall,
  campaign: Campaign,
  items: readonly (CampaignItem | undefined)[],
): Promise<BoundPlan> {
  const { kit, tool, input } = call
  const known = items.filter((item) => item !== undefined)
  const change = known.filter(({ state }) => state === 'waiting')
  const rows = change.map(({ row }) => row as PlannedTarget)
  const tools = [...new Set(change.map(({ tool: name }) => name))]
  const risk = riskOfAll(rows.map((row) => row.risk ?? 'destructive'))
  const names = [...new Set(change.flatMap(({ typeName }) => (typeName ? [typeName] : [])))]
  const typeName = names.length > 0 ? names.join(', ') : null
  const costs = [...new Set(change.flatMap(({ cost }) => (cost ? [cost] : [])))]
  const inner = tools.map((name) => kit.find(name))
  const needsSecond = asksTwo(risk, kit.rules.policy) && change.length > 0
  const needsYes = typeName !== null || needsSecond || inner.some((one) => asks(one, risk, call))
  const impact = common(rows.map((row) => row.impact)) ?? manyWords(tools.length, change.length)
  const undo = common(rows.map((row) => row.undo))
  const plan: Plan = {
    ...(kit.name !== undefined && { account: kit.name }),
    tool: tool.name,
    title: titleOf(campaign, change.filter(({ part = 'change' }) => part === 'change').length),
    risk,
    input: shownInput(input),
    request: change.length > 0 ? await requestOf(change, inner) : null,
    target: {},
    now: null,
    affected: affectedOf(change),
    impact,
    downtime: common(change.map(({ downtime }) => downtime)) ?? null,
    undo: undo === undefined ? undoWords(rows) : undo,
    undo_call: null,
    cost: costs.length > 0 ? costs.join(' ') : null,
    needs: {
      confirmation: needsYes && change.length > 0,
      ...(needsSecond && { second_yes: true }),
      type_name: typeName,
      first: null,
    },
    targets: known.map((item) => shownRow(item, { impact, undo, severalTools: tools.length > 1 })),
  }
  const binding = await bindingOf(campaign, items)
  const refusal = await hashOf({
    account: campaign.account,
    tool: tool.name,
    items: change.map(({ tool: name, input: given }) => ({ name, given })),
  })
  return { plan, typeName, binding, refusal, account: campaign.account, request: plan.request }
}

const asks = (tool: AnyTool, risk: Risk, { kit }: AcceptedCall) =>
  asksAt(tool, risk, kit.rules.policy.confirm)

/** The list, in its order, with what each item is bound to; and how it is gone through. */
export const bindingOf = (
  { account, tool, policy }: Campaign,
  items: readonly (CampaignItem | undefined)[],
): Promise<string> =>
  hashOf({
    ...{ account, tool, policy },
    items: items.flatMap((item) =>
      item?.isPlanned && item.why === undefined
        ? [{ tool: item.tool, binding: item.binding, typeName: item.typeName }]
        : [],
    ),
  })

const titleOf = ({ title }: Campaign, count: number) =>
  `${title}: ${count} ${count === 1 ? 'target' : 'targets'}`

/** What the wish names one by one stands in the rows. */
const shownInput = ({ targets: _, campaign_id: __, ...rest }: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))

/** The value that all have; `undefined` when they differ, or there is none. */
function common<T>(values: readonly T[]): T | undefined {
  const [first, ...others] = values
  return others.every((value) => value === first) ? first : undefined
}

const manyWords = (tools: number, count: number) =>
  tools > 1
    ? `${tools} kinds of changes are made, ${count} in all. Each row tells what happens there.`
    : `The same change is made to ${count} targets. Each row tells what happens there.`

const undoWords = (rows: readonly PlannedTarget[]): string | null =>
  rows.every(({ undo }) => undo === null)
    ? null
    : rows.some(({ undo }) => undo === null)
      ? 'Not for every target: each row tells it.'
      : 'Each row tells it.'

function affectedOf(items: readonly CampaignItem[]): NamedApp[] {
  const apps = items.flatMap(({ affected = [] }) => affected)
  return [...new Map(apps.map((app) => [app.id, app])).values()]
}

/** What is sent to each: the parts of the requests that are the same. The ids stand in the rows. */
async function requestOf(
  items: readonly CampaignItem[],
  tools: readonly AnyTool[],
): Promise<ApiRequest | null> {
  const [tool, ...others] = tools
  const [first] = items
  if (!tool || !first?.request || others.length > 0) return first?.request ?? null
  const all = items.flatMap(({ request }) => (request ? [request] : []))
  const same = (part: 'query' | 'body' | 'json') => {
    const parts = all.map((request) => (request[part] ?? {}) as Record<string, unknown>)
    const entries = Object.entries(parts[0] ?? {}).filter(([name, value]) =>
      parts.every((other) => JSON.stringify(other[name]) === JSON.stringify(value)),
    )
    return entries.length > 0 ? { [part]: Object.fromEntries(entries) } : {}
  }
  const path = all.every((request) => request.path === first.request?.path)
    ? first.request.path
    : pathOf(first.request)
  return { method: first.request.method, path, ...same('query'), ...same('body'), ...same('json') }
}

interface Same {
  impact: string
  undo: string | null | undefined
  severalTools: boolean
}

/** A row without what the plan says of all. */
function shownRow(item: CampaignItem, { impact, undo, severalTools }: Same): PlannedTarget {
  const { row = {}, called, tool } = item
  const { impact: own, undo: back, ...rest } = row
  return {
    ...(severalTools && { tool }),
    ...(!row.app && !row.server && called !== undefined && { target: readable(called) }),
    ...rest,
    ...(row.left_out === undefined && own !== undefined && own !== impact && { impact: own }),
    ...(row.left_out === undefined && back !== undefined && back !== undo && { undo: back }),
  }
}
