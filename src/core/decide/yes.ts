/**
 * What a person said, kept in the storage: the tokens of questions, the answers that pages leave, and refusals.
 *
 * A yes is bound to the hash of the plan: tool, arguments, account and current state. A call that differs in one of
 * them has another hash. A yes is removed from the storage when it is used, so it holds once. A no holds for as long as
 * a plan waits.
 *
 * @module
 */
import { hashOf, object } from '../../base/json.ts'
import { isCount, isText, readRecord, takeRecord } from '../../base/record.ts'
import type { Storage } from '../../types.ts'

/** Seconds that a plan waits for its yes, and a yes for its call. A no holds as long. */
export const confirmSeconds = 600

/** Where a page leaves the answer of a person, a `Confirmation`, for the call to take. */
export const grantKey = (binding: string) => `confirm:grant:${binding}`

const tokenKey = async (token: string) => `confirm:token:${await hashOf(token)}`
const refusalKey = (binding: string) => `confirm:refused:${binding}`

/** A question that waits for its answer. */
interface Asked {
  binding: string
  /** Milliseconds since 1970. */
  at: number
}

const question = {
  isValid(value: unknown) {
    const asked = object(value)
    return isText(asked?.binding) && isCount(asked.at)
  },
}

const ask = async (storage: Storage, token: string, binding: string) =>
  storage.set<Asked>(await tokenKey(token), { binding, at: Date.now() }, { ttl: confirmSeconds })

export async function issue(storage: Storage, binding: string): Promise<string> {
  const token = crypto.randomUUID()
  await ask(storage, token, binding)
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
export async function remember(storage: Storage, name: string, binding: string): Promise<void> {
  if ((await readRecord(storage, await tokenKey(name), question)) === null) await ask(storage, name, binding)
}

/** The person said no to the plan that waits under a name. */
export async function withdraw(storage: Storage, name: string): Promise<void> {
  const asked = await takeRecord<Asked>(storage, await tokenKey(name), question)
  if (asked) await refuse(storage, asked.binding)
}

/** The person said no to a plan. */
export const refuse = (storage: Storage, binding: string): Promise<void> =>
  storage.set(refusalKey(binding), Date.now(), { ttl: confirmSeconds })

/** Minutes until a person may be asked again about a plan that was refused; `undefined` when it was not. */
export async function refusedFor(storage: Storage, binding: string): Promise<number | undefined> {
  const at = await readRecord<number>(storage, refusalKey(binding), {
    isValid: isCount,
    instead: { value: Date.now(), ttl: confirmSeconds },
  })
  if (at === null) return undefined
  return Math.max(1, Math.ceil((at + confirmSeconds * 1000 - Date.now()) / 60_000))
}
