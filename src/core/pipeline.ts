/**
 * The one path of a call. Every adapter calls this and adds nothing to the rules:
 *
 * parse -> scope -> [duplicate -> protection, threshold -> backup -> plan -> confirm -> gate -> look again]
 * -> rate limit -> request -> wait -> clean -> validate -> redact -> shape -> audit
 *
 * What stands in brackets is for changes only. Waiting comes before redaction, because what a finished operation
 * answers must be redacted too. The rate limit is taken by the transport, once for each request that a call makes.
 *
 * @module
 */
import { InputError, isCloudwaysError } from '../errors.ts'
import { unlessAborted } from '../signal.ts'
import { approve } from './change.ts'
import type { Confirm, Confirmation, OpenPage } from './confirm.ts'
import { type CallContext, type Kit, keepTo } from './context.ts'
import type { AnyTool, ApiRequest, Before, SuggestedCall } from './define.ts'
import { type Extras, finish, type Made } from './finish.ts'
import { createOnce } from './once.ts'
import { type Operation, operation, progressText, startedOperation, waitForOperation } from './operation.ts'
import { checkScope, lookAhead, unmet } from './outlook.ts'
import { parseInput } from './parse.ts'
import { type BoundPlan, makePlan } from './plan.ts'
import { takesToken } from './policy.ts'
import { type Call, recorded } from './record.ts'
import { checkNewName, fillArguments, isScoped } from './scope.ts'
import { type KeepSecrets, redactText } from './secret.ts'
import { possible } from './suggest.ts'
import { targetIds } from './targets.ts'

export interface CallOptions {
  /** Ends the call; a change that was already sent is not undone. */
  signal?: AbortSignal
  /** Called while the call waits for an operation. @param elapsed seconds since the wait began. */
  onProgress?: (elapsed: number, message: string) => void
  /** Asks a person, when the toolkit has no `onConfirm` of its own. */
  confirm?: Confirm
  /**
   * For adapters whose client comes back with the answer of a person: a `ConfirmationRequired` then has a `token`,
   * to be brought back as {@link CallOptions.confirmation}.
   */
  deferred?: boolean
  /** What a person said about the `ConfirmationRequired` that had this token. */
  confirmation?: Confirmation & { token: string }
  /** Instead of the toolkit's own: pages and secrets of one caller. */
  openPage?: OpenPage
  onSecrets?: KeepSecrets
}

type Input = Record<string, unknown>

const removals = new WeakMap<object, number>()

/** How many invisible characters were taken out of an answer. */
export const removedFrom = (answer: unknown): number => removals.get(answer as object) ?? 0

export function runTool(
  kit: Kit,
  tool: AnyTool,
  raw: unknown,
  options: CallOptions = {},
): Promise<Record<string, unknown>> {
  return recorded(kit, tool, raw, options.signal, async (call) => {
    const { input, confirmation } = await accept(kit, tool, raw, call)
    // An adapter's own word comes before what a model wrote.
    const all = { ...options, confirmation: options.confirmation ?? confirmation }
    const kept = (context: CallContext) => keepTo(tool, call.decision.target, context, kit.rules.policy)
    const made =
      tool.risk === 'read'
        ? { body: await send(kit, tool, input, kept(call.context), all) }
        : await change(kit, tool, input, call, all, kept)
    const onSecrets = all.onSecrets ?? kit.rules.onSecrets
    const ids = call.decision.target
    const { answer, removed } = await finish(kit, tool, input, made, ids, onSecrets)
    if (removed > 0) {
      removals.set(answer, removed)
      call.decision.removed = removed
    }
    return answer
  })
}

/** What the call would do. Nothing is changed, and what policy forbids is refused as the call would be. */
export function planTool(kit: Kit, tool: AnyTool, raw: unknown, signal?: AbortSignal): Promise<BoundPlan> {
  return recorded(kit, tool, raw, signal, async (call) => {
    const { input } = await accept(kit, tool, raw, call)
    const { context, decision } = call
    const outlook = await lookAhead(kit, tool, input, decision.target, context)
    decision.risk = outlook.verdict.risk
    const first = await unmet(kit, tool, decision.target, context)
    decision.outcome = 'planned'
    return makePlan(kit, tool, input, outlook, context, first)
  })
}

/** Parse, and keep to the scope. The token of a two-step confirmation is no argument of the tool. */
async function accept(
  { rules: { policy } }: Kit,
  tool: AnyTool,
  raw: unknown,
  call: Call,
): Promise<{ input: Input; confirmation?: CallOptions['confirmation'] }> {
  const { context, decision } = call
  const ours = async () => (await context.estates()).ours
  const { given, confirmation } = takesToken(tool, policy) ? splitToken(raw) : { given: raw }
  call.given = given
  const scoped = isScoped(policy)
  const input = parseInput(tool, scoped ? await fillArguments(tool, given, policy, ours) : given)
  const ids = targetIds(tool, input)
  decision.target = ids
  decision.rule = 'default'
  context.signal.throwIfAborted()
  await checkScope(tool, ids, policy, context)
  if (scoped) checkNewName(tool, input, policy)
  call.input = input
  return { input, confirmation }
}

/** `confirm` is the token and, for what is protected, what the person typed. */
function splitToken(raw: unknown): { given: unknown; confirmation?: CallOptions['confirmation'] } {
  if (!Object.hasOwn(Object(raw), 'confirm')) return { given: raw }
  const { confirm, ...given } = raw as Input
  if (confirm === undefined || confirm === null || confirm === '') return { given }
  if (typeof confirm !== 'string') throw new InputError('confirm: must be the text that the plan came with.')
  const [, token = '', typed] = /^(\S*)(?:\s+([\s\S]*))?$/.exec(confirm.trim()) ?? []
  return { given, confirmation: { token, approved: true, ...(typed !== undefined && { typed }) } }
}

async function change(
  kit: Kit,
  tool: AnyTool,
  input: Input,
  call: Call,
  options: CallOptions,
  kept: (context: CallContext) => CallContext,
): Promise<Made> {
  const { decision, context } = call
  const once = tool.creates && (await onceOf(kit, tool, input, context))
  /** What came to nothing may be made again. */
  const ended = async (operation: Operation, context: CallContext) => {
    try {
      return await wait(kit, operation, context, options)
    } catch (error) {
      if (once && isCloudwaysError(error)) await once.forget()
      throw error
    }
  }
  const earlier = once && (await once.earlier())
  if (earlier) {
    decision.rule = 'duplicate'
    const body = await ended(earlier, context)
    return { body, extras: await extrasOf(kit, tool, input, undefined, body, context) }
  }
  const approval = await approve(kit, tool, input, call, options)
  decision.rule = approval.rule
  call.context = approval.context
  const own = kept(approval.context)
  const begun = () => request(tool, input, own)
  const body = once
    ? await ended(await once.make(begun, own.hasChanged), own)
    : await send(kit, tool, input, own, options)
  if (once && (body as Operation).repeated) decision.rule = 'duplicate'
  // What was not changed is not to be changed back.
  const before = own.hasChanged() ? approval.before : undefined
  return { body, extras: await extrasOf(kit, tool, input, before, body, own) }
}

async function onceOf({ transport, rules }: Kit, tool: AnyTool, input: Input, { signal }: CallContext) {
  return createOnce(tool, input, await unlessAborted(transport.account(), signal), rules.storage)
}

const request = async (tool: AnyTool, input: Input, context: CallContext): Promise<unknown> =>
  tool.run ? tool.run(input, context) : context.send(tool.request?.(input) as ApiRequest)

/** Make the call: wait for the operation it started, or let the tool read the platform's body. */
async function send(
  kit: Kit,
  tool: AnyTool,
  input: Input,
  context: CallContext,
  options: CallOptions,
): Promise<unknown> {
  const body = await request(tool, input, context)
  if (tool.output !== operation) return tool.answer ? tool.answer(body, input) : body
  return wait(kit, startedOperation(body), context, options)
}

async function wait(
  { rules, transport }: Kit,
  started: Operation,
  { send, signal, claim }: CallContext,
  { onProgress }: CallOptions,
): Promise<Operation> {
  // The change is made: that it can't be written down must not make a failure of it.
  if (isScoped(rules.policy) && started.operation_id) await claim(started.operation_id).catch(() => {})
  const ended = await waitForOperation(started, {
    send,
    signal,
    waitSeconds: rules.waitSeconds,
    pollSeconds: rules.pollSeconds,
    progress:
      onProgress &&
      ((elapsed, running) => {
        const message = redactText(progressText(running), transport.secrets())
        // A listener that fails must not end the wait for a change that was made.
        void Promise.resolve()
          .then(() => onProgress(elapsed, message))
          .catch(() => {})
      }),
  })
  return started.repeated ? { ...ended, repeated: true } : ended
}

/** How to take it back, and what to do next, as far as that is possible here. */
async function extrasOf(
  kit: Kit,
  tool: AnyTool,
  input: Input,
  before: Before | undefined,
  answer: unknown,
  context: CallContext,
): Promise<Extras> {
  try {
    const undo = before && (await possible(kit, tool.effects?.inverse?.(input, before), context))
    const next: SuggestedCall[] = tool.next?.(input, answer) ?? []
    const found = await Promise.all(next.map((step) => possible(kit, step, context)))
    const steps = found.filter((step) => step !== undefined)
    return { ...(undo && { undo }), ...(steps.length > 0 && { next_steps: steps }) }
  } catch {
    // The change is made; a hint that is missing is no reason to doubt it.
    return {}
  }
}
