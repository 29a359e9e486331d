/**
 * The way to the platform for one call. What it sends passes, from the inside out: the scope, the target of the call,
 * and (change.ts) the plan that was said yes to.
 *
 * @module
 */

import { hashOf } from '../../base/hash.ts'
import { readable } from '../../base/text.ts'
import { isCloudwaysError, PolicyError } from '../../errors.ts'
import { namedIn, readEstates, withinScope } from '../decide/scope.ts'
import type { ApiRequest } from '../types/api.ts'
import type { Api, Call, Estates, Policy } from '../types/call.ts'
import type { AnyTool, Parts, RunContext } from '../types/tool.ts'
import { isChange } from './request.ts'

/** A whole call, with its retries, stays under this many seconds (and above the wait for its operation). */
const callSeconds = 45

/** Seconds that an operation is known as this toolkit's own. */
const operationSeconds = 86_400

export function openApi(call: Omit<Call, 'api'>): Api {
  const { kit, signal } = call
  const { transport, rules } = kit
  const deadline = Date.now() + Math.max(callSeconds, rules.waitSeconds + 20) * 1000
  let changes = 0
  const direct: RunContext['send'] = (request) => {
    if (!isChange(request)) return transport.send(request, { signal, deadline })
    let sent = 0
    const onSent = () => {
      if (sent++ === 0) changes += 1
    }
    return transport.send(request, { signal, deadline, onSent }).catch((error: unknown) => {
      if (sent > 0 && isRefusal(error)) changes -= 1
      throw error
    })
  }
  let read: Promise<Estates> | undefined
  const estates = () => {
    read ??= readEstates(direct, rules.policy)
    return read
  }
  const own = new Set<string>()
  // Of this scope: another toolkit of the same account may have another one.
  const operationKey = async (id: string) =>
    `operation:${await transport.account()}:${await scopeHash(rules.policy)}:${id}`
  const scoped = withinScope(
    direct,
    rules.policy,
    async () => (await estates()).ours,
    async (id) => own.has(id) || (await rules.storage.get(await operationKey(id))) !== null,
  )
  return {
    signal,
    async send(request) {
      if (isChange(request)) await checkChange(call, request, estates, scoped)
      return scoped(request)
    },
    session: () => transport.session(),
    parts: (parts) => settleParts(parts, signal),
    plan: (tool, input) => kit.plan(tool, input, signal),
    estates,
    hasChanged: () => changes > 0,
    async claim(id) {
      own.add(id)
      await rules.storage.set(await operationKey(id), 1, { ttl: operationSeconds })
    },
  }
}

/** What was refused was not made; of anything else that fails, a cancelled call too, nobody knows. */
const isRefusal = (error: unknown) => isCloudwaysError(error) && error.details.outcome !== 'unknown'

/** Stands for a scope: the same for the same entries in any order. */
function scopeHash({ servers, apps }: Policy): Promise<string> {
  const sorted = (entries: readonly string[]) =>
    [...new Set(entries.map((entry) => readable(entry).toLowerCase()))].sort()
  return hashOf({ servers: sorted(servers), apps: sorted(apps) })
}

/**
 * A call sends no change when its tool is of risk `read`, and none to another server or app than it named: what the
 * rules were asked about is all that can be touched.
 */
async function checkChange(
  { tool, ids = {}, kit }: Omit<Call, 'api'>,
  request: ApiRequest,
  estates: Api['estates'],
  send: RunContext['send'],
): Promise<void> {
  const { policy } = kit.rules
  if (tool.risk === 'read') throw stray(tool, 'is declared to change nothing')
  const { servers, apps } = namedIn(request)
  const strays = (mine: string | undefined, theirs: string[]) =>
    mine !== undefined && theirs.some((id) => id !== mine)
  if (strays(ids.server_id, servers) || strays(ids.app_id, apps)) throw stray(tool, elsewhere)
  // The rules looked at the server of that app, and at all apps of that server, and at no others.
  const alone = (ids.server_id === undefined) !== (ids.app_id === undefined)
  if (alone && (ids.app_id === undefined ? apps : servers).length > 0) {
    const strayIn = ({ all }: Estates) => {
      const ownerOf = (app_id?: string) =>
        all.find((server) => server.apps.some(({ id }) => id === app_id))?.id
      const mine = ids.server_id ?? ownerOf(ids.app_id)
      return [...servers, ...apps.map(ownerOf)].some((id) => id !== mine)
    }
    // An app that this call has just made is in no list that was read before.
    if (strayIn(await estates()) && strayIn(await readEstates(send, policy))) throw stray(tool, elsewhere)
  }
  const untold = ids.server_id === undefined && ids.app_id === undefined
  if (untold && policy.protect.length > 0 && servers.length + apps.length > 0) {
    throw stray(tool, 'names no server or app among its arguments, so that protection could not be looked at')
  }
}

const elsewhere = 'was to change something else than its arguments name'

const stray = (tool: AnyTool, what: string) =>
  new PolicyError('scope', `${tool.name} ${what}. That was not sent.`, 'Its developer has to fix the tool.')

async function settleParts<T extends Record<string, () => Promise<unknown>>>(
  parts: T,
  signal: AbortSignal,
): Promise<Parts<T>> {
  const names = Object.keys(parts)
  const results = await Promise.allSettled(names.map((name) => parts[name]?.()))
  signal.throwIfAborted()
  if (results.length > 0 && results.every((result) => result.status === 'rejected')) throw results[0]?.reason
  const values: Record<string, unknown> = {}
  const status: Record<string, string> = {}
  results.forEach((result, index) => {
    const name = names[index] as string
    if (result.status === 'fulfilled') values[name] = result.value
    status[name] = result.status === 'fulfilled' ? 'ok' : `failed: ${(result.reason as Error).message}`
  })
  return { values, status } as Parts<T>
}
