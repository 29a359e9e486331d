/**
 * The tools for the Vercel AI SDK, versions 5, 6 and 7.
 *
 * Nothing of `ai` is loaded here: it takes 150 ms, and its schema objects are plain data. Only its types are
 * used.
 *
 * @module
 */
import type { Tool } from 'ai'
import { hashOf } from '../base/json.ts'
import type { Cloudways } from '../cloudways.ts'
import type { ToolSelection } from '../cloudways-options.ts'
import type { JsonSchema } from '../core/declare/schema.ts'
import type { CallOptions } from '../core/types/call.ts'
import type { PickedOutput, ToolInput, ToolMap } from '../core/types/tool.ts'
import { isCloudwaysError } from '../errors.ts'
import { bringsAnswers, type Conversation, deniedCalls, isApproved } from './ai-messages.ts'
import { answerText, failureText } from './model-text.ts'

/**
 * The tools of a toolkit as a `ToolSet` of the AI SDK, typed by name. The model may pass `fields`, so any field of a
 * row may be missing.
 */
export type CloudwaysToolSet<T extends ToolMap> = {
  [N in keyof T]: Tool<ToolInput<T, N>, PickedOutput<T, N>>
}

/**
 * The visible tools for `generateText`, `streamText` and agents.
 *
 * Arguments are checked by this library and not by the SDK, so the model reads the same errors everywhere:
 * a failed call is a `tool-error` part whose message says what happened and what to do, and whose `cause` is
 * one of the five errors. Your code gets the typed answer; the model reads it as text, inside a boundary.
 *
 * What needs a person becomes a `tool-approval-request` of the SDK (6 and 7), unless the toolkit has an
 * `onConfirm`. What was asked is kept in the toolkit's `storage`, bound to the plan, for one yes within ten minutes:
 * when the answer comes back to another process, both need a shared one. A yes to what was not asked, to another
 * call, or to what has changed since is refused; and after a no, as soon as a tool is called in a conversation that
 * has it, what was asked is gone.
 *
 * Who said yes is what the messages say, and these are the host's: a client that may send any messages can say yes to
 * what is still being asked in its person's place. Keep the conversation on the server, and take from the client
 * only what the person said.
 *
 * Version 5 has no approvals: there, and where a `toolApproval` of your own (version 7) decides about these tools,
 * such a call is refused without `onConfirm`. So it is for what is `protect`ed, everywhere: an approval has no
 * place for the name that the person has to type.
 *
 * @param selection leaves fewer tools; see {@link ToolSelection}. The type still names all of them.
 * @throws InputError for an option, toolset or tool that does not exist.
 *
 * @example
 * await generateText({ model, prompt, tools: cloudwaysTools(cloudways, { toolsets: ['servers'] }) })
 */
export function cloudwaysTools<T extends ToolMap>(
  cloudways: Cloudways<T>,
  selection: ToolSelection = {},
): CloudwaysToolSet<T> {
  const toolkit = cloudways.select(selection)
  const tools = toolkit.list().map(({ name, title, description, inputSchema, risk }) => [
    name,
    {
      title,
      description,
      // A copy: a provider may write into it, and ours is shared.
      inputSchema: asSdkSchema(structuredClone(inputSchema)),
      execute: async (input: unknown, options: SdkOptions = {}) => {
        try {
          await withdrawDenied(toolkit, options)
          const confirmation = await approvalOf(name, input, options)
          const call: CallOptions = { signal: options.abortSignal, confirmation }
          return await toolkit.call(name, (input ?? {}) as never, call)
        } catch (error) {
          throw forModel(error)
        }
      },
      toModelOutput,
      ...(risk !== 'read' && {
        needsApproval: (input: unknown, options: SdkOptions) => needsApproval(toolkit, name, input, options),
      }),
    },
  ])
  return Object.fromEntries(tools) as CloudwaysToolSet<T>
}

/** What the SDK hands to `execute` and `needsApproval`, as far as it is used here. */
interface SdkOptions extends Conversation {
  toolCallId?: string
  abortSignal?: AbortSignal
}

/**
 * Whether the SDK has to ask. It calls this when the model made the call, and again when the answer came back in
 * messages that a client may have made up: then nothing is remembered, or every old yes would hold for ever.
 */
async function needsApproval<T extends ToolMap>(
  toolkit: Cloudways<T>,
  name: string,
  input: unknown,
  options: SdkOptions,
): Promise<boolean> {
  const isReplay = bringsAnswers(options)
  try {
    await withdrawDenied(toolkit, options)
    if (!isReplay) return await toolkit.adapter.needsApproval(name, input, await keyOf(name, input, options))
    const { needs } = await toolkit.plan(name, (input ?? {}) as never)
    return needs.confirmation && needs.type_name === null
  } catch {
    // What is wrong is told by `execute`. On a replay, version 6 runs it only when this answers true.
    return isReplay
  }
}

/** The yes that a call comes with; whether anybody was asked about it is for the core to know. */
async function approvalOf(
  name: string,
  input: unknown,
  options: SdkOptions,
): Promise<CallOptions['confirmation']> {
  if (!isApproved(options, options.toolCallId)) return undefined
  return { token: await keyOf(name, input, options), approved: true }
}

const withdrawn = new WeakSet<object>()

/** Each answer once: the same call may be asked about again while the model goes on. */
async function withdrawDenied<T extends ToolMap>(toolkit: Cloudways<T>, options: SdkOptions): Promise<void> {
  for (const { answer, toolCallId, toolName, input } of deniedCalls(options)) {
    if (withdrawn.has(answer)) continue
    withdrawn.add(answer)
    const key = await keyOf(toolName, input, { toolCallId })
    // No reason to fail a read. It is tried again with the next call.
    await toolkit.adapter.withdrawApproval(key).catch(() => withdrawn.delete(answer))
  }
}

/** Some providers number their calls from 0 in every conversation, so the id alone does not name a call. */
const keyOf = (tool: string, input: unknown, { toolCallId }: SdkOptions) =>
  hashOf({ toolCallId, tool, input: input ?? {} })

/** Version 5 passes the answer itself, later ones `{ toolCallId, input, output }`. */
function toModelOutput(given: object): { type: 'text'; value: string } {
  const isWrapped = 'toolCallId' in given && 'input' in given && 'output' in given
  return { type: 'text', value: answerText(isWrapped ? given.output : given, { explain: true }) }
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
  const shown = new Error(failureText(error, { explain: true }), { cause: error })
  shown.name = error.name
  return shown
}
