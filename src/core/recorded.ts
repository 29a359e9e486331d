/**
 * One call, one event: what was decided, and what came of it.
 *
 * @module
 */

import { hashOf } from '../base/hash.ts'
import { never } from '../base/signal.ts'
import { isCloudwaysError } from '../errors.ts'
import { outcomeOf, ruleOf, safeError } from './answer/failure.ts'
import { redact } from './answer/redact.ts'
import { openApi } from './send/api.ts'
import type { Transport } from './types/api.ts'
import type { AuditEvent, Change } from './types/audit.ts'
import type { Call, CallOptions, Decision, Kit } from './types/call.ts'
import type { Risk } from './types/plan.ts'
import type { AnyTool } from './types/tool.ts'

/** The tool that plans calls of others. */
const preview = 'preview_change'

export function openCall(kit: Kit, tool: AnyTool, given: unknown, options: CallOptions): Call {
  const { signal = never(), confirmation } = options
  const decision: Decision = { rule: 'input', risk: tool.risk, target: {}, outcome: 'ok' }
  const call = { kit, tool, options, signal, started: Date.now(), decision, given, said: confirmation }
  // The way to the platform looks at the call itself: what it names is known only later.
  return Object.assign(call, { api: openApi(call) })
}

/** One call, one event, whatever happens; and what leaves as an error is safe. */
export async function recorded<T>(call: Call, work: (call: Call) => Promise<T>): Promise<T> {
  const { kit, tool, signal, decision, started } = call
  try {
    return await work(call)
  } catch (error) {
    const changed = tool.risk !== 'read' && call.api.hasChanged()
    if (signal.aborted) {
      decision.outcome = changed ? 'unknown' : 'cancelled'
      throw signal.reason
    }
    // A preview is refused for the tool that it is about.
    if (isCloudwaysError(error) && error.details.reason === 'insufficient_scope' && tool.name !== preview) {
      kit.transport.reach?.refuse(tool.name)
    }
    const safe = safeError(error, call, changed)
    Object.assign(decision, outcomeOf(safe), { rule: ruleOf(safe, decision.rule) })
    throw safe
  } finally {
    const input = call.input ?? call.given
    if (kit.rules.onAudit) await audit(kit, { tool: tool.name, input, decision, started, signal })
  }
}

/** Milliseconds that a caller who has gone waits for a function that brings credentials. */
const patience = 50

function whoCalls(account: Promise<string>, { aborted }: AbortSignal): Promise<string> {
  const known = account.catch(() => 'unknown')
  if (!aborted) return known
  return Promise.race([known, new Promise<string>((resolve) => setTimeout(resolve, patience, 'unknown'))])
}

/** Arguments that can't be shown must not keep the event from being told. */
function shown(input: unknown, known: readonly string[]): unknown {
  try {
    return redact(input ?? {}, { known })
  } catch {
    return 'not JSON'
  }
}

/**
 * Ask the host whether a change may be sent now, and tell it which. What it writes down there outlives this process,
 * which may be killed before the event of the call.
 */
export async function announce({ kit, tool, input, given, started, signal, decision }: Call): Promise<void> {
  const { rules, transport } = kit
  if (!rules.beforeChange) return
  const change: Change = {
    ...(await identityOf(transport, { tool: tool.name, input: input ?? given, started, signal })),
    target: { ...decision.target },
    risk: decision.risk as Risk,
  }
  // The event of a call that was cancelled meanwhile is told already, and would have no change after it.
  signal.throwIfAborted()
  await rules.beforeChange(change)
}

interface Identity {
  tool: string
  input: unknown
  started: number
  signal: AbortSignal
}

/** What the change and the event of one call have in common. */
async function identityOf(
  transport: Transport,
  { tool, input, started, signal }: Identity,
): Promise<Pick<AuditEvent, 'time' | 'account' | 'tool' | 'argumentsHash'>> {
  return {
    time: new Date(started).toISOString(),
    account: await whoCalls(transport.account(), signal),
    tool,
    argumentsHash: await hashOf(input ?? {}).catch(() => 'not JSON'),
  }
}

/** An audit that fails must not turn a change that was made into an error: the caller would make it again. */
export async function audit(
  { rules, transport }: Kit,
  { decision, ...identity }: Identity & { decision: Decision },
): Promise<void> {
  try {
    const event: AuditEvent = {
      ...(await identityOf(transport, identity)),
      ...decision,
      ...(rules.auditArguments && { arguments: shown(identity.input, transport.secrets()) }),
      duration: Date.now() - identity.started,
    }
    // Not waited for: a sink that hangs must not hold the answer.
    Promise.resolve(rules.onAudit?.(event) as unknown).catch(() => {})
  } catch {}
}
