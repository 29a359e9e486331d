/** The plans that wait on a page, and the answers to them: sealed, each under the secret of its link. @module */
import type { Confirmation, PendingPlan } from '../../core/types/plan.ts'
import type { Asker } from '../oauth/client.ts'
import type { Settings } from '../oauth/options.ts'
import { createSealedStore } from '../oauth/secrets.ts'
import type { Held } from './gated.ts'

export interface Waiting
  extends Pick<PendingPlan, 'binding' | 'refusal' | 'seal' | 'plan' | 'argumentsHash' | 'second'> {
  asker?: Asker
  /** Where two have to say yes: the accounts of those who have. */
  yeses?: string[]
}

export interface Answered extends Pick<Confirmation, 'approved'> {
  /** Two were asked. */
  second?: true
}

/** What the plans are kept in. */
export type PlanKeeper = Pick<Settings, 'storage' | 'cipher' | 'now'>

export function createPlans(keeper: PlanKeeper) {
  const plans = createSealedStore<Held<Waiting>>(keeper, 'confirm:plan', ['account', 'value'])
  const answers = createSealedStore<Held<Answered>>(keeper, 'confirm:answer', ['account', 'value'])
  return {
    plans,
    answers,
    /** The plan of a page that nobody has answered. */
    async waiting(id: string): Promise<Held<Waiting> | undefined> {
      const held = await plans.find(id)
      return held && !(await answers.find(id)) ? held : undefined
    },
  }
}
