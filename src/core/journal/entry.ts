/**
 * Writing the journal: a change is noted right before it is sent, so that a process that is killed leaves word of it,
 * and again with what came of it. A journal that can't be written holds no change up.
 *
 * @module
 */
import { object } from '../../base/json.ts'
import type { CloudwaysError } from '../../errors.ts'
import { redact } from '../answer/redact.ts'
import { redacted } from '../answer/secret-net.ts'
import { shownArguments } from '../answer/shown-arguments.ts'
import type { Call } from '../types/call.ts'
import type { ChangeEntry, ChangeState } from '../types/journal.ts'
import type { Risk, SuggestedCall } from '../types/plan.ts'
import { addEvent, type Became, type Begun, keyOf } from './events.ts'

/** Characters of JSON. A longer value is left out: the journal is a record of what was done, not of content. */
const longestValue = 4000

/** A change that was noted. It goes from the list that it is in to that of its server once the platform took it. */
interface Noted {
  key: string
  goal: string
  event: Begun
}

/** The entry of a call. A call that sends no change leaves none. */
export function openEntry(call: Omit<Call, 'api'>): ChangeEntry {
  const { kit, account } = call
  const id = crypto.randomUUID()
  let begun: Promise<Noted | undefined> | undefined
  const add = async (key: string, event: Begun | Became) =>
    void (await addEvent(kit.rules, key, event).catch(() => {}))

  async function became(outcome: Omit<Became, 'kind' | 'id'>) {
    const noted = await begun
    if (!noted) return
    const { key, goal, event } = noted
    const isTaken = outcome.operation_id !== undefined || ['running', 'completed'].includes(outcome.state)
    const moves = key !== goal && isTaken
    if (moves) {
      noted.key = goal
      await add(goal, event)
    }
    await add(noted.key, { kind: 'became', id, ...outcome })
    if (moves) await add(key, { kind: 'became', id, state: 'none' })
  }

  async function begin(): Promise<Noted | undefined> {
    try {
      const own = await account.id()
      const place = placeOf(call)
      const event: Begun = { kind: 'begun', id, at: Date.now(), account: own, ...place, ...whatOf(call) }
      const goal = keyOf(place.server_id ? { server_id: place.server_id } : { account: own })
      const isProven = !place.server_id || call.findings?.target.server?.id === place.server_id
      const key = isProven ? goal : keyOf({ unproven: own })
      await add(key, event)
      return { key, goal, event }
    } catch {
      return undefined
    }
  }

  return {
    async begin() {
      begun ??= begin()
      await begun
    },
    started: async (operation_id) => became({ state: 'running', operation_id }),
    end: async (changed, error) => became(changed ? outcomeOf(call, error) : { state: 'none' }),
  }
}

function placeOf({ ids, findings }: Omit<Call, 'api'>) {
  const { server, app } = findings?.target ?? {}
  const server_id = ids?.server_id ?? server?.id
  return {
    ...(server_id && { server_id }),
    ...(server && { server: server.label }),
    ...(ids?.app_id && { app_id: ids.app_id }),
    ...(app && { app: app.label }),
  }
}

function whatOf({ kit, account, tool, input, given, decision }: Omit<Call, 'api'>) {
  const isParsed = input !== undefined
  const shown = shownArguments(input ?? given, {
    ...{ tool, tools: kit.tools, isParsed },
    known: account.secrets(),
  })
  return { tool: tool.name, risk: (decision.risk ?? tool.risk) as Risk, input: short(shown) ?? {} }
}

function outcomeOf(call: Omit<Call, 'api'>, error: CloudwaysError | undefined): Omit<Became, 'kind' | 'id'> {
  const { decision, answer } = call
  if (!answer) {
    const state: ChangeState = decision.outcome === 'unknown' ? 'unknown' : 'failed'
    const { reason, operation } = error?.details ?? {}
    const id = reason === 'operation_failed' ? object(operation)?.id : undefined
    return {
      state,
      ...(typeof id === 'string' && { operation_id: id }),
      ...(error && { why: error.message }),
    }
  }
  const { state, operation_id, undo, after } = answer
  const before = call.tool.edit ? answer.before : call.findings?.before.now
  return {
    state: state === 'running' ? 'running' : 'completed',
    ...(typeof operation_id === 'string' && { operation_id }),
    ...noted('before', () => redact(before, { known: call.account.secrets() })),
    ...(call.tool.edit && noted('after', () => after)),
    ...(isWhole(undo) && noted('undo', () => undo as SuggestedCall)),
  }
}

/** A call that lost a secret takes nothing back. */
export const isWhole = (undo: unknown): boolean =>
  undo !== undefined && !JSON.stringify(undo).includes(redacted)

/** A value that is too long, or too deep to be looked through, is left out. */
function noted<Name extends string, Value>(name: Name, read: () => Value): { [N in Name]?: Value } {
  let kept: Value | undefined
  try {
    kept = short(read())
  } catch {}
  return (kept === undefined || kept === null ? {} : { [name]: kept }) as { [N in Name]?: Value }
}

const short = <Value>(value: Value): Value | undefined =>
  (JSON.stringify(value) ?? '').length <= longestValue ? value : undefined
