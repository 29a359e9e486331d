/** The tools as plain typed functions, and as specs for any other framework. @module */
import type { Cloudways } from '../cloudways.ts'
import type { ToolSelection } from '../cloudways-options.ts'
import type { JsonSchema } from '../core/declare/node.ts'
import { strictSchema } from '../core/declare/providers.ts'
import type { Toolkit } from '../core/toolkit.ts'
import type { CallOptions, OfAccount } from '../core/types/call.ts'
import type { Risk } from '../core/types/plan.ts'
import type { ToolMap } from '../core/types/tool.ts'
import type { CallOutput, Fields, ToolInput } from '../core/types/typed.ts'
import { type ErrorReport, InputError, isCloudwaysError } from '../errors.ts'
import { answerText, failureText, shownAnswer } from './model-text.ts'

/** One tool as a function. Its arguments may be left out when none of them is required. */
export type CallFunction<T extends ToolMap, N extends keyof T> = CallSignature<T, N> & {
  /** The declaration of the tool: its description, risk, effects and schemas. */
  readonly tool: T[N]
}

type CallSignature<T extends ToolMap, N extends keyof T> =
  Record<never, never> extends ToolInput<T, N>
    ? <F extends Fields = undefined>(input?: Input<T, N, F>, options?: CallOptions) => Answer<T, N, F>
    : <F extends Fields = undefined>(input: Input<T, N, F>, options?: CallOptions) => Answer<T, N, F>

/** The arguments; `F` becomes what a call passes as `fields`, and `undefined` without it. */
type Input<T extends ToolMap, N extends keyof T, F> = {
  [K in keyof (ToolInput<T, N> & OfAccount)]: K extends 'fields' ? F : (ToolInput<T, N> & OfAccount)[K]
}

type Answer<T extends ToolMap, N extends keyof T, F> = Promise<CallOutput<T, N, F>>

/** Every tool of a toolkit as a function, by name. */
export type ToolFunctions<T extends ToolMap> = { readonly [N in keyof T]: CallFunction<T, N> }

/**
 * The listed tools as typed functions. They can be taken apart: none of them needs `this`.
 *
 * The type names every tool there is. The object has only those that the selection left, so that
 * `'restart_server' in functions` tells the truth, and a hidden tool can't be reached.
 *
 * Each function throws what {@link Toolkit.call} throws.
 *
 * @example
 * const { list_servers, restart_server } = cloudwaysFunctions(cloudways)
 * const { servers } = await list_servers()
 * console.log(restart_server.tool.description)
 */
export function cloudwaysFunctions<T extends ToolMap>(cloudways: Toolkit<T>): ToolFunctions<T> {
  const entries = Object.entries(cloudways.tools).map(([name, tool]) => {
    const call = (input: unknown, options?: CallOptions) =>
      cloudways.call(name, (input ?? {}) as never, options)
    return [name, Object.assign(call, { tool })]
  })
  return Object.fromEntries(entries) as ToolFunctions<T>
}

/**
 * The outcome of a call through a {@link ToolSpec}. In both cases, give `text` to the model: it is cut to the toolkit's
 * `answerTokens`, and `result` is whole.
 */
export type ToolOutcome =
  | { readonly ok: true; readonly text: string; readonly result: unknown }
  | { readonly ok: false; readonly text: string; readonly error: ErrorReport }

/** Which tools, and in which form; see {@link ToolSelection}. */
export interface ToolSpecOptions extends ToolSelection {
  /**
   * Input schemas for the strict mode of OpenAI's function calling: every argument is required, and an optional one
   * may be null, which counts as left out. Default `false`.
   */
  strict?: boolean
}

/** A tool in the form that frameworks and the APIs of model providers take. */
export interface ToolSpec {
  readonly name: string
  /** For people. */
  readonly title: string
  readonly description: string
  /** The highest that a call can have. */
  readonly risk: Risk
  readonly inputSchema: JsonSchema
  /**
   * Call the tool. The five errors are answered, not thrown, so that the model can read them.
   *
   * @param input the arguments: an object, or the JSON text that some providers give.
   * @throws the reason of `options.signal` when it was aborted.
   */
  execute(input?: unknown, options?: CallOptions): Promise<ToolOutcome>
}

/**
 * The listed tools as specs for any framework or provider.
 *
 * @throws InputError for an option, toolset or tool that does not exist.
 *
 * @example
 * const specs = toolSpecs(cloudways, { toolsets: ['servers'] })
 * const tools = specs.map(({ name, description, inputSchema }) => ({ name, description, input_schema: inputSchema }))
 */
export function toolSpecs<T extends ToolMap>(
  cloudways: Cloudways<T>,
  options: ToolSpecOptions = {},
): ToolSpec[] {
  const { strict = false, ...selection } = options
  if (typeof strict !== 'boolean') {
    throw new InputError('toolSpecs: strict must be true or false.', 'Fix the option.')
  }
  const toolkit = cloudways.select(selection)
  return toolkit.list().map(({ name, title, description, risk, inputSchema }) => ({
    name,
    title,
    description,
    risk,
    // A copy: some frameworks write into the schema they are given, and ours is shared.
    inputSchema: strict ? strictSchema(inputSchema) : structuredClone(inputSchema),
    execute: async (input, options) => {
      try {
        const result: unknown = await toolkit.call(name, input as never, options)
        const shown = shownAnswer(toolkit, toolkit.adapter.called(name, input).name, result)
        return { ok: true, text: answerText(shown), result }
      } catch (error) {
        if (!isCloudwaysError(error)) throw error
        return { ok: false, text: failureText(toolkit, error), error: error.toJSON() }
      }
    },
  }))
}
