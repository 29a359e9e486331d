/**
 * The change that is sent is the one that was approved.
 *
 * @module
 */
import { canonical } from '../../base/hash.ts'
import { ConfirmationRequired, PolicyError } from '../../errors.ts'
import { clean } from '../answer/untrusted.ts'
import { isChange } from '../send/request.ts'
import type { ApiRequest } from '../types/api.ts'
import type { BoundPlan, Call } from '../types/call.ts'
import type { Plan } from '../types/plan.ts'
import type { AnyTool } from '../types/tool.ts'

/**
 * Compare a request that changes something with the approved plan, if there is one. The first such request has to be
 * the one of the plan; a plan without a request allows none.
 *
 * @throws ConfirmationRequired, PolicyError
 */
export function checkPlan({ tool, approved }: Pick<Call, 'tool' | 'approved'>, request: ApiRequest): void {
  if (!approved) return
  const { bound, isUsed } = approved
  if (!isUsed && !isEqual(request, bound.request)) throw changed(tool, bound)
  // The approved request was a GET that starts a job. A later change was never approved.
  if (isUsed && bound.request && !isChange(bound.request) && isChange(request)) throw unplanned(tool)
  approved.isUsed = true
}

function isEqual(request: ApiRequest, planned: ApiRequest | null): boolean {
  const sent = ({ startsJob: _, reads: __, query = {}, body = {}, json = {}, ...rest }: ApiRequest) =>
    canonical({ ...rest, query, body, json })
  return planned !== null && sent(request) === sent(planned)
}

/** A person reads this: it must not hold anything that a person does not see. */
export const forPerson = (plan: Plan) => clean(plan).value as Plan

export const changed = ({ name }: AnyTool, bound?: BoundPlan) =>
  new ConfirmationRequired(
    `${name}: what is there has changed since it was looked at. Nothing was changed.`,
    'Make the same call again: it is looked at anew.',
    bound && { plan: forPerson(bound.plan) },
  )

const unplanned = ({ name }: AnyTool) =>
  new PolicyError(
    'confirmation',
    `${name} was to make a change that was not in the plan. That was not sent.`,
    'Its developer has to fix the tool: what needs a yes sends its change before it starts any job.',
  )

export const tooOld = ({ name }: AnyTool, { plan }: BoundPlan, minutes: number) =>
  new ConfirmationRequired(
    `${name}: more than ${minutes} minutes have passed since the person's yes. Nothing was changed.`,
    'Make the same call again: the person is asked anew.',
    { plan: forPerson(plan) },
  )
