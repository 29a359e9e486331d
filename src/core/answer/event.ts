/**
 * The audit event of a call.
 *
 * @module
 */
import { hashOf } from '../../base/hash.ts'
import type { Account } from '../types/api.ts'
import type { AuditEvent } from '../types/audit.ts'
import type { Call, Decision, Rules } from '../types/call.ts'
import { redact } from './redact.ts'

/** What an audit event says of a call besides the decision. */
export interface Facts {
  tool: string
  input: unknown
  /** Milliseconds since 1970. */
  started: number
  signal: AbortSignal
}

export const factsOf = ({ tool, input, given, started, signal }: Call): Facts => ({
  tool: tool.name,
  input: input ?? given,
  started,
  signal,
})

/** What the announcement and the event of one call have in common. */
export async function identityOf(
  account: Account,
  { tool, input, started, signal }: Facts,
): Promise<Pick<AuditEvent, 'time' | 'account' | 'tool' | 'argumentsHash'>> {
  return {
    time: new Date(started).toISOString(),
    account: await idSoon(account.id(), signal),
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
      ...(rules.auditArguments && { arguments: shown(facts.input, account.secrets()) }),
      duration: Date.now() - facts.started,
    }
    // Not waited for: a sink that hangs must not hold the answer.
    Promise.resolve(rules.onAudit?.(event) as unknown).catch(() => {})
  } catch {}
}

/** Arguments that can't be shown must not keep the event from being told. */
function shown(input: unknown, known: readonly string[]): unknown {
  try {
    return redact(input ?? {}, { known })
  } catch {
    return 'not JSON'
  }
}
