/** A tool as a framework needs it. @module */
import type { JsonSchema } from '../declare/node.ts'
import type { Risk } from './plan.ts'

/** The hints of the Model Context Protocol, computed from `risk`. */
export interface ToolAnnotations {
  title: string
  readOnlyHint: boolean
  destructiveHint: boolean
  idempotentHint: boolean
  openWorldHint: boolean
}

/** All that a framework needs to know of a tool. */
export interface ToolDescription {
  name: string
  title: string
  description: string
  toolset: string
  /** Whether the preset `core` shows it. */
  core: boolean
  /** Other names that a call may use. */
  aliases: readonly string[]
  risk: Risk
  inputSchema: JsonSchema
  outputSchema: JsonSchema
  annotations: ToolAnnotations
}
