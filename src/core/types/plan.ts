/** The plan of a change, and the ways to ask a person about it. @module */
import type { IdArgument } from '../platform.ts'
import type { ApiRequest } from './api.ts'
import type { WouldRefuse } from './control.ts'

/**
 * What a call can do, in rising order; {@link riskMeanings} says what each word means. MCP annotations, read-only mode,
 * approval, docs and audit follow from this one word.
 */
export type Risk = 'read' | 'write' | 'disruptive' | 'destructive'

export const risks: readonly Risk[] = ['read', 'write', 'disruptive', 'destructive']

/** The one definition of the four risks. The approval page and src/docs/safety.md have the same words. */
export const riskMeanings: Readonly<Record<Risk, string>> = {
  read: 'changes nothing',
  write: 'changes something that no visitor meets as a fault: a cache is cleared, a backup is taken',
  disruptive:
    'takes something offline or breaks it, replaces what visitors get (domain, deployment, certificate), locks someone out, or opens access to files, database, terminal or account',
  destructive: 'loses data, a working certificate or access for good',
}

/** A call that is proposed: an undo, a condition to meet, a read, a next step. */
export interface SuggestedCall {
  tool: string
  input: Readonly<Record<string, unknown>>
  /** Why, in a few words. */
  why?: string
}

/** The ids among the arguments of a call, by the argument that names each. */
export type TargetIds = { [argument in IdArgument]?: string }

/** A server of the account, as far as the rules need to know it. */
export interface NamedServer {
  id: string
  label: string
  status: string
}

/** An app of the account, as far as the rules need to know it. */
export interface NamedApp {
  id: string
  label: string
  /** The domain by which visitors reach it. */
  domain: string | null
}

/**
 * What a call would do. Arguments that a tool marks as secret and the credentials of the account are hidden; invisible
 * characters are written out, `[U+202E]`. Everything else stands in it as it is, because a person decides by it.
 */
export interface Plan {
  /** The account it is made on, where there are several. */
  account?: string
  tool: string
  title: string
  /** The risk of this call. Protection raises it by one level. */
  risk: Risk
  /** The arguments, with defaults filled in. */
  input: Record<string, unknown>
  /** What would be sent; `null` when nothing would change. */
  request: ApiRequest | null
  /** The same in another documented form. It is sent only when the platform surely refuses `request`. */
  other_request?: ApiRequest
  /** The backup that is taken and waited for before `request` is sent, where the call asks for one. */
  backup_request?: ApiRequest
  target: { server?: NamedServer; app?: NamedApp }
  /** The current value that would be replaced, if the tool can read it. */
  now: unknown
  /** The apps that would feel it: the target, or all apps of the server. */
  affected: NamedApp[]
  impact: string
  /** How long visitors would be without the site. `null`: nothing is known of such a time. */
  downtime: string | null
  /** How to undo it, in words; `null` when it can't be undone. */
  undo: string | null
  /** The call that would take it back, where there is one. */
  undo_call: SuggestedCall | null
  /** `null` where the API contract marks no cost. */
  cost: string | null
  needs: PlanNeeds
  /** The rules of change control that would refuse the change now. It may be meant for later. */
  would_refuse?: WouldRefuse[]
  /** Of a campaign: every target, in the order in which they are changed. The other fields are about all of them. */
  targets?: PlannedTarget[]
}

/** One target in the plan of a campaign. What is the same for all of them stands in the plan alone. */
export interface PlannedTarget {
  /** Where a campaign uses several tools. */
  tool?: string
  server?: { id: string; label: string }
  app?: NamedApp
  /** What the call named, where it could not be found. */
  target?: string
  risk?: Risk
  impact?: string
  /** What becomes another, in one line. */
  change?: string
  undo?: string | null
  /** The person types its name. */
  protected?: true
  /** Why nothing is done to it. */
  left_out?: string
}

export interface PlanNeeds {
  /** Whether a person has to say yes first. */
  confirmation: boolean
  /** Two people have to say yes, on the page of the self-hosted server. */
  second_yes?: true
  /** The name that the person has to type, for a protected target. */
  type_name: string | null
  /** The condition that is not met yet, and the call that meets it. */
  first: SuggestedCall | null
}

/** What a person said. */
export interface Confirmation {
  approved: boolean
  /** The accounts, as hashes, of the two people who said yes on a page. */
  by?: readonly string[]
  /** What the person typed, where `plan.needs.type_name` asks for a name. */
  typed?: string
}

/**
 * Ask a person, and wait for the answer. A bare `true` is not enough for a protected target: there the person types
 * the name.
 *
 * @throws anything when no person could be asked. The call is then refused.
 */
export type Confirm = (
  plan: Plan,
  options: { signal: AbortSignal },
) => boolean | Confirmation | Promise<boolean | Confirmation>

/** What credentials of an account can see, by id. */
export interface Reach {
  /** All of these. */
  servers: readonly string[]
  apps: readonly string[]
  /** And one of these servers. */
  oneOf?: readonly string[]
}

/** A plan that waits for a person on a page. */
export interface PendingPlan {
  /** The hash of plan, account, arguments and current state. Knowing it is not enough to approve. */
  binding: string
  /** What a no is bound to: the change without its state and spelling. */
  refusal: string
  /** The proof of a yes, made by the toolkit: left with the answer. It must reach nobody before a person said yes. */
  seal: string
  plan: Plan
  /** The hash of the account. Only a person who signs in to it may approve. */
  account: string
  /** Seconds until the plan expires. */
  lifetime: number
  /** The hash of the arguments, as in the audit event of the call. */
  argumentsHash?: string
  /**
   * Two people have to say yes: the one of `account`, and one who signs in with other credentials, which reach all of
   * this. The answer then names both, and one yes is none.
   */
  second?: Reach
}

/** A page that waits for a person. */
export interface OpenedPage {
  /** Goes to the model: knowing it must not be enough to approve. */
  url: string
  /** Whether the person sees the page already, in the browser of their computer. */
  shown: boolean
  /** What else the person has to know to get through the page, in whole sentences. It goes to the model. */
  note?: string
  /** For a plan that needs two: how many have said yes there. A page without it takes the yes of one. */
  yeses?: number
}

/**
 * Opens a page on which the person can approve.
 *
 * @returns its URL, which goes to the model; `undefined` for a plan that needs two people, where the page takes the yes of
 * one.
 */
export type OpenPage = (pending: PendingPlan) => Promise<string | OpenedPage | undefined>

/** Secrets that an answer would have held. */
export interface FoundSecrets {
  tool: string
  /** The hash of the account. */
  account: string
  target: { server_id?: string; app_id?: string }
  /** By the path of the field: `app_creds.0.sys_password`. */
  values: Readonly<Record<string, string>>
  /** Whose each one is, by the same path, where the answer names a user beside it. A label that others chose. */
  users?: Readonly<Record<string, string>>
  /** They were made for a change that is sent next, and no read tells them again: keep them for an hour at least. */
  isNew?: boolean
}

/** Keeps secrets for a person. @returns a sentence that tells where the person finds them. The model reads it. */
export type KeepSecrets = (found: FoundSecrets) => string | Promise<string>

/** What decides an edit, as JSON texts: what comes and goes in each list, and what each other value becomes. */
export interface Decisive {
  /** `empties`: nothing is left of a list that had members. */
  readonly lists: Readonly<
    Record<string, { added: readonly string[]; removed: readonly string[]; empties: boolean }>
  >
  readonly values: Readonly<Record<string, { to: string; changes: boolean }>>
}

/** A plan, and the hash that a yes to it is bound to. */
export interface BoundPlan {
  /** As people and models are shown it: without secrets. Nothing is compared with it. */
  plan: Plan
  /** The name that the person has to type, as it is; `null` when a bare yes is enough. */
  typeName: string | null
  binding: string
  /** The hash of the change without its state and spelling: a no is bound to it. */
  refusal: string
  /** The hash of the account. */
  account: string
  /** What would be sent, in clear. The plan hides secrets. */
  request: ApiRequest | null
  /** The same in another documented form, for the case that the first is surely refused. */
  otherRequest?: ApiRequest
  /** What has to stay the same of an edit. The rest of what is there may change meanwhile. */
  decisive?: Decisive
}
