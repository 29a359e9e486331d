/**
 * The one path of a call. Every adapter calls this, and adds nothing to the rules.
 *
 *     accept    read what was meant, parse, keep to the scope               decide/meant.ts, parse.ts, scope.ts
 *     change    a repeat of a call that creates something is not made again  send/no-repeat.ts
 *       approve control, look, backup, plan, person, operator, look again    decide/change.ts
 *     send      the request, bounded, and the wait for its operation         send/send.ts, send/api.ts
 *     finish    clean, validate, redact, shape                               answer/answer.ts
 *
 * `recorded` stands around all of it: one audit event for each call, and errors that are safe to show. Waiting comes
 * before redaction, because the result of a finished operation is redacted too. The account takes the rate limit, once
 * for each request.
 *
 * @module
 */
import { never } from '../base/signal.ts'
import { finish, type Made } from './answer/answer.ts'
import { hintsOf } from './answer/hints.ts'
import { planCampaign, runCampaign } from './campaign/run.ts'
import { checkBefore, checkClosing, openClosing } from './closing/open.ts'
import { noteControl } from './control/control.ts'
import { checkBackupFirst, timeBefore, wantsBackup } from './decide/backup-first.ts'
import { approve } from './decide/change.ts'
import { lookFurther } from './decide/further.ts'
import { lookBefore, missingCondition } from './decide/look-before.ts'
import { meantArguments } from './decide/meant.ts'
import { parseInput } from './decide/parse.ts'
import { makePlan } from './decide/plan.ts'
import { pickRestorePoint } from './decide/restore-points.ts'
import { checkNewName, checkScope, isScoped } from './decide/scope.ts'
import { targetIds } from './decide/targets.ts'
import { listedShape, takeExtras } from './declare/extras.ts'
import { isMadeSecret } from './declare/marks.ts'
import { openEntry } from './journal/entry.ts'
import { recorded } from './recorded.ts'
import { openApi, readsOnly } from './send/api.ts'
import { openClock } from './send/clock.ts'
import { refuseChange } from './send/edit.ts'
import { withMissing } from './send/made-secret.ts'
import { noRepeat } from './send/no-repeat.ts'
import { withProof } from './send/proof.ts'
import { request, send } from './send/send.ts'
import type { Account } from './types/api.ts'
import type { AcceptedCall, Call, CallOptions, Decision, Input, Kit } from './types/call.ts'
import type { InnerFrame, PlannedCall } from './types/inner.ts'
import type { BoundPlan } from './types/plan.ts'
import type { AnyTool, Before, RunContext } from './types/tool.ts'

/** Make a call. */
export function runTool(kit: Kit, tool: AnyTool, given: unknown, options: CallOptions = {}): Promise<Input> {
  const begun = openCall(kit, tool, given, { options })
  return recorded(begun, async (opened) => {
    const call = await accept(opened)
    call.answer = await finish(call, await made(call))
    return call.answer
  })
}

function made(call: AcceptedCall): Promise<Made> {
  if (call.tool.risk === 'read') return read(call)
  return call.tool.campaign ? campaign(call) : change(call)
}

const campaign = async (call: AcceptedCall): Promise<Made> => ({ body: await runCampaign(call) })

/** Make a call of a campaign, which a person has approved as a part of it. */
export function runInner(kit: Kit, tool: AnyTool, given: unknown, frame: InnerFrame): Promise<Input> {
  return recorded(openInner(kit, tool, given, frame), async (opened) => {
    // A campaign has many targets on a server, which does one operation at a time.
    opened.waitsForServer = true
    const call = await accept(opened)
    call.answer = await finish(call, await change(call))
    return call.answer
  })
}

/** The reads of such a call. */
export const readsInner = (kit: Kit, tool: AnyTool, given: unknown, frame: InnerFrame): RunContext =>
  readsOnly(openInner(kit, tool, given, frame).api, refuseChange(tool))

/** The plan of such a call. */
export function planInner(kit: Kit, tool: AnyTool, given: unknown, frame: InnerFrame): Promise<PlannedCall> {
  return recorded(openInner(kit, tool, given, frame), async (opened) => {
    const call = await accept(opened)
    const bound = await planned(call)
    return { bound, input: call.input, ids: call.ids }
  })
}

/** Tell what a call would do. Nothing is changed, and the policy refuses what it would refuse of the call. */
export function planTool(kit: Kit, tool: AnyTool, given: unknown, signal?: AbortSignal): Promise<BoundPlan> {
  const begun = openCall(kit, tool, given, { options: { signal } })
  return recorded(begun, async (opened) => {
    const call = await accept(opened)
    const whole = tool.campaign && (await planCampaign(call))
    if (!whole) return planned(call)
    call.decision.risk = whole.plan.risk
    call.decision.outcome = 'planned'
    return whole
  })
}

async function planned(call: AcceptedCall): Promise<BoundPlan> {
  await checkBefore(call)
  const findings = await lookBefore(call)
  call.decision.risk = findings.verdict.risk
  const first = wantsBackup(call) ? null : await missingCondition(call)
  await checkBackupFirst(call)
  await noteControl(call)
  call.decision.outcome = 'planned'
  return makePlan(call, findings, first)
}

async function read(call: AcceptedCall): Promise<Made> {
  const body = await send(call)
  return { body, hints: await hintsOf(call, undefined, body) }
}

async function change(call: AcceptedCall): Promise<Made> {
  const repeats = await noRepeat(call)
  const earlier = await repeats?.earlier()
  if (earlier) {
    const body = await withProof(call, earlier)
    return {
      body: call.until ? { ...(body as Input), closes: { note: asBefore } } : body,
      hints: await hintsOf(call, undefined, earlier),
    }
  }
  await checkBefore(call)
  await approve(call)
  const body = await closed(call, async () =>
    withProof(call, repeats ? await repeats.make(() => request(call)) : await send(call)),
  )
  // No undo is offered when the call sent no change.
  const undone = call.api.hasChanged() ? call.findings?.before : undefined
  return { body, hints: await hintsOf(call, undone && lastBefore(call, undone, body), body) }
}

/** Make a change that may open access for a time. What closes it is noted before the change and after it. */
async function closed(call: AcceptedCall, make: () => Promise<unknown>): Promise<unknown> {
  const closing = openClosing(call)
  if (!closing) return make()
  call.closing = closing
  try {
    const body = await make()
    return { ...(body as Input), closes: (await closing.opened(body)) ?? { note: wasOpen } }
  } catch (error) {
    await closing.failed(call.api.hasChanged())
    throw error
  }
}

const asBefore = 'As the first call told: list_timed_access has the time.'
const wasOpen = 'This call opened nothing: what was there before stays as it is.'

/** An edit read once more under its lock: the undo goes by that. */
const lastBefore = ({ tool }: AcceptedCall, before: Before, body: unknown): Before =>
  tool.edit ? { ...before, now: (body as { before: object }).before } : before

function openCall(
  kit: Kit,
  tool: AnyTool,
  given: unknown,
  { options, ofCampaign }: Pick<Call, 'options' | 'ofCampaign'>,
): Call {
  const { signal = never(), confirmation } = options
  const decision: Decision = { rule: 'input', risk: tool.risk, target: {}, outcome: 'ok' }
  const started = Date.now()
  const call = {
    kit,
    account: kit.account,
    tool,
    options,
    ...(ofCampaign && { ofCampaign }),
    signal,
    started,
    clock: openClock(started, ofCampaign?.deadline),
    decision,
    given,
    said: confirmation,
    control: { wouldRefuse: [] },
  }
  const noted: Omit<Call, 'api'> = Object.assign(call, { entry: openEntry(call) })
  if (Object.values(tool.input).some(isMadeSecret)) Object.assign(noted, { account: scrubbing(noted) })
  // The bounds of the way look at the call itself: what it names is known only later.
  return Object.assign(noted, { api: openApi(noted) })
}

/** Nobody but a campaign can bring a yes in this way: it is no option of a call. */
const openInner = (kit: Kit, tool: AnyTool, given: unknown, { ofCampaign, ...options }: InnerFrame): Call =>
  openCall(kit, tool, given, { options, ofCampaign })

/** The account of a call for which a password may be made: that is scrubbed like the credentials. */
const scrubbing = (call: Omit<Call, 'api'>): Account => ({
  ...call.kit.account,
  secrets: () => [...call.kit.account.secrets(), ...(call.handedOver?.values ?? [])],
})

/** The arguments are right and name nothing outside of the scope. @throws InputError, PolicyError */
async function accept(call: Call): Promise<AcceptedCall> {
  const { kit, tool, decision, signal } = call
  const { policy } = kit.rules
  call.given = meantArguments(tool, call.given, listedShape(tool, policy))
  const input = parseInput(tool, await takeExtras(call))
  const ids = targetIds(tool, input)
  decision.target = ids
  decision.rule = 'default'
  signal.throwIfAborted()
  const named = Object.assign(call, { ids })
  await checkScope(named)
  if (isScoped(policy)) checkNewName(tool, input, policy)
  const accepted = Object.assign(named, { input: withMissing(call, input) })
  await lookFurther(accepted)
  if (tool.defaults) {
    accepted.input = {
      ...accepted.input,
      ...(await tool.defaults(input, readsOnly(call.api, refuseChange(tool)))),
    }
  }
  if (tool.picks) {
    const asked = (await timeBefore(accepted)) ?? String(input.time)
    accepted.input = { ...accepted.input, time: await pickRestorePoint(accepted, asked) }
  }
  await tool.check?.(accepted.input, readsOnly(call.api, refuseChange(tool)))
  await checkClosing(accepted)
  return accepted
}
