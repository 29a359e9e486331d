/**
 * A call changes what its arguments name, and nothing else: the rules were asked about that alone.
 *
 * @module
 */
import { PolicyError } from '../../errors.ts'
import type { ApiRequest } from '../types/api.ts'
import type { Call, Inventory } from '../types/call.ts'
import type { AnyTool } from '../types/tool.ts'
import { namedIn } from './named-in.ts'
import { isChange } from './request.ts'

/**
 * @param inventory what was read before.
 * @param readAgain reads the inventory anew: an app that this call has just made is in no list that was read before.
 * @throws PolicyError for a change by a tool of risk `read`, or to another server or app than the call named.
 */
export async function checkOwnTarget(
  { tool, ids = {}, kit }: Omit<Call, 'api'>,
  request: ApiRequest,
  inventory: () => Promise<Inventory>,
  readAgain: () => Promise<Inventory>,
): Promise<void> {
  if (!isChange(request)) return
  if (tool.risk === 'read') throw stray(tool, 'is declared to change nothing')
  const { servers, apps } = namedIn(request)
  const isOther = (mine: string | undefined, theirs: string[]) =>
    mine !== undefined && theirs.some((id) => id !== mine)
  if (isOther(ids.server_id, servers) || isOther(ids.app_id, apps)) throw stray(tool, elsewhere)
  // A call that names an app alone was judged by that app's server; one that names a server, by all apps on it.
  const namesOne = (ids.server_id === undefined) !== (ids.app_id === undefined)
  if (namesOne && (ids.app_id === undefined ? apps : servers).length > 0) {
    const leavesServer = ({ all }: Inventory) => {
      const ownerOf = (app_id?: string) =>
        all.find((server) => server.apps.some(({ id }) => id === app_id))?.id
      const mine = ids.server_id ?? ownerOf(ids.app_id)
      return [...servers, ...apps.map(ownerOf)].some((id) => id !== mine)
    }
    if (leavesServer(await inventory()) && leavesServer(await readAgain())) throw stray(tool, elsewhere)
  }
  const namesNone = ids.server_id === undefined && ids.app_id === undefined
  if (namesNone && kit.rules.policy.protect.length > 0 && servers.length + apps.length > 0) {
    throw stray(tool, 'names no server or app among its arguments, so that protection could not be looked at')
  }
}

const elsewhere = 'was to change something else than its arguments name'

const stray = (tool: AnyTool, what: string) =>
  new PolicyError('scope', `${tool.name} ${what}. That was not sent.`, 'Its developer has to fix the tool.')
