/**
 * Before a change: whether it may be made, whether a person has to say yes, and whether it still is what was approved
 * when it is sent.
 *
 * @module
 */
import { unlessAborted } from '../../base/signal.ts'
import { isCloudwaysError, PolicyError } from '../../errors.ts'
import { factsOf, identityOf } from '../recorded.ts'
import { openApi } from '../send/api.ts'
import { changed, tooOld } from '../send/bounds.ts'
import { uncounted } from '../send/clock.ts'
import type { PendingChange } from '../types/audit.ts'
import type { AcceptedCall, BoundPlan, Call, Findings } from '../types/call.ts'
import type { Risk, SuggestedCall } from '../types/plan.ts'
import type { AnyTool, Before } from '../types/tool.ts'
import { checkBackupFirst, forgetBackup, takeBackup, wantsBackup } from './backup-first.ts'
import { ensureConfirmed, type Yes } from './confirm.ts'
import { isOver, keepYes, keptYes } from './kept-yes.ts'
import { lookBefore, lookForUndo, missingCondition } from './look-before.ts'
import { makePlan } from './plan.ts'
import { mayAsk } from './policy.ts'
import { checkScope } from './scope.ts'
import { confirmSeconds } from './yes.ts'

/**
 * Protection and threshold, the condition, the person, the operator: in this order, and all before anything is sent.
 * When time has passed, everything is looked at again, and `call.api` is a new one.
 *
 * @returns what the last look found.
 * @throws PolicyError, ConfirmationRequired
 */
export async function approve(call: AcceptedCall): Promise<Before | undefined> {
  const { kit, tool, decision } = call
  const { policy } = kit.rules
  const rule = policy.confirm === 'never' ? 'never' : 'default'
  const hasBackup = wantsBackup(call)
  if (!mayAsk(tool, policy) && !tool.requires && !hasBackup) {
    await passOperator(call)
    const findings = await lookForUndo(call)
    decision.risk = findings?.verdict.risk ?? tool.risk
    decision.rule = rule
    return findings?.before
  }
  const findings = await lookBefore(call)
  decision.risk = findings.verdict.risk
  // The backup that is taken first is the most recent one there can be.
  const first = hasBackup ? null : await missingCondition(call)
  if (first) throw new PolicyError('backup', `${tool.name}: ${first.why}`, callFirst(first, tool), { first })
  await checkBackupFirst(call)
  if (!findings.verdict.needsYes) {
    const before = await withoutYes(call, findings)
    decision.rule = rule
    return hasBackup ? await afterBackup(call, await makePlan(call, findings)) : before
  }
  const bound = await makePlan(call, findings)
  // The plan sends nothing, so no one is asked. If the tool sends a change after all, it is refused.
  if (bound.request === null) {
    call.approved = { bound, isUsed: false }
    decision.rule = rule
    return undefined
  }
  const kept = hasBackup ? await keptYes(call, bound) : undefined
  const yes = kept ?? (await uncounted(call.clock, () => ensureConfirmed(call, bound)))
  const before = await afterYes(call, findings, bound, yes)
  decision.rule = 'confirmed'
  return hasBackup ? await afterBackup(call, bound, yes) : before
}

/** Nobody has to be asked. If the operator took time, the target may be protected by now. */
async function withoutYes(call: AcceptedCall, { before }: Findings): Promise<Before> {
  if (!(await passOperator(call))) return before
  const again = await lookBefore(call, before)
  call.decision.risk = again.verdict.risk
  if (again.verdict.needsYes) throw changed(call.tool)
  return again.before
}

/**
 * After a yes: ask the operator, then check that the target has not changed and that the yes is not older than ten
 * minutes.
 */
async function afterYes(call: AcceptedCall, findings: Findings, bound: BoundPlan, yes: Yes): Promise<Before> {
  const { account, tool, signal } = call
  let last = findings
  if (await passOperator(call, yes.said === 'now')) {
    last = await lookBefore(call, findings.before)
    const again = await makePlan(call, last)
    if (again.binding !== bound.binding) throw changed(tool, again)
  } else if ((await unlessAborted(account.id(), signal)) !== bound.account) {
    throw changed(tool, bound)
  }
  if (isOver(yes)) throw tooOld(tool, bound, confirmSeconds / 60)
  call.approved = { bound, isUsed: false }
  return last.before
}

/** The backup is the first change, so all is asked before it; it takes time, so all is looked at again after it. */
async function afterBackup(call: AcceptedCall, bound: BoundPlan, yes?: Yes): Promise<Before> {
  const { tool, decision } = call
  const unfinished = await takeBackup(call)
  if (unfinished) {
    if (yes) keepYes(call, bound, yes)
    throw unfinished
  }
  call.approved = undefined
  try {
    await passOperator(call, true)
    const last = await lookBefore(call)
    decision.risk = last.verdict.risk
    const again = await makePlan(call, last)
    if (again.binding !== bound.binding || (!yes && last.verdict.needsYes)) throw changed(tool, again)
    if (yes && isOver(yes)) throw tooOld(tool, bound, confirmSeconds / 60)
    if (yes) call.approved = { bound, isUsed: false }
    await forgetBackup(call)
    return last.before
  } catch (error) {
    if (isCloudwaysError(error)) error.message = error.message.replace(/\bNothing was changed/, onlyBackup)
    throw error
  }
}

const onlyBackup = 'The backup was taken; nothing else was changed'

/** If the operator takes longer than this, everything is read again. */
const freshSeconds = 1

/**
 * Ask the operator.
 *
 * @param hasWaited whether time has passed already.
 * @returns whether time has passed. The call then goes on with a new way to the platform, because the deadline of the
 * first has run.
 */
async function passOperator(call: AcceptedCall, hasWaited = false): Promise<boolean> {
  const { signal } = call
  const elapsed = stopwatch()
  try {
    await uncounted(call.clock, () => unlessAborted(askOperator(call), signal))
  } catch (error) {
    signal.throwIfAborted()
    if (isCloudwaysError(error)) throw error
    throw new PolicyError('gate', 'The operator lets no change through at the moment. Nothing was changed.')
  }
  if (!hasWaited && elapsed() <= freshSeconds) return false
  call.api = openApi(call)
  await checkScope(call)
  return true
}

/** Seconds since this was made, by the clock of the day: it also counts the time in which a computer sleeps. */
function stopwatch(): () => number {
  const begun = Date.now()
  return () => (Date.now() - begun) / 1000
}

const callFirst = ({ tool, input }: SuggestedCall, { backupFirst }: AnyTool) =>
  `Nothing was changed. Call ${tool} with ${JSON.stringify(input)}, wait until it is completed, then call again.` +
  (backupFirst ? ' Or make the same call with backup_first: true.' : '')

/**
 * Ask the operator's `beforeChange` whether a change may be sent now, and tell which one. Its record outlives this
 * process, which may be killed before the audit event of the call.
 */
async function askOperator(call: Call): Promise<void> {
  const { kit, account, signal, decision } = call
  const { beforeChange } = kit.rules
  if (!beforeChange) return
  const change: PendingChange = {
    ...(await identityOf(account, factsOf(call))),
    target: { ...decision.target },
    risk: decision.risk as Risk,
  }
  // If the call was cancelled, its audit event is already written. No change will be sent, so none is announced.
  signal.throwIfAborted()
  await beforeChange(change)
}
