/** The tools as the Model Context Protocol wants them. No SDK here. @module */
import { trueOrFalse } from '../../base/options.ts'
import { version } from '../../base/version.ts'
import type { JsonSchema } from '../../core/declare/node.ts'
import type { Toolkit } from '../../core/toolkit.ts'
import type { ToolDescription } from '../../core/types/description.ts'
import type { ToolMap } from '../../core/types/tool.ts'
import { addedFields } from '../model-text.ts'
import { icons } from './icon.ts'

/** Who our own servers are, in every answer of 2026-07-28. */
export const identity = { name: 'cloudways-tools', title: 'Cloudways', version }
/** The same at the beginning of a connection. */
export const serverInfo = { ...identity, icons }

/**
 * Saves time: the SDK would make a JSON Schema validator for every server. Only its `elicitInput` with a form uses
 * the validator, and this package reads the answers to forms itself.
 */
export const noValidator = {
  getValidator: () => {
    throw new Error('The answers to forms are read without a validator.')
  },
}

/**
 * Let a server of either SDK number its requests from 1. Version 1 on the side of the client does not understand that
 * the request with the id 0 is withdrawn: the question would stay open on the screen.
 */
export function countFromOne(server: object): void {
  const counting = server as { _requestMessageId?: number }
  if (counting._requestMessageId === 0) counting._requestMessageId = 1
}

/** How the tools look to a client. The same for every server of this package. */
export interface McpFace {
  /**
   * Whether an answer comes as structured data too, and its schema is listed. Default `true`. With `false`, an answer is
   * text alone: for clients that give their model both.
   */
  structuredContent?: boolean
}

/** The face that options ask for. @throws InputError for a value that is neither true nor false. */
export const readFace = (where: string, { structuredContent }: McpFace): McpFace => ({
  structuredContent: trueOrFalse(true)(structuredContent, 'structuredContent', where),
})

/** One row of `tools/list`. */
type McpTool = Pick<ToolDescription, 'name' | 'title' | 'description' | 'inputSchema' | 'annotations'> &
  Partial<Pick<ToolDescription, 'outputSchema'>>

type Lists = WeakMap<readonly ToolDescription[], readonly McpTool[]>
const [listsWithSchemas, listsWithout]: [Lists, Lists] = [new WeakMap(), new WeakMap()]

/** The schema of an answer with the fields that this adapter adds. Clients check answers against it. */
export const answerSchema = ({ properties, ...schema }: JsonSchema): JsonSchema => ({
  ...schema,
  properties: { ...addedFields, ...properties },
})

/** The rows of `tools/list`. They are made once for a set of tools; it is the same array every time. */
export function listTools<T extends ToolMap>(
  toolkit: Toolkit<T>,
  { structuredContent = true }: McpFace = {},
): readonly McpTool[] {
  const descriptions = toolkit.list()
  const lists = structuredContent ? listsWithSchemas : listsWithout
  const known = lists.get(descriptions)
  if (known) return known
  const list = descriptions.map(({ name, title, description, inputSchema, outputSchema, annotations }) => ({
    name,
    title,
    description,
    inputSchema,
    ...(structuredContent && { outputSchema: answerSchema(outputSchema) }),
    annotations,
  }))
  lists.set(descriptions, list)
  return list
}
