/**
 * The state of one account: plain data under the names of the platform. All ids are strings. A route makes numbers
 * of them where the platform answers numbers.
 */
import type { Content } from './content.ts'
import type { Copilot } from './copilot.ts'
import type { Edge } from './edge.ts'
import type { FailedBy } from './faults.ts'
import type { AccountExtras, AppExtras } from './state-extras.ts'
import type { AppSuite, ServerSuite } from './suite.ts'
import type { Updates } from './updates.ts'

export interface AccountState extends AccountExtras {
  email: string
  servers: Server[]
  apps: App[]
  projects: Project[]
  members: Member[]
  /** Newest first. */
  alerts: Alert[]
  integrations: Integration[]
  copilot: Copilot
  /** Every operation and task that was started, oldest first. */
  operations: OperationState[]
}

interface SshKey {
  id: string
  label: string
  public_key: string
  app_creds_id: string | null
}

export interface Whitelist {
  ip_list: string[]
  policy: 'allow_all' | 'block_all'
}

export interface Server {
  id: string
  label: string
  status: 'running' | 'stopped' | 'initiated'
  cloud: string
  region: string
  instance_type: string
  public_ip: string
  platform: string
  volume_size: string
  /** The volumes of a server at Amazon or Google Cloud, in GB. */
  db_volume_size: number | null
  data_volume_size: number | null
  /** Attached block storage in GB. */
  storage: number | null
  master_user: string
  master_password: string
  backup_frequency: string
  backup_retention: string
  /** `HHmm`, without a colon. */
  backup_time: string
  local_backups: boolean
  snapshot_frequency: string
  created_at: string
  /** Flexible servers start operations with ids of the form `flex-...`. */
  flexible: boolean
  ssh_keys: SshKey[]
  services: Record<string, string>
  /** Services that are switched on, or not, whatever they do now. Default: what runs is switched on. */
  switchedOn: Record<string, boolean>
  /** What the graphs of a target show, in its own unit, where it is not the usual level. */
  levels: Record<string, number>
  settings: Record<string, string>
  package_versions: Record<string, string>
  disk_cleanup: Record<string, string>
  maintenance: { day: string; hour: number }
  /** The offer of the server to another account, while it is open. */
  transfer: { id: string; name: string; email: string } | null
  whitelists: { sftp: Whitelist; mysql: Whitelist }
  /** Addresses admitted to the browser terminal and to the database manager. */
  siab: string[]
  adminer: string[]
  blacklisted: string[]
  suite: ServerSuite
  /** Times of the backups of the whole server. */
  backups: string[]
  cleaned_at: string | null
}

export interface Certificate {
  type: 'lets_encrypt' | 'custom'
  /** A wildcard has its bare domain here, without `*.`. */
  domains: string[]
  email: string | null
  wild_card: boolean
  auto: boolean
  renewed: number
}

interface GitDeployment {
  git_url: string
  branch_name: string
  customer_id: string
  path: string
  result: string
  datetime: string
  description: string
}

export interface App extends AppExtras {
  id: string
  server_id: string
  label: string
  application: string
  app_version: string
  app_fqdn: string
  app_user: string
  app_password: string
  sys_user: string
  sys_password: string
  mysql_db_name: string
  mysql_user: string
  mysql_password: string
  cname: string | null
  aliases: string[]
  symlink: string | null
  webroot: string
  project_id: string | null
  is_staging: '0' | '1'
  source_app_id: string | null
  source_server_id: string | null
  created_at: string
  creds: { id: string; sys_user: string; sys_password: string }[]
  content: Content
  /** The domain of a wildcard certificate whose record in the DNS was asked for. */
  challenge: { domains: string[]; verified: boolean } | null
  certificate: Certificate | null
  git: { key: string; git_url: string | null; branches: string[]; logs: GitDeployment[] }
  /** `YYYY-MM-DDTHH:mm:ss`, newest first. */
  restore_points: string[]
  local_backup_exists: boolean
  /** The restore point that the app was restored to. A rollback clears it. */
  restored_from: string | null
  varnish_enabled: boolean
  vcl_list: { method: string; type: string; value: string }[]
  fpm_setting: string
  /** Switches (`webp`, `xmlrpc`, `enforce_https`, ...). */
  switches: Record<string, boolean>
  cors_header: string
  crons: { basic: Record<string, string>[]; script: string }
  permissions_reset: number
  cache_purged: number
  edge: Edge
  suite: AppSuite
  updates: Updates
  /** Fields of the row that are not in the contract. */
  undocumented: Record<string, string>
}

export interface Project {
  id: string
  name: string
  is_default: '0' | '1'
  created_at: string
  updated_at: string
}

export interface Member {
  id: string
  name: string
  email: string
  status: string
  role: string
  added_on: string
  is_full: boolean
  /** All the rights, as they were sent: the platform tells `is_full` alone. */
  rights: { account?: unknown; servers?: unknown; apps?: unknown }
}

export interface Alert {
  id: number
  server_id: number
  app_id: number | null
  is_read: boolean
  details: { subject: string; desc: string; template_slug: string; values: Record<string, string> }
}

export interface Integration {
  id: number
  name: string
  events: number[]
  config: Record<string, string>
  channel: number
  is_active: 0 | 1
  created_at: string
  updated_at: string | null
}

export interface OperationState {
  id: string
  /** Name of the work on the platform: `restarting_server`. */
  type: string
  /** The operation of the contract that started it. */
  startedBy: string
  server_id: string | null
  app_id: string | null
  /** Whether the server refuses other operations meanwhile. Tasks (analytics, monitoring) do not hold it. */
  holdsServer: boolean
  isTask: boolean
  state: 'running' | 'done' | 'failed'
  /** Unix time in milliseconds, by the sandbox's clock. */
  startedAt: number
  endsAt: number
  /** The message with which the operation will fail, if a fault was added for it. */
  failure: string | null
  /** How its row tells the failure. */
  failedBy: FailedBy
  /** The result of the finished operation, as JSON in a string. */
  parameters: string | null
}
