/**
 * The stored form of the journal: a list of sealed events for each server, and two for each account, for what belongs to
 * no server and for what nobody knows yet to be on a server of that account. Events are only ever added, so that replicas
 * need no lock and a crash leaves what was written.
 *
 * @module
 */
import { type Json, object } from '../../base/json.ts'
import type { Rules } from '../types/call.ts'
import type { ChangeState } from '../types/journal.ts'
import type { Risk, SuggestedCall } from '../types/plan.ts'

/** A change is about to be sent. */
export interface Begun {
  kind: 'begun'
  id: string
  /** Milliseconds since 1970. */
  at: number
  account: string
  tool: string
  risk: Risk
  server_id?: string
  server?: string
  app_id?: string
  app?: string
  input: unknown
}

/** What came of it, as far as known. The last one counts. */
export interface Became {
  kind: 'became'
  id: string
  /** `none`: nothing was changed after all. */
  state: ChangeState | 'none'
  operation_id?: string
  before?: unknown
  after?: unknown
  why?: string
  undo?: SuggestedCall
}

/** Events of one list; a change has two to four. */
export const mostEvents = 400

type Frame = Pick<Rules, 'journal' | 'seal'>

type ListOf = { server_id: string } | { account: string } | { unproven: string }

/** `unproven`: an account, whose calls may name the server of a stranger. That server's list is read by the stranger. */
export function keyOf(list: ListOf): string {
  if ('server_id' in list) return `journal:server:${list.server_id}`
  return 'account' in list ? `journal:account:${list.account}` : `journal:unproven:${list.unproven}`
}

/** @throws what the storage throws. */
export async function addEvent({ journal, seal }: Frame, key: string, event: Begun | Became): Promise<void> {
  const sealed = await seal.encrypt(JSON.stringify(event))
  await journal.append(key, sealed, { keep: mostEvents, ttl: journal.days * 86_400 })
}

/** The newest `count` events of a list, oldest first, and how many of them no key opens. */
export async function readEvents(
  { journal, seal }: Frame,
  key: string,
  count: number,
): Promise<{ events: (Begun | Became)[]; unreadable: number }> {
  const sealed = await journal.range<unknown>(key, -count, count)
  const opened = await Promise.all(
    sealed.map(async (text) => {
      try {
        return eventOf(object(JSON.parse(await seal.decrypt(String(text)))))
      } catch {
        return undefined
      }
    }),
  )
  const events = opened.filter((event) => event !== undefined)
  return { events, unreadable: opened.length - events.length }
}

function eventOf(event: Json | undefined): Begun | Became | undefined {
  const isOurs = typeof event?.id === 'string' && (event.kind === 'begun' || event.kind === 'became')
  return isOurs ? (event as unknown as Begun | Became) : undefined
}
