/**
 * What a change is about, and what is there before it: found out with reads only.
 *
 * @module
 */

import { unlessAborted } from '../../base/signal.ts'
import {
  type CloudwaysError,
  isCloudwaysError,
  PolicyError,
  type UpstreamDetails,
  UpstreamError,
} from '../../errors.ts'
import { isRead } from '../send/request.ts'
import type { AcceptedCall, Call, Outlook, TargetIds } from '../types/call.ts'
import type { SuggestedCall } from '../types/plan.ts'
import type { AnyTool, Before, RunContext } from '../types/tool.ts'
import { missingBackup } from './backup.ts'
import { judge } from './policy.ts'
import { checkIds, checkWholeServer, isScoped } from './scope.ts'
import { possible } from './suggest.ts'
import { locate } from './targets.ts'

/** Whether what a call names is within the scope, and with it all that the call would be felt by. @throws PolicyError */
export async function checkScope({ kit, tool, ids, api }: Call & { ids: TargetIds }): Promise<void> {
  const { policy } = kit.rules
  if (!isScoped(policy) || (ids.server_id === undefined && ids.app_id === undefined)) return
  const { ours, all } = await api.estates()
  checkIds(ids, ours)
  checkWholeServer(tool, ids, policy, all)
}

const harmless = { risk: 'read', confirm: false, typeName: null } as const

/**
 * Look at what a change is about.
 *
 * @throws UpstreamError, CredentialError when a person has to be asked about what can't be seen at the moment.
 */
export async function lookAhead(call: AcceptedCall): Promise<Outlook> {
  const { kit, tool, ids, api } = call
  const named = ids.server_id !== undefined || ids.app_id !== undefined
  const target = named ? locate(ids, (await api.estates()).ours) : { affected: [] }
  const verdict = tool.risk === 'read' ? harmless : judge(tool, target, kit.rules.policy)
  const { server, app } = target
  return { target, verdict, before: { server, app, now: await readNow(call, verdict.confirm) } }
}

/** Milliseconds. */
const patience = 10_000

/** What is there, for the undo alone: who can't look, or not soon, can still make the change. */
export async function lookForUndo(call: AcceptedCall): Promise<Before | undefined> {
  if (!call.tool.effects?.inverse) return undefined
  try {
    return (await unlessAborted(lookAhead(call), AbortSignal.timeout(patience))).before
  } catch (error) {
    call.signal.throwIfAborted()
    if (isCloudwaysError(error) || (error as Error)?.name === 'TimeoutError') return undefined
    throw error
  }
}

/** What the plan then calls `null`: the platform said that there is nothing of the kind. A redirect says nothing. */
const isDefinite = ({ reason, status }: UpstreamDetails) =>
  reason === 'refused'
    ? status === 200 || (status ?? 0) >= 400
    : ['not_found', 'unknown_path', 'validation'].includes(reason as string)

async function readNow({ tool, input, api, signal }: AcceptedCall, isAsked: boolean): Promise<unknown> {
  const { now } = tool.effects ?? {}
  if (!now) return null
  const send: RunContext['send'] = async (request) => {
    if (isRead(request)) return api.send(request)
    throw new Error('effects.now must send reads only.')
  }
  return now(input, { ...api, send }).catch((error: unknown) => {
    signal.throwIfAborted()
    if (!isCloudwaysError(error)) throw error
    // What this token may not read does not keep it from what it may change.
    if (isAsked && error.code === 'credentials_refused' && error.details.status !== 403) throw error
    if (isAsked && error.code === 'upstream_failed' && !isDefinite(error.details)) throw unseen(tool, error)
    return null
  })
}

/** A yes to what nobody saw would hold whatever happens there meanwhile. */
function unseen(tool: AnyTool, { message, details }: CloudwaysError): UpstreamError {
  const { reason, retryAfter } = details as UpstreamDetails
  return new UpstreamError(
    `${tool.name} needs a person's yes, and what is there now could not be read, so that nobody can be asked. ` +
      `Nothing was changed. ${message}`,
    `Call again in ${retryAfter ?? 60} seconds.`,
    { reason, retryAfter },
  )
}

/**
 * The call that has to come first. Listing restore points is a job of the server, which changes nothing.
 *
 * @throws PolicyError when that call can't be made here.
 */
export async function unmet(call: AcceptedCall): Promise<SuggestedCall | null> {
  const { tool, kit } = call
  if (!tool.requires || kit.rules.policy.backupHours === 0) return null
  const first = await missingBackup(call)
  if (!first || (await possible(call, first))) return first
  throw new PolicyError(
    'backup',
    `${tool.name}: ${first.why} Nothing was changed.`,
    `${first.tool} cannot be called here: a person has to take the backup in the Cloudways platform. Then call again.`,
  )
}
