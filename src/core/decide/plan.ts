/**
 * What a change would do, told before it is made.
 *
 * @module
 */
import { hashOf } from '../../base/hash.ts'
import { unlessAborted } from '../../base/signal.ts'
import { redact } from '../answer/redact.ts'
import { isRead } from '../send/request.ts'
import type { ApiRequest } from '../types/api.ts'
import type { AcceptedCall, BoundPlan, Outlook } from '../types/call.ts'
import type { Plan, SuggestedCall } from '../types/plan.ts'
import type { RunContext } from '../types/tool.ts'
import { possible } from './suggest.ts'
import { withoutCname } from './targets.ts'

/** @param first the condition that is not met yet. */
export async function makePlan(
  call: AcceptedCall,
  { target, verdict, before }: Outlook,
  first: SuggestedCall | null = null,
): Promise<BoundPlan> {
  const { kit, tool, input, signal } = call
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
    undo_call: (await possible(call, inverse?.(input, before))) ?? null,
    cost: cost ?? null,
    needs: { confirmation: verdict.confirm && request !== null, type_name: verdict.typeName, first },
  }
  // Over what was there as it was, not as it is shown: two hidden values may differ.
  const account = await unlessAborted(kit.transport.account(), signal)
  const binding = await hashOf({ account, tool: tool.name, input, request, target, now: plan.now })
  return { plan: redact(plan, { known: kit.transport.secrets() }) as Plan, binding, account, request }
}

/** What a tool with `run` would send first: it runs until it wants to change something. */
async function wouldSend({ tool, input, api }: AcceptedCall): Promise<ApiRequest | null> {
  if (tool.risk === 'read') return null
  if (tool.request) return tool.request(input) as ApiRequest
  let first: ApiRequest | null = null
  const send: RunContext['send'] = async (request) => {
    if (isRead(request)) return api.send(request)
    first ??= request
    throw new StoppedShort()
  }
  try {
    await tool.run?.(input, { ...api, send })
  } catch (error) {
    if (first === null) throw error
  }
  return first
}

class StoppedShort extends Error {}
