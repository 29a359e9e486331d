/** Tools described for a framework: texts, JSON Schemas and hints. @module */
import { once } from '../../base/once.ts'
import { asksAt } from '../decide/policy.ts'
import type { Policy } from '../types/call.ts'
import type { ToolDescription } from '../types/description.ts'
import type { AnyTool, InputShape, ToolMap } from '../types/tool.ts'
import { aliasNames } from './called.ts'
import { listedShape } from './extras.ts'
import { givenShape } from './named.ts'
import { objectSchema, toJsonSchema } from './schema.ts'
import type { HidingRule, Selected } from './select.ts'

const descriptions = new WeakMap<AnyTool, ToolDescription>()

/**
 * Describe a tool. The description of a tool's own arguments is made once, and each schema when it is first read: a
 * command that calls one tool need not wait for the schemas of all.
 *
 * @param shape the arguments to describe, where they are not the tool's own.
 */
export function describeTool(tool: AnyTool, shape: InputShape = givenShape(tool)): ToolDescription {
  const isOwn = shape === givenShape(tool)
  const known = isOwn ? descriptions.get(tool) : undefined
  if (known) return known
  const input = once(() => toJsonSchema(tool.name, objectSchema(tool.name, shape), 'input'))
  const output = isOwn
    ? once(() => toJsonSchema(tool.name, tool.output, 'output'))
    : () => describeTool(tool).outputSchema
  const description: ToolDescription = {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    toolset: tool.toolset,
    core: tool.core,
    aliases: aliasNames(tool),
    risk: tool.risk,
    get inputSchema() {
      return input()
    },
    get outputSchema() {
      return output()
    },
    annotations: {
      title: tool.title,
      readOnlyHint: tool.risk === 'read',
      // A person who is asked for approval minds a site that goes offline, or a bill, as much as lost data.
      destructiveHint: tool.risk !== 'read' && asksAt(tool, tool.risk, 'disruptive'),
      idempotentHint: tool.risk === 'read',
      openWorldHint: true,
    },
  }
  if (isOwn) descriptions.set(tool, description)
  return description
}

/** @throws InputError when the arguments or the answer of a tool have no JSON Schema. */
export function checkSchemas(tool: AnyTool): void {
  const description = describeTool(tool)
  for (const part of ['inputSchema', 'outputSchema'] as const) void description[part]
}

/** The listed tools of a toolkit, described as they are under its policy. All accounts share it. */
export interface View {
  tools: ToolMap
  hiddenBy: ReadonlyMap<string, HidingRule>
  /** All tools by the names that they answer to, the hidden ones too: a call of these is told why it is refused. */
  known: ToolMap
  /** Those that can be called. */
  list: readonly ToolDescription[]
  /** Whether a model is shown a search and executors instead of the list. */
  isSearched: boolean
  /** The arguments of a listed tool, as a model sees them. */
  shapeOf(tool: AnyTool): InputShape
}

const listed = new WeakMap<AnyTool, Map<string, ToolDescription>>()

/**
 * Describe a tool with the arguments that a policy lists. A policy leaves arguments out and adds one of ours, so the
 * names tell the shape: toolkits of one kind, one for each request for example, share the description.
 */
function describeListed(tool: AnyTool, shape: InputShape): ToolDescription {
  const names = Object.keys(shape).join(' ')
  const known = listed.get(tool) ?? new Map<string, ToolDescription>()
  listed.set(tool, known)
  const description = known.get(names) ?? describeTool(tool, shape)
  known.set(names, description)
  return description
}

export function createView({ tools, hiddenBy, known, isSearched }: Selected, policy: Policy): View {
  let list: readonly ToolDescription[] | undefined
  const shapeOf = (tool: AnyTool) => listedShape(tool, policy)
  return {
    tools,
    hiddenBy,
    known,
    isSearched,
    get list() {
      list ??= Object.values(tools).map((tool) => describeListed(tool, shapeOf(tool)))
      return list
    },
    shapeOf,
  }
}
