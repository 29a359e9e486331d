/**
 * The operator's own gate, `beforeChange`.
 *
 * @module
 */
import { factsOf, identityOf } from '../answer/event.ts'
import type { PendingChange } from '../types/audit.ts'
import type { Call } from '../types/call.ts'
import type { Risk } from '../types/plan.ts'

/**
 * Ask the operator's `beforeChange` whether a change may be sent now, and tell which one. Its record outlives this
 * process, which may be killed before the audit event of the call.
 */
export async function askOperator(call: Call): Promise<void> {
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
