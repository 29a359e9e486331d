/** The restore points of an app: the youngest, and the one that a backup made. @module */
import * as z from 'zod'
import { assumedZone, isoTime, msOf } from '../core/declare/time.ts'
import { restorePointsRequest } from '../core/platform.ts'
import { object, textOf } from '../core/send/inventory.ts'
import type { RunContext } from '../core/types/tool.ts'
import { UpstreamError } from '../errors.ts'
import type { AppTarget } from './effects.ts'
import { maybe, row } from './outputs.ts'

/** When the youngest restore point was made, in milliseconds since 1970; `null`: there is none. @throws UpstreamError */
export async function youngestPoint(
  { server_id, app_id }: AppTarget,
  { job }: RunContext,
): Promise<number | null> {
  const dates = object(await job(restorePointsRequest(server_id, app_id)))?.backup_dates
  if (!Array.isArray(dates)) throw unreadable(app_id)
  const times = dates.map((date) => msOf(textOf(date))).filter((time) => !Number.isNaN(time))
  if (dates.length > 0 && times.length === 0) throw unreadable(app_id)
  return times.length === 0 ? null : Math.max(...times)
}

const unreadable = (app_id: string) =>
  new UpstreamError(`Cloudways did not tell the restore points of app ${app_id}.`, 'They stay unknown.')

export const madePoint = maybe(row({ time: z.string(), time_zone: z.string() })).describe('null: not known')

/** The backup began and ended within a call, which is shorter; and clocks differ. */
const nearMs = 2 * 60_000

/**
 * The restore point of a backup that has just ended. The platform does not say which one a backup made: it is the youngest
 * one, if that is as young as the backup.
 */
export async function pointOf(target: AppTarget, context: RunContext) {
  const at = await youngestPoint(target, context)
  if (at !== null && Math.abs(Date.now() - at) < nearMs) {
    return { restore_point: { time: isoTime(at), time_zone: assumedZone } }
  }
  const latest = at === null ? 'there is none' : `the latest is of ${isoTime(at)} (${assumedZone})`
  return {
    restore_point: null,
    not_read: `The list of restore points does not have this backup yet: ${latest}.`,
  }
}
