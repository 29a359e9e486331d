/** The stored form of access that is closed by itself: a sealed record of each, and a list for each account. @module */
import { isText } from '../../base/record.ts'
import { isoTime } from '../declare/time.ts'
import { readSealed, type Sealing, writeSealed } from '../sealed-record.ts'
import type { Rules } from '../types/call.ts'
import type { Closing, ClosingReport, ClosingState } from '../types/closing.ts'

/** Seconds that a record is kept after its time. */
const keptSeconds = 30 * 86_400

/** The newest of an account. */
const mostListed = 200

const keyOf = (id: string) => `closing:${id}`
const listKey = (account: string) => `closings:${account}`
export const turnKey = (id: string) => `closing:${id}:turn`
/** The counter that decides who sends an attempt. It is never given back. */
export const attemptKey = ({ id, attempt }: Closing) => `closing:${id}:sent:${attempt}`

const ended: readonly ClosingState[] = ['closed', 'gone', 'none', 'unknown']
export const hasEnded = ({ state }: Pick<Closing, 'state'>): boolean => ended.includes(state)

/** Seconds that a record of this closing lives from now on. */
export const lifeOf = ({ at }: Closing): number =>
  Math.max(0, Math.ceil((at - Date.now()) / 1000)) + keptSeconds

export const writeClosing = (rules: Sealing, closing: Closing): Promise<void> =>
  writeSealed(rules, keyOf(closing.id), closing, lifeOf(closing))

export const readClosing = async (rules: Sealing, id: string): Promise<Closing | undefined> =>
  (await readSealed(rules, keyOf(id))) as Closing | undefined

export const listClosing = ({ journal }: Pick<Rules, 'journal'>, { account, id }: Closing): Promise<void> =>
  journal.append(listKey(account), id, { keep: mostListed, ttl: 2 * keptSeconds })

/** Those of an account, the newest first. */
export async function readClosings(rules: Rules, account: string): Promise<Closing[]> {
  const ids = await rules.journal.range<unknown>(listKey(account), -mostListed, mostListed)
  const found = await Promise.all(ids.filter(isText).map((id) => readClosing(rules, id)))
  return found.filter((closing) => closing !== undefined).reverse()
}

export const reportOf = (closing: Closing): ClosingReport => ({
  closing_id: closing.id,
  state: closing.state,
  closes_at: isoTime(closing.at),
  what: closing.words,
  tool: closing.opened.tool,
  ...(closing.server_id !== undefined && { server_id: closing.server_id }),
  ...(closing.app_id !== undefined && { app_id: closing.app_id }),
  ...(closing.closedAt !== undefined && { closed_at: isoTime(closing.closedAt) }),
  ...(closing.why !== undefined && { why: closing.why }),
})
