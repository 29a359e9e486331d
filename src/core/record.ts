/**
 * One call, one event: what was decided, and what came of it.
 *
 * @module
 */
import { isCloudwaysError } from '../errors.ts'
import { hashOf } from '../hash.ts'
import { never } from '../signal.ts'
import type { AuditEvent, Change } from './audit.ts'
import { type CallContext, type Kit, openContext } from './context.ts'
import type { AnyTool, Risk } from './define.ts'
import { outcomeOf, ruleOf, safeError } from './failure.ts'
import { redact } from './secret.ts'

/** The tool that plans calls of others. */
const preview = 'preview_change'

type Decision = Pick<AuditEvent, 'rule' | 'risk' | 'target' | 'outcome' | 'code' | 'removed'>

/** A call under way, and what was decided about it so far. */
export interface Call {
  /** Milliseconds since 1970. */
  started: number
  context: CallContext
  decision: Decision
  /** The arguments without the token of a confirmation; parsed, once they were accepted. */
  given: unknown
  input?: Record<string, unknown>
}

/** One call, one event, whatever happens; and what leaves as an error is safe. */
export async function recorded<T>(
  kit: Kit,
  tool: AnyTool,
  raw: unknown,
  signal: AbortSignal = never,
  work: (call: Call) => Promise<T>,
): Promise<T> {
  const started = Date.now()
  const decision: Decision = { rule: 'input', risk: tool.risk, target: {}, outcome: 'ok' }
  const call: Call = { started, context: openContext(kit, signal), decision, given: raw }
  try {
    return await work(call)
  } catch (error) {
    const changed = tool.risk !== 'read' && call.context.hasChanged()
    if (signal.aborted) {
      decision.outcome = changed ? 'unknown' : 'cancelled'
      throw signal.reason
    }
    // A preview is refused for the tool that it is about.
    if (isCloudwaysError(error) && error.details.reason === 'insufficient_scope' && tool.name !== preview) {
      kit.transport.reach?.refuse(tool.name)
    }
    const safe = safeError(error, kit, tool, call.input, changed)
    Object.assign(decision, outcomeOf(safe), { rule: ruleOf(safe, decision.rule) })
    throw safe
  } finally {
    if (kit.rules.onAudit) await audit(kit, tool.name, call.input ?? call.given, decision, started, signal)
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
export async function announce({ rules, transport }: Kit, tool: string, call: Call): Promise<void> {
  if (!rules.beforeChange) return
  const { context, decision, input, given, started } = call
  const { signal } = context
  const change: Change = {
    ...(await identityOf(transport, tool, input ?? given, started, signal)),
    target: { ...decision.target },
    risk: decision.risk as Risk,
  }
  // The event of a call that was cancelled meanwhile is told already, and would have no change after it.
  signal.throwIfAborted()
  await rules.beforeChange(change)
}

/** What the change and the event of one call have in common. */
async function identityOf(
  transport: Kit['transport'],
  tool: string,
  input: unknown,
  started: number,
  signal: AbortSignal,
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
  tool: string,
  input: unknown,
  decision: Decision,
  started: number,
  signal: AbortSignal,
): Promise<void> {
  try {
    const event: AuditEvent = {
      ...(await identityOf(transport, tool, input, started, signal)),
      ...decision,
      ...(rules.auditArguments && { arguments: shown(input, transport.secrets()) }),
      duration: Date.now() - started,
    }
    // Not waited for: a sink that hangs must not hold the answer.
    Promise.resolve(rules.onAudit?.(event) as unknown).catch(() => {})
  } catch {}
}
