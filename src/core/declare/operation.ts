/**
 * The answer of a tool that starts an operation: work of the platform that goes on after the call.
 *
 * @module
 */
import * as z from 'zod'

/**
 * The answer of every tool that starts an operation. Declaring it as `output` makes the call wait for the
 * operation, up to the toolkit's `waitSeconds`.
 */
export const operation = z.looseObject({
  state: z.enum(['completed', 'running', 'failed']).describe('running: not finished yet, ask get_operation'),
  operation_id: z.string().nullable().describe('For get_operation; null when it was finished at once'),
  type: z.string().optional(),
  message: z.string().optional(),
  minutes_left: z.number().optional().describe('Minutes, as the platform estimates'),
  result: z.unknown().optional(),
})

export type Operation = z.infer<typeof operation>
