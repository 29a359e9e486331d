/**
 * Before a change: whether it may be made, whether a person has to say yes, and whether it still is what was approved
 * when it is sent.
 *
 * @module
 */
import { unlessAborted } from '../../base/signal.ts'
import { isCloudwaysError, PolicyError } from '../../errors.ts'
import { checkControl } from '../control/control.ts'
import { factsOf, identityOf } from '../recorded.ts'
import { openApi } from '../send/api.ts'
import { changed, tooOld } from '../send/bounds.ts'
import { freshSeconds, uncounted } from '../send/clock.ts'
import type { PendingChange } from '../types/audit.ts'
import type { AcceptedCall, Call, Findings } from '../types/call.ts'
import type { BoundPlan, Risk, SuggestedCall } from '../types/plan.ts'
import type { Before } from '../types/tool.ts'
import { checkBackupFirst, forgetBackup, takeBackup, wantsBackup } from './backup-first.ts'
import { yesOfCampaign } from './campaign-yes.ts'
import { checkRefused, ensureConfirmed, type Yes } from './confirm.ts'
import { isOver, keepYes, keptYes } from './kept-yes.ts'
import { lookBefore, lookForUndo, missingCondition } from './look-before.ts'
import { makePlan } from './plan.ts'
import { mayAsk } from './policy.ts'
import { checkScope } from './scope.ts'
import { confirmSeconds } from './yes.ts'

/**
 * Change control, protection and threshold, the condition, the person, the operator: in this order, and all before
 * anything is sent.
 * When time has passed, everything is looked at again, and `call.api` is a new one. The last look is left in the call.
 *
 * @throws PolicyError, ConfirmationRequired
 */
export async function approve(call: AcceptedCall): Promise<void> {
  const { kit, tool, decision } = call
  const { policy } = kit.rules
  const rule = policy.confirm === 'never' ? 'never' : 'default'
  const hasBackup = wantsBackup(call)
  const { ofCampaign } = call
  await checkControl(call)
  if (!ofCampaign && !mayAsk(tool, policy) && !tool.requires && !hasBackup) {
    await passOperator(call)
    const findings = await lookForUndo(call)
    decision.risk = findings?.verdict.risk ?? tool.risk
    decision.rule = rule
    return lookedAt(call, findings, lookForUndo)
  }
  const findings = await lookBefore(call)
  decision.risk = findings.verdict.risk
  // The backup that is taken first is the most recent one there can be.
  const first = hasBackup ? null : await missingCondition(call)
  if (first) throw new PolicyError('backup', `${tool.name}: ${first.why}`, callFirst(first, call), { first })
  await checkBackupFirst(call)
  if (!ofCampaign && !findings.verdict.needsYes) {
    await withoutYes(call, findings)
    decision.rule = rule
    if (hasBackup) await afterBackup(call, await makePlan(call, findings))
    return
  }
  const bound = await makePlan(call, findings)
  // The plan sends nothing, so no one is asked. If the tool sends a change after all, it is refused.
  if (bound.request === null) {
    call.approved = { bound, isUsed: false }
    decision.rule = ofCampaign?.closes ? 'until' : rule
    return
  }
  const approved = ofCampaign && yesOfCampaign(call, bound, findings)
  const kept = hasBackup ? await keptYes(call, bound) : undefined
  const yes = approved ?? kept ?? (await askPerson(call, bound))
  if (yes.by) decision.approvers = yes.by
  await afterYes(call, findings, { bound, yes })
  decision.rule = ofCampaign?.closes ? 'until' : ofCampaign?.approved?.asked === false ? rule : 'confirmed'
  if (hasBackup) await afterBackup(call, bound, yes)
}

/** What was agreed on: the plan, and the yes to it where one was needed. */
interface Agreed {
  bound: BoundPlan
  yes?: Yes
}

/**
 * Ask the person. A question of the client itself is paid from the time of the call, unless the client hears meanwhile
 * that the call is alive: it would end the call, and the person's yes would come to nothing.
 */
export function askPerson(call: AcceptedCall, bound: BoundPlan): Promise<Yes> {
  const { kit, options, clock } = call
  const ask = () => ensureConfirmed(call, bound)
  const isOfClient = options.confirm !== undefined && !kit.rules.onConfirm
  return isOfClient && !options.onProgress ? ask() : uncounted(clock, ask)
}

/** Nobody has to be asked. If the operator took time, the target may be protected by now. */
async function withoutYes(call: AcceptedCall, findings: Findings): Promise<void> {
  const check = (later: AcceptedCall) => stillAgreed(later, findings.before)
  lookedAt(call, (await passOperator(call)) ? await check(call) : findings, check)
}

/**
 * Look again: the change is still what was agreed on, or still needs nobody.
 *
 * @param earlier what an edit read before.
 * @throws ConfirmationRequired
 */
async function stillAgreed(call: AcceptedCall, earlier?: Before, agreed?: Agreed): Promise<Findings> {
  const { tool, decision } = call
  const last = await lookBefore(call, earlier)
  decision.risk = last.verdict.risk
  const { bound, yes } = agreed ?? {}
  const again = bound && (await makePlan(call, last))
  const { needsYes, needsSecond } = last.verdict
  // What closes access was approved with what opened it.
  const isForTwo = needsSecond && !call.ofCampaign?.closes
  const isCovered = yes !== undefined && (!isForTwo || yes.by !== undefined)
  if (again?.binding !== bound?.binding || (needsYes && !isCovered)) throw changed(tool, again)
  if (bound && yes && isOver(yes)) throw tooOld(tool, bound, confirmSeconds / 60)
  // Several calls at once may ask about the same change: a no to one of them is a no to all.
  if (bound && yes) await checkRefused(call, bound)
  return last
}

/** Leave the last look in the call, and how to look again: the change may still have to wait for its turn. */
function lookedAt(
  call: AcceptedCall,
  findings: Findings | undefined,
  check: (later: AcceptedCall) => Promise<Findings | undefined>,
): void {
  const again = async () => {
    // A way of its own: that of the call knows the inventory of its first look.
    const later: AcceptedCall = { ...call, approved: undefined }
    later.api = openApi(later)
    await checkScope(later)
    lookedAt(call, await check(later), check)
  }
  Object.assign(call, { findings, look: { at: Date.now(), again } })
}

/**
 * After a yes: ask the operator, then check that the target has not changed and that the yes is not older than ten
 * minutes.
 */
async function afterYes(call: AcceptedCall, findings: Findings, agreed: Required<Agreed>): Promise<void> {
  const { account, tool, signal } = call
  const { bound, yes } = agreed
  const check = (later: AcceptedCall) => stillAgreed(later, findings.before, agreed)
  const hasWaited = await passOperator(call, yes.said === 'now')
  if (!hasWaited && (await unlessAborted(account.id(), signal)) !== bound.account) throw changed(tool, bound)
  const last = hasWaited ? await check(call) : findings
  if (isOver(yes)) throw tooOld(tool, bound, confirmSeconds / 60)
  call.approved = { bound, isUsed: false }
  lookedAt(call, last, check)
}

/** The backup is the first change, so all is asked before it; it takes time, so all is looked at again after it. */
async function afterBackup(call: AcceptedCall, bound: BoundPlan, yes?: Yes): Promise<void> {
  const unfinished = await takeBackup(call)
  if (unfinished) {
    if (yes) keepYes(call, bound, yes)
    throw unfinished
  }
  call.approved = undefined
  const check = (later: AcceptedCall) => afterwards(() => stillAgreed(later, undefined, { bound, yes }))
  await afterwards(() => passOperator(call, true))
  lookedAt(call, await check(call), check)
  if (yes) call.approved = { bound, isUsed: false }
  await forgetBackup(call)
}

/** A refusal after the backup says that it was taken. */
async function afterwards<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (isCloudwaysError(error)) error.message = error.message.replace(/\bNothing was changed/, onlyBackup)
    throw error
  }
}

const onlyBackup = 'The backup was taken; nothing else was changed'

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

function callFirst({ tool, input }: SuggestedCall, { tool: asked, input: { time } }: AcceptedCall): string {
  // After the backup, `latest` would mean that backup.
  const exact = asked.picks ? ` with time: ${JSON.stringify(time)}` : ''
  return (
    `Nothing was changed. Call ${tool} with ${JSON.stringify(input)}, wait until it is completed, then call again${exact}.` +
    (asked.backupFirst ? ' Or make the same call with backup_first: true.' : '')
  )
}

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
