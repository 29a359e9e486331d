/**
 * A call on its way, and what it is measured against.
 *
 * @module
 */

import type { Cipher, RateLimiter, Storage } from '../../types.ts'
import type { ApiRequest, Transport } from './api.ts'
import type { AuditEvent, Change } from './audit.ts'
import type {
  Confirm,
  Confirmation,
  KeepSecrets,
  NamedApp,
  NamedServer,
  OpenPage,
  Plan,
  Risk,
} from './plan.ts'
import type { AnyTool, Before, RunContext, ToolMap } from './tool.ts'

export type Input = Record<string, unknown>

/** Ids or labels, of which digits only are always an id; an empty list bounds nothing. */
export interface Scope {
  servers: readonly string[]
  apps: readonly string[]
}

export interface Selection {
  /** Toolsets to include. Without `toolsets` and `tools`, everything. */
  toolsets?: readonly string[]
  /** Tools to include by name, besides those of `toolsets`. */
  tools?: readonly string[]
  /** Tools to leave out. */
  excludeTools?: readonly string[]
  /** Only tools that change nothing. Default `false`. */
  readOnly?: boolean
}

/** The rules of an operator that go beyond the selection of tools. */
export interface Policy {
  /**
   * Only these servers, by id or label; with it, nothing of any other is listed or touched. An entry of digits only
   * is an id, never a label.
   */
  servers: readonly string[]
  /**
   * Only these apps, by id or label; an entry of digits only is an id. A server is then touched only when all its apps
   * are among them.
   */
  apps: readonly string[]
  /**
   * Servers and apps, by id or label, where `*` stands for any text: `*production*`. A change to one of them counts
   * one level of risk higher, and always needs a person who types its name.
   */
  protect: readonly string[]
  /** The lowest risk that needs a person. Default `disruptive`. `never`: only what is protected needs one. */
  confirm: Exclude<Risk, 'read'> | 'never'
  /**
   * When nobody can be asked directly. `two-step`: the answer is the plan and a token, and the same call with the
   * token goes through; what keeps the model from confirming on its own is then its instructions. `page`: the
   * person approves on a page of the self-hosted server. Default `refuse`.
   */
  confirmFallback: 'two-step' | 'page' | 'refuse'
  /** Hours that a backup may be old where a tool requires one. Default 24; 0: none is required. */
  backupHours: number
}

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

/** What a toolkit was made with, as options of `createCloudways`, for a server around it. */
export interface ToolkitServices {
  storage: Storage
  /** Encrypts what the toolkit stores. */
  crypto?: Cipher
  onAudit?: (event: AuditEvent) => void
  rateLimit: RateLimiter | null
  /** How the toolkit reaches Cloudways. */
  upstream: { apiUrl: string; fetch?: typeof fetch; timeout: number }
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

export interface CallOptions {
  /** Ends the call; a change that was already sent is not undone. */
  signal?: AbortSignal
  /** Called while the call waits for an operation. @param elapsed seconds since the wait began. */
  onProgress?: (elapsed: number, message: string) => void
  /** Asks a person, when the toolkit has no `onConfirm` of its own. */
  confirm?: Confirm
  /**
   * For adapters whose client comes back with the answer of a person: a `ConfirmationRequired` then has a `token`,
   * to be brought back as {@link CallOptions.confirmation}.
   */
  deferred?: boolean
  /** What a person said about the `ConfirmationRequired` that had this token. */
  confirmation?: Confirmation & { token: string }
  /** Instead of the toolkit's own: pages and secrets of one caller. */
  openPage?: OpenPage
  onSecrets?: KeepSecrets
}

export interface EstateApp extends NamedApp {
  /** The primary domain that somebody set, if any. */
  cname: string | null
}

export interface EstateServer extends NamedServer {
  apps: EstateApp[]
}

/** The servers of the account, and of those what is within the scope. */
export interface Estates {
  all: EstateServer[]
  ours: EstateServer[]
}

/** The ids among the arguments of a call. */
export interface TargetIds {
  server_id?: string
  app_id?: string
  operation_id?: string
}

/** What a call names, found in the estate, and who else is on that server. */
export interface Target {
  server?: NamedServer
  app?: EstateApp
  /** The apps that a change would be felt by: the target, or all apps of the server. */
  affected: NamedApp[]
}

/** What the rules say about one change. */
export interface Verdict {
  /** Of this call: raised for what is protected. */
  risk: Risk
  /** Whether a person has to say yes. */
  confirm: boolean
  /** The name that the person has to type. */
  typeName: string | null
}

/** The way to the platform for one call: bounded by scope, target, time and plan, whatever the tool does. */
export interface Api extends RunContext {
  /** The servers of the account, read once. */
  estates(): Promise<Estates>
  /** Whether something was sent that may have changed something (more than a job that reads) and was not refused. */
  hasChanged(): boolean
  /** Note an operation as this toolkit's own: under a scope it may be asked for, whatever its row says. */
  claim(operation: string): Promise<void>
}

export type Decision = Pick<AuditEvent, 'rule' | 'risk' | 'target' | 'outcome' | 'code' | 'removed'>

/** A call on its way. The steps of pipeline.ts take it one after the other, each with what the step before added. */
export interface Call {
  readonly kit: Kit
  readonly tool: AnyTool
  readonly options: CallOptions
  readonly signal: AbortSignal
  /** Milliseconds since 1970. */
  readonly started: number
  /** What is told to the audit; filled in on the way. */
  readonly decision: Decision
  /** The arguments as they came, without the token of a confirmation. */
  given: unknown
  /** What a person said, by the adapter or by the token among the arguments. */
  said?: Confirmation & { token: string }
  /** Another one when time has passed: the deadline of the first has run. */
  api: Api
  input?: Input
  ids?: TargetIds
}

/** A call whose arguments are right, and name nothing outside of the scope. */
export type AcceptedCall = Call & { input: Input; ids: TargetIds }

/** What is known of a change before it is made. */
export interface Outlook {
  target: Target
  verdict: Verdict
  before: Before
}

/** A plan, and the hash that a yes to it is bound to. */
export interface BoundPlan {
  plan: Plan
  binding: string
  /** The hash of the account that it is about. */
  account: string
  /** What would be sent, as it is: in the plan secrets are hidden. */
  request: ApiRequest | null
}
