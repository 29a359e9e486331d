/** Change control: the rules of an operator about when changes may be made, and how many. @module */

/** A rule of change control. */
export type ControlRule = 'stopped'

/** A rule that would refuse the change now. */
export interface WouldRefuse {
  rule: ControlRule
  why: string
}
