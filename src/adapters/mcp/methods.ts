/**
 * The methods of the Model Context Protocol that this package answers. Each method is one entry here; the servers of
 * both versions of the SDK loop over the table, so no server names a method. No SDK here.
 *
 * @module
 */
import type { Toolkit } from '../../core/toolkit.ts'
import type { Plan } from '../../core/types/plan.ts'
import type { ToolMap } from '../../core/types/tool.ts'
import { type ConfirmationRequired, isCloudwaysError } from '../../errors.ts'
import { answerData, answerText, failureText, shownAnswer } from '../model-text.ts'
import { type InputRequired, inputRequired, type McpRequest, type RequestExtra, wayToPerson } from './ask.ts'
import { listTools, type McpFace } from './describe.ts'

/** Answers one method. The SDK has checked the parameters against the protocol before. */
export type Method = (request: McpRequest<never>) => object | Promise<object>

/** The methods, by the name that the protocol gives them. */
export const methodsOf = <T extends ToolMap>(
  toolkit: Toolkit<T>,
  face: McpFace = {},
): Record<string, Method> => ({
  'tools/list': () => ({ tools: listTools(toolkit, face) }),
  'tools/call': (request: McpRequest<ToolCall>) => callTool(toolkit, request, face),
})

/** What a server with these methods announces: `tools/list` is a method of the capability `tools`. */
export function capabilitiesOf(methods: Record<string, Method>): Record<string, object> {
  const groups = Object.keys(methods).map((name) => name.slice(0, name.indexOf('/')))
  // The protocol spells one group differently: `completion/complete` needs the capability `completions`.
  return Object.fromEntries(groups.map((group) => [group === 'completion' ? 'completions' : group, {}]))
}

/** The parameters of `tools/call`. */
interface ToolCall {
  name: string
  arguments?: unknown
}

/** The answer of `tools/call`. */
interface McpResult {
  content: { type: 'text'; text: string }[]
  structuredContent?: Record<string, unknown>
  isError?: boolean
  [key: string]: unknown
}

/**
 * Call a tool. The five errors become a result with `isError`, whose text the model reads.
 *
 * @returns {@link InputRequired} to requests of 2026-07-28 only, whose client then asks its person.
 * @throws the reason of the request's signal when it was aborted.
 */
export async function callTool<T extends ToolMap>(
  toolkit: Toolkit<T>,
  { params, extra, client }: McpRequest<ToolCall>,
  { structuredContent = true }: McpFace = {},
): Promise<McpResult | InputRequired> {
  const progress = progressOf(extra)
  const way = wayToPerson(extra, client, progress)
  try {
    const answer: unknown = await toolkit.call(params.name, (params.arguments ?? {}) as never, {
      signal: (extra.mcpReq ?? extra).signal,
      onProgress: progress && ((_, message) => progress(message)),
      ...way,
    })
    const shown = shownAnswer(toolkit, params.name, answer)
    return {
      content: [{ type: 'text', text: answerText(shown) }],
      ...(structuredContent && { structuredContent: answerData(shown) }),
    }
  } catch (error) {
    if (!isCloudwaysError(error)) throw error
    const { token } = error as ConfirmationRequired
    if (way.deferred && token !== undefined) return inputRequired(error.details.plan as Plan, token)
    return { content: [{ type: 'text', text: failureText(toolkit, error) }], isError: true }
  }
}

/**
 * Sends progress through the request's own channel: a stateless server has no other. Progress has to rise, and a call
 * can wait twice, for its person and for its operation. So progress is the time since the call began.
 */
function progressOf(extra: RequestExtra): ((message: string) => void) | undefined {
  const progressToken = (extra.mcpReq ?? extra)._meta?.progressToken
  const send = extra.mcpReq ? extra.mcpReq.notify : extra.sendNotification
  if (progressToken === undefined || !send) return undefined
  const began = performance.now()
  let last = 0
  return (message) => {
    last = Math.max(Math.round(performance.now() - began), last + 1)
    const params = { progressToken, progress: last / 1000, message }
    // A lost notification is no reason to fail. When the client is gone, its signal ends the call.
    Promise.resolve(send({ method: 'notifications/progress', params })).catch(() => {})
  }
}
