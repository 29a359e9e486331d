/**
 * Change control: the rules that go by the time and by what else is changed. They are asked twice: before a person is
 * asked, and directly before a change is sent, because time has passed by then.
 *
 * @module
 */
import { unlessAborted } from '../../base/signal.ts'
import type { PolicyError } from '../../errors.ts'
import type { Call } from '../types/call.ts'
import type { WouldRefuse } from '../types/control.ts'
import { refusedByStop } from './stop.ts'
import { windowsOfCall } from './windows/call.ts'

type Asking = Omit<Call, 'api'>

/** The refusal of one rule. */
type Ask = (call: Asking) => Promise<PolicyError | undefined>

interface Rule {
  /** Before a person is asked, and in a plan. */
  before: Ask
  /** Directly before a change is sent. */
  sending: Ask
  /** Whether every change of a call is asked about, and not only its first: a call is better ended than cut in two. */
  each?: boolean
}

const stopped: Ask = async ({ kit, tool, account, signal }) =>
  refusedByStop(kit.rules.storage, tool.name, await unlessAborted(account.id(), signal))

/** In the order in which they are asked. */
const rules: readonly Rule[] = [
  { before: stopped, sending: stopped, each: true },
  { before: windowsOfCall, sending: windowsOfCall },
]

/** @throws PolicyError when a rule refuses the change now. */
export async function checkControl(call: Asking): Promise<void> {
  for (const { before } of rules) refuse(await before(call))
}

/**
 * The same directly before a change is sent.
 *
 * @param isFirst whether it is the first one of the call.
 * @throws PolicyError
 */
export async function passControl(call: Asking, isFirst: boolean): Promise<void> {
  for (const { sending, each } of rules) if (isFirst || each) refuse(await sending(call))
}

/** What would refuse the change now, for a plan: the change may be meant for later. */
export async function refusals(call: Asking): Promise<WouldRefuse[]> {
  if (call.tool.risk === 'read') return []
  const found: WouldRefuse[] = []
  for (const { before } of rules) {
    const error = await before(call)
    if (error) found.push({ rule: error.rule as WouldRefuse['rule'], why: error.message })
  }
  return found
}

function refuse(error: PolicyError | undefined): void {
  if (error) throw error
}
