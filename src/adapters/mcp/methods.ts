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
import { type InputRequired, inputRequired, type McpRequest, type Method, wayToPerson } from './ask.ts'
import { told } from './changes.ts'
import { completionMethods } from './completion.ts'
import { listTools, type McpFace } from './describe.ts'
import { carried, progressOf } from './extra.ts'
import { promptMethods } from './prompts.ts'
import { resourceMethods } from './resources.ts'
import { skillMethods } from './skills.ts'

/** The methods, by the name that the protocol gives them. */
export const methodsOf = <T extends ToolMap>(
  toolkit: Toolkit<T>,
  face: McpFace = {},
): Record<string, Method> => ({
  'tools/list': () => ({ tools: listTools(toolkit, face) }),
  'tools/call': (request: McpRequest<ToolCall>) => callTool(toolkit, request, face),
  ...resourceMethods(toolkit),
  ...promptMethods(toolkit),
  ...completionMethods(toolkit),
  ...skillMethods(toolkit),
})

/** Groups of methods that the protocol has in its own set; by their names, those that it spells differently. */
const spelled: Record<string, string> = { completion: 'completions' }
/** Groups of methods of an extension. */
const extensions: Record<string, string> = { skills: 'io.modelcontextprotocol/skills' }

export const isOfExtension = (method: string): boolean =>
  Object.hasOwn(extensions, method.slice(0, method.indexOf('/')))

/**
 * What a server with these methods announces: `tools/list` is a method of the capability `tools`.
 *
 * @param tells whether the server tells its client of changed lists. One that lives for a request has nothing to tell it by.
 */
export function capabilitiesOf(methods: Record<string, Method>, tells = false): Record<string, object> {
  const groups = [...new Set(Object.keys(methods).map((name) => name.slice(0, name.indexOf('/'))))]
  const base = groups.filter((group) => !extensions[group])
  const further = groups.flatMap((group) => extensions[group] ?? [])
  return {
    ...Object.fromEntries(
      base.map((group) => [
        spelled[group] ?? group,
        tells && told.includes(group) ? { listChanged: true } : {},
      ]),
    ),
    ...(further.length > 0 && { extensions: Object.fromEntries(further.map((name) => [name, {}])) }),
  }
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
      ...carried(extra),
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
