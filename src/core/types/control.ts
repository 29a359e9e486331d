/** Change control: the rules of an operator about when changes may be made, and how many. @module */
import type { WindowRule } from '../control/windows/types.ts'

/** A rule of change control, in the order in which they are asked. */
export type ControlRule = 'stopped' | 'windows' | 'budget'

/** The rules that can be tried first: see {@link ControlOptions.rulesShadow}. */
export const shadowRules = ['windows', 'budget'] as const satisfies ControlRule[]
export type ShadowRule = (typeof shadowRules)[number]

/** A rule that would refuse the change now. */
export interface WouldRefuse {
  rule: ControlRule
  why: string
  /** It only tells, because it is in shadow mode. */
  shadow?: true
}

/** Options of change control. */
export interface ControlOptions {
  /**
   * When changes may be made: `sat-sun 02:00-06:00 Europe/Berlin; shop: never`. Rules are separated by semicolons; one
   * with ids, labels or patterns before a colon is for those servers and apps, and one without is for the rest. The rule
   * that names a thing most exactly decides; several such rules are alternatives, and `never` is opened by none. What a
   * change touches has to be open as a whole, when a person is asked and again when the change is sent. The zone is UTC
   * where none is named; the clock on its wall decides when daylight saving begins and ends. Default: always.
   */
  changeWindows?: string
  /**
   * Changes of one account in any hour, from 1 to 1000, exact over all processes that share the `storage`. Each call that
   * sends a change takes one, directly before; what Cloudways refused and what got no answer counts too. Default: no
   * limit.
   */
  changeBudget?: number
  /** Rules that only tell what they would refuse: in the audit (`wouldRefuse`), the log and the plan. Default: none. */
  rulesShadow?: readonly ShadowRule[]
  /**
   * The name of the one account that every token here belongs to, also the tokens of `withCredentials`: they share the
   * budget, and the guard against repeats. A name has lower case letters, digits, `-` and `_`. Not together with
   * `accounts`. Default: each token counts as an account.
   */
  accountName?: string
}

/** The same, as read. */
export interface Control {
  /**
   * All of these lists of rules have to let a change through: one of several accounts that nobody knows is held to the
   * rules with and without the entries of the named ones.
   */
  windows: readonly (readonly WindowRule[])[]
  budget?: number
  shadow: readonly ShadowRule[]
  accountName?: string
}
