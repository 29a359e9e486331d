/**
 * What one call may change: the target that its arguments name, and nothing but the approved plan.
 *
 * @module
 */
import { canonical } from '../../base/json.ts'
import { ConfirmationRequired, PolicyError, UpstreamError } from '../../errors.ts'
import type { ApiRequest } from '../types/api.ts'
import type { Call, Inventory } from '../types/call.ts'
import type { BoundPlan } from '../types/plan.ts'
import type { AnyTool } from '../types/tool.ts'
import type { Further } from '../types/touched.ts'
import { isChange, namedIn } from './request.ts'

/**
 * A call changes the server or app that its arguments name, and nothing else: the rules were asked about that alone.
 *
 * @param inventory what was read before.
 * @param readAgain reads the inventory anew: an app that this call has just made is in no list that was read before.
 * @throws PolicyError for a change by a tool of risk `read`, or to another server or app than the call named.
 */
export async function checkOwnTarget(
  { tool, ids = {}, further, kit }: Omit<Call, 'api'>,
  request: ApiRequest,
  inventory: () => Promise<Inventory>,
  readAgain: () => Promise<Inventory>,
): Promise<void> {
  if (!isChange(request)) return
  if (tool.risk === 'read') throw stray(tool, 'is declared to change nothing')
  const { servers, apps } = withoutFurther(namedIn(request), further)
  const isOther = (mine: string | undefined, theirs: string[]) =>
    mine !== undefined && theirs.some((id) => id !== mine)
  if (isOther(ids.server_id, servers) || isOther(ids.app_id, apps)) throw stray(tool, elsewhere)
  // A call that names an app alone was judged by that app's server; one that names a server, by all apps on it.
  const namesOne = (ids.server_id === undefined) !== (ids.app_id === undefined)
  if (namesOne && (ids.app_id === undefined ? apps : servers).length > 0) {
    const leavesServer = ({ all }: Inventory) => {
      const ownerOf = (app_id?: string) =>
        all.find((server) => server.apps.some(({ id }) => id === app_id))?.id
      const mine = ids.server_id ?? ownerOf(ids.app_id)
      return [...servers, ...apps.map(ownerOf)].some((id) => id !== mine)
    }
    if (leavesServer(await inventory()) && leavesServer(await readAgain())) throw stray(tool, elsewhere)
  }
  const namesNone = ids.server_id === undefined && ids.app_id === undefined
  if (namesNone && kit.rules.policy.protect.length > 0 && servers.length + apps.length > 0) {
    throw stray(tool, 'names no server or app among its arguments, so that protection could not be looked at')
  }
}

/** What a request names besides is agreed on: scope and protection were asked about it. */
function withoutFurther(named: ReturnType<typeof namedIn>, further: Further | undefined) {
  const places = [...(further?.changes ?? []), ...(further?.reads ?? [])]
  return {
    servers: named.servers.filter((id) => !places.some(({ server_id }) => server_id === id)),
    apps: named.apps.filter((id) => !places.some(({ app_id }) => app_id === id)),
  }
}

const elsewhere = 'was to change something else than its arguments name'

const stray = (tool: AnyTool, what: string) =>
  new PolicyError('scope', `${tool.name} ${what}. That was not sent.`, 'Its developer has to fix the tool.')

/**
 * Compare a request that changes something with the approved plan, if there is one. The first such request has to be
 * the one of the plan; a plan without a request allows none.
 *
 * @throws ConfirmationRequired, PolicyError
 */
export function checkPlan({ tool, approved }: Pick<Call, 'tool' | 'approved'>, request: ApiRequest): void {
  if (!approved) return
  const { bound, isUsed } = approved
  if (!isUsed && !isEqual(request, bound.request)) throw changed(tool, bound)
  // The approved request was a GET that starts a job. A later change was never approved.
  if (isUsed && bound.request && !isChange(bound.request) && isChange(request)) throw unplanned(tool)
  // A tool that only declares its request sends that, or the other form of it. Only `run` makes a change of several.
  if (isUsed && !tool.run && !isEqual(request, bound.otherRequest ?? null)) throw unplanned(tool)
  approved.isUsed = true
}

/** Another call may have the lock by now. @throws UpstreamError */
export function checkLock({ tool, lockedUntil }: Pick<Call, 'tool' | 'lockedUntil'>): void {
  if (lockedUntil === undefined || Date.now() <= lockedUntil) return
  throw new UpstreamError(
    `${tool.name}: reading what is there took so long that another call may be changing it by now. That was not sent.`,
    'Call again.',
    { reason: 'timeout' },
  )
}

function isEqual(request: ApiRequest, planned: ApiRequest | null): boolean {
  const sent = ({ startsJob: _, reads: __, query = {}, body = {}, json = {}, ...rest }: ApiRequest) =>
    canonical({ ...rest, query, body, json })
  return planned !== null && sent(request) === sent(planned)
}

export const changed = ({ name }: AnyTool, bound?: BoundPlan) =>
  new ConfirmationRequired(
    `${name}: what is there has changed since it was looked at. Nothing was changed.`,
    'Make the same call again: it is looked at anew.',
    bound && { plan: bound.plan },
  )

const unplanned = ({ name }: AnyTool) =>
  new PolicyError(
    'confirmation',
    `${name} was to make a change that was not in the plan. That was not sent.`,
    'Its developer has to fix the tool: what needs a yes sends its change before it starts any job.',
  )

export const tooOld = ({ name }: AnyTool, { plan }: BoundPlan, minutes: number) =>
  new ConfirmationRequired(
    `${name}: more than ${minutes} minutes have passed since the person's yes. Nothing was changed.`,
    'Make the same call again: the person is asked anew.',
    { plan },
  )
