/** Whether one change may be made at this time. @module */
import type { PolicyError } from '../../../errors.ts'
import { targetOf } from '../../decide/further.ts'
import type { AcceptedCall, Call, Target } from '../../types/call.ts'
import { type Closed, closedAt, thingsOf } from './decide.ts'
import { refusedByWindows } from './refusal.ts'

/**
 * The refusal of a change outside of its windows. What the change touches is read before a person is asked; afterwards
 * the last look tells it.
 *
 * @throws UpstreamError when there is no such server or app.
 */
export async function windowsOfCall(call: Omit<Call, 'api'>): Promise<PolicyError | undefined> {
  const { windows } = call.kit.rules.control
  if (windows.length === 0) return undefined
  const target = call.findings?.target ?? call.control.target ?? (await lookAt(call as AcceptedCall))
  const things = thingsOf(target)
  const at = Date.now()
  const closed = windows.map((rules) => closedAt(rules, things, at)).filter((one) => one !== undefined)
  return closed.length > 0 ? refusedByWindows(call.tool.name, latest(closed)) : undefined
}

async function lookAt(call: AcceptedCall): Promise<Target> {
  call.control.target = await targetOf(call)
  return call.control.target
}

/** Of several lists of rules, the one that opens last. */
const latest = (closed: readonly Closed[]) =>
  closed.reduce((one, other) =>
    (one.opensAt ?? Number.POSITIVE_INFINITY) >= (other.opensAt ?? Number.POSITIVE_INFINITY) ? one : other,
  )
