/** The condition of changes that overwrite an app: a backup that is recent. @module */
import { assumedZone, isoTime } from '../declare/time.ts'
import { proposed } from '../platform.ts'
import type { AcceptedCall } from '../types/call.ts'
import type { SuggestedCall } from '../types/plan.ts'
import { restorePoints } from './restore-points.ts'

/** The call that meets the condition; `null` when it is met. */
export async function missingBackup(call: AcceptedCall): Promise<SuggestedCall | null> {
  const { server_id, app_id } = call.ids
  const hours = call.kit.rules.policy.backupHours
  const latest = (await restorePoints(call))[0]?.at
  if (latest !== undefined && Date.now() - latest <= hours * 3_600_000) return null
  const age = latest === undefined ? 'there is none' : `the latest is of ${isoTime(latest)} (${assumedZone})`
  const why = `A backup of the last ${hours} hours is needed first; ${age}.`
  return { tool: proposed.backup, input: { server_id, app_id }, why }
}
