/**
 * Change control: the rules that go by the time and by what else is changed. They are asked twice: before a person is
 * asked, and directly before a change is sent, because time has passed by then.
 *
 * @module
 */
import { unlessAborted } from '../../base/signal.ts'
import type { PolicyError } from '../../errors.ts'
import type { Call } from '../types/call.ts'
import type { ControlRule } from '../types/control.ts'
import { budgetLeft, budgetTaken } from './budget-call.ts'
import { refusedByStop } from './stop.ts'
import { windowsOfCall } from './windows/call.ts'

type Asking = Omit<Call, 'api'>

/** The refusal of one rule. */
type Ask = (call: Asking) => Promise<PolicyError | undefined>

interface Rule {
  name: ControlRule
  /** Before a person is asked, and in a plan. */
  before: Ask
  /** Directly before a change is sent. */
  sending: Ask
  /** Whether every change of a call is asked about, and not only its first: a call is better ended than cut in two. */
  each?: boolean
}

const stopped: Ask = async ({ kit, tool, account, signal }) =>
  refusedByStop(kit.rules.storage, tool.name, await unlessAborted(account.id(), signal))

/** In the order in which they are asked. The budget comes last: what another rule refuses takes nothing from it. */
const rules: readonly Rule[] = [
  { name: 'stopped', before: stopped, sending: stopped, each: true },
  { name: 'windows', before: windowsOfCall, sending: windowsOfCall },
  { name: 'budget', before: budgetLeft, sending: budgetTaken },
]

/** @throws PolicyError when a rule refuses the change now. */
export async function checkControl(call: Asking): Promise<void> {
  if (isSafety(call)) return
  for (const { name, before } of rules) refuse(call, name, await before(call))
}

/**
 * The same directly before a change is sent.
 *
 * @param isFirst whether it is the first one of the call.
 * @throws PolicyError
 */
export async function passControl(call: Asking, isFirst: boolean): Promise<void> {
  if (isSafety(call)) return
  for (const { name, sending, each } of rules) if (isFirst || each) refuse(call, name, await sending(call))
}

/** Note for a plan what would refuse the change now: the change may be meant for later. */
export async function noteControl(call: Asking): Promise<void> {
  if (call.tool.risk === 'read') return
  for (const { name, before } of rules) {
    const error = await before(call)
    if (error) note(call, name, error)
  }
}

/** Access that closes by itself is closed at its time, whatever is stopped: that takes nothing from anybody but it. */
const isSafety = ({ ofCampaign }: Asking) => ofCampaign?.closes === true

const isShadow = ({ kit }: Asking, rule: ControlRule) =>
  (kit.rules.control.shadow as readonly string[]).includes(rule)

/** A rule in shadow mode only tells. */
function refuse(call: Asking, rule: ControlRule, error: PolicyError | undefined): void {
  if (!error) return
  if (!isShadow(call, rule)) throw error
  note(call, rule, error)
}

function note(call: Asking, rule: ControlRule, { message }: PolicyError): void {
  const { wouldRefuse } = call.control
  if (wouldRefuse.some((one) => one.rule === rule)) return
  const shadow = isShadow(call, rule)
  wouldRefuse.push({ rule, why: message, ...(shadow && { shadow }) })
  if (shadow) call.decision.wouldRefuse = [...(call.decision.wouldRefuse ?? []), rule]
}
