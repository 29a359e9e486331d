/**
 * Before a change: whether it may be made, whether somebody has to say yes, and whether it still is what was said yes
 * to when it is sent.
 *
 * @module
 */

import { canonical } from '../../base/hash.ts'
import { unlessAborted } from '../../base/signal.ts'
import { ConfirmationRequired, isCloudwaysError, PolicyError } from '../../errors.ts'
import { clean } from '../answer/untrusted.ts'
import { announce } from '../recorded.ts'
import { openApi } from '../send/api.ts'
import { isChange, isRead } from '../send/request.ts'
import type { ApiRequest } from '../types/api.ts'
import type { AcceptedCall, BoundPlan, Outlook } from '../types/call.ts'
import type { Plan, SuggestedCall } from '../types/plan.ts'
import type { AnyTool, Before, RunContext } from '../types/tool.ts'
import { confirmSeconds, ensureConfirmed } from './confirm.ts'
import { checkScope, lookAhead, lookForUndo, unmet } from './look-before.ts'
import { makePlan } from './plan.ts'
import { mayAsk } from './policy.ts'

/**
 * Protection and threshold, the condition, the person, the operator's gate: in this order, and all before anything
 * is sent. What was asked about is looked at again when time has passed; `call.api` then is a new one.
 *
 * @returns what the last look found.
 * @throws PolicyError, ConfirmationRequired
 */
export async function approve(call: AcceptedCall): Promise<Before | undefined> {
  const { kit, tool, decision } = call
  const { policy } = kit.rules
  const rule = policy.confirm === 'never' ? 'never' : 'default'
  if (!mayAsk(tool, policy) && !tool.requires) {
    await passGate(call)
    const before = await lookForUndo(call)
    decision.rule = rule
    return before
  }
  const outlook = await lookAhead(call)
  decision.risk = outlook.verdict.risk
  const first = await unmet(call)
  if (first) throw new PolicyError('backup', `${tool.name}: ${first.why}`, callFirst(first), { first })
  if (!outlook.verdict.confirm) {
    const before = await withoutYes(call, outlook)
    decision.rule = rule
    return before
  }
  const bound = await makePlan(call, outlook)
  // Nobody is asked about nothing. Should there be something by now, it was not asked about.
  if (bound.request === null) {
    keepToPlan(call, bound)
    decision.rule = rule
    return undefined
  }
  const said = await ensureConfirmed(call, { ...bound, plan: forPerson(bound.plan) })
  const before = await withYes(call, outlook, bound, said)
  decision.rule = 'confirmed'
  return before
}

/** The gate, for what needs nobody: by then it may be protected. */
async function withoutYes(call: AcceptedCall, { before }: Outlook): Promise<Before> {
  if (!(await passGate(call))) return before
  const again = await lookAhead(call)
  call.decision.risk = again.verdict.risk
  if (again.verdict.confirm) throw changed(call.tool)
  return again.before
}

/** The gate, for what was said yes to: that has to be there still, and the gate must not hold the yes for longer than a yes holds. */
async function withYes(
  call: AcceptedCall,
  outlook: Outlook,
  bound: BoundPlan,
  said: 'asked' | 'earlier',
): Promise<Before> {
  const { kit, tool, signal } = call
  const sinceYes = stopwatch()
  let last = outlook
  if (await passGate(call, said === 'asked')) {
    last = await lookAhead(call)
    const again = await makePlan(call, last)
    if (again.binding !== bound.binding) throw changed(tool, again)
  } else {
    const account = await unlessAborted(kit.transport.account(), signal)
    if (account !== bound.account) throw changed(tool, bound)
  }
  if (sinceYes() > confirmSeconds) throw tooOld(tool, bound)
  keepToPlan(call, bound)
  return last.before
}

/** Seconds that the gate may take before what was seen is no longer taken for what is there. */
const moment = 1

/**
 * Ask the operator's gate.
 *
 * @param anew whether time has passed already.
 * @returns whether time has passed: the call then goes on with a new way to the platform, as the deadline of the
 * first has run.
 */
async function passGate(call: AcceptedCall, anew = false): Promise<boolean> {
  const { signal } = call
  const elapsed = stopwatch()
  try {
    await unlessAborted(announce(call), signal)
  } catch (error) {
    signal.throwIfAborted()
    if (isCloudwaysError(error)) throw error
    throw new PolicyError('gate', 'The operator lets no change through at the moment. Nothing was changed.')
  }
  if (!anew && elapsed() <= moment) return false
  call.api = openApi(call)
  await checkScope(call)
  return true
}

/** Seconds since this was made, by the longer of two clocks: one may be set, the other stops while a computer sleeps. */
function stopwatch(): () => number {
  const [ticks, date] = [performance.now(), Date.now()]
  return () => Math.max(performance.now() - ticks, Date.now() - date) / 1000
}

/** The first change that is sent is the one that was said yes to; where there was none, none is sent. */
function keepToPlan(call: AcceptedCall, bound: BoundPlan): void {
  const { tool, api } = call
  let isFirst = true
  const send: RunContext['send'] = async (request) => {
    if (isRead(request)) return api.send(request)
    if (isFirst && !isEqual(request, bound.request)) throw changed(tool, bound)
    // A job that only reads was in the plan, and no change.
    if (!isFirst && bound.request && !isChange(bound.request) && isChange(request)) throw unplanned(tool)
    isFirst = false
    return api.send(request)
  }
  call.api = { ...api, send }
}

function isEqual(request: ApiRequest, planned: ApiRequest | null): boolean {
  const sent = ({ method, path, query = {}, body = {}, json = {} }: ApiRequest) =>
    canonical({ method, path, query, body, json })
  return planned !== null && sent(request) === sent(planned)
}

/** A person reads this: what nobody sees must not be in it. */
const forPerson = (plan: Plan) => clean(plan).value as Plan

const callFirst = ({ tool, input }: SuggestedCall) =>
  `Nothing was changed. Call ${tool} with ${JSON.stringify(input)}, wait until it is completed, then call again.`

const changed = ({ name }: AnyTool, bound?: BoundPlan) =>
  new ConfirmationRequired(
    `${name}: what is there has changed since it was looked at. Nothing was changed.`,
    'Make the same call again: it is looked at anew.',
    bound && { plan: forPerson(bound.plan) },
  )

const unplanned = ({ name }: AnyTool) =>
  new PolicyError(
    'confirmation',
    `${name} was to make a change that was not in the plan. That was not sent.`,
    'Its developer has to fix the tool: what needs a yes sends its change before it starts any job.',
  )

const tooOld = ({ name }: AnyTool, { plan }: BoundPlan) =>
  new ConfirmationRequired(
    `${name}: more than ${confirmSeconds / 60} minutes have passed since the person's yes. Nothing was changed.`,
    'Make the same call again: the person is asked anew.',
    { plan: forPerson(plan) },
  )
