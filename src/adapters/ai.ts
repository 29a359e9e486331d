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
import { once } from '../base/once.ts'
import type { Cloudways } from '../cloudways.ts'
import type { ToolSelection } from '../cloudways-options.ts'
import type { JsonSchema } from '../core/declare/node.ts'
import type { CallOptions } from '../core/types/call.ts'
import type { ToolDescription } from '../core/types/description.ts'
import type { Plan } from '../core/types/plan.ts'
import type { ToolMap } from '../core/types/tool.ts'
import type { PickedOutput, ToolInput } from '../core/types/typed.ts'
import { isCloudwaysError } from '../errors.ts'
import { bringsAnswers, type Conversation, deniedCalls, isApproved } from './ai-messages.ts'
import { type CallProgress, isProgress, watched } from './ai-progress.ts'
import { messageOf } from './mcp/question.ts'
import { answerText, failureText, shownAnswer } from './model-text.ts'

export type { CallProgress }

/**
 * The tools of a toolkit as a `ToolSet` of the AI SDK, typed by name. The model may pass `fields`, so any field of a
 * row may be missing. A `CallProgress` comes as a preliminary result only.
 */
export type CloudwaysToolSet<T extends ToolMap> = {
  [N in keyof T]: Tool<ToolInput<T, N>, PickedOutput<T, N> | CallProgress>
}

/** Which tools, and which of them a model has to find first. */
export interface CloudwaysToolsOptions extends ToolSelection {
  /**
   * The tools that a model does not see before its tool search found them: all, or those that the function says yes
   * to. Default: none. Needs `toolSearch()` of the SDK (7), or the tool search of the provider
   * (`anthropic.tools.toolSearchBm25_20251119()`, `openai.tools.toolSearch()`) beside these tools.
   */
  deferLoading?: boolean | ((tool: ToolDescription) => boolean)
}

/** Version 7 reads the first, the providers of Anthropic and OpenAI the second, in version 6 too. */
const deferred = {
  deferLoading: true,
  providerOptions: { anthropic: { deferLoading: true }, openai: { deferLoading: true } },
}

/**
 * The listed tools for `generateText`, `streamText` and agents.
 *
 * This library checks the arguments, and not the SDK, so the model reads the same errors everywhere. A failed call is
 * a `tool-error` part: its message says what happened and what to do, and its `cause` is one of the five errors. Your
 * code gets the typed answer. The model reads the answer as text, inside a boundary.
 *
 * A call that needs a person becomes a `tool-approval-request` of the SDK (6 and 7), unless the toolkit has an
 * `onConfirm`. The question is kept in the toolkit's `storage`, bound to the plan, for one yes within ten minutes. When
 * another process handles the answer, both processes need the same storage. A yes is refused when nothing was asked,
 * when it is about another call, and when something has changed since. After a no, the question is removed as soon as
 * a tool is called in the conversation that holds the no; the same call is then refused for ten minutes.
 *
 * The SDK shows the arguments of such a call and no plan, unless the host does: {@link approvalRequest} has the plan, and
 * {@link cloudwaysToolApproval} puts it into the request (7). A call that needs an approval has to name its server and
 * its app by id all the same; the error tells a model the ids.
 *
 * A call that waits, for its turn or for an operation, yields {@link CallProgress} before its answer: preliminary results
 * of the SDK. `await execute(...)` works as well, and answers the answer.
 *
 * The messages say who approved, and the host is responsible for the messages. A client that may send any messages can
 * approve an open question in the place of its person. So keep the conversation on the server, and take from the
 * client only what the person said.
 *
 * Version 5 has no approvals. There, and where a `toolApproval` of your own (version 7) decides about these tools, such
 * a call is refused without `onConfirm`. In every version it is refused for what is `protect`ed: an approval has no
 * place for the name that the person has to type.
 *
 * @param options leaves fewer tools; see {@link ToolSelection}. The type still names all of them.
 * @throws InputError for an option, toolset or tool that does not exist.
 *
 * @example
 * await generateText({ model, prompt, tools: cloudwaysTools(cloudways, { toolsets: ['servers'] }) })
 *
 * @example All tools, of which a model finds those beyond the preset `core` by a search.
 * const all = createCloudways({ credentials, preset: 'all' })
 * const tools = { search: toolSearch(), ...cloudwaysTools(all, { deferLoading: ({ core }) => !core }) }
 */
export function cloudwaysTools<T extends ToolMap>(
  cloudways: Cloudways<T>,
  { deferLoading = false, ...selection }: CloudwaysToolsOptions = {},
): CloudwaysToolSet<T> {
  const toolkit = cloudways.select(selection)
  const isDeferred = typeof deferLoading === 'function' ? deferLoading : () => deferLoading
  const tools = toolkit.list().map((tool) => {
    const { name, title, description, risk } = tool
    const made = {
      title,
      description,
      ...(isDeferred(tool) && structuredClone(deferred)),
      inputSchema: asSdkSchema(() => tool.inputSchema),
      outputSchema: asSdkSchema(() => tool.outputSchema),
      execute: (input: unknown, options: SdkOptions = {}) =>
        watched(async (onProgress) => {
          try {
            await withdrawDenied(toolkit, options)
            const confirmation = await approvalOf(name, input, options)
            const signal = options.abortSignal
            const call: CallOptions = { signal, onProgress, confirmation, byArguments: true }
            return await toolkit.call(name, (input ?? {}) as never, call)
          } catch (error) {
            throw forModel(toolkit, error)
          }
        }),
      toModelOutput: (given: object) => modelOutput(toolkit, name, given),
      ...(risk !== 'read' && {
        needsApproval: (input: unknown, options: SdkOptions) => needsApproval(toolkit, name, input, options),
      }),
    }
    return [name, made]
  })
  return Object.fromEntries(tools) as CloudwaysToolSet<T>
}

/** A call that the SDK asks about: `toolCall` of a `tool-approval-request`. */
export interface AskedToolCall {
  toolCallId: string
  toolName: string
  input: unknown
}

/** What a person is asked about. */
export interface ApprovalRequest {
  /** What decides: the target with ids and labels, impact, undo, cost. A yes holds for exactly this plan. */
  plan: Plan
  /** The same as text, for a dialog. What strangers chose, labels and domains, stands in quotes. */
  reason: string
}

/**
 * The plan behind a `tool-approval-request` of the SDK (6 and 7), for the host to show. Another process can ask for it
 * too, with the same `storage` and `crypto`.
 *
 * @returns `undefined` when no question about this call is open here: it was answered, is older than ten minutes, or was
 * asked by a process with another storage or crypto.
 *
 * @example
 * const request = content.find((part) => part.type === 'tool-approval-request')
 * const asked = request && (await approvalRequest(cloudways, request.toolCall))
 */
export async function approvalRequest<T extends ToolMap>(
  cloudways: Cloudways<T>,
  { toolCallId, toolName, input }: AskedToolCall,
): Promise<ApprovalRequest | undefined> {
  const plan = await cloudways.adapter.waitingPlan(await keyOf(toolName, input, { toolCallId }))
  return plan && { plan, reason: messageOf(plan) }
}

/** What version 7 of the SDK takes as `toolApproval`: a function for each tool that changes something. */
export type CloudwaysToolApproval<T extends ToolMap> = {
  [N in keyof T]?: (input: unknown, options: SdkOptions) => Promise<AskedFor | undefined>
}

/** The SDK asks the person, and shows the reason in its request. */
export interface AskedFor {
  type: 'user-approval'
  reason?: string
}

/**
 * For `toolApproval` of version 7: the same question as without it, with the plan as its reason, so that the person sees
 * what they approve. Version 6 has no such option; see {@link approvalRequest}.
 *
 * @example
 * streamText({ model, messages, tools, toolApproval: { ...cloudwaysToolApproval(cloudways), my_tool: 'user-approval' } })
 */
export function cloudwaysToolApproval<T extends ToolMap>(cloudways: Cloudways<T>): CloudwaysToolApproval<T> {
  const changes = cloudways.list().filter(({ risk }) => risk !== 'read')
  const ask = async (toolName: string, input: unknown, options: SdkOptions) => {
    if (!(await needsApproval(cloudways, toolName, input, options))) return undefined
    const { toolCallId = '' } = options
    const asked = await approvalRequest(cloudways, { toolCallId, toolName, input }).catch(() => undefined)
    return { type: 'user-approval' as const, ...(asked && { reason: asked.reason }) }
  }
  const approval = changes.map(({ name }) => [
    name,
    (input: unknown, options: SdkOptions = {}) => ask(name, input, options),
  ])
  return Object.fromEntries(approval) as CloudwaysToolApproval<T>
}

/** The part of the options of `execute` and `needsApproval` that is used here. */
export interface SdkOptions extends Conversation {
  toolCallId?: string
  abortSignal?: AbortSignal
}

/**
 * Whether the SDK has to ask. It calls this function when the model makes the call, and again when the answer comes
 * back. A client may have made up the messages with the answer, so the second time nothing is remembered: otherwise
 * every old yes would hold for ever.
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
    return needs.confirmation && !needs.second_yes && needs.type_name === null
  } catch {
    // `execute` tells what is wrong. On a replay, version 6 runs `execute` only when the answer here is true.
    return isReplay
  }
}

/** The yes that a call comes with. The core checks whether anybody was asked. */
async function approvalOf(
  name: string,
  input: unknown,
  options: SdkOptions,
): Promise<CallOptions['confirmation']> {
  if (!isApproved(options, options.toolCallId)) return undefined
  return { token: await keyOf(name, input, options), approved: true }
}

const withdrawn = new WeakSet<object>()

/** Withdraws the approvals of denied calls. Each answer counts once: the same call may be asked about again later. */
async function withdrawDenied<T extends ToolMap>(toolkit: Cloudways<T>, options: SdkOptions): Promise<void> {
  for (const { answer, toolCallId, toolName, input } of deniedCalls(options)) {
    if (withdrawn.has(answer)) continue
    withdrawn.add(answer)
    const key = await keyOf(toolName, input, { toolCallId })
    // A withdrawal that fails must not fail a read. The next call tries it again.
    await toolkit.adapter.withdrawApproval(key).catch(() => withdrawn.delete(answer))
  }
}

/** Some providers number their calls from 0 in every conversation, so the id alone does not name a call. */
const keyOf = (tool: string, input: unknown, { toolCallId }: SdkOptions) =>
  hashOf({ toolCallId, tool, input: input ?? {} })

const noAnswer =
  'This call was cut off while it waited, and its answer did not come. What it started may have happened: read the present state before anything is called again.'

/** Version 5 passes the answer itself, later versions `{ toolCallId, input, output }`. */
function modelOutput<T extends ToolMap>(toolkit: Cloudways<T>, name: string, given: object) {
  const isWrapped = 'toolCallId' in given && 'input' in given && 'output' in given
  const output = isWrapped ? given.output : given
  if (isProgress(output)) return { type: 'text' as const, value: noAnswer }
  const input = isWrapped ? given.input : undefined
  const shown = shownAnswer(toolkit, toolkit.adapter.called(name, input).name, output)
  return { type: 'text' as const, value: answerText(shown) }
}

/**
 * A schema in two forms. The symbols are those of the SDK's own `jsonSchema()`; they are registered symbols, so every
 * copy of the SDK knows them. A later version that changes them reads the Standard JSON Schema instead. Without
 * `validate`, the SDK passes the arguments on unchanged.
 */
function asSdkSchema(schema: () => JsonSchema) {
  // A copy: a provider may write into it, and ours is shared. The SDK does not read every schema it is given.
  const copy = once(() => structuredClone(schema()))
  return {
    [Symbol.for('vercel.ai.schema')]: true,
    [Symbol.for('vercel.ai.validator')]: true,
    _type: undefined,
    get jsonSchema() {
      return copy()
    },
    validate: undefined,
    '~standard': {
      version: 1,
      vendor: 'cloudways-tools',
      validate: (value: unknown) => ({ value }),
      jsonSchema: { input: copy, output: copy },
    },
  }
}

/** The SDK gives the model only the message of an error, so the next step has to be in the message. */
function forModel<T extends ToolMap>(toolkit: Cloudways<T>, error: unknown): unknown {
  if (!isCloudwaysError(error)) return error
  const shown = new Error(failureText(toolkit, error), { cause: error })
  shown.name = error.name
  return shown
}
