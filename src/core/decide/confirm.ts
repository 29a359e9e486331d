/** Asking a person. What was said is kept by `yes.ts`. @module */
import { hashOf } from '../../base/json.ts'
import { unlessAborted } from '../../base/signal.ts'
import { readable } from '../../base/text.ts'
import { ConfirmationRequired, InputError, isCloudwaysError } from '../../errors.ts'
import type { Storage } from '../../types.ts'
import { byName } from '../declare/named.ts'
import type { AcceptedCall, Policy } from '../types/call.ts'
import {
  type BoundPlan,
  type Confirm,
  type Confirmation,
  type OpenPage,
  type PendingPlan,
  type Plan,
  riskMeanings,
} from '../types/plan.ts'
import { areTwo, howTwo, noPlaceForTwo, reachOf } from './second-yes.ts'
import { confirmSeconds, issue, redeem, refuse, refusedFor, sealOf, takeGrant } from './yes.ts'

/**
 * When the yes was said. `now`: while this call ran, so what the call has read may be older than the yes.
 * `before`: before this call began.
 */
export type Said = 'now' | 'before'

export interface Yes {
  said: Said
  /** When the person said it, or was asked; in milliseconds since 1970. */
  at: number
  /** Until when it counts. Default: ten minutes. */
  until?: number
  /** The accounts, as hashes, of the two people who said it. Left out: one person did. */
  by?: readonly string[]
}

/**
 * Return when a person said yes to exactly this plan; otherwise throw. The ways to a person, in this order: the answer
 * that came with the call, the answer left on a page, `onConfirm` of the host, the question of the adapter, the
 * fallback. With `confirmBy: 'page'`, and for a change that needs two people, the page is the only way.
 *
 * @throws ConfirmationRequired
 */
export async function ensureConfirmed(call: AcceptedCall, bound: BoundPlan): Promise<Yes> {
  const { kit, options, signal, said } = call
  const { storage, policy } = kit.rules
  const { plan, binding } = bound
  await checkRefused(call, bound)
  checkShown(call, bound)
  const isForTwo = plan.needs.second_yes === true
  const pageOnly = policy.confirmBy === 'page' || isForTwo
  const openPage = pageOf(call, bound)
  let why = ''
  let asks = !pageOnly
  if (said && !pageOnly) {
    const seconds = await redeem(storage, said.token, binding)
    if (seconds === undefined) {
      why = 'That yes is used up, too old, or was for something else. '
      // A framework asks by itself, in a process that may not be the one that is brought the answer.
      if (options.byArguments) throw required(plan, why + askedAnew(storage))
    } else if (said.unclear) {
      asks = false
      why = unclearYes
    } else if (said.byClient && !said.approved && seconds < tooFast) {
      asks = false
    } else if (said.closed) {
      throw closed(plan)
    } else if (said.twoSteps && bound.typeName !== null) {
      why = 'This is protected, and two steps are not enough for it. '
    } else {
      await check(call, bound, said)
      return { said: 'before', at: Date.now() - seconds * 1000 }
    }
  }
  const granted = openPage && (await takeGrant(storage, kit.rules.seal, binding))
  if (granted && (!isForTwo || areTwo(granted.by, bound.account))) {
    await check(call, bound, granted)
    return { said: 'now', at: granted.at, ...(isForTwo && { by: granted.by }) }
  }
  const ask = kit.rules.onConfirm ?? options.confirm
  const answer = asks && ask ? await answerOf(ask, plan, signal) : undefined
  if (answer && 'undecided' in answer) {
    why += answer.undecided
  } else if (answer) {
    await check(call, bound, answer)
    return { said: 'now', at: Date.now() }
  }
  if (asks && options.deferred) {
    throw required(plan, `${why}A person is asked.`, {}, await issue(storage, bound))
  }
  throw await fallback(call, bound, why, openPage)
}

/**
 * A name may be any text that a model found or made up, such as a pasted address with a path that misleads. Without a
 * plan beside it, the person would say yes to something else than they see.
 *
 * @throws InputError with the ids.
 */
function checkShown({ kit, tool, options, given, input }: AcceptedCall, { plan, typeName }: BoundPlan): void {
  const { onConfirm, policy } = kit.rules
  const isOnPage = policy.confirmBy === 'page' || plan.needs.second_yes
  const isShownPlan = !options.byArguments || onConfirm || isOnPage
  const names = byName(tool, given)
  if (isShownPlan || typeName !== null || names.length === 0) return
  const ids = Object.fromEntries(names.map((name) => [name, input[name]]))
  throw new InputError(
    `${tool.name} needs a person's yes, and the person sees the arguments alone here, so that a name is not enough.`,
    `Nothing was changed. Make the same call with ${JSON.stringify(ids)}.`,
  )
}

/**
 * A question that is closed or denied within this many seconds was answered by the client, and no person has read it: the
 * client can't ask. Several clients decline by themselves where they have no window for a form.
 */
export const tooFast = 1

/** The page on which this plan may be approved; `undefined` where there is none. */
function pageOf({ kit, options }: AcceptedCall, { plan, typeName }: BoundPlan): OpenPage | undefined {
  const { policy } = kit.rules
  const isWay =
    policy.confirmBy === 'page' || policy.confirmFallback === 'page' || plan.needs.second_yes === true
  // Two steps are not enough for what is protected, so the page stands in for them.
  const standsIn = policy.confirmFallback === 'two-step' && typeName !== null
  return isWay || standsIn ? (options.openPage ?? kit.rules.openPage) : undefined
}

/** No person was asked by the call itself. */
async function fallback(
  call: AcceptedCall,
  bound: BoundPlan,
  why: string,
  openPage: OpenPage | undefined,
): Promise<ConfirmationRequired> {
  const { storage, policy } = call.kit.rules
  const { plan, typeName } = bound
  const opened = openPage && (await openPage(await pendingOf(call, bound)))
  if (plan.needs.second_yes) {
    const said = typeof opened === 'object' ? opened.yeses : undefined
    if (typeof opened !== 'object' || said === undefined) return forTwo(plan, noPlaceForTwo, 0)
    return forTwo(plan, howTwo(opened, said), said, opened.url)
  }
  if (opened) {
    const { url, shown, note } = typeof opened === 'string' ? { url: opened, shown: false } : opened
    const how = shown
      ? `A page has opened in the browser of this computer: ask the person to answer there. If they do not see it, give them this link, where they sign in first: ${url} .`
      : `Give the person this link: ${url} .`
    const then = 'When they have approved, make the same call again with the same arguments.'
    return required(plan, why + [how, note, then].filter(Boolean).join(' '), { url })
  }
  if (policy.confirmFallback === 'two-step' && typeName === null) {
    const token = await issue(storage, bound)
    const how = `Show the person the plan and ask. Only when they say yes, make the same call again with confirm: "${token}".`
    return required(plan, `${why}${how} Never confirm on your own.`, { confirm: token })
  }
  return required(plan, `${why}Nobody can be asked here. ${waysToAsk(typeName !== null, policy)}`)
}

async function pendingOf(call: AcceptedCall, bound: BoundPlan): Promise<PendingPlan> {
  const { plan, binding, refusal, account } = bound
  return {
    ...{ binding, refusal, plan, account, lifetime: confirmSeconds },
    seal: await sealOf(call.kit.rules.seal, binding),
    argumentsHash: await hashOf(call.input),
    ...(plan.needs.second_yes && { second: await reachOf(call, plan) }),
  }
}

const forTwo = (plan: Plan, next: string, said: number, url?: string) =>
  required(plan, next, { ...(url !== undefined && { url }), yeses: { said, needed: 2 } })

function askedAnew({ inProcess }: Storage): string {
  const where = inProcess
    ? 'This process keeps its questions in its own memory. Where another process asks, the operator gives both the same `storage` (redisStorage, fsStorage) and the same `crypto`.'
    : 'Every process that asks or is brought an answer needs this same `storage`, and the same `crypto`.'
  return `The same call asks the person anew. ${where}`
}

/** The ways that the operator can open. Only those that would help with this plan. */
function waysToAsk(isProtected: boolean, { confirmBy, confirmFallback }: Policy): string {
  const pages = 'a page of the self-hosted server with its own sign-in, or of the server on stdio'
  if (confirmBy === 'page') return `confirmBy: 'page' (CONFIRM_BY=page) leaves one way: ${pages}.`
  const ways = [
    'the option onConfirm',
    'an MCP client that can ask (elicitation)',
    `${pages}${confirmFallback === 'page' ? '' : " (confirmFallback: 'page', CONFIRM_FALLBACK=page)"}`,
    !isProtected && "confirmFallback: 'two-step' (CONFIRM_FALLBACK=two-step)",
    // A protected target always needs a person, so `never` would not help.
    !isProtected && "confirm: 'never' (CONFIRM=never), so that nobody is asked",
  ]
  return `The operator can open a way, one of: ${ways.filter(Boolean).join('; ')}.`
}

async function answerOf(ask: Confirm, plan: Plan, signal: AbortSignal): Promise<Confirmation | Undecided> {
  try {
    const answer = await unlessAborted(Promise.resolve(ask(plan, { signal })), signal)
    return typeof answer === 'object' && answer !== null ? answer : { approved: answer === true }
  } catch (error) {
    signal.throwIfAborted()
    if (isCloudwaysError(error)) throw error
    throw required(plan, 'The person could not be asked.')
  }
}

/** What a `Confirm` of an adapter answers when no person decided: neither yes nor no. Another way stands in. */
interface Undecided extends Confirmation {
  approved: false
  /** What happened, a sentence for the model; empty when the client can't ask at all. */
  undecided: string
}

const undecided = (why: string): Undecided => ({ approved: false, undecided: why })

/** The client turned out to be unable to ask. */
export const nobody = undecided('')

const unclearYes = 'What the client sent is neither a yes nor a no that can be read. '

/** The client accepted the question, and what it sent with that can't be read. */
export const unclear = undecided(unclearYes)

/** The person did not answer in the time that the call had for the question. */
export const unanswered = undecided('The person did not answer in the client in time. ')

/** Only `true` is a yes. A no is final for this change. */
async function check(
  { kit }: AcceptedCall,
  { plan, typeName, refusal }: BoundPlan,
  { approved, typed }: Confirmation,
): Promise<void> {
  if (approved !== true) {
    await refuse(kit.rules.storage, refusal)
    throw new ConfirmationRequired(
      `${plan.tool}: the person did not say yes. Nothing was changed.`,
      'Do not ask again unless the person brings it up.',
      { declined: true },
    )
  }
  if (typeName === null) return
  if (typeof typed === 'string' && readable(typed) === typeName) return
  throw required(
    plan,
    typed === undefined
      ? 'This is protected: a bare yes is not enough, the person types its name. The way the person was asked has no place for that.'
      : 'This is protected, and what the person typed is not its name.',
  )
}

/** @throws ConfirmationRequired when a person said no to this change within the last ten minutes. */
export async function checkRefused(
  { kit }: AcceptedCall,
  { plan: { tool }, refusal }: BoundPlan,
): Promise<void> {
  const minutes = await refusedFor(kit.rules.storage, refusal)
  if (minutes === undefined) return
  throw new ConfirmationRequired(
    `${tool}: a person said no to exactly this within the last ten minutes. Nothing was changed, and nobody is asked again now.`,
    `Do not call it again unless the person brings it up; ${minutes === 1 ? 'a minute' : `${minutes} minutes`} from now they can be asked anew.`,
    { declined: true },
  )
}

/** The person closed a question without an answer, which is neither yes nor no. */
export const closed = ({ tool }: Plan) =>
  new ConfirmationRequired(
    `${tool}: the person closed the question without an answer. Nothing was changed.`,
    'Ask them whether you should go on; the same call asks again.',
  )

/** The message has no labels, domains and addresses: strangers choose those, so they stand in the details only. */
function required(
  plan: Plan,
  next: string,
  details: Record<string, unknown> = {},
  token?: string,
): ConfirmationRequired {
  const { server, app } = plan.target
  const where = [app && `app ${app.id}`, server && `server ${server.id}`].filter(Boolean).join(' on ')
  return new ConfirmationRequired(
    `${plan.tool}${where && ` (${where})`} needs ${plan.needs.second_yes ? 'the yes of two people' : "a person's yes"}: it ${riskMeanings[plan.risk]}${plan.cost === null ? '' : ', and can raise the bill'}. Nothing was changed.`,
    next,
    { ...details, plan },
    token,
  )
}
