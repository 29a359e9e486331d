/**
 * Before a change: whether it may be made, whether somebody has to say yes, and whether it still is what was said yes
 * to when it is sent.
 *
 * @module
 */
import { ConfirmationRequired, isCloudwaysError, PolicyError } from '../errors.ts'
import { canonical } from '../hash.ts'
import { unlessAborted } from '../signal.ts'
import type { AuditRule } from './audit.ts'
import { confirmSeconds, ensureConfirmed } from './confirm.ts'
import { type CallContext, isRead, type Kit, openContext } from './context.ts'
import type { AnyTool, ApiRequest, Before, RunContext, SuggestedCall } from './define.ts'
import { checkScope, lookAhead, lookForUndo, unmet } from './outlook.ts'
import type { CallOptions } from './pipeline.ts'
import { type BoundPlan, makePlan, type Outlook, type Plan } from './plan.ts'
import { mayAsk } from './policy.ts'
import { announce, type Call } from './record.ts'
import { clean } from './untrusted.ts'

type Input = Record<string, unknown>

/** What was decided about a change that may be made. */
export interface Approval {
  rule: AuditRule
  /** What the last look found. */
  before?: Before
  /** To make the change with: a person, or the gate, may have taken longer than a call may. */
  context: CallContext
}

/**
 * Protection and threshold, the condition, the person, the operator's gate: in this order, and all before anything
 * is sent. What was asked about is looked at again when time has passed.
 *
 * @throws PolicyError, ConfirmationRequired
 */
export async function approve(
  kit: Kit,
  tool: AnyTool,
  input: Input,
  call: Call,
  options: CallOptions,
): Promise<Approval> {
  const { policy } = kit.rules
  const { context, decision } = call
  const rule = policy.confirm === 'never' ? 'never' : 'default'
  if (!mayAsk(tool, policy) && !tool.requires) {
    const later = await passGate(kit, tool, call)
    return { rule, before: await lookForUndo(kit, tool, input, decision.target, later), context: later }
  }
  const outlook = await lookAhead(kit, tool, input, decision.target, context)
  decision.risk = outlook.verdict.risk
  const first = await unmet(kit, tool, decision.target, context)
  if (first) throw new PolicyError('backup', `${tool.name}: ${first.why}`, callFirst(first), { first })
  if (!outlook.verdict.confirm) return { rule, ...(await withoutYes(kit, tool, input, call, outlook)) }

  const bound = await makePlan(kit, tool, input, outlook, context)
  // Nobody is asked about nothing. Should there be something by now, it was not asked about.
  if (bound.request === null) return { rule, context: keepToPlan(tool, context, bound) }
  const how = await confirmed(kit, bound, options, context.signal)
  return { rule: 'confirmed', ...(await withYes(kit, tool, input, call, outlook, bound, how)) }
}

type Checked = Omit<Approval, 'rule'>

/** The gate, for what needs nobody: by then it may be protected. */
async function withoutYes(
  kit: Kit,
  tool: AnyTool,
  input: Input,
  call: Call,
  { before }: Outlook,
): Promise<Checked> {
  const { context, decision } = call
  const later = await passGate(kit, tool, call)
  if (later === context) return { before, context }
  const again = await lookAhead(kit, tool, input, decision.target, later)
  decision.risk = again.verdict.risk
  if (again.verdict.confirm) throw changed(tool)
  return { before: again.before, context: later }
}

/** The gate, for what was said yes to: that has to be there still, and the gate must not hold the yes for longer than a yes holds. */
async function withYes(
  kit: Kit,
  tool: AnyTool,
  input: Input,
  call: Call,
  outlook: Outlook,
  bound: BoundPlan,
  how: 'asked' | 'earlier',
): Promise<Checked> {
  const { context, decision } = call
  const sinceYes = stopwatch()
  const later = await passGate(kit, tool, call, how === 'asked')
  let last = outlook
  if (later === context) {
    const account = await unlessAborted(kit.transport.account(), context.signal)
    if (account !== bound.account) throw changed(tool, bound)
  } else {
    last = await lookAhead(kit, tool, input, decision.target, later)
    const again = await makePlan(kit, tool, input, last, later)
    if (again.binding !== bound.binding) throw changed(tool, again)
  }
  if (sinceYes() > confirmSeconds) throw tooOld(tool, bound)
  return { before: last.before, context: keepToPlan(tool, later, bound) }
}

function confirmed(
  { rules }: Kit,
  { plan, binding, account }: BoundPlan,
  options: CallOptions,
  signal: AbortSignal,
): Promise<'asked' | 'earlier'> {
  const { confirm, deferred, confirmation } = options
  const channels = {
    storage: rules.storage,
    onConfirm: rules.onConfirm,
    confirm,
    deferred,
    confirmation,
    openPage: options.openPage ?? rules.openPage,
    fallback: rules.policy.confirmFallback,
  }
  return ensureConfirmed(forPerson(plan), binding, account, channels, signal)
}

/** Seconds that the gate may take before what was seen is no longer taken for what is there. */
const moment = 1

/**
 * Ask the operator's gate.
 *
 * @param anew whether time has passed already.
 * @returns the context to go on with: another one when time has passed, for the deadline of the first has run.
 */
async function passGate(kit: Kit, tool: AnyTool, call: Call, anew = false): Promise<CallContext> {
  const { context } = call
  const { signal } = context
  const elapsed = stopwatch()
  try {
    await unlessAborted(announce(kit, tool.name, call), signal)
  } catch (error) {
    signal.throwIfAborted()
    if (isCloudwaysError(error)) throw error
    throw new PolicyError('gate', 'The operator lets no change through at the moment. Nothing was changed.')
  }
  if (!anew && elapsed() <= moment) return context
  const later = openContext(kit, signal)
  await checkScope(tool, call.decision.target, kit.rules.policy, later)
  return later
}

/** Seconds since this was made, by the longer of two clocks: one may be set, the other stops while a computer sleeps. */
function stopwatch(): () => number {
  const [ticks, date] = [performance.now(), Date.now()]
  return () => Math.max(performance.now() - ticks, Date.now() - date) / 1000
}

/** The first change that is sent is the one that was said yes to; where there was none, none is sent. */
function keepToPlan(tool: AnyTool, context: CallContext, bound: BoundPlan): CallContext {
  let isFirst = true
  const send: RunContext['send'] = async (request) => {
    if (isRead(request)) return context.send(request)
    if (isFirst && !isEqual(request, bound.request)) throw changed(tool, bound)
    // A job that only reads was in the plan, and no change.
    if (!isFirst && bound.request?.method === 'GET' && request.method !== 'GET') throw unplanned(tool)
    isFirst = false
    return context.send(request)
  }
  return { ...context, send }
}

function isEqual(request: ApiRequest, planned: ApiRequest | null): boolean {
  const sent = ({ method, path, query = {}, body = {} }: ApiRequest) =>
    canonical({ method, path, query, body })
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
