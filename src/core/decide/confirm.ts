/**
 * Asking a person, and remembering what was answered.
 *
 * A yes is bound to the hash of the plan: tool, arguments, account and current state. A call that differs in one of
 * them has another hash. A yes is removed from the storage when it is used, so it holds once.
 *
 * @module
 */
import { hashOf } from '../../base/json.ts'
import { unlessAborted } from '../../base/signal.ts'
import { readable } from '../../base/text.ts'
import { ConfirmationRequired, isCloudwaysError } from '../../errors.ts'
import type { Storage } from '../../types.ts'
import type { BoundPlan, Call, Rules } from '../types/call.ts'
import type { Confirm, Confirmation, OpenPage, Plan } from '../types/plan.ts'

/** Seconds that a plan waits for its yes, and a yes for its call. */
export const confirmSeconds = 600

/** Where a page leaves the answer of a person, a {@link Confirmation}, for the call to take. */
export const grantKey = (binding: string) => `confirm:grant:${binding}`

const tokenKey = async (token: string) => `confirm:token:${await hashOf(token)}`

/**
 * Return when a person said yes to exactly this plan; otherwise throw. The ways to a person, in this order: the answer
 * that came with the call, `onConfirm` of the host, the question of the adapter, the fallback.
 *
 * @throws ConfirmationRequired
 */
export async function ensureConfirmed(
  { kit, options, said, signal }: Call,
  { plan, binding, account }: BoundPlan,
): Promise<'asked' | 'earlier'> {
  const { storage, policy, onConfirm } = kit.rules
  const { confirmFallback: fallback } = policy
  const openPage = options.openPage ?? kit.rules.openPage
  const ask = onConfirm ?? options.confirm
  const stale = said && !(await redeem(storage, said.token, binding))
  if (said && !stale) {
    check(plan, said)
    return 'earlier'
  }
  if (ask) {
    check(plan, await answerOf(ask, plan, signal))
    return 'asked'
  }
  const why = stale ? 'That yes is used up, too old, or was for something else. ' : ''
  if (options.deferred) {
    throw required(plan, `${why}A person is asked.`, {}, await issue(storage, binding))
  }
  if (fallback === 'page' && openPage) {
    const granted = await storage.take<Confirmation>(grantKey(binding))
    if (granted) {
      check(plan, granted)
      return 'earlier'
    }
    const url = await openPage({ binding, plan, account, lifetime: confirmSeconds })
    throw required(
      plan,
      `${why}Give the person this link: ${url} . When they have approved, make the same call again with the same arguments.`,
      { url },
    )
  }
  if (fallback === 'two-step') {
    const token = await issue(storage, binding)
    const how =
      plan.needs.type_name === null
        ? `Show the person the plan and ask. Only when they say yes, make the same call again with confirm: "${token}".`
        : `Show the person the plan and ask them to type the name of what is protected. Then make the same call again with confirm: "${token} NAME", where NAME is what they typed.`
    throw required(plan, `${why}${how} Never confirm on your own.`, { confirm: token })
  }
  throw required(plan, `${why}Nobody can be asked here. ${waysToAsk(plan, fallback, openPage)}`)
}

/** The ways that the operator can open. Only those that would help with this plan. */
function waysToAsk(
  { needs }: Plan,
  fallback: Rules['policy']['confirmFallback'],
  openPage: OpenPage | undefined,
): string {
  const ways = [
    'the option onConfirm',
    'an MCP client that can ask (elicitation)',
    "confirmFallback: 'two-step' (CONFIRM_FALLBACK=two-step)",
    openPage && fallback !== 'page' && "confirmFallback: 'page' (CONFIRM_FALLBACK=page)",
    // A protected target always needs a person, so `never` would not help.
    needs.type_name === null && "confirm: 'never' (CONFIRM=never), so that nobody is asked",
  ]
  const pages = fallback === 'page' ? ' Pages are for the self-hosted server with its own sign-in only.' : ''
  return `The operator can open a way, one of: ${ways.filter(Boolean).join('; ')}.${pages}`
}

/**
 * Remember, under a name that the adapter chooses, that a person is being asked about this plan. A plan that already
 * waits under that name stays, so that nobody is shown one plan and approves another.
 */
export async function remember(storage: Storage, name: string, binding: string): Promise<void> {
  const key = await tokenKey(name)
  if ((await storage.get(key)) === null) await storage.set(key, binding, { ttl: confirmSeconds })
}

/** Forget the plan that waits under a name: the person said no. */
export const forget = async (storage: Storage, name: string): Promise<void> =>
  storage.delete(await tokenKey(name))

async function issue(storage: Storage, binding: string): Promise<string> {
  const token = crypto.randomUUID()
  await storage.set(await tokenKey(token), binding, { ttl: confirmSeconds })
  return token
}

/** A token holds once. It is used up even when it was brought for another plan. */
const redeem = async (storage: Storage, token: string, binding: string) =>
  (await storage.take(await tokenKey(token))) === binding

async function answerOf(ask: Confirm, plan: Plan, signal: AbortSignal): Promise<Confirmation> {
  try {
    const answer = await unlessAborted(Promise.resolve(ask(plan, { signal })), signal)
    return typeof answer === 'object' && answer !== null ? answer : { approved: answer === true }
  } catch (error) {
    signal.throwIfAborted()
    if (isCloudwaysError(error)) throw error
    throw required(plan, 'The person could not be asked.')
  }
}

/** Only `true` is a yes. */
function check(plan: Plan, { approved, typed }: Confirmation): void {
  if (approved !== true) {
    throw new ConfirmationRequired(
      `${plan.tool}: the person did not say yes. Nothing was changed.`,
      'Do not ask again unless the person brings it up.',
      { declined: true },
    )
  }
  const name = plan.needs.type_name
  if (name === null) return
  if (typeof typed === 'string' && readable(typed) === name) return
  throw required(
    plan,
    typed === undefined
      ? 'This is protected: a bare yes is not enough, the person types its name. The way the person was asked has no place for that.'
      : 'This is protected, and what the person typed is not its name.',
  )
}

/** The message has no labels or domains: strangers choose those, so they stand in the details only. */
function required(
  plan: Plan,
  next: string,
  details: Record<string, unknown> = {},
  token?: string,
): ConfirmationRequired {
  const { server, app } = plan.target
  const where = [app && `app ${app.id}`, server && `server ${server.id}`].filter(Boolean).join(' on ')
  return new ConfirmationRequired(
    `${plan.tool}${where && ` (${where})`} needs a person's yes: ${plan.impact} Nothing was changed.`,
    next,
    { ...details, plan },
    token,
  )
}
