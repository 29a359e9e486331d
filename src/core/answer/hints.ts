/**
 * Calls that the core proposes: the undo, the next step, the backup that has to come first. Only calls that this
 * toolkit would let through to its rules are proposed.
 *
 * @module
 */
import { object } from '../../base/json.ts'
import { isCloudwaysError } from '../../errors.ts'
import { checkWholeServer, isScoped } from '../decide/scope.ts'
import { targetIds } from '../decide/targets.ts'
import { isOperation } from '../declare/operation.ts'
import { proposed } from '../platform.ts'
import type { AcceptedCall, Call, Inventory, Kit, Policy } from '../types/call.ts'
import type { SuggestedCall, TargetIds } from '../types/plan.ts'
import type { Before } from '../types/tool.ts'

/** What goes with an answer. */
export interface Hints {
  /** The call that takes it back. */
  undo?: SuggestedCall
  next_steps?: SuggestedCall[]
}

/** How to take a change back, and what to do next, as far as that is possible here. */
export async function hintsOf(
  call: AcceptedCall,
  before: Before | undefined,
  answer: unknown,
): Promise<Hints> {
  const { tool, input } = call
  try {
    const undo = before && (await callable(call, tool.effects?.inverse?.(input, before)))
    const next = [...stillRunning(call, answer), ...(tool.next?.(input, answer) ?? [])]
    const found = await Promise.all(next.map((step) => callable(call, step)))
    const steps = found.filter((step) => step !== undefined)
    return { ...(undo && { undo }), ...(steps.length > 0 && { next_steps: steps }) }
  } catch {
    // The work is done. A missing hint is no reason to doubt it.
    return {}
  }
}

/** What goes on after the call is asked for, not started again. A client may hide the instructions that say so. */
function stillRunning({ tool, kit }: AcceptedCall, answer: unknown): SuggestedCall[] {
  const { state, operation_id } = object(answer) ?? {}
  const asking: string[] = [proposed.operation, proposed.wait]
  const isAsked = isOperation(tool.output) || tool.edit !== undefined || asking.includes(tool.name)
  if (!isAsked || state !== 'running' || typeof operation_id !== 'string') return []
  if (Object.hasOwn(kit.tools, proposed.wait)) {
    return [{ tool: proposed.wait, input: { operation_id }, why: 'it is still running' }]
  }
  const why = 'it is still running: ask after some seconds, until it is completed'
  return [{ tool: proposed.operation, input: { operation_id }, why }]
}

/** The suggestion, when its tool is listed and within the known role, and its target is within the scope. */
export async function callable(
  { kit, api, signal }: Pick<Call, 'kit' | 'api' | 'signal'>,
  suggested: SuggestedCall | undefined,
): Promise<SuggestedCall | undefined> {
  if (!suggested) return undefined
  const { policy } = kit.rules
  try {
    const tool = kit.find(suggested.tool)
    const ids = targetIds(tool, suggested.input)
    const here = onAccount(kit, suggested)
    if (!isScoped(policy) || (!ids.server_id && !ids.app_id)) return here
    const inventory = await api.inventory()
    checkWholeServer(tool, ids, policy, inventory.all)
    return isWithin(ids, inventory, policy) ? here : undefined
  } catch (error) {
    signal.throwIfAborted()
    if (isCloudwaysError(error)) return undefined
    throw error
  }
}

/** The suggestion as it has to be made where there are several accounts. */
export const onAccount = ({ name }: Kit, suggested: SuggestedCall): SuggestedCall =>
  name === undefined ? suggested : { ...suggested, input: { account: name, ...suggested.input } }

/** A fresh clone is not in the inventory yet: it is in scope if its server is, unless the scope lists apps. */
function isWithin({ server_id, app_id }: TargetIds, { all, ours }: Inventory, { apps }: Policy): boolean {
  const has = (servers: Inventory['all']) =>
    servers.some((server) => server.apps.some(({ id }) => id === app_id))
  if (server_id && !ours.some(({ id }) => id === server_id)) return false
  return !app_id || has(ours) || (apps.length === 0 && !has(all))
}
