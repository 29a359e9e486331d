/** A call of a tool, and its result in the form of the protocol. No SDK here. @module */
import type { Toolkit } from '../../core/toolkit.ts'
import type { CallOptions } from '../../core/types/call.ts'
import type { Plan } from '../../core/types/plan.ts'
import type { ToolMap } from '../../core/types/tool.ts'
import { type CloudwaysError, type ConfirmationRequired, isCloudwaysError } from '../../errors.ts'
import { answerData, answerText, failureText, shownAnswer } from '../model-text.ts'
import { type InputRequired, inputRequired, type McpRequest, wayToPerson } from './ask.ts'
import type { McpFace } from './describe.ts'
import { carried, progressOf } from './extra.ts'

/** The parameters of `tools/call`. */
export interface ToolCall {
  name: string
  arguments?: unknown
}

/** The answer of `tools/call`. */
export interface McpResult {
  content: { type: 'text'; text: string }[]
  structuredContent?: Record<string, unknown>
  isError?: boolean
  [key: string]: unknown
}

/** What came of a call: the answer of the tool, the question for a person, or the error. */
export type Outcome =
  | { answer: Record<string, unknown> }
  | { question: { plan: Plan; token: string } }
  | { error: CloudwaysError }

/**
 * Call a tool. The five errors become a result with `isError`, whose text the model reads.
 *
 * @returns {@link InputRequired} to requests of 2026-07-28 only, whose client then asks its person.
 * @throws the reason of the request's signal when it was aborted.
 */
export async function callTool<T extends ToolMap>(
  toolkit: Toolkit<T>,
  { params, extra, client }: McpRequest<ToolCall>,
  face: McpFace = {},
): Promise<McpResult | InputRequired> {
  const outcome = await outcomeOf(toolkit, params, callOptions({ extra, client }))
  if ('question' in outcome) return inputRequired(outcome.question.plan, outcome.question.token)
  return resultOf(toolkit, toolkit.adapter.called(params.name, params.arguments).name, outcome, face)
}

/** What a request gives to the call that it makes. */
export function callOptions({ extra, client }: Omit<McpRequest<never>, 'params'>): CallOptions {
  const progress = progressOf(extra)
  return {
    ...carried(extra),
    onProgress: progress && ((_, message) => progress(message)),
    ...wayToPerson(extra, client, progress),
  }
}

/** @throws the reason of the signal when it was aborted, and what is none of the five errors. */
export async function outcomeOf<T extends ToolMap>(
  toolkit: Toolkit<T>,
  params: ToolCall,
  options: CallOptions,
): Promise<Outcome> {
  try {
    const answer: unknown = await toolkit.call(params.name, (params.arguments ?? {}) as never, options)
    return { answer: answer as Record<string, unknown> }
  } catch (error) {
    if (!isCloudwaysError(error)) throw error
    const { token } = error as ConfirmationRequired
    if (!options.deferred || token === undefined) return { error }
    return { question: { plan: error.details.plan as Plan, token } }
  }
}

export function resultOf<T extends ToolMap>(
  toolkit: Toolkit<T>,
  name: string,
  outcome: Exclude<Outcome, { question: unknown }>,
  { structuredContent = true }: McpFace = {},
): McpResult {
  if ('error' in outcome) return failedWith(failureText(toolkit, outcome.error))
  const shown = shownAnswer(toolkit, name, outcome.answer)
  return {
    content: [{ type: 'text', text: answerText(shown) }],
    ...(structuredContent && { structuredContent: answerData(shown) }),
  }
}

/** A result that the model reads as an error. */
export const failedWith = (text: string): McpResult => ({ content: [{ type: 'text', text }], isError: true })
