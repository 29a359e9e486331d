/**
 * A toolkit: the visible tools, their descriptions, and one way to call them.
 *
 * @module
 */
import { InputError } from '../errors.ts'
import { nearest } from '../options.ts'
import type { AnyTool, Risk, ToolInput, ToolMap, ToolOutput } from './define.ts'
import { inputSchema } from './parse.ts'
import { type CallOptions, type Rules, runTool } from './pipeline.ts'
import { type JsonSchema, toJsonSchema } from './schema.ts'
import type { Transport } from './transport.ts'

/** The hints of the Model Context Protocol, computed from `risk`. */
export interface ToolAnnotations {
  title: string
  readOnlyHint: boolean
  destructiveHint: boolean
  idempotentHint: boolean
  openWorldHint: boolean
}

/** All a framework needs to know of a tool. */
export interface ToolDescription {
  name: string
  title: string
  description: string
  toolset: string
  risk: Risk
  inputSchema: JsonSchema
  outputSchema: JsonSchema
  annotations: ToolAnnotations
}

const descriptions = new WeakMap<AnyTool, ToolDescription>()

/** Describe a tool; converted once, then remembered. */
export function describeTool(tool: AnyTool): ToolDescription {
  const known = descriptions.get(tool)
  if (known) return known
  const description: ToolDescription = {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    toolset: tool.toolset,
    risk: tool.risk,
    inputSchema: toJsonSchema(tool.name, inputSchema(tool), 'input'),
    outputSchema: toJsonSchema(tool.name, tool.output, 'output'),
    annotations: {
      title: tool.title,
      readOnlyHint: tool.risk === 'read',
      // Taking a site offline is as bad as losing data to whoever is asked for approval.
      destructiveHint: tool.risk === 'disruptive' || tool.risk === 'destructive',
      idempotentHint: tool.risk === 'read',
      openWorldHint: true,
    },
  }
  descriptions.set(tool, description)
  return description
}

/** Tools bound to an account. */
export interface Toolkit<T extends ToolMap = ToolMap> {
  /** The visible tools, by name. */
  readonly tools: Readonly<Partial<T>>
  /** Descriptions of the visible tools, in a fixed order; the same array every time. */
  list(): readonly ToolDescription[]
  /**
   * Call a tool by name.
   *
   * @throws InputError for a name or arguments that are wrong, CredentialError, PolicyError, UpstreamError;
   * or the reason of `options.signal` when it was aborted.
   */
  call<N extends keyof T & string>(
    name: N,
    input: ToolInput<T, N>,
    options?: CallOptions,
  ): Promise<ToolOutput<T, N>>
}

const lists = new WeakMap<object, readonly ToolDescription[]>()

export function createToolkit<T extends ToolMap>(
  tools: Partial<T>,
  transport: Transport,
  rules: Rules,
): Toolkit<T> {
  return {
    tools,
    list() {
      const known = lists.get(tools)
      if (known) return known
      const list = Object.values(tools as ToolMap).map(describeTool)
      lists.set(tools, list)
      return list
    },
    async call(name, input, options) {
      const tool = Object.hasOwn(tools, name) ? tools[name] : undefined
      if (!tool) throw unknownTool(name, Object.keys(tools))
      return runTool(tool, input, transport, rules, options) as never
    },
  }
}

function unknownTool(name: string, names: readonly string[]): InputError {
  const near = nearest(name, names)
  return new InputError(
    `There is no tool ${String(name).slice(0, 60)}${near ? `; did you mean ${near}?` : '.'}`,
    'Call one of the listed tools.',
  )
}
