/** What a call touches besides the server and the app that its arguments name: a copy has two ends. @module */
import { made } from '../send/build.ts'
import type { AcceptedCall, Target } from '../types/call.ts'
import type { Place, Touched } from '../types/touched.ts'
import { checkScope } from './scope.ts'
import { locate, otherServers, withoutCname } from './targets.ts'

/**
 * Find what the call touches besides, and whether the scope reaches all of it. Where the call changes another app than
 * the named one, its target is that app from here on.
 *
 * @throws PolicyError, InputError
 */
export async function lookFurther(call: AcceptedCall): Promise<void> {
  const { tool, input, ids, api } = call
  const named = otherServers(tool).flatMap((name) =>
    input[name] ? [{ server_id: String(input[name]) }] : [],
  )
  if (!tool.touches && named.length === 0) return
  const { rows } = await api.inventory()
  const touched: Touched = tool.touches ? made(tool, input, (given) => tool.touches?.(given, rows) ?? {}) : {}
  const { instead, changes = [], reads = [] } = touched
  const { server_id, app_id } = ids
  call.further = {
    changes: [...changes, ...named],
    reads: instead ? [...reads, { server_id, app_id }] : reads,
  }
  if (instead) {
    call.ids = { ...ids, ...instead }
    call.decision.target = call.ids
  }
  await checkScope(call)
}

/**
 * What the call is about, and what it changes besides.
 *
 * @throws UpstreamError when there is no such server or app.
 */
export async function targetOf({ ids, further, api }: AcceptedCall): Promise<Target> {
  const isNamed = ids.server_id !== undefined || ids.app_id !== undefined
  const { changes = [], reads = [] } = further ?? {}
  if (!isNamed && changes.length + reads.length === 0) return { affected: [] }
  const { ours } = await api.inventory()
  const find = (place: Place) => locate(place, ours)
  const target: Target = isNamed ? find(ids) : { affected: [] }
  // What is only read has to be there, too.
  for (const place of reads) find(place)
  const others = changes.map(find)
  const apps = others.flatMap(({ app }) => (app ? [withoutCname(app)] : []))
  const servers = others.flatMap(({ server, app }) => (server && !app ? [server] : []))
  return {
    ...target,
    affected: [...target.affected, ...apps],
    ...(servers.length > 0 && { otherServers: servers }),
  }
}
