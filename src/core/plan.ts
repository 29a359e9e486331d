/**
 * What a change would do, told before it is made.
 *
 * @module
 */
import { hashOf } from '../hash.ts'
import { unlessAborted } from '../signal.ts'
import { type CallContext, isRead, type Kit } from './context.ts'
import type {
  AnyTool,
  ApiRequest,
  Before,
  NamedApp,
  NamedServer,
  Risk,
  RunContext,
  SuggestedCall,
} from './define.ts'
import type { Verdict } from './policy.ts'
import { redact } from './secret.ts'
import { possible } from './suggest.ts'
import { type Target, withoutCname } from './targets.ts'

/** What a call would do. Secrets among its arguments are hidden. */
export interface Plan {
  tool: string
  title: string
  /** Of this call: for what is protected, one level above that of the tool. */
  risk: Risk
  /** The arguments, with defaults filled in. */
  input: Record<string, unknown>
  /** What would be sent; `null` when nothing would change. */
  request: ApiRequest | null
  target: { server?: NamedServer; app?: NamedApp }
  /** What is there now that would be replaced, where the tool can read that. */
  now: unknown
  /** The apps that would feel it: the target, or all apps of the server. */
  affected: NamedApp[]
  impact: string
  /** How long visitors would be without the site. `null`: they would not. */
  downtime: string | null
  /** How to undo it, in words; `null` when it can't be undone. */
  undo: string | null
  /** The call that would take it back, where there is one. */
  undo_call: SuggestedCall | null
  /** `null` where the API contract marks no cost. */
  cost: string | null
  needs: PlanNeeds
}

export interface PlanNeeds {
  /** Whether a person has to say yes first. */
  confirmation: boolean
  /** For what is protected: the name that the person has to type. */
  type_name: string | null
  /** The condition that is not met yet, and the call that meets it. */
  first: SuggestedCall | null
}

/** What is known of a change before it is made. */
export interface Outlook {
  target: Target
  verdict: Verdict
  before: Before
}

/** A plan, and the hash that a yes to it is bound to. */
export interface BoundPlan {
  plan: Plan
  binding: string
  /** The hash of the account that it is about. */
  account: string
  /** What would be sent, as it is: in the plan secrets are hidden. */
  request: ApiRequest | null
}

/** @param first the condition that is not met yet. */
export async function makePlan(
  kit: Kit,
  tool: AnyTool,
  input: Record<string, unknown>,
  { target, verdict, before }: Outlook,
  context: CallContext,
  first: SuggestedCall | null = null,
): Promise<BoundPlan> {
  const request = await wouldSend(tool, input, context)
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
    undo_call: (await possible(kit, inverse?.(input, before), context)) ?? null,
    cost: cost ?? null,
    needs: { confirmation: verdict.confirm && request !== null, type_name: verdict.typeName, first },
  }
  // Over what was there as it was, not as it is shown: two hidden values may differ.
  const account = await unlessAborted(kit.transport.account(), context.signal)
  const binding = await hashOf({ account, tool: tool.name, input, request, target, now: plan.now })
  return { plan: redact(plan, { known: kit.transport.secrets() }) as Plan, binding, account, request }
}

/** What a tool with `run` would send first: it runs until it wants to change something. */
async function wouldSend(
  tool: AnyTool,
  input: Record<string, unknown>,
  context: CallContext,
): Promise<ApiRequest | null> {
  if (tool.risk === 'read') return null
  if (tool.request) return tool.request(input) as ApiRequest
  let first: ApiRequest | null = null
  const send: RunContext['send'] = async (request) => {
    if (isRead(request)) return context.send(request)
    first ??= request
    throw new StoppedShort()
  }
  try {
    await tool.run?.(input, { ...context, send })
  } catch (error) {
    if (first === null) throw error
  }
  return first
}

class StoppedShort extends Error {}
