/** A call on its way, and the rules that it is measured against. @module */
import type { Json } from '../../base/json.ts'
import type { TraceContext } from '../../base/trace.ts'
import type { Cipher, Storage } from '../../types.ts'
import type { Clock } from '../send/clock.ts'
import type { Looks } from '../send/looks.ts'
import type { Recent } from '../send/recent.ts'
import type { ToolDescription } from '../types/description.ts'
import type { Account } from './api.ts'
import type { AuditEvent, PendingChange } from './audit.ts'
import type { OfCampaign, Work } from './campaign.ts'
import type { ClosingStep, OpenClosing, Until } from './closing.ts'
import type { Control, WouldRefuse } from './control.ts'
import type { InnerCalls } from './inner.ts'
import type { ChangeEntry, JournalStore } from './journal.ts'
import type { OutsideLook } from './outside.ts'
import type {
  BoundPlan,
  Confirm,
  Confirmation,
  KeepSecrets,
  NamedApp,
  NamedServer,
  OpenPage,
  Plan,
  Risk,
  TargetIds,
} from './plan.ts'
import type { Policy } from './policy.ts'
import type { AnyTool, Before, RunContext, ToolMap } from './tool.ts'
import type { Further } from './touched.ts'

export type { Policy, Scope } from './policy.ts'

export type Input = Record<string, unknown>

/** The rules of a toolkit, read once from its options. */
export interface Rules {
  policy: Policy
  control: Control
  /** Seconds a call waits for its operation. */
  waitSeconds: number
  /** Seconds until the first look at an operation. */
  pollSeconds: number
  revealSecrets: boolean
  /** The longest answer for a model, in tokens. */
  answerTokens: number
  storage: Storage
  /** The lists of the storage, for the journal of changes. */
  journal: JournalStore
  /** Seals the yes that a page leaves, so that nobody else can write one into the storage; and the journal. */
  seal: Cipher
  /** What is kept ends with this process: the storage is its memory, or nobody else has the key. */
  forgets: boolean
  /** The lists of servers that were just read. Shared by all toolkits that come from one `createCloudways`. */
  recent: Recent
  /** Looks at operations, shared as well: a server makes a toolkit for each request. */
  looks: Looks
  onAudit?: (event: AuditEvent) => void
  auditArguments: boolean
  onConfirm?: Confirm
  openPage?: OpenPage
  onSecrets?: KeepSecrets
  beforeChange?: (change: PendingChange) => void | Promise<void>
  onWork?: (work: Work) => void | Promise<void>
  outsideLook?: OutsideLook
}

/** A toolkit as its calls see it. */
export interface Kit {
  /** The name of the account, where there are several. */
  name?: string
  /** The listed tools. */
  tools: ToolMap
  /** @throws InputError when there is no such tool, PolicyError when it is hidden. */
  find(name: string): AnyTool
  plan(name: string, input: unknown, signal: AbortSignal): Promise<Plan>
  /** The same path for a call of a campaign, which has the yes already. */
  inner: InnerCalls
  /** The tools that can be called. The same array every time. */
  reached(): readonly ToolDescription[]
  account: Account
  rules: Rules
}

/** What came of a question that was asked before this call. */
export interface Brought extends Confirmation {
  /** Names the question. */
  token: string
  /** The question was closed without an answer. */
  closed?: boolean
  /** The client sent something that can't be read as a yes or a no. */
  unclear?: boolean
  /** A client says what its person said. Some clients say no although they showed nothing. */
  byClient?: boolean
  /** The model brought the token as an argument: nobody but the model says that a person said yes. */
  twoSteps?: boolean
}

/** What every call takes where there are several accounts. */
export interface OfAccount {
  /**
   * Which account: a change has to name one. `all` is for reads: the answer has the rows of all accounts, and every other
   * field by account, in `accounts`. Refused where there is one account.
   */
  account?: string
}

export interface CallOptions {
  /** Ends the call; a change that was already sent is not undone. */
  signal?: AbortSignal
  /** Called while the call waits for its turn or for an operation. @param elapsed seconds since the wait began. */
  onProgress?: (elapsed: number, message: string) => void
  /** Asks a person, when the toolkit has no `onConfirm` of its own. */
  confirm?: Confirm
  /**
   * For adapters whose client asks the person and calls again: a `ConfirmationRequired` then has a `token`, which the
   * next call brings as {@link CallOptions.confirmation}.
   */
  deferred?: boolean
  /**
   * For adapters whose person is shown the arguments as they came, and no plan: a call that needs a yes then has to name
   * its server and its app by id.
   */
  byArguments?: boolean
  /** The answer of a person to the `ConfirmationRequired` with this token. */
  confirmation?: Brought
  /** The caller's span. Spans and log lines around the call go below it; it goes nowhere else. */
  trace?: TraceContext
  /**
   * For work in the background: when it aborts, a campaign ends its call between two targets. A target that is being
   * changed is finished, which `signal` does not wait for.
   */
  pause?: AbortSignal
  /**
   * For callers who signed in: until when their credentials are there, in milliseconds since 1970, and what is told of
   * access that has to be closed before that. `close` does it with these credentials.
   */
  later?: { until: number; onWork(work: Work, close: () => Promise<ClosingStep>): void }
  /** The client makes this call by itself, and nobody waits for it: no person is asked to sign in for it. */
  unasked?: boolean
  /** Pages and secrets of one caller, instead of the toolkit's own. */
  openPage?: OpenPage
  onSecrets?: KeepSecrets
}

export interface InventoryApp extends NamedApp {
  /** The primary domain that somebody set, if any. */
  cname: string | null
}

export interface InventoryServer extends NamedServer {
  apps: InventoryApp[]
  /** Its apps could not be read: `apps` is empty, and nobody knows which there are. */
  appsUnknown?: true
}

/** All servers of the account, and the ones within the scope. */
export interface Inventory {
  all: InventoryServer[]
  ours: InventoryServer[]
  /** The rows behind `ours`, as the platform answers them. */
  rows: Json[]
}

/** The server and app that a call names, found in the inventory. */
export interface Target {
  server?: NamedServer
  app?: InventoryApp
  /** The apps that would feel a change: the app itself, or all apps of the server. */
  affected: NamedApp[]
  /** Servers that the call changes besides. */
  otherServers?: NamedServer[]
}

/** What the rules say of one change. */
export interface Verdict {
  /** The risk of this call. Protection raises it by one level. */
  risk: Risk
  /** Whether a person has to say yes. */
  needsYes: boolean
  /** Whether a second person has to say yes as well. */
  needsSecond: boolean
  /** The name that the person has to type; `null` when a bare yes is enough. */
  typeName: string | null
}

/**
 * Looks at an operation.
 *
 * @param age seconds that the answer may be old: calls that wait for the same operation share a look.
 */
export type Look = (operation_id: string, age: number) => Promise<unknown>

/** The way to the platform for one call, bounded by plan, target, scope and time. See `send/api.ts`. */
export interface Api extends RunContext {
  /** The servers and apps of the account, read once. */
  inventory(): Promise<Inventory>
  /** Whether a change was sent and not refused. A job that only reads is no change. */
  hasChanged(): boolean
  look: Look
  /** Remember an operation as this toolkit's own, so that a scope lets it be asked for. */
  claim(operation: string): Promise<void>
}

export type Decision = Pick<
  AuditEvent,
  'rule' | 'risk' | 'target' | 'outcome' | 'code' | 'removed' | 'approvers' | 'wouldRefuse' | 'closes'
>

/** What change control has found out about one call. */
export interface Controlled {
  /** What the change touches, where a window may be about it. */
  target?: Target
  /** Whether the call has taken its part of the budget. */
  isPaid?: boolean
  /** What would refuse the change now, for its plan. */
  readonly wouldRefuse: WouldRefuse[]
}

/** A call on its way. It goes through the steps of `pipeline.ts`; each step fills in its part. */
export interface Call {
  readonly kit: Kit
  /** The account that the call is made on. */
  readonly account: Account
  readonly tool: AnyTool
  readonly options: CallOptions
  /** The campaign that makes the call. */
  readonly ofCampaign?: OfCampaign
  readonly signal: AbortSignal
  /** Milliseconds since 1970. */
  readonly started: number
  readonly clock: Clock
  /** What the audit event will say. */
  readonly decision: Decision
  /** The arguments as they came, without the token of a confirmation. */
  given: unknown
  /** The answer of a person, brought by the adapter or as the token among the arguments. */
  said?: Brought
  /** The way to the platform. A new one is opened after a wait for a person, because deadlines run. */
  api: Api
  input?: Input
  ids?: TargetIds
  /** What the call touches besides. */
  further?: Further
  /** What change control has found out. Shared by all looks of the call. */
  readonly control: Controlled
  /** When the access that the call opens is closed again. */
  until?: Until
  /** What closes it. */
  closing?: OpenClosing
  /** What the journal is told. */
  entry?: ChangeEntry
  /** What the call answers. */
  answer?: Input
  /** Whether a change that another operation keeps out waits for that operation. */
  waitsForServer?: boolean
  /** A password that was made for this call: where a person finds it, and what must be scrubbed from all that leaves. */
  handedOver?: { readonly where: string; readonly values: readonly string[] }
  /** The lock of the tool may be free again after this time, in milliseconds since 1970: no change is sent then. */
  lockedUntil?: number
  /** What the last look before the change found. */
  findings?: Findings
  /** The last look, in milliseconds since 1970. A change that has waited since then calls `again`, which may refuse it. */
  look?: { readonly at: number; again(): Promise<void> }
  /** The plan that the change has to keep to. */
  approved?: { readonly bound: BoundPlan; isUsed: boolean }
}

/** A call whose arguments are right and name nothing outside of the scope. */
export type AcceptedCall = Call & { input: Input; ids: TargetIds }

/** What was found out about a change before it is made, by reads only. */
export interface Findings {
  target: Target
  verdict: Verdict
  before: Before
}
