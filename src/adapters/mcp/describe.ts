/**
 * The tools as the Model Context Protocol wants them. No SDK here.
 *
 * @module
 */
import type { ToolMap } from '../../core/define.ts'
import type { JsonSchema } from '../../core/schema.ts'
import type { ToolAnnotations, ToolDescription, Toolkit } from '../../core/toolkit.ts'
import { errorText, isCloudwaysError } from '../../errors.ts'

/** One row of `tools/list`. */
export interface McpTool {
  name: string
  title: string
  description: string
  inputSchema: JsonSchema
  outputSchema: JsonSchema
  annotations: ToolAnnotations
}

/** The answer of `tools/call`. */
export interface McpResult {
  content: { type: 'text'; text: string }[]
  structuredContent?: Record<string, unknown>
  isError?: boolean
  [key: string]: unknown
}

/** What both versions of the SDK hand to a request handler, as far as it is used here. */
export interface RequestExtra {
  signal?: AbortSignal
  _meta?: { progressToken?: string | number }
  sendNotification?: (notification: ProgressNotification) => unknown
  /** Version 2 keeps the three in here. */
  mcpReq?: {
    signal?: AbortSignal
    _meta?: { progressToken?: string | number }
    notify?: (notification: ProgressNotification) => unknown
  }
}

/** `notifications/progress`: seconds since the wait began, without a total. */
export interface ProgressNotification {
  method: 'notifications/progress'
  params: { progressToken: string | number; progress: number; message?: string }
}

const lists = new WeakMap<readonly ToolDescription[], readonly McpTool[]>()

/** The rows of `tools/list`: made once for a set of tools, the same array every time. */
export function listTools<T extends ToolMap>(toolkit: Toolkit<T>): readonly McpTool[] {
  const descriptions = toolkit.list()
  const known = lists.get(descriptions)
  if (known) return known
  const list = descriptions.map(({ name, title, description, inputSchema, outputSchema, annotations }) => ({
    name,
    title,
    description,
    inputSchema,
    outputSchema,
    annotations,
  }))
  lists.set(descriptions, list)
  return list
}

/**
 * Call a tool. The five errors become a result with `isError`, whose text the model reads.
 *
 * @throws the reason of the request's signal when it was aborted.
 */
export async function callTool<T extends ToolMap>(
  toolkit: Toolkit<T>,
  name: string,
  input: unknown,
  extra: RequestExtra = {},
): Promise<McpResult> {
  try {
    const answer: unknown = await toolkit.call(name, (input ?? {}) as never, {
      signal: (extra.mcpReq ?? extra).signal,
      onProgress: progressOf(extra),
    })
    return {
      content: [{ type: 'text', text: JSON.stringify(answer) }],
      structuredContent: answer as Record<string, unknown>,
    }
  } catch (error) {
    if (!isCloudwaysError(error)) throw error
    return { content: [{ type: 'text', text: errorText(error) }], isError: true }
  }
}

/** Progress goes through the request's own channel: a stateless server has no other. */
function progressOf(extra: RequestExtra): ((elapsed: number, message: string) => void) | undefined {
  const progressToken = (extra.mcpReq ?? extra)._meta?.progressToken
  const send = extra.mcpReq ? extra.mcpReq.notify : extra.sendNotification
  if (progressToken === undefined || !send) return undefined
  return (elapsed, message) => {
    const params = { progressToken, progress: Math.round(elapsed * 1000) / 1000, message }
    // A client that is gone ends the call through its signal; a lost notification is no reason to fail.
    Promise.resolve(send({ method: 'notifications/progress', params })).catch(() => {})
  }
}

/** What a model should know before its first call, about 80 tokens. */
export function instructions<T extends ToolMap>(toolkit: Toolkit<T>): string {
  const has = (name: string) => Object.hasOwn(toolkit.tools, name)
  const sources = ['list_servers', 'list_apps'].filter(has).join(' and ')
  return [
    'Tools for one Cloudways hosting account. An account has servers, a server has apps.',
    sources && `Ids come from ${sources}: never guess one. An app_id goes with the server_id of its server.`,
    has('get_operation') &&
      'Long work may answer an operation that is still running: ask get_operation, do not start it again.',
    'Errors say what happened and whose turn it is. Passwords and keys are hidden.',
  ]
    .filter(Boolean)
    .join(' ')
}
