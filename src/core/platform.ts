/**
 * All that the core knows of Cloudways by heart, as one table: the kinds of ids, the endpoints that the rules read
 * themselves, and the tools that the core proposes. A test runs it over every operation of the API contract.
 *
 * @module
 */
import type { ApiRequest } from './types/api.ts'

/** One kind of thing that has an id on the platform. */
interface Kind {
  /** The argument of a tool that names one. */
  readonly argument: `${string}_id`
  /** The fields of a query or a body that name one, as the platform spells them. */
  readonly field: RegExp
  /** The path that holds its id, as the first group. */
  readonly path?: RegExp
  /** The tool that shows one. It tells whether a change happened whose answer was lost. */
  readonly shownBy?: string
  /** The tool whose answer has the ids. */
  readonly listedBy?: string
  /** The list in which a name in place of the id is looked up. Those of servers and apps stand in the inventory. */
  readonly list?: ApiRequest
}

/**
 * The kinds of ids. Only servers and apps bound what a call may touch; an operation belongs to one of the two. The
 * other kinds belong to the account.
 *
 * Below `/app`, two groups of paths have ids of their own: `creds` and `supervisor`.
 */
export const kinds = {
  server: {
    argument: 'server_id',
    // `server_id`, `destination_server_id`, `dest_server_id`; `servers` of a team member is a map with ids as its keys.
    field: /(?:^|_)server_ids?$|^servers$/i,
    path: /^\/servers?\/(?:[a-z_-]+\/)?(\d+)(?:\/|$)/i,
    shownBy: 'get_server_details',
    listedBy: 'list_servers',
  },
  app: {
    argument: 'app_id',
    // `app_id`, `source_app_id`, `application_id`, `app_ids`; `apps` of a team member.
    field: /(?:^|_)app(?:lication)?_ids?$|^apps$/i,
    path: /^\/app\/(?!creds\/|supervisor\/)(?:[a-z_-]+\/)?(\d+)(?:\/|$)/i,
    shownBy: 'get_app_details',
    listedBy: 'list_apps',
  },
  operation: {
    argument: 'operation_id',
    field: /^(?:operation|task)_id$/i,
    // `/operation/task/5` is another row than `/operation/5`.
    path: /^\/operation\/(.*)$/,
  },
  project: {
    argument: 'project_id',
    field: /^project_id$/i,
    path: /^\/project\/(\d+)$/,
    listedBy: 'list_projects',
    list: { method: 'GET', path: '/project' },
  },
  member: {
    argument: 'member_id',
    field: /^member_id$/i,
    path: /^\/member\/(\d+)$/,
    listedBy: 'list_team_members',
    list: { method: 'GET', path: '/member' },
  },
  ssh_key: {
    argument: 'ssh_key_id',
    field: /^ssh_key_id$/i,
    path: /^\/ssh_key\/(\d+)$/,
    listedBy: 'get_ssh_keys',
  },
  app_user: {
    argument: 'app_cred_id',
    field: /^app_creds?_id$/i,
    path: /^\/app\/creds\/(\d+)$/,
    listedBy: 'get_app_credentials',
  },
  alert: {
    argument: 'alert_id',
    field: /^(?:alert|last)_id$/i,
    path: /^\/(?:alert\/markAsRead|alerts)\/(\d+)$/,
    listedBy: 'get_alerts',
  },
  insight: {
    argument: 'insight_id',
    field: /^insight_id$/i,
    path: /^\/insights\/(\d+)$/,
    listedBy: 'list_copilot_insights',
  },
  // The API calls the id of an integration `channel_id`, and its kind of channel `channel`.
  channel: {
    argument: 'integration_id',
    field: /^(?:channel|integration)_id$/i,
    path: /^\/integrations\/(\d+)$/,
    listedBy: 'list_alert_integrations',
  },
  addon: { argument: 'addon_id', field: /^addon_id$/i, listedBy: 'list_addons' },
  package: { argument: 'package_id', field: /^package_id$/i, listedBy: 'list_addons' },
  domain: {
    argument: 'domain_id',
    field: /^(?:domain_id|ids)$/i,
    path: /^\/dme\/domains\/([^/]+)(?:\/|$)/,
    listedBy: 'list_dns_domains',
  },
  record: {
    argument: 'record_id',
    field: /^records?_id$/i,
    path: /^\/dme\/domains\/[^/]+\/records\/([^/]+)$/,
    listedBy: 'list_dns_records',
  },
  customer: { argument: 'customer_id', field: /^customer_id$/i },
  queue: {
    argument: 'queue_id',
    field: /^queue_id$/i,
    path: /^\/app\/supervisor\/([^/]+)$/,
    listedBy: 'list_worker_queues',
  },
  plan: { argument: 'plan_id', field: /^plan_id$/i, listedBy: 'get_copilot_subscription' },
  scan: {
    argument: 'scan_id',
    field: /^scan_id$/i,
    path: /^\/app\/security\/\d+\/scans\/(\d+)$/,
    listedBy: 'list_malware_scans',
  },
} as const satisfies Record<string, Kind>

export type KindName = keyof typeof kinds

/** The kinds that a call may name by what people call them. */
export const namedKinds = ['server', 'app', 'project', 'member'] as const satisfies KindName[]

/** The argument that names a thing of a kind: `server_id`. */
export type IdArgument = (typeof kinds)[KindName]['argument']

/** The list of all servers with their apps: the inventory. */
export const serverList: ApiRequest = { method: 'GET', path: '/server' }

/** The state of an operation. */
export const operationRequest = (operation_id: string): ApiRequest => ({
  method: 'GET',
  path: `/operation/${encodeURIComponent(operation_id)}`,
})

/** A job that lists the restore points of an app. */
export const restorePointsRequest = (
  server_id: string | undefined,
  app_id: string | undefined,
): ApiRequest => ({
  method: 'GET',
  path: '/app/manage/backup',
  query: { server_id, app_id },
  startsJob: true,
})

/** A backup of one app. */
export const backupRequest = (server_id: string | undefined, app_id: string | undefined): ApiRequest => ({
  method: 'POST',
  path: '/app/manage/takeBackup',
  body: { server_id, app_id },
})

/** The paths of the contract whose POST only reads. No tool can declare more of them. */
export const readingPosts: readonly string[] = [
  '/server/manage/monitorGraph',
  '/staging/app/tables',
  '/app/analytics/trafficDetails',
  '/server_transfer/status',
]

/** Answers with rows of several servers, which a scope cuts. */
export const isAlertList = ({ method, path }: ApiRequest): boolean =>
  method === 'GET' && path.startsWith('/alerts/')

/** The tools that the core itself proposes or lets come along. A test checks that each exists. */
export const proposed = {
  operation: 'get_operation',
  wait: 'wait_for_operation',
  preview: 'preview_change',
  backup: 'backup_app',
  serverBackup: 'backup_server',
  servers: 'list_servers',
  apps: 'list_apps',
  finder: 'find_resource',
  search: 'search_tools',
  changes: 'list_changes',
  campaign: 'run_campaign',
} as const
