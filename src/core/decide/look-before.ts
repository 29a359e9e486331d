/** Looking before a change: its target, and what is there now. Reads only. @module */
import { unlessAborted } from '../../base/signal.ts'
import {
  type CloudwaysError,
  isCloudwaysError,
  PolicyError,
  type UpstreamDetails,
  UpstreamError,
} from '../../errors.ts'
import { callable } from '../answer/hints.ts'
import { readsOnly } from '../send/api.ts'
import type { AcceptedCall, Findings } from '../types/call.ts'
import type { SuggestedCall } from '../types/plan.ts'
import type { AnyTool, Before } from '../types/tool.ts'
import { missingBackup } from './backup.ts'
import { targetOf } from './further.ts'
import { judge, riskOf } from './policy.ts'

const harmless = { risk: 'read', needsYes: false, needsSecond: false, typeName: null } as const

/**
 * Look at the target of a change, and at what the change would replace.
 *
 * @param earlier what an edit read before: the newest state is read under its lock, so that it need not be read here.
 * @throws UpstreamError, CredentialError when a person has to be asked, and the current state can't be read.
 */
export async function lookBefore(call: AcceptedCall, earlier?: Before): Promise<Findings> {
  const { kit, tool } = call
  const { policy } = kit.rules
  const target = await targetOf(call)
  const { server, app } = target
  // Whether the state has to be readable goes by the declared risk: a lower one is known only afterwards.
  const declared = tool.risk === 'read' ? harmless : judge(tool, tool.risk, target, policy)
  const isRead = tool.edit !== undefined && (earlier?.now ?? null) !== null
  const { now, isKnown } = isRead
    ? { now: earlier?.now, isKnown: true }
    : await readNow(call, declared.needsYes)
  const before = { server, app, now }
  // What could not be read can't make a change less risky.
  const lowers = isKnown && tool.risk !== 'read' && tool.riskOf !== undefined
  return { target, verdict: lowers ? judge(tool, riskOf(call, before), target, policy) : declared, before }
}

const lookMilliseconds = 10_000

/** Look for undo, risk and proof alone. A change can be made although the look fails or takes too long. */
export async function lookForUndo(call: AcceptedCall): Promise<Findings | undefined> {
  const { effects, riskOf, proof } = call.tool
  if (!effects?.inverse && !riskOf && !(proof && effects?.now)) return undefined
  try {
    return await unlessAborted(lookBefore(call), AbortSignal.timeout(lookMilliseconds))
  } catch (error) {
    call.signal.throwIfAborted()
    if (isCloudwaysError(error) || (error as Error)?.name === 'TimeoutError') return undefined
    throw error
  }
}

/** Errors that mean "there is no current value", which the plan shows as null. A redirect is not one of them. */
const isDefinite = ({ reason, status }: UpstreamDetails) =>
  reason === 'refused'
    ? status === 200 || (status ?? 0) >= 400
    : ['not_found', 'unknown_path', 'validation'].includes(reason as string)

/** What the change would replace. `isKnown`: it was read, or the platform said that there is no such value. */
async function readNow({ tool, input, api, signal }: AcceptedCall, isAsked: boolean) {
  const { now } = tool.effects ?? {}
  if (!now) return { now: null, isKnown: true }
  const refuse = async () => {
    throw new Error('effects.now must send reads only.')
  }
  try {
    return { now: await now(input, readsOnly(api, refuse)), isKnown: true }
  } catch (error) {
    signal.throwIfAborted()
    if (!isCloudwaysError(error)) throw error
    // A token that may not read the state may still make the change.
    if (isAsked && error.code === 'credentials_refused' && error.details.status !== 403) throw error
    if (isAsked && error.code === 'upstream_failed' && !isDefinite(error.details))
      throw unreadable(tool, error)
    return { now: null, isKnown: error.code === 'upstream_failed' && isDefinite(error.details) }
  }
}

/** The current state could not be read, so an approval would not be bound to it. */
function unreadable(tool: AnyTool, { message, details }: CloudwaysError): UpstreamError {
  const { reason, retryAfter } = details as UpstreamDetails
  return new UpstreamError(
    `${tool.name} needs a person's yes, and what is there now could not be read, so that nobody can be asked. ` +
      `Nothing was changed. ${message}`,
    `Call again in ${retryAfter ?? 60} seconds.`,
    { reason, retryAfter },
  )
}

/**
 * The call that has to come first; `null` when there is none. Listing restore points is a job of the server, which
 * changes nothing.
 *
 * @throws PolicyError when this toolkit can't make that call.
 */
export async function missingCondition(call: AcceptedCall): Promise<SuggestedCall | null> {
  const { tool, kit } = call
  if (!tool.requires || kit.rules.policy.backupHours === 0) return null
  const first = await missingBackup(call)
  const possible = first && (await callable(call, first))
  if (!first || possible) return possible ?? null
  throw new PolicyError(
    'backup',
    `${tool.name}: ${first.why} Nothing was changed.`,
    `${first.tool} cannot be called here: a person has to take the backup in the Cloudways platform. Then call again.`,
  )
}
