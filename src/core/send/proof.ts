/** What proves a change, read once it is made. @module */
import { object } from '../../base/json.ts'
import { isCloudwaysError } from '../../errors.ts'
import { isOperation } from '../declare/operation.ts'
import type { AcceptedCall } from '../types/call.ts'
import { readsOnly } from './api.ts'
import { refuseChange } from './edit.ts'

/** The answer with what proves it. Of work that goes on nothing is proved yet. The change is made, whatever fails here. */
export async function withProof(call: AcceptedCall, made: unknown): Promise<unknown> {
  const { tool, input, findings } = call
  const answer = object(made)
  if (!tool.proof || !answer || (isOperation(tool.output) && answer.state !== 'completed')) return made
  try {
    const context = readsOnly(call.api, refuseChange(tool))
    return { ...answer, ...(await tool.proof(input, context, { answer, before: findings?.before })) }
  } catch (error) {
    const why = isCloudwaysError(error) ? error.message : 'What the call came to could not be read.'
    return { ...answer, not_read: why }
  }
}
