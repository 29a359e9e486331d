/** The rules of an operator about who has to agree, and what a toolkit may touch. @module */
import type { Risk } from './plan.ts'

/** Ids or labels. An entry of digits is always an id. An empty list means no limit. */
export interface Scope {
  servers: readonly string[]
  apps: readonly string[]
}

/** The rules of an operator that go beyond the selection of tools. */
export interface Policy {
  /**
   * Only these servers, by id or label. No other server is listed or touched. An entry of digits is an id, never a
   * label.
   */
  servers: readonly string[]
  /**
   * Only these apps, by id or label. An entry of digits is an id, never a label. A whole server is touched only when
   * all its apps are among them.
   */
  apps: readonly string[]
  /**
   * Servers and apps, by id or label, where `*` stands for any text: `*production*`. A change to one of them has
   * one level more of risk, and always needs a person who types its name.
   */
  protect: readonly string[]
  /** The lowest risk that needs a person. Default `disruptive`. `never`: only protected targets need one. */
  confirm: Exclude<Risk, 'read'> | 'never'
  /**
   * When no person can be asked directly. `page`, the default: the person approves on a page of the server, where it
   * has one; elsewhere the call is refused. `two-step`: the answer is the plan and a token, and the same call with the
   * token goes through. Only its instructions keep the model from confirming on its own, so two steps are never enough
   * for what is protected. `refuse`: the call is refused.
   */
  confirmFallback: 'two-step' | 'page' | 'refuse'
  /**
   * `page`: a person says yes on the page only, whatever a client says that it can. Default `auto`: the client asks
   * where it can.
   */
  confirmBy: 'auto' | 'page'
  /**
   * `destructive`: a destructive change needs the yes of two people, whatever `confirm` says. Each signs in on the page
   * of the self-hosted server, with credentials of the account that differ; without such a page the change is refused.
   * One person with two tokens can't be told apart. Default: the yes of one.
   */
  secondYes?: 'destructive'
  /** Hours that a backup may be old where a tool requires one. Default 24; 0: none is required. */
  backupHours: number
}
