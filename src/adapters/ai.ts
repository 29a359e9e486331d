/**
 * The tools for the Vercel AI SDK, versions 5, 6 and 7.
 *
 * Nothing of `ai` is loaded here: it takes 150 ms, and its schema objects are plain data. Only its types are
 * used.
 *
 * @module
 */
import type { Tool } from 'ai'
import type { Cloudways } from '../cloudways.ts'
import type { ToolInput, ToolMap, ToolOutput } from '../core/define.ts'
import type { JsonSchema } from '../core/schema.ts'
import type { Selection } from '../core/select.ts'
import { errorText, isCloudwaysError } from '../errors.ts'

/** The tools of a toolkit as a `ToolSet` of the AI SDK, typed by name. */
export type CloudwaysToolSet<T extends ToolMap> = {
  [N in keyof T & string]: Tool<ToolInput<T, N>, ToolOutput<T, N>>
}

/**
 * The visible tools for `generateText`, `streamText` and agents.
 *
 * Arguments are checked by this library and not by the SDK, so the model reads the same errors everywhere:
 * a failed call is a `tool-error` part whose message says what happened and what to do, and whose `cause` is
 * one of the five errors.
 *
 * @param selection leaves fewer tools; see {@link Selection}. The type still names all of them.
 * @throws InputError for an option, toolset or tool that does not exist.
 *
 * @example
 * await generateText({ model, prompt, tools: cloudwaysTools(cloudways, { toolsets: ['servers'] }) })
 */
export function cloudwaysTools<T extends ToolMap>(
  cloudways: Cloudways<T>,
  selection: Selection = {},
): CloudwaysToolSet<T> {
  const toolkit = cloudways.select(selection)
  const tools = toolkit.list().map(({ name, title, description, inputSchema }) => [
    name,
    {
      title,
      description,
      // A copy: a provider may write into it, and ours is shared.
      inputSchema: asSdkSchema(structuredClone(inputSchema)),
      execute: async (input: unknown, options?: { abortSignal?: AbortSignal }) => {
        try {
          return await toolkit.call(name, (input ?? {}) as never, { signal: options?.abortSignal })
        } catch (error) {
          throw forModel(error)
        }
      },
    },
  ])
  return Object.fromEntries(tools) as CloudwaysToolSet<T>
}

/**
 * A schema with two faces. The marks are what `jsonSchema()` of the SDK makes (both are registered symbols,
 * so that several copies of the SDK understand each other); should a later version change them, the face of
 * Standard JSON Schema is what it reads. Without `validate`, the SDK passes the arguments on as they are.
 */
function asSdkSchema(jsonSchema: JsonSchema) {
  return {
    [Symbol.for('vercel.ai.schema')]: true,
    [Symbol.for('vercel.ai.validator')]: true,
    _type: undefined,
    jsonSchema,
    validate: undefined,
    '~standard': {
      version: 1,
      vendor: 'cloudways-tools',
      validate: (value: unknown) => ({ value }),
      jsonSchema: { input: () => jsonSchema, output: () => jsonSchema },
    },
  }
}

/** The SDK gives the model the error's message and nothing else, so the next step has to be in it. */
function forModel(error: unknown): unknown {
  if (!isCloudwaysError(error)) return error
  const shown = new Error(errorText(error), { cause: error })
  shown.name = error.name
  return shown
}
