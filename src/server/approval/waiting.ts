/** What waits for a person on its page. @module */
import type { Plan } from '../../core/types/plan.ts'

/** A plan whose page was opened. */
export interface WaitingApproval {
  /** The id of its page. */
  id: string
  plan: Plan
  url: string
  /** Milliseconds since 1970. */
  expiresAt: number
  /** Whether it still waits for its answer. */
  waits(): Promise<boolean>
}
