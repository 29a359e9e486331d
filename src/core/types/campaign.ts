/** Campaigns: one plan and one yes for changes of many targets. @module */
import type { Json } from '../../base/json.ts'
import type { ApiRequest } from './api.ts'
import type { NamedApp, PlannedTarget, Risk, SuggestedCall } from './plan.ts'

/** A change that a campaign shall make. */
export interface WantedItem {
  tool: string
  input: Json
  /** What a person called the target, for a plan in which it could not be found. */
  called?: string
  /** What becomes another there, in one line, for a tool whose plan does not tell it of each target. */
  change?: string
  /** It is told, and nothing is done to it. */
  leftOut?: LeftOut
  /** Of four items that belong together. They stand one after the other, in this order. */
  part?: ChainPart
}

/**
 * The parts of a change that brings its own way back. `backup`: a restore point. `change`: only after it. `then`: what
 * belongs to the change. `back`: only where the site fails after the change, to the restore point of this very backup.
 */
export type ChainPart = 'backup' | 'change' | 'then' | 'back'

/** A target that is left out from the beginning. */
export interface LeftOut extends Pick<PlannedTarget, 'app' | 'server' | 'target'> {
  why: string
}

/** How a campaign goes through its targets. */
export interface CampaignPolicy {
  /** The sizes of the waves; the last one holds for all that come after it. */
  waves: readonly number[]
  /** Seconds between two waves. */
  pauseSeconds: number
  /** `site`: between two waves, each app that was changed is looked at from outside. */
  check: 'none' | 'site'
  /** The campaign stops after so many targets that failed, are unknown, or do not answer any more. */
  stopAfter: number
}

/** What a tool that runs campaigns asks for. */
export type CampaignWish =
  | { goOn: string }
  | { cancel: string }
  | { undo: string }
  | {
      /** A few words for people: what is done. */
      title: string
      items: readonly WantedItem[]
      policy: CampaignPolicy
      /** Protected servers and apps that are changed all the same, by name or id: a person types their names. */
      includeProtected: readonly string[]
    }

/**
 * `waiting`: nothing was sent. `sending`: it may have been sent. `running`: its operation is running. The others are
 * final. `skipped`: it was not sent and will not be.
 */
export type ItemState = 'waiting' | 'sending' | 'running' | 'done' | 'failed' | 'unknown' | 'skipped'

/** One target of a campaign, as it is stored. */
export interface CampaignItem extends Omit<WantedItem, 'leftOut'> {
  state: ItemState
  /** Whether its plan was made. */
  isPlanned?: boolean
  /** What the yes to it is bound to. */
  binding?: string
  /** The label that the person types, where the target is protected. */
  typeName?: string | null
  row?: PlannedTarget
  /** As the plan shows it. */
  request?: ApiRequest
  /** The apps that would feel it. */
  affected?: readonly NamedApp[]
  /** Seconds that visitors are without the site, in words. */
  downtime?: string | null
  cost?: string | null
  /** Where it is. */
  server_id?: string
  app_id?: string
  /** Counts from 1; one more after each refusal that is sure. Each is sent once. */
  attempt?: number
  operation_id?: string
  why?: string
  undo?: SuggestedCall
  /** Of a backup: the newest restore point before it; `null`: there was none. */
  pointBefore?: string | null
  /** Of a backup: the status that a visitor got before it. */
  statusBefore?: number
  /** Of a change: the restore point of its backup. */
  point?: string
  /** How often it was looked for something that was not there yet. */
  looks?: number
}

/**
 * `planning`: the plan is not finished. `waiting`: for the yes. `running`: it goes on. The others are final. `stopped`:
 * too much failed. `expired`: the time of the yes was over.
 */
export type CampaignState = 'planning' | 'waiting' | 'running' | 'done' | 'stopped' | 'cancelled' | 'expired'

/** A campaign, as it is stored; its items have records of their own. */
export interface Campaign {
  id: string
  /** The hash of the account. */
  account: string
  /** The tool that was called for it, and the hash of its arguments. */
  tool: string
  asked: string
  title: string
  /** Milliseconds since 1970. */
  at: number
  state: CampaignState
  /** How many items there are. */
  size: number
  policy: CampaignPolicy
  includeProtected: readonly string[]
  risk: Risk
  /** What the yes is bound to, once the plan is finished. */
  binding?: string
  /** When a person said yes, in milliseconds since 1970. `asked`: somebody had to be asked. `by`: where two had to. */
  yes?: { at: number; until: number; asked: boolean; by?: readonly string[] }
  /** The next item. Those before it are final. */
  next: number
  wave: { index: number; from: number; size: number }
  counts: Partial<Record<ItemState, number>>
  failures: number
  /** It does not go on before this time, in milliseconds since 1970. */
  resumeAt?: number
  /** Why it waits, or why it ended before its end. */
  why?: string
  /** Milliseconds since 1970. */
  endedAt?: number
}

/** A target in an answer. */
export interface CampaignRow {
  tool?: string
  server?: string
  app?: string
  target?: string
  /** What becomes another there, where a target has a change of its own. */
  change?: string
  state: Exclude<ItemState, 'sending'>
  why?: string
  operation_id?: string
}

/** What is told of a campaign. */
export interface CampaignReport {
  campaign_id: string
  title: string
  state: CampaignState
  began: string
  counts: Partial<Record<CampaignRow['state'], number>>
  targets: CampaignRow[]
  /** The calls that take it back, the newest change first. */
  undo_list?: SuggestedCall[]
  why?: string
  goes_on_at?: string
}

/** Work that goes on after the call that began it. It has ids only, and may be told more than once. */
export interface Work {
  kind: 'campaign' | 'closing'
  /**
   * `campaign_id` or `closing_id`. To go on with a campaign: call `run_campaign` with it. To close access: call
   * `closeAccess` with it.
   */
  id: string
  /** The name of the account, where there are several. */
  account?: string
  /** Seconds until there is something to do. */
  seconds: number
}

/** Options of work that goes on after its call. */
export interface WorkOptions {
  /**
   * Told of work that goes on after the call that began it. The same work may be told again, and is to be done after
   * `seconds`.
   *
   * `campaign`: targets are left. It is not waited for, and what it throws is ignored. Call `run_campaign` with the id as
   * `campaign_id`. Default: a campaign goes on while somebody makes that call. `closing`: access that was opened with
   * `until` has to be closed then. It is waited for, and nothing is opened where it throws. Call `cloudways.closeAccess`
   * with the id. Default: calls with `until` are refused.
   *
   * A toolkit that was made by `withCredentials` tells of none: when the time comes, its credentials may not be there.
   */
  onWork?: (work: Work) => void | Promise<void>
}

/** What a read may know of campaigns. */
export interface CampaignReads {
  /** @throws InputError when the account has no such campaign within the scope. */
  get(id: string): Promise<CampaignReport>
  /** The newest first, without their targets. */
  list(limit: number): Promise<Omit<CampaignReport, 'targets'>[]>
}

/** What stands in place of the person in a call of a campaign, and makes sure that it is sent once. */
export interface OfCampaign {
  /** Milliseconds since 1970. */
  deadline: number
  /** It closes access that was opened for a time: the yes to that includes this, and change control does not hold it. */
  closes?: true
  /** Left out while the plan is made. */
  approved?: { binding: string; typeName: string | null } & NonNullable<Campaign['yes']>
  /** Directly before the first change is sent. @throws when somebody else has sent it. */
  claim(): Promise<void>
  started(operation_id: string): Promise<void>
}
