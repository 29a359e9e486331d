/** The plan of a change: what it would do, and the hash that a yes is bound to. @module */
import { hashOf } from '../../base/json.ts'
import { unlessAborted } from '../../base/signal.ts'
import { callable } from '../answer/hints.ts'
import { closingWords } from '../closing/open.ts'
import { inWords } from '../declare/words.ts'
import { backupRequest } from '../platform.ts'
import { readsOnly } from '../send/api.ts'
import { made } from '../send/build.ts'
import { decisiveIn, isSame, refuseChange } from '../send/edit.ts'
import type { ApiRequest } from '../types/api.ts'
import type { AcceptedCall, Findings } from '../types/call.ts'
import type { BoundPlan, Plan, SuggestedCall } from '../types/plan.ts'
import type { Before } from '../types/tool.ts'
import { wantsBackup } from './backup-first.ts'
import { refusalOf } from './refusal.ts'
import { shownPlan } from './shown.ts'
import { withoutCname } from './targets.ts'

const firstBackup = 'First a backup of the app is taken; if that fails, nothing else is changed. '

/** @param first the condition that is not met yet. */
export async function makePlan(
  call: AcceptedCall,
  { target, verdict, before }: Findings,
  first: SuggestedCall | null = null,
): Promise<BoundPlan> {
  const { kit, account, tool, input, ids, signal } = call
  const hasBackup = wantsBackup(call)
  const { request, decisive } = await wouldSend(call, before)
  const otherRequest = tool.otherForm && made(tool, input, tool.otherForm.request)
  const { impact = 'It changes nothing.', downtime, undo = null, cost, inverse } = tool.effects ?? {}
  const { server, app, affected } = target
  const plan: Plan = {
    ...(kit.name !== undefined && { account: kit.name }),
    tool: tool.name,
    title: tool.title,
    risk: verdict.risk,
    input,
    request,
    ...(otherRequest && { other_request: otherRequest }),
    ...(hasBackup && { backup_request: backupRequest(ids.server_id, ids.app_id) }),
    target: { ...(server && { server }), ...(app && { app: withoutCname(app) }) },
    now: before.now ?? null,
    affected: tool.risk === 'read' ? [] : affected,
    impact: `${hasBackup ? firstBackup : ''}${closingWords(call, before)}${inWords(impact, input, before)}`,
    downtime: inWords(downtime, input, before) ?? null,
    undo: inWords(undo, input, before),
    undo_call: (await callable(call, inverse?.(input, before))) ?? null,
    cost: cost ?? null,
    needs: {
      confirmation: verdict.needsYes && request !== null,
      ...(verdict.needsSecond && request !== null && { second_yes: true }),
      type_name: verdict.typeName,
      first,
    },
    ...(call.control.wouldRefuse.length > 0 && { would_refuse: [...call.control.wouldRefuse] }),
  }
  // The binding is over the values in clear: two values that are shown alike may differ.
  const accountId = await unlessAborted(account.id(), signal)
  const decides = decisive ?? { request, otherRequest, now: plan.now }
  const binding = await hashOf({ account: accountId, tool: tool.name, input, target, ...decides })
  const shown = shownPlan(plan, tool, account.secrets())
  return {
    plan: shown,
    typeName: verdict.typeName,
    binding,
    refusal: await refusalOf(call, { account: accountId, decisive }),
    account: accountId,
    request,
    otherRequest,
    decisive,
  }
}

/** The request that would be sent. A tool with `run` is run until its first change, which is not sent. */
async function wouldSend(
  call: AcceptedCall,
  { now }: Before,
): Promise<Pick<BoundPlan, 'request' | 'decisive'>> {
  const { tool, input, api } = call
  if (tool.risk === 'read') return { request: null }
  if (tool.request) return { request: made(tool, input, tool.request) }
  if (!tool.edit) return { request: await firstChange(call) }
  const { read, next, write } = tool.edit
  // Without a state that was read before, the read tells why there is none.
  const before = (now ?? (await read(input, readsOnly(api, refuseChange(tool))))) as object
  const after = made(tool, input, (given) => next(given, before))
  const decisive = decisiveIn(before, after)
  return { request: isSame(decisive) ? null : made(tool, input, (given) => write(given, after)), decisive }
}

async function firstChange({ tool, input, api }: AcceptedCall): Promise<ApiRequest | null> {
  let first: ApiRequest | null = null
  const stop = async (request: ApiRequest): Promise<never> => {
    first ??= request
    throw new StoppedShort()
  }
  try {
    await tool.run?.(input, readsOnly(api, stop))
  } catch (error) {
    if (first === null) throw error
  }
  return first
}

class StoppedShort extends Error {}
