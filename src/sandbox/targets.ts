import { type Answer, type Call, exampleId, notFound } from './call.ts'
import type { Operation, Version } from './contract.ts'
import type { Fault } from './faults.ts'
import type { AccountState, App, Server } from './state.ts'
import { now, type World } from './world.ts'

/** Parameters that name a server, and for each application parameter the server it has to be on. */
export const serverParameters = ['server_id', 'source_server_id', 'destination_server_id', 'dest_server_id']
const appParameters: Record<string, string> = {
  app_id: 'server_id',
  source_app_id: 'source_server_id',
  dest_app_id: 'dest_server_id',
  application_id: 'source_server_id',
}

const idOf = (value: unknown) => (value === undefined ? undefined : String(value))

/**
 * Check that every server and app of the request exists. An id of another account gets the same answer as an unknown
 * id. Only the record of the sandbox tells them apart.
 */
export function missingTarget(
  world: World,
  account: AccountState,
  input: Record<string, unknown>,
  foreign: (field: string) => void,
): Answer | undefined {
  const others = [...world.accounts.values()].filter((one) => one !== account)
  for (const name of serverParameters) {
    const id = idOf(input[name])
    if (id === undefined || account.servers.some((one) => one.id === id)) continue
    if (others.some((one) => one.servers.some((server) => server.id === id))) foreign(name)
    return notFound()
  }
  for (const [name, serverName] of Object.entries(appParameters)) {
    const id = idOf(input[name])
    if (id === undefined) continue
    const app = account.apps.find((one) => one.id === id)
    if (!app && others.some((one) => one.apps.some((other) => other.id === id))) foreign(name)
    const serverId = idOf(input[serverName])
    if (!app || (serverId !== undefined && app.server_id !== serverId)) return notFound()
  }
  return undefined
}

/** Whether another id (of a project, member, key, operation, ...) belongs to another account. */
export function foreignId(world: World, account: AccountState, input: Record<string, unknown>): boolean {
  const names = [
    'id',
    'task_id',
    'ssh_key_id',
    'app_cred_id',
    'app_creds_id',
    'alert_id',
    'channel_id',
    'app_ids',
    'domain_id',
    'record_id',
  ]
  const wanted = names.map((name) => idOf(input[name])).filter((id) => id !== undefined)
  const others = [...world.accounts.values()].filter((one) => one !== account)
  return others.some((other) => {
    const rows = [
      other.apps,
      other.projects,
      other.members,
      other.alerts,
      other.integrations,
      other.operations,
    ]
    const keys = [...other.servers.flatMap((one) => one.ssh_keys), ...other.apps.flatMap((one) => one.creds)]
    const queues = other.apps.flatMap((one) => one.queues)
    const named = other.dns.flatMap(({ uid, records }) => [uid, ...records.map((one) => one.uid)])
    return (
      [...rows.flat(), ...keys, ...queues].some((row) => wanted.includes(String(row.id))) ||
      named.some((uid) => wanted.includes(uid))
    )
  })
}

/** Make the call that a route gets. */
export function createCall(
  world: World,
  request: { operation: Operation; version: Version; account: AccountState; input: Record<string, unknown> },
  fault: Fault | undefined,
): Call {
  const { operation, account, input } = request
  const server = (parameter: string): Server => {
    const found = account.servers.find((one) => one.id === idOf(input[parameter]))
    if (!found) throw new Error(`${operation.id} has no server in ${parameter}`)
    return found
  }
  const app = (parameter: string): App => {
    const found = account.apps.find((one) => one.id === idOf(input[parameter]))
    if (!found) throw new Error(`${operation.id} has no application in ${parameter}`)
    return found
  }
  return {
    ...request,
    planter: world.planter,
    forms: world.settings.forms,
    now: now(world),
    get server() {
      return server(input.server_id !== undefined ? 'server_id' : 'source_server_id')
    },
    get app() {
      return app('app_id')
    },
    serverAt: server,
    appAt: app,
    has: (name) => input[name] !== undefined,
    text: (name) => String(input[name] ?? ''),
    number: (name) => Number(input[name]),
    flag: (name) => input[name] === true || input[name] === 'enable' || input[name] === 'yes',
    list: (name) => (Array.isArray(input[name]) ? input[name].map(String) : []),
    newId: () => world.nextId++,
    start(work = {}) {
      const serverId = work.server_id ?? idOf(input.server_id ?? input.source_server_id) ?? null
      const failure = fault?.failOperation
      return world.operations.start(
        account,
        operation,
        { ...work, server_id: serverId, app_id: work.app_id ?? idOf(input.app_id) ?? null },
        {
          example: exampleId(operation),
          flexible: account.servers.some((one) => one.id === serverId && one.flexible),
          failure: failure === true ? 'The operation could not be completed.' : failure || null,
          failedBy: fault?.failedBy ?? 'is_completed',
          now: now(world),
        },
      )
    },
  }
}
