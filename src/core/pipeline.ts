/**
 * The one path of a call. Every adapter calls this and adds nothing to the rules:
 *
 * accept (parse, scope) -> [once -> approve (outlook, backup, plan, yes, gate, look again)] -> send -> wait -> finish
 * (clean, validate, redact, shape); `recorded` around all of it tells the audit, and makes errors safe.
 *
 * What stands in brackets is for changes only. Waiting comes before redaction, because what a finished operation
 * answers must be redacted too. The rate limit is taken by the transport, once for each request that a call makes.
 *
 * @module
 */

import { unlessAborted } from '../base/signal.ts'
import { InputError, isCloudwaysError } from '../errors.ts'
import { type Extras, finish, type Made } from './answer/answer.ts'
import { redactText } from './answer/secret-net.ts'
import { approve } from './decide/change.ts'
import { checkScope, lookAhead, unmet } from './decide/look-before.ts'
import { parseInput } from './decide/parse.ts'
import { makePlan } from './decide/plan.ts'
import { takesToken } from './decide/policy.ts'
import { checkNewName, fillArguments, isScoped } from './decide/scope.ts'
import { possible } from './decide/suggest.ts'
import { targetIds } from './decide/targets.ts'
import { openCall, recorded } from './recorded.ts'
import { createOnce } from './send/no-repeat.ts'
import {
  type Operation,
  operation,
  progressText,
  startedOperation,
  waitForOperation,
} from './send/operation.ts'
import type { ApiRequest } from './types/api.ts'
import type { AcceptedCall, BoundPlan, Call, CallOptions, Input, Kit } from './types/call.ts'
import type { SuggestedCall } from './types/plan.ts'
import type { AnyTool, Before } from './types/tool.ts'

const removals = new WeakMap<object, number>()

/** How many invisible characters were taken out of an answer. */
export const removedFrom = (answer: unknown): number => removals.get(answer as object) ?? 0

export function runTool(kit: Kit, tool: AnyTool, given: unknown, options: CallOptions = {}): Promise<Input> {
  return recorded(openCall(kit, tool, given, options), async (opened) => {
    const call = await accept(opened)
    const made = tool.risk === 'read' ? { body: await send(call) } : await change(call)
    const { answer, removed } = await finish(call, made)
    if (removed > 0) {
      removals.set(answer, removed)
      call.decision.removed = removed
    }
    return answer
  })
}

/** What the call would do. Nothing is changed, and what policy forbids is refused as the call would be. */
export function planTool(kit: Kit, tool: AnyTool, given: unknown, signal?: AbortSignal): Promise<BoundPlan> {
  return recorded(openCall(kit, tool, given, { signal }), async (opened) => {
    const call = await accept(opened)
    const outlook = await lookAhead(call)
    call.decision.risk = outlook.verdict.risk
    const first = await unmet(call)
    call.decision.outcome = 'planned'
    return makePlan(call, outlook, first)
  })
}

/** Parse, and keep to the scope. The token of a two-step confirmation is no argument of the tool. */
async function accept(call: Call): Promise<AcceptedCall> {
  const { kit, tool, decision, signal } = call
  const { policy } = kit.rules
  if (takesToken(tool, policy)) takeToken(call)
  const ours = async () => (await call.api.estates()).ours
  const scoped = isScoped(policy)
  const input = parseInput(tool, scoped ? await fillArguments(tool, call.given, policy, ours) : call.given)
  const ids = targetIds(tool, input)
  decision.target = ids
  decision.rule = 'default'
  signal.throwIfAborted()
  const accepted = Object.assign(call, { ids })
  await checkScope(accepted)
  if (scoped) checkNewName(tool, input, policy)
  return Object.assign(accepted, { input })
}

/** `confirm` is the token and, for what is protected, what the person typed. An adapter's own word comes first. */
function takeToken(call: Call): void {
  if (!Object.hasOwn(Object(call.given), 'confirm')) return
  const { confirm, ...given } = call.given as Input
  if (confirm !== undefined && confirm !== null && confirm !== '' && typeof confirm !== 'string') {
    throw new InputError('confirm: must be the text that the plan came with.')
  }
  call.given = given
  if (!confirm) return
  const [, token = '', typed] = /^(\S*)(?:\s+([\s\S]*))?$/.exec(String(confirm).trim()) ?? []
  call.said ??= { token, approved: true, ...(typed !== undefined && { typed }) }
}

async function change(call: AcceptedCall): Promise<Made> {
  const { tool, decision } = call
  const once = tool.creates && (await onceOf(call))
  /** What came to nothing may be made again. */
  const ended = async (started: Operation) => {
    try {
      return await wait(call, started)
    } catch (error) {
      if (once && isCloudwaysError(error)) await once.forget()
      throw error
    }
  }
  const earlier = once && (await once.earlier())
  if (earlier) {
    decision.rule = 'duplicate'
    const body = await ended(earlier)
    return { body, extras: await extrasOf(call, undefined, body) }
  }
  const approved = await approve(call)
  const { hasChanged } = call.api
  const body = once ? await ended(await once.make(() => request(call), hasChanged)) : await send(call)
  if (once && (body as Operation).repeated) decision.rule = 'duplicate'
  // What was not changed is not to be changed back.
  return { body, extras: await extrasOf(call, hasChanged() ? approved : undefined, body) }
}

async function onceOf({ kit, tool, input, signal }: AcceptedCall) {
  return createOnce(tool, input, await unlessAborted(kit.transport.account(), signal), kit.rules.storage)
}

const request = async ({ tool, input, api }: AcceptedCall): Promise<unknown> =>
  tool.run ? tool.run(input, api) : api.send(tool.request?.(input) as ApiRequest)

/** Make the call: wait for the operation it started, or let the tool read the platform's body. */
async function send(call: AcceptedCall): Promise<unknown> {
  const { tool, input } = call
  const body = await request(call)
  if (tool.output !== operation) return tool.answer ? tool.answer(body, input) : body
  return wait(call, startedOperation(body))
}

async function wait({ kit, api, options }: Call, started: Operation): Promise<Operation> {
  const { rules, transport } = kit
  const { onProgress } = options
  // The change is made: that it can't be written down must not make a failure of it.
  if (isScoped(rules.policy) && started.operation_id) await api.claim(started.operation_id).catch(() => {})
  const ended = await waitForOperation(started, {
    send: api.send,
    signal: api.signal,
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
async function extrasOf(call: AcceptedCall, before: Before | undefined, answer: unknown): Promise<Extras> {
  const { tool, input } = call
  try {
    const undo = before && (await possible(call, tool.effects?.inverse?.(input, before)))
    const next: SuggestedCall[] = tool.next?.(input, answer) ?? []
    const found = await Promise.all(next.map((step) => possible(call, step)))
    const steps = found.filter((step) => step !== undefined)
    return { ...(undo && { undo }), ...(steps.length > 0 && { next_steps: steps }) }
  } catch {
    // The change is made; a hint that is missing is no reason to doubt it.
    return {}
  }
}
