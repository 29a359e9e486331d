/** The yes to a campaign stands in for the question about one of its targets, as long as that is what was approved. @module */
import { ConfirmationRequired } from '../../errors.ts'
import type { AcceptedCall, Findings } from '../types/call.ts'
import type { BoundPlan } from '../types/plan.ts'
import type { Yes } from './confirm.ts'

/**
 * The yes to the campaign, for a plan that was made anew directly before the change.
 *
 * @throws ConfirmationRequired when the plan is another one than that in the approved list.
 */
export function yesOfCampaign(
  { tool, ofCampaign }: AcceptedCall,
  { plan, binding, typeName }: BoundPlan,
  { verdict }: Pick<Findings, 'verdict'>,
): Yes {
  if (ofCampaign?.closes) return { said: 'before', at: Date.now() }
  const approved = ofCampaign?.approved
  const differs = !approved
    ? 'nobody has approved it.'
    : Date.now() > approved.until
      ? 'the time of the yes is over.'
      : approved.typeName !== typeName
        ? 'what is protected is another than it was.'
        : approved.binding !== binding
          ? 'what is there, or what would be sent, is another than it was.'
          : verdict.needsYes && !approved.asked
            ? 'it needs a yes now, and nobody was asked.'
            : verdict.needsSecond && approved.by === undefined
              ? 'it needs the yes of two people now, and one was asked.'
              : undefined
  if (approved && differs === undefined) {
    return { said: 'before', at: approved.at, until: approved.until, by: approved.by }
  }
  throw new ConfirmationRequired(
    `${tool.name}: it is not as it was approved: ${differs} Nothing was changed.`,
    'Ask the person about this target anew, with a call of its own.',
    { plan },
  )
}
