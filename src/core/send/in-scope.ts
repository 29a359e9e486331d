/**
 * What is sent and answered, bounded by the scope: a request may name only servers and apps within it, and lists of
 * the platform are cut to it before anybody sees them.
 *
 * @module
 */
import type { Json } from '../../base/json.ts'
import { hashOf } from '../../base/json.ts'
import { readRecord, writeRecord } from '../../base/record.ts'
import { PolicyError } from '../../errors.ts'
import { checkIds, checkWhole, comparable, isScoped, outside, rowsInScope } from '../decide/scope.ts'
import { isAlertList, kinds, serverList } from '../platform.ts'
import type { ApiRequest } from '../types/api.ts'
import type { Call, Inventory, InventoryServer, Policy, Scope } from '../types/call.ts'
import type { AnyTool, Send } from '../types/tool.ts'
import { readRows, readServers, serversOf, textOf } from './inventory.ts'
import { namedIn } from './request.ts'

interface Bounds {
  tool: AnyTool
  scope: Scope
  inventory: () => Promise<Inventory>
  /** Whether this toolkit started an operation: some rows of operations do not say whose they are. */
  isOwn: (operation: string) => Promise<boolean>
}

export async function readInventory(send: Send, scope: Scope): Promise<Inventory> {
  const rows = serversOf(await send(serverList))
  const all = readServers(rows)
  if (!isScoped(scope)) return { all, ours: all, rows }
  const within = rowsInScope(rows, scope)
  return { all, ours: readServers(within), rows: within }
}

/** `send` behind the scope. */
export function inScope(send: Send, { tool, scope, inventory, isOwn }: Bounds): Send {
  if (!isScoped(scope)) return send
  return async (request) => {
    if (isServerList(request)) {
      const body = await send(request)
      return { ...(body as Json), servers: rowsInScope(serversOf(body), scope) }
    }
    const { servers, apps } = namedIn(request)
    for (const server_id of servers) checkIds({ server_id }, (await inventory()).ours)
    // A request about two apps names two servers.
    const [server_id, ...others] = servers
    for (const app_id of apps)
      checkIds({ app_id, ...(others.length === 0 && { server_id }) }, (await inventory()).ours)
    if (tool.reach === 'listed' && apps.length === 0) {
      for (const server_id of servers) checkWhole(tool, { server_id }, scope, (await inventory()).all)
    }
    const operation = kinds.operation.path.exec(request.path)?.[1]
    const isBounded = operation !== undefined || isAlertList(request) || servers.length + apps.length > 0
    if (!isBounded && tool.reach !== 'none') throw unbounded(tool)
    const body = await send(request)
    if (isAlertList(request)) return alertsInScope(body, scope, (await inventory()).ours)
    if (operation !== undefined && !(await isOwn(decodeURIComponent(operation)))) {
      checkOperation(body, scope, (await inventory()).ours)
    }
    return body
  }
}

const isServerList = ({ method, path }: ApiRequest) =>
  method === serverList.method && path === serverList.path

const unbounded = ({ name }: AnyTool) =>
  new PolicyError(
    'scope',
    `${name} asked for something that belongs to no server or app, which the scope of this toolkit can't cut. That was not sent.`,
    "Its developer has to fix the tool: it names a server or an app, or declares reach: 'none'.",
  )

function alertsInScope(body: unknown, scope: Scope, ours: readonly InventoryServer[]): unknown {
  const alerts = readRows((body as Json | null)?.alerts)?.filter((alert) => {
    const server = ours.find(({ id }) => id === textOf(alert.server_id))
    const app = textOf(alert.app_id)
    if (app && app !== '0') return server?.apps.some(({ id }) => id === app)
    return server !== undefined && scope.apps.length === 0
  })
  return { ...(body as Json), alerts }
}

function checkOperation(body: unknown, scope: Scope, ours: readonly InventoryServer[]): void {
  const outer = (body ?? {}) as Json
  const row = (typeof outer.operation === 'object' && outer.operation ? outer.operation : outer) as Json
  const server_id = textOf(row.server_id)
  const app_id = textOf(row.app_id).replace(/^0$/, '')
  if (!server_id || (scope.apps.length > 0 && !app_id)) throw outside('This operation')
  checkIds({ server_id, ...(app_id && { app_id }) }, ours)
}

const operationSeconds = 86_400

interface OwnOperations {
  claim(operation: string): Promise<void>
  isOwn(operation: string): Promise<boolean>
}

export function ownOperations({ kit, account }: Omit<Call, 'api'>): OwnOperations {
  const { storage, policy } = kit.rules
  const own = new Set<string>()
  // The key names the scope: another toolkit of the same account may have another one.
  const keyOf = async (operation: string) =>
    `operation:${await account.id()}:${await scopeHash(policy)}:${operation}`
  return {
    isOwn: async (operation) =>
      own.has(operation) ||
      (await readRecord(storage, await keyOf(operation), { isValid: (value) => value === 1 })) !== null,
    async claim(operation) {
      own.add(operation)
      await writeRecord(storage, await keyOf(operation), 1, { ttl: operationSeconds })
    },
  }
}

/** Stands for a scope: the same for the same entries in any order. */
export function scopeHash({ servers, apps }: Pick<Policy, 'servers' | 'apps'>): Promise<string> {
  const sorted = (entries: readonly string[]) => [...new Set(entries.map(comparable))].sort()
  return hashOf({ servers: sorted(servers), apps: sorted(apps) })
}
