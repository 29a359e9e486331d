/** Equal calls that wait for the same person at the same time: one question serves them. No SDK here. @module */
import { unlessAborted } from '../../base/signal.ts'
import type { Plan } from '../../core/types/plan.ts'
import { ConfirmationRequired } from '../../errors.ts'

/** A question that is open. */
interface Open {
  response: Promise<unknown>
  /** Milliseconds since 1970. */
  begun: number
  /** Of the call that asked. */
  signal: AbortSignal
}

/** By client and plan. */
const questions = new WeakMap<object, Map<string, Open>>()

/** Who asks, about what, and how. */
interface Asking {
  /** Stands for one person at one client. */
  client: object
  plan: Plan
  /** Of the call. */
  signal: AbortSignal
  /** Ends with the time for the question too. */
  patience: AbortSignal
  ask: () => Promise<unknown>
}

/** What the client answered to the question, when it was asked, and whether this call asked it. */
export interface Answered {
  response: unknown
  begun: number
  isOwn: boolean
}

/** Ask, or wait for the answer to the same question of an equal call. If that call is cancelled, this one asks. */
export async function askOnce({ client, plan, signal, patience, ask }: Asking): Promise<Answered> {
  const open = questions.get(client) ?? new Map<string, Open>()
  questions.set(client, open)
  const key = JSON.stringify(plan)
  for (let other = open.get(key); other; other = open.get(key)) {
    const { response, begun, signal: theirs } = other
    try {
      return { response: await unlessAborted(response, patience), begun, isOwn: false }
    } catch (error) {
      if (patience.aborted || !theirs.aborted) throw error
    }
  }
  const mine: Open = { response: ask(), begun: Date.now(), signal }
  open.set(key, mine)
  try {
    return { response: await mine.response, begun: mine.begun, isOwn: true }
  } finally {
    open.delete(key)
  }
}

/** A yes holds for the call that asked. */
export const spentYes = ({ tool }: Plan) =>
  new ConfirmationRequired(
    `${tool}: the person was asked once for several equal calls, and a yes holds for one of them. Nothing was sent for this one.`,
    'Read what came of the other call. Call again only if the change is wanted once more.',
  )
