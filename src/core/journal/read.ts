/** Reading the journal: the events put together, cut to the scope, and settled by a look at what still runs. @module */

import { isCloudwaysError, UpstreamError } from '../../errors.ts'
import { isScoped } from '../decide/scope.ts'
import { operationRequest } from '../platform.ts'
import { readServers } from '../send/inventory.ts'
import { readOperation } from '../send/operation.ts'
import type { Api, Call, InventoryServer } from '../types/call.ts'
import type { Change, ChangeQuery, ChangeState, Changes } from '../types/journal.ts'
import { addEvent, type Became, type Begun, keyOf, mostEvents, readEvents } from './events.ts'

/** A change without word of its end, after this time, is one whose process has gone. */
const goneMilliseconds = 180_000
/** Looks at operations for one answer. */
const mostLooks = 10

/** One change, and the list that its events are in. */
interface Entry extends Begun, Partial<Omit<Became, 'kind' | 'id'>> {
  key: string
}

/** @throws what the storage throws: changes that can't be read are not "none". */
export async function readChanges(
  call: Omit<Call, 'api'>,
  api: Pick<Api, 'rows' | 'send'>,
  query: ChangeQuery,
): Promise<Changes> {
  const { kit, account } = call
  const { rules } = kit
  const own = await account.id()
  const servers = readServers(await api.rows())
  const wanted = serversOf(servers, query)
  const unproven = keyOf({ unproven: own })
  const keys = [...wanted.map(({ id }) => keyOf({ server_id: id })), unproven]
  const isWhole = !isScoped(rules.policy) && query.server_id === undefined && query.app_id === undefined
  if (isWhole) keys.push(keyOf({ account: own }))
  // A filter may pass over any number of changes. Without one, each change has four events at most.
  const { limit, app_id, tool, since, state, withOperation } = query
  const isFiltered = [app_id, tool, since, state, withOperation].some((filter) => filter !== undefined)
  const count = isFiltered ? mostEvents : Math.min(mostEvents, 4 * (limit + 1))
  const lists = await Promise.all(
    keys.map(async (key) => ({ key, ...(await readEvents(rules, key, count)) })),
  ).catch(cannotRead)
  const oldest = Date.now() - rules.journal.days * 86_400_000
  const all = lists.flatMap(({ key, events }) => together(key, events))
  // The list of a server comes first: a process that died may have left an entry in both.
  const entries = [...new Map(all.reverse().map((entry) => [entry.id, entry])).values()]
    .filter((entry) => entry.state !== 'none')
    .filter((entry) => entry.key !== unproven || wanted.some(({ id }) => id === entry.server_id))
    .filter((entry) => entry.at >= Math.max(oldest, since ?? 0))
    .filter((entry) => isWithin(entry, servers, rules.policy.apps.length > 0))
    .sort((one, other) => other.at - one.at)
  const asked = entries.filter(
    (entry) =>
      (app_id === undefined || entry.app_id === app_id) &&
      (tool === undefined || entry.tool === tool) &&
      (!withOperation || entry.operation_id !== undefined),
  )
  await settle(call, api, asked)
  const chosen = asked.filter((entry) => state === undefined || stateOf(entry) === state)
  return {
    rows: chosen.slice(0, limit).map((entry) => rowOf(entry, { entries, servers, own })),
    more: chosen.length > limit,
    unreadable: lists.reduce((sum, { unreadable }) => sum + unreadable, 0),
  }
}

function cannotRead(error: unknown): never {
  if (isCloudwaysError(error)) throw error
  throw new UpstreamError(
    'The journal of changes could not be read.',
    'The operator has to look at the storage.',
    {
      service: 'storage',
    },
  )
}

function serversOf(servers: readonly InventoryServer[], { server_id, app_id }: ChangeQuery) {
  if (server_id !== undefined) return servers.filter(({ id }) => id === server_id)
  return app_id === undefined ? servers : servers.filter(({ apps }) => apps.some(({ id }) => id === app_id))
}

function together(key: string, events: readonly (Begun | Became)[]): Entry[] {
  const found = new Map<string, Entry>()
  for (const event of events) {
    if (event.kind === 'begun') {
      found.set(event.id, { ...event, key })
      continue
    }
    const { kind: _, ...outcome } = event
    const entry = found.get(event.id)
    if (entry) Object.assign(entry, outcome)
  }
  return [...found.values()]
}

/** Under a scope of apps, changes of whole servers and of other apps are not this toolkit's to tell. */
function isWithin({ app_id }: Entry, servers: readonly InventoryServer[], onlyApps: boolean): boolean {
  if (!onlyApps) return true
  return servers.some(({ apps }) => apps.some(({ id }) => id === app_id))
}

function stateOf({ state, at, operation_id }: Entry): ChangeState {
  if (state !== undefined && state !== 'running') return state as ChangeState
  const isGone = operation_id === undefined && Date.now() - at > goneMilliseconds
  return isGone ? 'unknown' : 'running'
}

/** Look at the operations that were running when their calls ended, and note what came of them. */
async function settle(
  { kit, signal }: Omit<Call, 'api'>,
  { send }: Pick<Api, 'send'>,
  entries: readonly Entry[],
): Promise<void> {
  const running = entries.filter((entry) => entry.operation_id && stateOf(entry) === 'running')
  await Promise.all(
    running.slice(0, mostLooks).map(async (entry) => {
      const operation_id = entry.operation_id as string
      try {
        const seen = readOperation(operation_id, await send(operationRequest(operation_id)))
        if (seen.state === 'running') return
        entry.state = seen.state
        const { id, before, after, undo } = entry
        const settled: Became = { kind: 'became', id, state: seen.state, operation_id, before, after, undo }
        await addEvent(kit.rules, entry.key, settled)
      } catch {
        // It stays what it was: running, as far as known.
        signal.throwIfAborted()
      }
    }),
  )
}

interface Around {
  /** All changes within the scope, the newest first. */
  entries: readonly Entry[]
  servers: readonly InventoryServer[]
  own: string
}

function rowOf(entry: Entry, { entries, servers, own }: Around): Change {
  const { at, tool, risk, server_id, app_id, input, before, after, operation_id, why } = entry
  const server = servers.find(({ id }) => id === server_id)
  const app = server?.apps.find(({ id }) => id === app_id)
  const undo = holds(entry, entries) ? entry.undo : undefined
  return {
    at: new Date(at).toISOString().replace(/\.\d+Z$/, 'Z'),
    ...{ tool, risk, state: stateOf(entry) },
    ...(server_id && { server_id, server: server?.label ?? entry.server }),
    ...(app_id && { app_id, app: app?.label ?? entry.app }),
    input,
    ...(before !== undefined && { before }),
    ...(after !== undefined && { after }),
    ...(operation_id && { operation_id }),
    ...(why && { why }),
    own: entry.account === own,
    ...(undo && { undo }),
  }
}

/** Whether the undo still means this change: nothing later did the same, or took it back, to the same target. */
function holds(entry: Entry, entries: readonly Entry[]): boolean {
  const state = stateOf(entry)
  if (!entry.undo || state === 'failed' || state === 'unknown') return false
  const later = entries.slice(0, entries.indexOf(entry))
  const tools = [entry.tool, entry.undo.tool]
  return !later.some(
    (other) =>
      tools.includes(other.tool) &&
      other.server_id === entry.server_id &&
      other.app_id === entry.app_id &&
      stateOf(other) !== 'failed',
  )
}
