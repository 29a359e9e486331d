/** Around every call: one audit event, whatever happens, and errors that are safe to show. @module */
import { hashOf } from '../base/json.ts'
import { never, notify } from '../base/signal.ts'
import { type CloudwaysError, isCloudwaysError } from '../errors.ts'
import { outcomeOf, ruleOf, safeError } from './answer/failure.ts'
import { redact } from './answer/redact.ts'
import { shownArguments } from './answer/shown-arguments.ts'
import { type Called, calledTool, type NamedTools } from './declare/called.ts'
import { proposed } from './platform.ts'
import type { Account } from './types/api.ts'
import type { AuditEvent } from './types/audit.ts'
import type { Call, Decision, Rules } from './types/call.ts'

/** Run the steps of a call. Its audit event is told whatever happens, and every error that leaves is safe. */
export async function recorded<T>(call: Call, steps: (call: Call) => Promise<T>): Promise<T> {
  const { kit, account, tool, signal, decision } = call
  const changed = () => tool.risk !== 'read' && call.api.hasChanged()
  let safe: CloudwaysError | undefined
  try {
    return await steps(call)
  } catch (error) {
    if (signal.aborted) {
      decision.outcome = changed() ? 'unknown' : 'cancelled'
      throw signal.reason
    }
    // A preview is refused because of the tool that it is about, not because of itself.
    if (isBeyondRole(error) && tool.name !== proposed.preview) account.role?.refuse(tool.name)
    safe = safeError(error, call, changed())
    Object.assign(decision, outcomeOf(safe), { rule: ruleOf(safe, decision.rule) })
    throw safe
  } finally {
    const ended = call.entry?.end(changed(), safe)
    // A caller that has gone is not kept waiting.
    if (!signal.aborted) await ended
    if (kit.rules.onAudit) await audit(kit.rules, account, factsOf(call), decision)
  }
}

const isBeyondRole = (error: unknown) =>
  isCloudwaysError(error) && error.details.reason === 'insufficient_scope'

/** What an audit event says of a call besides the decision. */
export interface Facts {
  tool: string
  input: unknown
  /** The arguments as the audit may show them. Left out: as the net for secrets leaves them. */
  shown?: (known: readonly string[]) => unknown
  /** Milliseconds since 1970. */
  started: number
  signal: AbortSignal
}

export const factsOf = ({ kit, tool, input, given, started, signal }: Call): Facts => ({
  tool: tool.name,
  input: input ?? given,
  shown: (known) =>
    shownArguments(input ?? given, { tool, tools: kit.tools, isParsed: input !== undefined, known }),
  started,
  signal,
})

/** What the announcement and the event of one call have in common. */
export async function identityOf(
  account: Account,
  { tool, input, started, signal }: Facts,
): Promise<Pick<AuditEvent, 'time' | 'account' | 'accountName' | 'tool' | 'argumentsHash'>> {
  return {
    time: new Date(started).toISOString(),
    account: await idSoon(account.id(), signal),
    ...(account.name !== undefined && { accountName: account.name }),
    tool,
    argumentsHash: await hashOf(input ?? {}).catch(() => 'not JSON'),
  }
}

/** Milliseconds that a cancelled call waits for a function that brings credentials. */
const cancelledWait = 50

function idSoon(id: Promise<string>, { aborted }: AbortSignal): Promise<string> {
  const known = id.catch(() => 'unknown')
  if (!aborted) return known
  return Promise.race([
    known,
    new Promise<string>((resolve) => setTimeout(resolve, cancelledWait, 'unknown')),
  ])
}

/** Tell the audit. It must not fail the call: a change that was made would look like an error and be made again. */
export async function audit(rules: Rules, account: Account, facts: Facts, decision: Decision): Promise<void> {
  try {
    const event: AuditEvent = {
      ...(await identityOf(account, facts)),
      ...decision,
      ...(rules.auditArguments && { arguments: shown(facts, account.secrets()) }),
      duration: Date.now() - facts.started,
    }
    // Not waited for: a sink that hangs must not hold the answer.
    notify(rules.onAudit, event)
  } catch {}
}

interface Refused {
  tool: string
  input: unknown
  rule: string
  /** Left out: there is no such tool. */
  risk?: Decision['risk']
}

/** Tell the audit of a call that was refused before its path began. Its arguments may be anything. */
export async function auditRefusal(
  { rules, account }: { rules: Rules; account: Account },
  { tool, input, rule, risk = null }: Refused,
  error: CloudwaysError,
): Promise<void> {
  if (!rules.onAudit) return
  const facts = { tool: String(tool).slice(0, 60), input, started: Date.now(), signal: never() }
  await audit(rules, account, facts, { rule, risk, target: {}, ...outcomeOf(error) })
}

/** The call that is meant. What can't be read as one is told to the audit. @throws InputError */
export async function calledOrTold(
  whose: { rules: Rules; account: Account },
  { tool, input }: Pick<Refused, 'tool' | 'input'>,
  tools: NamedTools,
): Promise<Called> {
  try {
    return calledTool(tool, input, tools)
  } catch (error) {
    await auditRefusal(whose, { tool, input, rule: 'input' }, error as CloudwaysError)
    throw error
  }
}

/** Arguments that can't be shown must not keep the event from being told. */
function shown({ input, shown: show }: Facts, known: readonly string[]): unknown {
  try {
    return show ? show(known) : redact(input ?? {}, { known })
  } catch {
    return 'not JSON'
  }
}
