/** A backup that is taken before a change that overwrites an app, under the plan of that change. @module */
import { object } from '../../base/json.ts'
import { isCount, isText, readRecord, writeRecord } from '../../base/record.ts'
import { unlessAborted } from '../../base/signal.ts'
import { isCloudwaysError, PolicyError, UpstreamError } from '../../errors.ts'
import { callable } from '../answer/hints.ts'
import { backupRequest, operationRequest, proposed } from '../platform.ts'
import { openApi } from '../send/api.ts'
import { secondsLeft } from '../send/clock.ts'
import { readOperation, startedOperation } from '../send/operation.ts'
import { waitForOperation } from '../send/wait.ts'
import type { AcceptedCall } from '../types/call.ts'
import { confirmSeconds } from './yes.ts'

const taking = { name: 'The backup', risk: 'write' } as const

/** Seconds of a call that are left for the change after its backup. */
const changeSeconds = 20

/** Whether the call asks for a backup before its change. */
export const wantsBackup = ({ tool, input }: Pick<AcceptedCall, 'tool' | 'input'>): boolean =>
  tool.backupFirst === true && input.backup_first === true

/** @throws PolicyError when the call asks for a backup that this toolkit could not take by itself. */
export async function checkBackupFirst(call: AcceptedCall): Promise<void> {
  const { server_id, app_id } = call.ids
  if (!wantsBackup(call)) return
  if (await callable(call, { tool: proposed.backup, input: { server_id, app_id } })) return
  throw new PolicyError(
    'backup',
    `${call.tool.name}: backup_first takes a backup as ${proposed.backup} does, which cannot be called here. Nothing was changed.`,
    'A person has to take the backup in the Cloudways platform. Then call again without backup_first.',
  )
}

/** A backup that an earlier call of the same tool for the same app began. It is no word on whether anybody said yes. */
interface UnderWay {
  operation: string
  /** Milliseconds since 1970. */
  at: number
  /** The restore point that the call named, in its words, and the time that these words meant before the backup. */
  asked?: string
  time?: string
}

const kind = {
  isValid(value: unknown) {
    const found = object(value)
    return isText(found?.operation) && isCount(found.at)
  },
}

async function keyOf({ account, tool, ids, signal }: AcceptedCall): Promise<string> {
  const id = await unlessAborted(account.id(), signal)
  return `backup-first:${id}:${tool.name}:${ids.server_id}:${ids.app_id}`
}

async function underWay(call: AcceptedCall): Promise<UnderWay | undefined> {
  const found = await readRecord<UnderWay>(call.kit.rules.storage, await keyOf(call), kind)
  return found && found.at + confirmSeconds * 1000 > Date.now() ? found : undefined
}

/** Blanks and case say nothing: "Latest" is the `latest` of the call before. */
const askedTime = ({ given }: AcceptedCall) => String(object(given)?.time).trim().toLowerCase()

/** The restore point that these words meant in the call that began the backup: `latest` would mean that backup now. */
export async function timeBefore(call: AcceptedCall): Promise<string | undefined> {
  const found = wantsBackup(call) ? await underWay(call) : undefined
  return found?.asked === askedTime(call) ? found.time : undefined
}

/** The change is sent now. The next one needs a backup that has this one in it. */
export const forgetBackup = async (call: AcceptedCall): Promise<void> =>
  call.kit.rules.storage.delete(await keyOf(call))

/**
 * Take the backup and wait for it, or go on with the one of an earlier call.
 *
 * @returns the error to throw when it is not finished within the time of a call. Nothing else was changed.
 * @throws UpstreamError when the backup failed.
 */
export async function takeBackup(call: AcceptedCall): Promise<UpstreamError | undefined> {
  const { kit, ids, tool, input, signal } = call
  const { storage, pollSeconds } = kit.rules
  // The change itself needs time, too: what is not done by then is gone on with by the same call.
  const waitSeconds = Math.max(0, Math.min(kit.rules.waitSeconds, secondsLeft(call.clock) - changeSeconds))
  // A way of its own: if the call ends here, its own change was not sent.
  const api = openApi({ ...call, approved: undefined })
  const earlier = await underWay(call)
  const started = earlier
    ? readOperation(earlier.operation, await api.send(operationRequest(earlier.operation)))
    : startedOperation(await api.send(backupRequest(ids.server_id, ids.app_id)), taking)
  const { operation_id } = started
  if (operation_id && !earlier) {
    const begun: UnderWay = {
      operation: operation_id,
      at: Date.now(),
      ...(tool.picks && { asked: askedTime(call), time: String(input.time) }),
    }
    await writeRecord(storage, await keyOf(call), begun, { ttl: confirmSeconds })
    await api.claim(operation_id).catch(() => {})
  }
  const ended = await waitForOperation(started, { look: api.look, signal, waitSeconds, pollSeconds }).catch(
    async (error: unknown) => {
      signal.throwIfAborted()
      if (!isCloudwaysError(error)) throw error
      await forgetBackup(call)
      throw failed(tool.name, error)
    },
  )
  if (ended.state === 'completed') return undefined
  return new UpstreamError(
    `${tool.name}: the backup was started and is not finished yet. Nothing else was changed.`,
    'Make the same call again in half a minute: it goes on with this backup. A yes holds for ten minutes; after them the person is asked again.',
    { reason: 'timeout', retryAfter: 30, operation: { id: operation_id } },
  )
}

const failed = (tool: string, { details }: { details: object }) =>
  new UpstreamError(
    `${tool}: the backup that was to be taken first failed. Nothing else was changed.`,
    'Tell the person. Without backup_first the same call makes the change without a backup of this moment.',
    { ...details, outcome: 'failed' },
  )
