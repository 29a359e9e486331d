/** Whether the budget of its account leaves room for one change. @module */
import { PolicyError } from '../../errors.ts'
import type { Call } from '../types/call.ts'
import { accountKey } from './account-key.ts'
import { type Budget, peekBudget, takeBudget } from './budget.ts'

type Asking = Omit<Call, 'api'>

/** The refusal of a change that the budget has no room for. Takes nothing. */
export const budgetLeft = (call: Asking) => refusal(call, peekBudget)

/**
 * The same, directly before the first change of a call is sent: it takes what the change uses. A call with a backup
 * before its change uses the budget once.
 */
export async function budgetTaken(call: Asking): Promise<PolicyError | undefined> {
  if (call.control.isPaid) return undefined
  const refused = await refusal(call, takeBudget)
  call.control.isPaid = refused === undefined
  return refused
}

async function refusal(
  call: Asking,
  ask: (budget: Budget) => Promise<number | undefined>,
): Promise<PolicyError | undefined> {
  const { storage, control } = call.kit.rules
  if (control.budget === undefined) return undefined
  const retryAfter = await ask({ storage, account: await accountKey(call), size: control.budget })
  if (retryAfter === undefined) return undefined
  const changes = control.budget === 1 ? 'one change' : `${control.budget} changes`
  return new PolicyError(
    'budget',
    `${call.tool.name}: the budget of this account is used up, ${changes} in an hour (CHANGE_BUDGET). This was not sent.`,
    `Do not retry before ${retryAfter} seconds have passed; the next change may be made then. Tell the person. What was sent counts, whatever came of it.`,
    { retryAfter },
  )
}
