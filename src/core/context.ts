/**
 * What a call is made with: the toolkit's rules, and a way to the platform that keeps to the scope.
 *
 * @module
 */
import { isCloudwaysError, PolicyError } from '../errors.ts'
import { hashOf } from '../hash.ts'
import { readable } from '../text.ts'
import type { Storage } from '../types.ts'
import type { AuditEvent, Change } from './audit.ts'
import type { Confirm, OpenPage } from './confirm.ts'
import type { AnyTool, ApiRequest, Parts, RunContext, ToolMap } from './define.ts'
import type { Plan } from './plan.ts'
import type { Policy } from './policy.ts'
import { type Estates, namedIn, readEstates, withinScope } from './scope.ts'
import type { KeepSecrets } from './secret.ts'
import type { TargetIds } from './targets.ts'
import type { Transport } from './transport.ts'

/** What a toolkit decided once, for all its calls. */
export interface Rules {
  policy: Policy
  /** Seconds a call waits for its operation. */
  waitSeconds: number
  /** Seconds until the first look at an operation. */
  pollSeconds: number
  revealSecrets: boolean
  storage: Storage
  onAudit?: (event: AuditEvent) => void
  auditArguments: boolean
  onConfirm?: Confirm
  openPage?: OpenPage
  onSecrets?: KeepSecrets
  beforeChange?: (change: Change) => void | Promise<void>
}

/** A toolkit from inside. */
export interface Kit {
  /** The listed tools. */
  tools: ToolMap
  /** @throws InputError for a tool there is not, PolicyError for one that is hidden. */
  find(name: string): AnyTool
  plan(name: string, input: unknown, signal: AbortSignal): Promise<Plan>
  transport: Transport
  rules: Rules
}

/** A {@link RunContext}, with what the rules need besides. */
export interface CallContext extends RunContext {
  /** The servers of the account, read once. */
  estates(): Promise<Estates>
  /** Whether something was sent that may have changed something (more than a job that reads) and was not refused. */
  hasChanged(): boolean
  /** Note an operation as this toolkit's own: under a scope it may be asked for, whatever its row says. */
  claim(operation: string): Promise<void>
}

/** A whole call, with its retries, stays under this many seconds (and above the wait for its operation). */
const callSeconds = 45

/** Seconds that an operation is known as this toolkit's own. */
const operationSeconds = 86_400

export function openContext(kit: Kit, signal: AbortSignal): CallContext {
  const { transport, rules } = kit
  const deadline = Date.now() + Math.max(callSeconds, rules.waitSeconds + 20) * 1000
  let changes = 0
  const direct: RunContext['send'] = (request) => {
    if (request.method === 'GET') return transport.send(request, { signal, deadline })
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
  return {
    signal,
    send: withinScope(
      direct,
      rules.policy,
      async () => (await estates()).ours,
      async (id) => own.has(id) || (await rules.storage.get(await operationKey(id))) !== null,
    ),
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
 * The same context for making one call: it sends no change when the tool is of risk `read`, and none to another
 * server or app than the call named. What the rules were asked about is all that can be touched.
 */
export function keepTo(tool: AnyTool, ids: TargetIds, context: CallContext, policy: Policy): CallContext {
  const send: RunContext['send'] = async (request) => {
    if (request.method !== 'GET') await checkChange(tool, ids, request, context, policy)
    return context.send(request)
  }
  return { ...context, send }
}

async function checkChange(
  tool: AnyTool,
  ids: TargetIds,
  request: ApiRequest,
  context: CallContext,
  policy: Policy,
): Promise<void> {
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
    if (strayIn(await context.estates()) && strayIn(await readEstates(context.send, policy))) {
      throw stray(tool, elsewhere)
    }
  }
  const untold = ids.server_id === undefined && ids.app_id === undefined
  if (untold && policy.protect.length > 0 && servers.length + apps.length > 0) {
    throw stray(tool, 'names no server or app among its arguments, so that protection could not be looked at')
  }
}

const elsewhere = 'was to change something else than its arguments name'

const stray = (tool: AnyTool, what: string) =>
  new PolicyError('scope', `${tool.name} ${what}. That was not sent.`, 'Its developer has to fix the tool.')

/** A GET that starts work on the server is more than a read. */
export const isRead = ({ method, startsJob }: ApiRequest) => method === 'GET' && !startsJob

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
