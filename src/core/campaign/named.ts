/**
 * What a campaign names is looked up before it begins. A name that fits nothing refuses the whole, as it would refuse a
 * single call: an answer that only leaves the target out reads like success.
 *
 * @module
 */
import type { Json } from '../../base/json.ts'
import { nearest } from '../../base/options.ts'
import { oneLine, readable } from '../../base/text.ts'
import { type CloudwaysError, InputError, isCloudwaysError, PolicyError } from '../../errors.ts'
import { meantArguments } from '../decide/meant.ts'
import { isNameError } from '../decide/only-one.ts'
import { parseInput } from '../decide/parse.ts'
import { isProtectedBy } from '../decide/policy.ts'
import { checkScope } from '../decide/scope.ts'
import { locate, targetIds } from '../decide/targets.ts'
import { listedShape, takeExtras } from '../declare/extras.ts'
import type { AcceptedCall, Call } from '../types/call.ts'
import type { CampaignWish, WantedItem } from '../types/campaign.ts'
import type { NamedApp, NamedServer } from '../types/plan.ts'

type Wish = Pick<Extract<CampaignWish, { items: unknown }>, 'items' | 'includeProtected'>

/** A server or an app that the campaign would touch. */
type Thing = NamedServer | NamedApp

/** The targets that one message tells. */
const mostTold = 8

const shown = (name: string) => JSON.stringify(oneLine(readable(name), 60))

/**
 * @throws InputError that names each wrong target with what it comes near to. Nothing is begun then.
 * @throws what is wrong with the arguments, which are the same for every target.
 */
export async function checkNamed(call: AcceptedCall, { items, includeProtected }: Wish): Promise<void> {
  const wrong: { called: string; error: CloudwaysError }[] = []
  const things: Thing[] = []
  for (const item of items.filter(({ leftOut }) => leftOut === undefined)) {
    try {
      things.push(...(await thingsOf(call, item)))
    } catch (error) {
      if (item.called === undefined || !isAboutTarget(error)) throw error
      wrong.push({ called: item.called, error })
    }
  }
  if (wrong.length > 0) throw wrongTargets(call, items.length, wrong)
  for (const entry of includeProtected) {
    if (!things.some((thing) => isProtectedBy(entry, thing))) throw notATarget(call, entry, things)
  }
}

/** What one call would be about. */
async function thingsOf(call: AcceptedCall, item: WantedItem): Promise<Thing[]> {
  const { kit, api } = call
  const tool = kit.find(item.tool)
  const given = meantArguments(tool, item.input, listedShape(tool, kit.rules.policy))
  // The lists are read once, by the way of the call around it.
  const inner: Call = { ...call, tool, given }
  const input = parseInput(tool, await takeExtras(inner))
  const ids = targetIds(tool, input)
  await checkScope({ ...inner, ids })
  if (!ids.server_id && !ids.app_id) return []
  const { server, app, affected } = locate(ids, (await api.inventory()).ours)
  return [server, app, ...affected].filter((thing) => thing !== undefined)
}

const isAboutTarget = (error: unknown): error is CloudwaysError =>
  isNameError(error) ||
  (isCloudwaysError(error) && error.details.reason === 'not_found') ||
  (error instanceof PolicyError && error.rule === 'scope')

function wrongTargets(
  { tool }: AcceptedCall,
  size: number,
  wrong: readonly { called: string; error: CloudwaysError }[],
): InputError {
  const told = wrong.slice(0, mostTold).map(({ called, error }) => `${shown(called)}: ${error.message}`)
  const more = wrong.length - told.length
  // What others named stands in the details alone.
  const candidates = wrong.slice(0, mostTold).flatMap(({ called, error }) => {
    const near = (error.details.candidates ?? []) as readonly Json[]
    return near.slice(0, wrong.length === 1 ? mostTold : 2).map((one) => ({ target: called, ...one }))
  })
  return new InputError(
    `${tool.name}: ${wrong.length} of ${size} targets can't be found. ${told.join(' ')}${more > 0 ? ` And ${more} more.` : ''}`,
    `Nothing was changed, and no campaign was begun. ${
      candidates.length > 0
        ? 'These come near: call again with the ids that are meant.'
        : 'Name other targets.'
    }`,
    candidates.length > 0 ? { candidates } : {},
  )
}

function notATarget({ tool }: AcceptedCall, entry: string, things: readonly Thing[]): InputError {
  const near = nearest(
    entry,
    things.map(({ label }) => label),
  )
  const meant = things.find(({ label }) => label === near)
  return new InputError(
    `${tool.name}: include_protected names ${shown(entry)}, which is no target of this campaign, and no app of one.`,
    `Nothing was changed, and no campaign was begun. ${meant ? 'This comes near to it. ' : ''}Name targets there, or leave it out.`,
    meant ? { candidates: [{ id: meant.id, label: oneLine(meant.label, 120) }] } : {},
  )
}
