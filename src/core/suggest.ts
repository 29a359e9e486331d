/**
 * Calls that are proposed: only such as this toolkit would let through to its rules for one call.
 *
 * @module
 */
import { isCloudwaysError } from '../errors.ts'
import type { CallContext, Kit } from './context.ts'
import type { SuggestedCall } from './define.ts'
import type { Policy } from './policy.ts'
import { checkWholeServer, type Estates, isScoped } from './scope.ts'
import { type TargetIds, targetIds } from './targets.ts'

/** The call, when its tool is listed and within the known role, and what it names is within the scope. */
export async function possible(
  kit: Kit,
  call: SuggestedCall | undefined,
  context: CallContext,
): Promise<SuggestedCall | undefined> {
  if (!call) return undefined
  const { policy } = kit.rules
  try {
    const tool = kit.find(call.tool)
    const ids = targetIds(tool, call.input)
    if (!isScoped(policy) || (!ids.server_id && !ids.app_id)) return call
    const estates = await context.estates()
    checkWholeServer(tool, ids, policy, estates.all)
    return isOurs(ids, estates, policy) ? call : undefined
  } catch (error) {
    context.signal.throwIfAborted()
    if (isCloudwaysError(error)) return undefined
    throw error
  }
}

/** A copy that was just made is in no list yet: it is ours with its server, unless single apps are named. */
function isOurs({ server_id, app_id }: TargetIds, { all, ours }: Estates, { apps }: Policy): boolean {
  const has = (estate: Estates['all']) => estate.some((server) => server.apps.some(({ id }) => id === app_id))
  if (server_id && !ours.some(({ id }) => id === server_id)) return false
  return !app_id || has(ours) || (apps.length === 0 && !has(all))
}
