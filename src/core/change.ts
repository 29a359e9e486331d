/**
 * Before a change: what it is about, whether it may be made, whether somebody has to say yes.
 *
 * @module
 */
import { ConfirmationRequired, isCloudwaysError, PolicyError } from '../errors.ts'
import { unlessAborted } from '../signal.ts'
import type { AuditRule } from './audit.ts'
import { missingBackup } from './backup.ts'
import { ensureConfirmed } from './confirm.ts'
import { type CallContext, isRead, type Kit, openContext } from './context.ts'
import type { AnyTool, Before, Risk, RunContext, SuggestedCall } from './define.ts'
import type { CallOptions } from './pipeline.ts'
import { type BoundPlan, makePlan, type Outlook, type Plan } from './plan.ts'
import { judge, mayAsk } from './policy.ts'
import { locate, type TargetIds } from './targets.ts'
import { clean } from './untrusted.ts'

type Input = Record<string, unknown>

/** Look at what a change is about. Sends reads only. */
export async function lookAhead(
  kit: Kit,
  tool: AnyTool,
  input: Input,
  ids: TargetIds,
  context: CallContext,
): Promise<Outlook> {
  const named = ids.server_id !== undefined || ids.app_id !== undefined
  const target = named ? locate(ids, (await context.estates()).ours) : { affected: [] }
  const { now } = tool.effects ?? {}
  const { server, app } = target
  return {
    target,
    verdict: tool.risk === 'read' ? harmless : judge(tool, target, kit.rules.policy),
    before: { server, app, now: now ? await readNow(now, input, context) : null },
  }
}

/** The call that has to come first. Listing restore points is a job of the server, which changes nothing. */
export async function unmet(
  { rules: { policy, pollSeconds } }: Kit,
  tool: AnyTool,
  ids: TargetIds,
  context: CallContext,
): Promise<SuggestedCall | null> {
  if (!tool.requires || policy.backupHours === 0) return null
  return missingBackup(ids, policy.backupHours, context, pollSeconds)
}

const harmless = { risk: 'read', confirm: false, typeName: null } as const

/** What can't be read is not known; the plan then says `null`. */
async function readNow(
  now: (input: Input, context: RunContext) => Promise<unknown>,
  input: Input,
  context: CallContext,
): Promise<unknown> {
  const send: RunContext['send'] = async (request) => {
    if (isRead(request)) return context.send(request)
    throw new Error('effects.now must send reads only.')
  }
  return now(input, { ...context, send }).catch((error: unknown) => {
    context.signal.throwIfAborted()
    if (isCloudwaysError(error)) return null
    throw error
  })
}

/** What was decided about a change that may be made. */
export interface Approval {
  rule: AuditRule
  risk: Risk
  before?: Before
  /** To make the change with: a person may have taken longer than a call may. */
  context: CallContext
}

/**
 * Protection and threshold, the condition, the person, the operator's gate: in this order, and all before anything
 * is sent.
 *
 * @throws PolicyError, ConfirmationRequired
 */
export async function approve(
  kit: Kit,
  tool: AnyTool,
  input: Input,
  ids: TargetIds,
  context: CallContext,
  options: CallOptions,
  tell: (risk: Risk) => void,
): Promise<Approval> {
  const { policy } = kit.rules
  const free = policy.confirm === 'never' ? 'never' : 'default'
  if (!mayAsk(tool, policy) && !tool.requires) {
    const before = tool.effects?.inverse && (await present(kit, tool, input, ids, context))
    return { rule: await gate(kit, free, context.signal), risk: tool.risk, before, context }
  }
  const outlook = await lookAhead(kit, tool, input, ids, context)
  const { verdict, before } = outlook
  const { risk } = verdict
  tell(risk)
  const first = await unmet(kit, tool, ids, context)
  if (first) {
    throw new PolicyError('backup', `${tool.name}: ${first.why}`, callFirst(first.tool), { first })
  }
  if (!verdict.confirm) return { rule: await gate(kit, free, context.signal), risk, before, context }

  // The account of that moment: where it changes while the person thinks, the second plan is another one.
  const planned = async (outlook: Outlook, context: CallContext) => {
    const account = await unlessAborted(kit.transport.account(), context.signal)
    const known = kit.transport.secrets()
    return { ...(await makePlan(tool, input, { ...outlook, first: null }, context, account, known)), account }
  }
  const bound = await planned(outlook, context)
  if (bound.plan.request === null) {
    // Nobody is asked about nothing. Should there be something by now, it was not asked about.
    const send: RunContext['send'] = (request) => {
      if (isRead(request)) return context.send(request)
      throw changed(clean(bound.plan).value as Plan)
    }
    return { rule: free, risk, before, context: { ...context, send } }
  }
  const how = await confirmed(kit, bound, bound.account, options, context.signal)
  const later = how === 'asked' ? openContext(kit, context.signal) : context
  if (how === 'asked') {
    // A person takes minutes: what they said yes to has to be there still.
    const again = await planned(await lookAhead(kit, tool, input, ids, later), later)
    if (again.binding !== bound.binding) throw changed(clean(again.plan).value as Plan)
  }
  const rule = await gate(kit, 'confirmed', context.signal)
  // The gate may take its time as well: what was said yes to is a change of that account.
  const account = await unlessAborted(kit.transport.account(), context.signal)
  if (account !== bound.account) throw changed(clean(bound.plan).value as Plan)
  return { rule, risk, before, context: later }
}

/** For the undo alone: who can't look can still make the change. */
const present = (kit: Kit, tool: AnyTool, input: Input, ids: TargetIds, context: CallContext) =>
  lookAhead(kit, tool, input, ids, context).then(
    ({ before }) => before,
    (error: unknown) => {
      context.signal.throwIfAborted()
      if (isCloudwaysError(error)) return undefined
      throw error
    },
  )

function confirmed(
  { rules }: Kit,
  { plan, binding }: BoundPlan,
  account: string,
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
  // A person reads this: what nobody sees must not be in it.
  const shown = clean(plan).value as Plan
  return ensureConfirmed(shown, binding, account, channels, signal)
}

async function gate({ rules }: Kit, rule: AuditRule, signal: AbortSignal): Promise<AuditRule> {
  try {
    await unlessAborted(Promise.resolve(rules.beforeChange?.()), signal)
    return rule
  } catch (error) {
    signal.throwIfAborted()
    if (isCloudwaysError(error)) throw error
    throw new PolicyError('gate', 'The operator lets no change through at the moment. Nothing was changed.')
  }
}

const callFirst = (name: string) =>
  `Nothing was changed. Call ${name} (details.first has its arguments), wait until it is completed, then call again.`

const changed = (plan: Plan) =>
  new ConfirmationRequired(
    `${plan.tool}: what is there has changed since it was looked at. Nothing was changed.`,
    'Make the same call again: it is looked at anew.',
    { plan },
  )
