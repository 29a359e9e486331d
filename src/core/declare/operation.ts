/**
 * The answer of a tool that starts an operation: work of the platform that goes on after the call.
 *
 * @module
 */
import * as z from 'zod'
import { addressText, markedInside, queryText } from './marks.ts'

/** The tables of the analytics, whichever tool reads the operation that made them. */
const result = markedInside(
  z.looseObject({
    slow_queries: queryText(z.unknown()),
    running_queries: queryText(z.unknown()),
    top_urls: addressText(z.unknown()),
    top_bots: addressText(z.unknown()),
    url_durations: addressText(z.unknown()),
    slow_pages: addressText(z.unknown()),
    processes: addressText(z.unknown()),
  }),
)

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
  result: result.optional(),
})

const withResult = new WeakSet<object>()

/** The same for an operation whose result needs a mark: `operationWith(queryText(z.unknown()))`. */
export function operationWith(result: z.ZodUnknown): typeof operation {
  const schema = operation.extend({ result: result.optional() })
  withResult.add(schema)
  return schema
}

/** The same for a tool whose answer also has fields that prove the result. */
export function operationAnd<Shape extends z.ZodRawShape>(proof: Shape) {
  const schema = operation.extend({
    ...proof,
    not_read: z.string().optional().describe('Why what proves the result is missing'),
  })
  withResult.add(schema)
  return schema
}

/** Whether a tool with this output waits for an operation. */
export const isOperation = (output: object): boolean => output === operation || withResult.has(output)

export type Operation = z.infer<typeof operation>
