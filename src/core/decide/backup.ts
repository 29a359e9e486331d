/** The condition of changes that overwrite an app, or a whole server: a backup that is recent. @module */
import { assumedZone, isoTime } from '../declare/time.ts'
import { proposed } from '../platform.ts'
import type { AcceptedCall } from '../types/call.ts'
import type { SuggestedCall } from '../types/plan.ts'
import { restorePoints } from './restore-points.ts'
import { outdatedApp } from './server-backup.ts'

/** The call that meets the condition; `null` when it is met. */
export async function missingBackup(call: AcceptedCall): Promise<SuggestedCall | null> {
  const { server_id, app_id } = call.ids
  const hours = call.kit.rules.policy.backupHours
  const isRecent = (at: number | undefined) => at !== undefined && Date.now() - at <= hours * 3_600_000
  if (app_id === undefined) {
    const found = await outdatedApp(call, isRecent)
    if (!found) return null
    const why = `A backup of the last ${hours} hours of every app on the server is needed first; of app ${found.id} ${ageIn(found.latest)}.`
    return { tool: proposed.serverBackup, input: { server_id }, why }
  }
  const latest = (await restorePoints(call))[0]?.at
  if (isRecent(latest)) return null
  const why = `A backup of the last ${hours} hours is needed first; ${ageIn(latest)}.`
  return { tool: proposed.backup, input: { server_id, app_id }, why }
}

const ageIn = (latest: number | undefined) =>
  latest === undefined ? 'there is none' : `the latest is of ${isoTime(latest)} (${assumedZone})`
