/** A backup that is taken before a change that overwrites an app, under the plan of that change. @module */
import { isCloudwaysError, UpstreamError } from '../../errors.ts'
import { backupRequest, operationRequest } from '../platform.ts'
import { openApi } from '../send/api.ts'
import { secondsLeft } from '../send/clock.ts'
import { readOperation, startedOperation } from '../send/operation.ts'
import { waitForOperation } from '../send/send.ts'
import type { AcceptedCall, BoundPlan } from '../types/call.ts'
import { confirmSeconds } from './yes.ts'

const taking = { name: 'The backup', risk: 'write' } as const

/** Seconds of a call that are left for the change after its backup. */
const changeSeconds = 20

/** Whether the call asks for a backup before its change. */
export const wantsBackup = ({ tool, input }: Pick<AcceptedCall, 'tool' | 'input'>): boolean =>
  tool.backupFirst === true && input.backup_first === true

/** A backup that an earlier call with the same plan began, and the end of the yes to that plan. */
interface UnderWay {
  operation: string
  /** Milliseconds since 1970. */
  until: number
}

const keyOf = ({ binding }: BoundPlan) => `backup-first:${binding}`

/** The backup that an earlier call began under the same plan. It is taken out, so that one call goes on with it. */
export async function backupUnderWay({ kit }: AcceptedCall, bound: BoundPlan): Promise<UnderWay | undefined> {
  const found = await kit.rules.storage.take<UnderWay>(keyOf(bound))
  return found && typeof found.operation === 'string' && found.until > Date.now() ? found : undefined
}

/**
 * Take the backup and wait for it. If it is not finished within the time of a call, the same call goes on with it.
 *
 * @throws UpstreamError when the backup failed, or is not finished yet. Nothing else was changed.
 */
export async function takeBackup(call: AcceptedCall, bound: BoundPlan, earlier?: UnderWay): Promise<void> {
  const { kit, ids, tool, signal } = call
  const { storage, pollSeconds } = kit.rules
  // The change itself needs time, too: what is not done by then is gone on with by the same call.
  const waitSeconds = Math.max(0, Math.min(kit.rules.waitSeconds, secondsLeft(call.clock) - changeSeconds))
  // A way of its own: if the call ends here, its own change was not sent.
  const api = openApi({ ...call, approved: undefined })
  const started = earlier
    ? readOperation(earlier.operation, await api.send(operationRequest(earlier.operation)))
    : startedOperation(await api.send(backupRequest(ids.server_id, ids.app_id)), taking)
  const { operation_id } = started
  if (operation_id && !earlier) await api.claim(operation_id).catch(() => {})
  const ended = await waitForOperation(started, { send: api.send, signal, waitSeconds, pollSeconds }).catch(
    (error: unknown) => {
      signal.throwIfAborted()
      throw isCloudwaysError(error) ? failed(tool.name, error) : error
    },
  )
  if (ended.state === 'completed') return
  const until = earlier?.until ?? Date.now() + confirmSeconds * 1000
  const seconds = Math.ceil((until - Date.now()) / 1000)
  if (operation_id && seconds > 0)
    await storage.set(keyOf(bound), { operation: operation_id, until }, { ttl: seconds })
  throw new UpstreamError(
    `${tool.name}: the backup was started and is not finished yet. Nothing else was changed.`,
    'Make the same call again in half a minute: it goes on with this backup, and nobody is asked again within ten minutes.',
    { reason: 'timeout', retryAfter: 30, operation: { id: operation_id } },
  )
}

const failed = (tool: string, { details }: { details: object }) =>
  new UpstreamError(
    `${tool}: the backup that was to be taken first failed. Nothing else was changed.`,
    'Tell the person. Without backup_first the same call makes the change without a backup of this moment.',
    { ...details, outcome: 'failed' },
  )
