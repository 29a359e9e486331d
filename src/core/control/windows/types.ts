/** Windows of time in which changes may be made, as parsed. @module */

/** Hours of some days, by the clock on the wall of a zone. */
export interface Hours {
  kind: 'hours'
  /** 0 is Monday; ascending. The day on which the window begins. */
  days: readonly number[]
  /** Minutes since midnight. */
  from: number
  /** Minutes since midnight; at most 1440. Below `from`: the window ends on the next day. */
  to: number
  /** IANA. */
  zone: string
}

export type When = { kind: 'always' } | { kind: 'never' } | Hours

export interface WindowRule {
  /** Ids, labels and patterns of servers and apps. Empty: for everything that no other rule names. */
  targets: readonly string[]
  when: When
}
