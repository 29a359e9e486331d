/** What the functions of a tool may use, and what was there before a change. @module */
import type { Json } from '../../base/json.ts'
import type { Operation } from '../declare/operation.ts'
import type { AccountStatus, ApiRequest } from './api.ts'
import type { CampaignReads } from './campaign.ts'
import type { ClosingReport } from './closing.ts'
import type { ToolDescription } from './description.ts'
import type { ChangeQuery, Changes } from './journal.ts'
import type { OutsideView } from './outside.ts'
import type { NamedApp, NamedServer, Plan, SuggestedCall } from './plan.ts'

export type Send = (request: ApiRequest) => Promise<unknown>

/** What a tool with `run` may use. Everything it sends passes the same limits and rules as any call. */
export interface RunContext {
  send: Send
  /** Run the parts side by side. A part that fails is named with its reason; the other parts still answer. */
  parts<T extends Record<string, () => Promise<unknown>>>(parts: T): Promise<Parts<T>>
  /**
   * Do the same for each of many things, several at a time, while the call has time. Each may wait for its turn at the
   * limit of requests. What could not be read says why.
   *
   * @param work gets a context of its own, and sends with that.
   */
  each<Item, Value>(
    items: readonly Item[],
    work: (item: Item, context: RunContext) => Promise<Value>,
  ): Promise<Each<Item, Value>[]>
  /** The servers with their apps within the scope, as the platform answers them; at most seconds old. */
  rows(): Promise<readonly Json[]>
  /**
   * Start a job that only reads, and wait for its result: listing restore points, analytics.
   *
   * @throws UpstreamError when the result is not there while the call has time, or the job failed.
   */
  job(request: ApiRequest): Promise<unknown>
  /**
   * Wait for an operation, at most so many seconds, and answer its last state. Calls that wait for the same operation
   * share their looks at it.
   */
  wait(operation_id: string, seconds: number): Promise<Operation>
  /**
   * What this toolkit changed, the newest first, as far as the scope reaches.
   *
   * @throws UpstreamError when the storage can't be read.
   */
  changes(query: ChangeQuery): Promise<Changes>
  /** The campaigns of the account, as far as the scope reaches. */
  campaigns: CampaignReads
  /** The access that closes by itself, as far as the scope reaches, the newest first. */
  closings(): Promise<ClosingReport[]>
  /** A look at a domain from here. `undefined`: the operator does not allow them. */
  outside: ((domain: string) => Promise<OutsideView>) | undefined
  /** Who is calling, with which credential, and what the limits are now. */
  session(): Promise<AccountStatus>
  /** The tools that can be called here. The same array every time. */
  tools(): readonly ToolDescription[]
  /** What a call would do; nothing is changed. The answer of `preview_change`. */
  plan(tool: string, input: unknown): Promise<Plan>
  /** The call, when this toolkit lists its tool and may touch what it names; an answer proposes no other. */
  proposable(call: SuggestedCall): Promise<SuggestedCall | undefined>
  signal: AbortSignal
}

/** What came of one of many things: its value, or why there is none. */
export type Each<Item, Value> =
  | { item: Item; value: Value }
  | {
      item: Item
      why: string
      /** There was no time for it, or no request left: another call can go on with it. */
      isLeft?: true
    }

/** The outcome of the parts of a read that makes several calls. */
export interface Parts<T> {
  values: { [K in keyof T]?: T[K] extends () => Promise<infer V> ? V : never }
  /** Which parts came back, and why the others did not. */
  status: Record<string, string>
}

/** What was there before a change, for `effects.inverse`. */
export interface Before {
  server?: NamedServer
  /** `cname`: the primary domain that somebody set, if any. */
  app?: NamedApp & { cname: string | null }
  /** What {@link Effects.now} read. */
  now: unknown
}
