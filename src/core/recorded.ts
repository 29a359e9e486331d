/**
 * Around every call: one audit event, whatever happens, and errors that are safe to show.
 *
 * @module
 */
import { never } from '../base/signal.ts'
import { isCloudwaysError } from '../errors.ts'
import { audit, factsOf } from './answer/event.ts'
import { outcomeOf, ruleOf, safeError } from './answer/failure.ts'
import { proposed } from './platform.ts'
import { openApi } from './send/api.ts'
import type { Call, CallOptions, Decision, Kit } from './types/call.ts'
import type { AnyTool } from './types/tool.ts'

export function openCall(kit: Kit, tool: AnyTool, given: unknown, options: CallOptions): Call {
  const { signal = never(), confirmation } = options
  const decision: Decision = { rule: 'input', risk: tool.risk, target: {}, outcome: 'ok' }
  const { account } = kit
  const call = {
    kit,
    account,
    tool,
    options,
    signal,
    started: Date.now(),
    decision,
    given,
    said: confirmation,
  }
  // The bounds of the way look at the call itself: what it names is known only later.
  return Object.assign(call, { api: openApi(call) })
}

/** Run the steps of a call. Its audit event is told whatever happens, and every error that leaves is safe. */
export async function recorded<T>(call: Call, steps: (call: Call) => Promise<T>): Promise<T> {
  const { kit, account, tool, signal, decision } = call
  try {
    return await steps(call)
  } catch (error) {
    const changed = tool.risk !== 'read' && call.api.hasChanged()
    if (signal.aborted) {
      decision.outcome = changed ? 'unknown' : 'cancelled'
      throw signal.reason
    }
    // A preview is refused because of the tool that it is about, not because of itself.
    if (isBeyondRole(error) && tool.name !== proposed.preview) account.role?.refuse(tool.name)
    const safe = safeError(error, call, changed)
    Object.assign(decision, outcomeOf(safe), { rule: ruleOf(safe, decision.rule) })
    throw safe
  } finally {
    if (kit.rules.onAudit) await audit(kit.rules, account, factsOf(call), decision)
  }
}

const isBeyondRole = (error: unknown) =>
  isCloudwaysError(error) && error.details.reason === 'insufficient_scope'
