/** The journal: what this toolkit changed. @module */
import type { CloudwaysError } from '../../errors.ts'
import type { ListStorage } from '../../types.ts'
import type { Risk, SuggestedCall } from './plan.ts'

/** `unknown`: the answer was lost, or the process ended while the change was under way. It may have happened. */
export type ChangeState = 'running' | 'completed' | 'failed' | 'unknown'

/** One change that this toolkit sent, as the journal tells it. It has no secrets. */
export interface Change {
  /** When it was sent, ISO 8601. */
  at: string
  tool: string
  risk: Risk
  state: ChangeState
  server_id?: string
  server?: string
  app_id?: string
  app?: string
  input: unknown
  /** What was there before, and is there now, where the tool reads it. */
  before?: unknown
  after?: unknown
  operation_id?: string
  /** Why it failed, or why nobody knows what came of it. */
  why?: string
  /** Whether the credentials of the asking call made it. */
  own: boolean
  /** The call that takes it back; only while nothing later touched the same. */
  undo?: SuggestedCall
}

/** Where the journal is kept, and for how many days. */
export interface JournalStore extends Pick<ListStorage, 'append' | 'range'> {
  days: number
}

/** Which changes are asked for. */
export interface ChangeQuery {
  server_id?: string
  app_id?: string
  tool?: string
  /** Milliseconds since 1970. */
  since?: number
  /** Only what started an operation. */
  withOperation?: boolean
  state?: ChangeState
  limit: number
}

/** The changes, the newest first. */
export interface Changes {
  rows: Change[]
  /** There are more than `limit`. */
  more: boolean
  /** Entries that no key of this toolkit opens: they were sealed by another process or with an older key. */
  unreadable: number
}

/** What the journal is told of a call. Nothing is written before {@link ChangeEntry.begin}. */
export interface ChangeEntry {
  /** The first change is about to be sent. */
  begin(): Promise<void>
  /** The change started an operation, which the call now waits for. */
  started(operation_id: string): Promise<void>
  /**
   * The call has ended, with its answer or this error.
   *
   * @param changed whether a change was sent and not refused.
   */
  end(changed: boolean, error?: CloudwaysError): Promise<void>
}
