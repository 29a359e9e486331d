/** Access that is closed again by itself. @module */
import type { Json } from '../../base/json.ts'
import type { SuggestedCall } from './plan.ts'

/** When access is closed: so many seconds after it was opened, or at a time. */
export type Until = { seconds: number } | { at: number }

/**
 * `opening`: the change is being sent, or its answer was lost. `waiting`: for its time. `closing`: the call that closes it
 * may have been sent. The others are final. `none`: nothing was opened. `gone`: somebody else had closed it. `unknown`: no
 * read tells whether it is closed.
 */
export type ClosingState = 'opening' | 'waiting' | 'closing' | 'closed' | 'gone' | 'none' | 'unknown'

/** Access that is closed at its time, as it is stored. It holds no secret. */
export interface Closing {
  id: string
  /** The hash of the account, or its name. */
  account: string
  state: ClosingState
  /** The call that opened it, without the arguments that are secret. */
  opened: SuggestedCall
  /** What was there before, as far as the tool reads it. */
  before?: Json
  /** The call that closes it, once it is known. */
  call?: SuggestedCall
  server_id?: string
  app_id?: string
  /** What is taken out then, in words. */
  words: string
  /** Milliseconds since 1970. */
  at: number
  openedAt: number
  closedAt?: number
  /** Counts from 1. Each attempt is sent once. */
  attempt: number
  /** Tries that sent nothing. */
  tries: number
  /** Why it is not closed though its time has come. */
  why?: string
}

/** What is told of it. */
export interface ClosingReport {
  closing_id: string
  state: ClosingState
  closes_at: string
  what: string
  tool: string
  server_id?: string
  app_id?: string
  closed_at?: string
  why?: string
}

/** What came of an attempt to close access. */
export interface ClosingStep extends ClosingReport {
  /** Seconds until there is something to do; left out when it has ended. */
  seconds?: number
}

/** The access that a call opens. */
export interface OpenClosing {
  /** Directly before the change is sent. @throws what the storage or the queue throws: nothing is sent then. */
  begin(): Promise<void>
  /** The change was made. @returns what the answer tells; `undefined`: it opened nothing. */
  opened(answer: unknown): Promise<Json | undefined>
  /** The call has ended without an answer. @param changed whether a change was sent and not refused. */
  failed(changed: boolean): Promise<void>
}
