/** The condition of changes that overwrite an app: a backup that is recent. @module */
import { UpstreamError } from '../../errors.ts'
import { proposed, restorePointsRequest } from '../platform.ts'
import { startedOperation } from '../send/operation.ts'
import { waitForOperation } from '../send/send.ts'
import type { AcceptedCall } from '../types/call.ts'
import type { SuggestedCall } from '../types/plan.ts'

/** Listing restore points is a job that changes nothing. */
const listing = { name: 'The list of restore points', risk: 'read' } as const

/** Seconds the platform may take to list the restore points. */
const listSeconds = 30

/** The call that meets the condition; `null` when it is met. */
export async function missingBackup(call: AcceptedCall): Promise<SuggestedCall | null> {
  const { server_id, app_id } = call.ids
  const hours = call.kit.rules.policy.backupHours
  const latest = await latestBackup(call)
  if (latest !== undefined && Date.now() - latest <= hours * 3_600_000) return null
  const age = latest === undefined ? 'there is none' : `the latest is of ${new Date(latest).toISOString()}`
  const why = `A backup of the last ${hours} hours is needed first; ${age}.`
  return { tool: proposed.backup, input: { server_id, app_id }, why }
}

/** The time of the latest restore point. Reading them is a job of the server, without which nobody knows. */
async function latestBackup({ kit, ids, api }: AcceptedCall): Promise<number | undefined> {
  const started = startedOperation(await api.send(restorePointsRequest(ids.server_id, ids.app_id)), listing)
  if (started.operation_id) await api.claim(started.operation_id)
  const { pollSeconds } = kit.rules
  const { state, result } = await waitForOperation(started, { ...api, waitSeconds: listSeconds, pollSeconds })
  if (state !== 'completed') {
    throw new UpstreamError(
      'Whether there is a recent backup could not be found out in time. Nothing was changed.',
      'Call again in a minute.',
      { reason: 'timeout' },
    )
  }
  const dates = (result as { backup_dates?: unknown } | undefined)?.backup_dates
  const times = (Array.isArray(dates) ? dates : []).map(timeOf).filter((time) => !Number.isNaN(time))
  return times.length > 0 ? Math.max(...times) : undefined
}

/** The platform writes `2026-08-05T23:19:06`, in UTC and without saying so. */
const timeOf = (text: unknown) => Date.parse(`${String(text).replace(' ', 'T').replace(/Z$/, '')}Z`)
