/**
 * What an auditor wants to know of the logins. No event holds a secret, an email address or a token.
 *
 * @module
 */

import { canonical } from '../../base/hash.ts'
import type { AuditEvent } from '../../core/types/audit.ts'
import { hashOf } from './secrets.ts'

export type AuthEventType =
  /** A client registered itself. */
  | 'registered'
  /** A person signed in and a code was issued. */
  | 'sign_in'
  /** A person cancelled. */
  | 'cancelled'
  /** A sign-in did not succeed; `reason` says why. */
  | 'refused'
  /** Too many attempts; `reason` says whether of one login or of one address. */
  | 'locked_out'
  /** A code became a bearer token. */
  | 'token_issued'
  /** A code or a bearer token was not accepted. */
  | 'token_refused'
  /** A bearer token was used after its time. */
  | 'expired'
  /** A person said yes to a change on its page. */
  | 'approved'
  /** A person said no to it. */
  | 'declined'
  /** A person was shown the secrets behind a link. */
  | 'secret_shown'
  /** A call was refused at the endpoint: its session was not given the scope, which `scopes` names. */
  | 'scope_refused'
  /** A bearer token was ended by its client, by this server, or because its code came twice. */
  | 'revoked'

export interface AuthEvent {
  type: AuthEventType
  /** ISO 8601. */
  time: string
  reason?: string
  /** A hash that stands for the Cloudways account. */
  account?: string
  /** The URL of a client's metadata document, or a hash that stands for a registered client. */
  client?: string
  /** What the client calls itself: its own words. */
  clientName?: string
  /** Where the request came from. */
  address?: string
  scopes?: readonly string[]
  /**
   * What a person decided on a page, and what was refused before it became a call: for the trail that the toolkit's
   * `onAudit` keeps, in the same form.
   */
  decision?: AuditEvent
}

/** A decision that no call tells of. */
export interface Decided extends Pick<AuditEvent, 'tool' | 'target' | 'risk' | 'rule' | 'outcome'> {
  /** The arguments; they do not leave. */
  input: unknown
}

export type Emit = (event: Omit<AuthEvent, 'time' | 'decision'> & { decision?: Decided }) => void

/** A listener that fails must not fail a login. */
export function createEmit(listen: ((event: AuthEvent) => void) | undefined, now: () => number): Emit {
  return ({ type, decision, ...facts }) => {
    try {
      const time = new Date(now()).toISOString()
      const { account = 'unknown' } = facts
      listen?.({ type, time, ...facts, ...(decision && { decision: eventOf(decision, time, account) }) })
    } catch {}
  }
}

const eventOf = ({ input, ...decided }: Decided, time: string, account: string): AuditEvent => ({
  time,
  account,
  ...decided,
  argumentsHash: argumentsHash(input),
  duration: 0,
})

/** As the toolkit makes it. What is nested deeper than the stack reaches has none. */
function argumentsHash(input: unknown): string {
  try {
    return hashOf(canonical(input ?? {}))
  } catch {
    return 'not JSON'
  }
}
