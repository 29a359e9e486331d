/** The plan of a change: what it would do, and the hash that a yes is bound to. @module */
import { hashOf } from '../../base/json.ts'
import { unlessAborted } from '../../base/signal.ts'
import { callable } from '../answer/hints.ts'
import { redact } from '../answer/redact.ts'
import { readsOnly } from '../send/api.ts'
import type { ApiRequest } from '../types/api.ts'
import type { AcceptedCall, BoundPlan, Findings } from '../types/call.ts'
import type { Plan, SuggestedCall } from '../types/plan.ts'
import { withoutCname } from './targets.ts'

/** @param first the condition that is not met yet. */
export async function makePlan(
  call: AcceptedCall,
  { target, verdict, before }: Findings,
  first: SuggestedCall | null = null,
): Promise<BoundPlan> {
  const { account, tool, input, signal } = call
  const request = await wouldSend(call)
  const { impact = 'It changes nothing.', downtime, undo = null, cost, inverse } = tool.effects ?? {}
  const { server, app, affected } = target
  const plan: Plan = {
    tool: tool.name,
    title: tool.title,
    risk: verdict.risk,
    input,
    request,
    target: { ...(server && { server }), ...(app && { app: withoutCname(app) }) },
    now: before.now ?? null,
    affected: tool.risk === 'read' ? [] : affected,
    impact,
    downtime: (typeof downtime === 'function' ? downtime(input) : downtime) ?? null,
    undo,
    undo_call: (await callable(call, inverse?.(input, before))) ?? null,
    cost: cost ?? null,
    needs: { confirmation: verdict.needsYes && request !== null, type_name: verdict.typeName, first },
  }
  // The binding is over the values in clear: two values that are shown as hidden may differ.
  const accountId = await unlessAborted(account.id(), signal)
  const binding = await hashOf({ account: accountId, tool: tool.name, input, request, target, now: plan.now })
  return { plan: redact(plan, { known: account.secrets() }) as Plan, binding, account: accountId, request }
}

/** The request that would be sent. A tool with `run` is run until its first change, which is not sent. */
async function wouldSend({ tool, input, api }: AcceptedCall): Promise<ApiRequest | null> {
  if (tool.risk === 'read') return null
  if (tool.request) return tool.request(input) as ApiRequest
  let first: ApiRequest | null = null
  const stop = async (request: ApiRequest): Promise<never> => {
    first ??= request
    throw new StoppedShort()
  }
  try {
    await tool.run?.(input, readsOnly(api, stop))
  } catch (error) {
    if (first === null) throw error
  }
  return first
}

class StoppedShort extends Error {}
