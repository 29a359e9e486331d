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

/** The entry of a call. A call that sends no change leaves none. */
export function openEntry(call: Omit<Call, 'api'>): ChangeEntry {
  const { kit, account } = call
  const id = crypto.randomUUID()
  let begun: Promise<string | undefined> | undefined
  const add = async (key: string | undefined, event: Begun | Became) => {
    if (key !== undefined) await addEvent(kit.rules, key, event).catch(() => {})
  }
  const became = async (outcome: Omit<Became, 'kind' | 'id'>) =>
    begun && add(await begun, { kind: 'became', id, ...outcome })

  async function begin(): Promise<string | undefined> {
    try {
      const own = await account.id()
      const place = placeOf(call)
      const key = keyOf(place.server_id ? { server_id: place.server_id } : { account: own })
      await add(key, { kind: 'begun', id, at: Date.now(), account: own, ...place, ...whatOf(call) })
      return key
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
    ...noted('before', redact(before, { known: call.account.secrets() })),
    ...(call.tool.edit && noted('after', after)),
    ...(isWhole(undo) && noted('undo', undo as SuggestedCall)),
  }
}

/** A call that lost a secret takes nothing back. */
const isWhole = (undo: unknown) => undo !== undefined && !JSON.stringify(undo).includes(redacted)

const noted = <Name extends string, Value>(name: Name, value: Value) => {
  const kept = short(value)
  return (kept === undefined || kept === null ? {} : { [name]: kept }) as { [N in Name]?: Value }
}

const short = <Value>(value: Value): Value | undefined =>
  (JSON.stringify(value) ?? '').length <= longestValue ? value : undefined
