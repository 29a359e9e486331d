/**
 * Whether every app of a server has a recent restore point. Listing those of one app is a job of the server, which does
 * one at a time: what was found is kept for a while, so that a call can go on where an earlier one ran out of time.
 *
 * @module
 */
import { object } from '../../base/json.ts'
import { isCount, readRecord, writeRecord } from '../../base/record.ts'
import { unlessAborted } from '../../base/signal.ts'
import { UpstreamError } from '../../errors.ts'
import { secondsLeft } from '../send/clock.ts'
import type { AcceptedCall } from '../types/call.ts'
import { restorePointsOf } from './restore-points.ts'
import { locate } from './targets.ts'

/** Seconds for which a restore point that was found counts as still there. */
const keptSeconds = 900
/** Seconds that one list may take, and the change after it needs. */
const neededSeconds = 32

/** An app without a recent restore point, and its latest one in milliseconds since 1970. */
interface Outdated {
  id: string
  latest: number | undefined
}

const kind = { isValid: (value: unknown) => isCount(object(value)?.at) }

/**
 * The first app of the server that has no recent restore point; `undefined` when each has one.
 *
 * @throws UpstreamError when there was no time to look at all of them.
 */
export async function outdatedApp(
  call: AcceptedCall,
  isRecent: (at: number | undefined) => boolean,
): Promise<Outdated | undefined> {
  const { kit, ids, api, account, signal, tool, clock } = call
  const { storage } = kit.rules
  const { affected } = locate(ids, (await api.inventory()).ours)
  const owner = await unlessAborted(account.id(), signal)
  const keyOf = (app_id: string) => `restore-point:${owner}:${ids.server_id}:${app_id}`
  for (const [index, { id }] of affected.entries()) {
    const kept = await readRecord<{ at: number }>(storage, keyOf(id), kind).catch(() => null)
    if (isRecent(kept?.at)) continue
    if (index > 0 && secondsLeft(clock) < neededSeconds) throw outOfTime(tool.name, index, affected.length)
    const latest = (await restorePointsOf(call, id))[0]?.at
    if (latest === undefined || !isRecent(latest)) return { id, latest }
    await writeRecord(storage, keyOf(id), { at: latest }, { ttl: keptSeconds }).catch(() => {})
  }
  return undefined
}

const outOfTime = (tool: string, seen: number, all: number) =>
  new UpstreamError(
    `${tool}: a recent backup of every app is needed, and in the time of one call ${seen} of ${all} apps were looked at. Nothing was changed.`,
    'Make the same call again: it goes on with the next app.',
    { reason: 'timeout', retryAfter: 1 },
  )
