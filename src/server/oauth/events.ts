/** Events of the sign-in, for an audit. No event holds a secret, an email address or a token. @module */
import { canonical } from '../../base/json.ts'
import type { AuditEvent } from '../../core/types/audit.ts'
import { digest } from './secrets.ts'

export const authEventTypes = [
  /** A client registered itself. */
  'registered',
  /** A person signed in and a code was issued. */
  'sign_in',
  /** A person cancelled. */
  'cancelled',
  /** A sign-in did not succeed; `reason` says why. */
  'refused',
  /** Too many attempts; `reason` says whether of one login or of one address. */
  'locked_out',
  /** A code became a bearer token. */
  'token_issued',
  /** A code or a bearer token was not accepted. */
  'token_refused',
  /** A bearer token was used after its time. */
  'expired',
  /** A person approved a change on its page. */
  'approved',
  /** A person declined a change on its page. */
  'declined',
  /** A person was shown the secrets behind a link. */
  'secret_shown',
  /** A person stopped changes on the page `/stop`. */
  'changes_stopped',
  /** A person let changes go on there. */
  'changes_resumed',
  /** A call was refused at the endpoint: the session lacks the scope that `scopes` names. */
  'scope_refused',
  /** A bearer token was ended by its client, by this server, or because its code came twice. */
  'revoked',
] as const

export type AuthEventType = (typeof authEventTypes)[number]

export interface AuthEvent {
  type: AuthEventType
  /** ISO 8601. */
  time: string
  reason?: string
  /** A hash that stands for the Cloudways account. */
  account?: string
  /** The URL of a client's metadata document, or a hash that stands for a registered client. */
  client?: string
  /** The name of the client: its own claim. */
  clientName?: string
  /** The address of the request. */
  address?: string
  scopes?: readonly string[]
  /**
   * What a person decided on a page, or a call that was refused at the endpoint. It has the form of an event of
   * `onAudit`, so that one audit trail can hold both. `createServer` passes it to the `onAudit` of the toolkit.
   */
  decision?: AuditEvent
}

/** A decision that was not made inside a call. */
export interface Decided
  extends Pick<AuditEvent, 'tool' | 'target' | 'risk' | 'rule' | 'outcome' | 'approvers'> {
  /** The arguments. The event gets their hash only. */
  input: unknown
  /** That hash, where the arguments here are only what a person was shown of them. */
  argumentsHash?: string
}

export type Emit = (event: Omit<AuthEvent, 'time' | 'decision'> & { decision?: Decided }) => void

/** Errors of the listener are ignored: an audit that fails must not end a login. */
export function createEmit(listen: ((event: AuthEvent) => void) | undefined, now: () => number): Emit {
  return ({ type, decision, ...facts }) => {
    try {
      const time = new Date(now()).toISOString()
      const { account = 'unknown' } = facts
      listen?.({ type, time, ...facts, ...(decision && { decision: eventOf(decision, time, account) }) })
    } catch {}
  }
}

const eventOf = (
  { input, argumentsHash, ...decided }: Decided,
  time: string,
  account: string,
): AuditEvent => ({
  time,
  account,
  ...decided,
  argumentsHash: argumentsHash ?? hashOf(input),
  duration: 0,
})

/** The same hash as in the toolkit's events. Arguments that are nested too deeply to walk through have none. */
function hashOf(input: unknown): string {
  try {
    return digest(canonical(input ?? {}))
  } catch {
    return 'not JSON'
  }
}
