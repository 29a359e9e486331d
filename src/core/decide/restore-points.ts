/** The restore points of an app, and the one that a call means. @module */
import { InputError, UpstreamError } from '../../errors.ts'
import { isoTime, msOf } from '../declare/time.ts'
import { restorePointsRequest } from '../platform.ts'
import { startedOperation } from '../send/operation.ts'
import { waitForOperation } from '../send/wait.ts'
import type { AcceptedCall } from '../types/call.ts'

/** Listing restore points is a job that changes nothing. */
const listing = { name: 'The list of restore points', risk: 'read' } as const

/** Seconds the platform may take to list the restore points. */
const listSeconds = 30

/** One restore point: as the platform writes it, and in milliseconds since 1970. */
interface Point {
  text: string
  at: number
}

const known = new WeakMap<AcceptedCall, Promise<Point[]>>()

/** The restore points, newest first. They are read once for a call: reading them is a job of the server. */
export function restorePoints(call: AcceptedCall): Promise<Point[]> {
  const before = known.get(call)
  if (before) return before
  const read = restorePointsOf(call, call.ids.app_id)
  known.set(call, read)
  return read
}

/** The restore points of one app on the server of a call, newest first. */
export async function restorePointsOf(
  { kit, ids, api }: AcceptedCall,
  app_id: string | undefined,
): Promise<Point[]> {
  const started = startedOperation(await api.send(restorePointsRequest(ids.server_id, app_id)), listing)
  if (started.operation_id) await api.claim(started.operation_id)
  const { pollSeconds } = kit.rules
  const { state, result } = await waitForOperation(started, { ...api, waitSeconds: listSeconds, pollSeconds })
  const dates = (result as { backup_dates?: unknown } | undefined)?.backup_dates
  if (state !== 'completed' || !Array.isArray(dates)) {
    throw new UpstreamError(
      `The restore points of app ${app_id} could not be ${state === 'completed' ? 'read' : 'found out in time'}. Nothing was changed.`,
      'Call again in a minute.',
      { reason: 'timeout' },
    )
  }
  // Some answers have a point twice.
  return [...new Set(dates)]
    .filter((date) => typeof date === 'string')
    .map((text) => ({ text, at: msOf(text) }))
    .filter(({ at }) => !Number.isNaN(at))
    .sort((a, b) => b.at - a.at)
}

/**
 * The time of exactly one restore point, as the platform writes it, for what a call asked for: a time, `latest`, or
 * `before` and a time.
 *
 * @throws InputError naming the nearest restore points when there is none such.
 */
export async function pickRestorePoint(call: AcceptedCall, asked: string): Promise<string> {
  const points = await restorePoints(call)
  const refuse = (what: string, near: readonly Point[]) =>
    new InputError(
      `${call.tool.name}: ${what} ${near.length > 0 ? `The nearest: ${near.map(({ at }) => isoTime(at)).join(', ')}.` : 'This app has no restore point at all.'}`,
      'Nothing was changed. Call again with one of these; Cloudways writes no time zone, so UTC is assumed.',
    )
  const [latest] = points
  const word = asked.trim()
  if (/^latest$/i.test(word)) {
    if (latest) return latest.text
    throw refuse('there is no latest restore point.', [])
  }
  const [, before, time = ''] = /^(before:?\s+)?(.*)$/i.exec(word) ?? []
  const at = msOf(time)
  if (Number.isNaN(at)) throw refuse(`${time} is not a time that exists.`, points.slice(0, 3))
  const nearest = points.toSorted((a, b) => Math.abs(a.at - at) - Math.abs(b.at - at)).slice(0, 2)
  if (before) {
    const found = points.find((point) => point.at < at)
    if (found) return found.text
    throw refuse(`there is no restore point before ${isoTime(at)}.`, nearest)
  }
  // A time without seconds, or a day, means the one restore point in it.
  const prefix = hasZone(time) ? isoTime(at).slice(0, -1) : time.replace(' ', 'T')
  const fits = points.filter((point) => isoTime(point.at).startsWith(prefix))
  if (fits.length === 1) return (fits[0] as Point).text
  throw fits.length > 1
    ? refuse(`${time} fits several restore points.`, fits.slice(0, 5))
    : refuse(`there is no restore point of ${time}.`, nearest)
}

const hasZone = (time: string) => /(?:Z|[+-]\d\d:?\d\d)$/i.test(time.slice(10))
