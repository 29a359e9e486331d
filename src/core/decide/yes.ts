/**
 * What a person said, kept in the storage: the tokens of questions, the answers that pages leave, and refusals.
 *
 * A yes is bound to the hash of the plan: tool, arguments, account and current state. A call that differs in one of
 * them has another hash. A yes is removed from the storage when it is used, so it holds once. A yes of a page has a seal
 * of the toolkit: others may be able to write into the storage. A no is bound to the change, see `refusal.ts`, and holds
 * for as long as a plan waits.
 *
 * @module
 */
import { hashOf, object } from '../../base/json.ts'
import { isCount, isText, readRecord, takeRecord, writeRecord } from '../../base/record.ts'
import type { Cipher, Storage } from '../../types.ts'
import type { Rules } from '../types/call.ts'
import type { BoundPlan, Confirmation, PendingPlan, Plan } from '../types/plan.ts'

type Bound = Pick<BoundPlan, 'binding' | 'refusal'>
type Keeper = Pick<Rules, 'storage' | 'seal'>

/** Seconds that a plan waits for its yes, and a yes for its call. A no holds as long. */
export const confirmSeconds = 600

const grantKey = (binding: string) => `confirm:grant:${binding}`

interface Grant extends Confirmation {
  seal: string
}

const grant = {
  isValid(value: unknown) {
    const given = object(value)
    const { by } = given ?? {}
    const isBy = by === undefined || (Array.isArray(by) && by.every(isText))
    return given?.approved === true && isText(given.seal) && isBy
  },
}

const sealed = (binding: string, until: number) => `yes:${binding}:${until}`

/** The proof of a yes to this plan. It goes to the page, which leaves it with the yes. */
export const sealOf = (cipher: Cipher, binding: string): Promise<string> =>
  cipher.encrypt(sealed(binding, Date.now() + confirmSeconds * 1000))

/** For a page: leave the answer of the person. A no counts at once, whether a call comes for it or not. */
export async function leave(
  storage: Storage,
  { binding, refusal, seal }: Pick<PendingPlan, 'binding' | 'refusal' | 'seal'>,
  answer: Confirmation,
  ttl = confirmSeconds,
): Promise<void> {
  if (answer.approved !== true) return refuse(storage, refusal)
  await writeRecord<Grant>(storage, grantKey(binding), { ...answer, seal }, { ttl })
}

/**
 * Take the yes that a page left. One without the seal of this toolkit counts as absent.
 *
 * @returns with the time when the person was asked, which the seal proves.
 */
export async function takeGrant(
  storage: Storage,
  cipher: Cipher,
  binding: string,
): Promise<(Confirmation & { at: number }) | undefined> {
  const found = await takeRecord<Grant>(storage, grantKey(binding), grant)
  const text = found && (await cipher.decrypt(found.seal).catch(() => ''))
  const until = Number(text?.split(':').at(-1))
  if (!found || text !== sealed(binding, until) || until <= Date.now()) return undefined
  return { approved: true, typed: found.typed, by: found.by, at: until - confirmSeconds * 1000 }
}

const tokenKey = async (token: string) => `confirm:token:${await hashOf(token)}`
const refusalKey = (refusal: string) => `confirm:refused:${refusal}`

/** A question that waits for its answer. */
interface Asked extends Bound {
  /** Milliseconds since 1970. */
  at: number
  /** What the person is asked about, sealed, where a host shows it. */
  plan?: string
}

const question = {
  isValid(value: unknown) {
    const asked = object(value)
    return isText(asked?.binding) && isText(asked.refusal) && isCount(asked.at)
  },
}

const ask = async (storage: Storage, token: string, { binding, refusal, plan }: Bound & { plan?: string }) =>
  writeRecord<Asked>(
    storage,
    await tokenKey(token),
    { binding, refusal, at: Date.now(), ...(plan && { plan }) },
    { ttl: confirmSeconds },
  )

export async function issue(storage: Storage, { binding, refusal }: Bound): Promise<string> {
  const token = crypto.randomUUID()
  await ask(storage, token, { binding, refusal })
  return token
}

/**
 * A token holds once. It is used up even when it was brought for another plan.
 *
 * @returns seconds since the question was asked; `undefined` when the token is not one for this plan.
 */
export async function redeem(storage: Storage, token: string, binding: string): Promise<number | undefined> {
  const asked = await takeRecord<Asked>(storage, await tokenKey(token), question)
  return asked?.binding === binding ? (Date.now() - asked.at) / 1000 : undefined
}

/**
 * Remember, under a name that the adapter chooses, that a person is being asked about this plan. A plan that already
 * waits under that name stays, so that nobody is shown one plan and approves another.
 */
export async function remember({ storage, seal }: Keeper, name: string, bound: BoundPlan): Promise<void> {
  if ((await readRecord(storage, await tokenKey(name), question)) !== null) return
  const { binding, refusal } = bound
  await ask(storage, name, { binding, refusal, plan: await seal.encrypt(JSON.stringify(bound.plan)) })
}

/** The plan that waits under a name; `undefined` when none does, or another `crypto` sealed it. */
export async function remembered({ storage, seal }: Keeper, name: string): Promise<Plan | undefined> {
  const asked = await readRecord<Asked>(storage, await tokenKey(name), question)
  const text = asked?.plan && (await seal.decrypt(asked.plan).catch(() => undefined))
  return text ? (JSON.parse(text) as Plan) : undefined
}

/** The person said no to the plan that waits under a name. */
export async function withdraw(storage: Storage, name: string): Promise<void> {
  const asked = await takeRecord<Asked>(storage, await tokenKey(name), question)
  if (asked) await refuse(storage, asked.refusal)
}

/** The person said no to a change. */
export const refuse = (storage: Storage, refusal: string): Promise<void> =>
  writeRecord(storage, refusalKey(refusal), Date.now(), { ttl: confirmSeconds })

/** Minutes until a person may be asked again about a change that was refused; `undefined` when it was not. */
export async function refusedFor(storage: Storage, refusal: string): Promise<number | undefined> {
  const at = await readRecord<number>(storage, refusalKey(refusal), {
    isValid: isCount,
    instead: { value: Date.now(), ttl: confirmSeconds },
  })
  if (at === null) return undefined
  return Math.max(1, Math.ceil((at + confirmSeconds * 1000 - Date.now()) / 60_000))
}
